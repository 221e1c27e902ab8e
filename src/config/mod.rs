//! Configuration: files and environment → `RawConfig` → [`Config`], which cannot be wrong.
//!
//! All that is wrong is reported at once, each with file, line, caret and a way out. Nothing here
//! touches the network or the database.

mod settings;

pub use settings::{ChannelKind, ChannelSettings, FetchSettings, Paths, RetentionSettings, ServerSettings};

use crate::model::{Concept, Feed, Watch};

/// A whole, valid configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[fetch]`.
    pub fetch: FetchSettings,
    /// `[server]`.
    pub server: ServerSettings,
    /// `[retention]`.
    pub retention: RetentionSettings,
    /// `[[feed]]`; no two have the same URL.
    pub feeds: Vec<Feed>,
    /// `[[watch]]`; no two have the same name.
    pub watches: Vec<Watch>,
    /// Concepts, shipped and the user's own; a user's one replaces the shipped one of its name.
    pub concepts: Vec<Concept>,
    /// `[[channel]]`; no two have the same name.
    pub channels: Vec<ChannelSettings>,
}
