//! One file per channel kind: hands a payload to a destination and says how that ended.
