//! Fetches feeds as their publishers ask: conditional requests, per-host gate, limits; and pages of articles,
//! as far as robots.txt allows.
//!
//! What comes back is a value, [`Outcome`], failures included. Nothing here reads a feed, decides when it
//! is polled next or remembers anything of it but how long its host asked to be left alone.

mod closed;
mod fetcher;
mod gate;
mod outcome;
mod page;
mod probe;
mod robots;
mod sites;
mod waits;

pub use fetcher::Fetcher;
pub use outcome::{Failure, Fetched, NotModified, Outcome};
pub use page::{FetchedPage, PageOutcome};
pub use probe::{Answer, Probe};
