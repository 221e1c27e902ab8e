//! What the promises are tried with: a feed server, a webhook receiver, and the built program.

mod clock;
mod daemon;
mod desk;
mod disk;
mod farm;
mod office;
mod program;
mod receiver;
mod server;
mod wire;

pub(crate) use daemon::Inside;
pub(crate) use desk::{AT_ONCE, Desk, configuration};
pub(crate) use disk::Disk;
pub(crate) use farm::{Farm, Story};
pub(crate) use office::{Office, watch};
pub(crate) use program::{Daemon, Program};
pub(crate) use receiver::{Received, Receiver};
pub(crate) use server::{FeedServer, Page, item};
pub(crate) use wire::{Asked, Wire, answer};

use std::path::PathBuf;

/// The corpus of real and broken feeds; `None`, said aloud, where there is none.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWATCH_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: FEEDWATCH_CORPUS is not set");
    }
    folder
}
