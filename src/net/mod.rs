//! The one guarded HTTP client: no request leaves to an address that was not checked.
//!
//! Feeds, pages and webhooks all go through [`Client`]. It follows redirects by hand and checks each
//! hop, bounds bytes and time, and sends neither cookies nor `Referer`. It knows nothing of feeds or of
//! when a request is due; what an answer's headers say about that, it can read.

mod body;
mod client;
mod error;
mod freshness;
mod guard;
mod hop;
mod link;
mod resolver;

#[cfg(test)]
pub(crate) mod scripted;

pub use body::BodyLimit;
pub use client::{Client, Conditions, Hop, Request, Response};
pub use error::NetError;
pub use freshness::{fresh_for, retry_after};
pub use hop::is_same_place;
pub use link::{Link, links};
pub use reqwest::header;
pub use reqwest::{Method, StatusCode};
