//! What the promises are tried with: a feed server, a webhook receiver, and the built program.

mod program;
mod receiver;
mod server;

pub use program::Program;
pub use receiver::Receiver;
pub use server::{FeedServer, Page};

use std::path::PathBuf;

/// The corpus of real and broken feeds; `None`, said aloud, where there is none.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWATCH_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: FEEDWATCH_CORPUS is not set");
    }
    folder
}
