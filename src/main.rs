//! The `feedwatch` command: arguments → configuration → tracing → exit code.

fn main() {}
