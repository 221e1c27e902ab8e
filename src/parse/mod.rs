//! Bytes → entries: decode, bound, read. The only user of feed_rs; survives whatever it is given.
