//! The one guarded HTTP client: no request leaves to an address that was not checked.
//!
//! Feeds, pages and webhooks all go through [`Client`]. It follows redirects by hand and checks each
//! hop, bounds bytes and time, and sends neither cookies nor `Referer`. It knows nothing of feeds, of
//! caching or of when a request is due.

mod body;
mod client;
mod error;
mod guard;
mod hop;
mod resolver;

#[cfg(test)]
pub(crate) mod scripted;

pub use body::BodyLimit;
pub use client::{Client, Hop, Request, Response};
pub use error::NetError;
pub use reqwest::header;
pub use reqwest::{Method, StatusCode};
