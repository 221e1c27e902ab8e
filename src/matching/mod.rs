//! Compiles watches to an index; article → matches with the spans that prove them.
