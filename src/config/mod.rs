//! Configuration: files and environment → `RawConfig` → [`Config`], which cannot be wrong.
//!
//! All that is wrong is reported at once, each with file, line, caret and a way out. Nothing here
//! touches the network or the database.
//!
//! ```text
//! locate (which file) ─► raw (its text, and the concepts') ─► resolve ─► Config, or Reports
//!                                          environment ─────────┘
//! ```

mod address;
mod alerts;
mod channel;
mod code;
mod concept;
pub mod defaults;
mod doubtful;
mod edit;
mod environment;
mod fallback;
mod feed;
mod files;
mod hours;
mod kind;
mod literal;
mod locate;
mod mail;
mod raw;
mod reader;
mod report;
mod resolve;
mod secret;
mod section;
mod settings;
mod shipped;
mod suggest;
mod template;
mod units;
mod value;
mod watch;

pub use alerts::AlertDefaults;
pub use edit::{Edit, EditError, FeedTable, WatchTable};
pub use environment::Environment;
pub use feed::FeedDefaults;
pub use files::{Files, Stamps};
pub use kind::{ChannelKind, Shown};
pub use locate::Source;
pub use report::Report;
pub use settings::{
    ChannelSettings, FetchSettings, LineFormat, LogSettings, NoticeSettings, Paths, ReloadSettings,
    RetentionSettings, RetryAfterScope, ServerSettings,
};
pub use shipped::SAMPLE;
pub use suggest::nearest;

use std::cell::RefCell;
use std::path::Path;

use url::Url;

use crate::model::{Concept, Feed, Watch};
use raw::RawConfig;

/// A whole, valid configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[fetch]`.
    pub fetch: FetchSettings,
    /// `[server]`.
    pub server: ServerSettings,
    /// `[retention]`.
    pub retention: RetentionSettings,
    /// `[notices]`.
    pub notices: NoticeSettings,
    /// `[log]`.
    pub log: LogSettings,
    /// `[reload]`.
    pub reload: ReloadSettings,
    /// What it was read from, and what it names and could not be read from.
    pub files: Files,
    /// `[defaults]`, which every feed has taken in already.
    pub defaults: FeedDefaults,
    /// `[alerts]`, which every watch and channel has taken in already.
    pub alerts: AlertDefaults,
    /// `[[feed]]`; no two have the same URL.
    pub feeds: Vec<Feed>,
    /// `[[watch]]`; no two have the same name.
    pub watches: Vec<Watch>,
    /// Concepts, shipped and the user's own; a user's one replaces the shipped one of its name.
    pub concepts: Vec<Concept>,
    /// `[[channel]]`; no two have the same name.
    pub channels: Vec<ChannelSettings>,
}

impl Config {
    /// The feed configured at `url`, be it as it is shown, else one of which nothing but the address is configured.
    pub fn feed_at(&self, url: &Url) -> Feed {
        let is_at = |feed: &&Feed| feed.url == *url || feed.shown_url() == url.as_str();
        let configured = self.feeds.iter().find(is_at);
        configured.cloned().unwrap_or_else(|| self.defaults.feed(url.clone()))
    }
}

/// A configuration, where it came from, and what its author should look at again.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The file that was read, and where the database belongs.
    pub paths: Paths,
    /// What works, though probably not as meant.
    pub warnings: Vec<Report>,
}

/// What could be understood of a configuration, right or wrong: enough to know where the database is, and
/// what else does not depend on the rest.
#[derive(Clone, Debug)]
pub struct Salvaged {
    /// Without whatever is wrong.
    pub config: Config,
    /// See [`Loaded::paths`].
    pub paths: Paths,
    /// Whether nothing is wrong.
    pub is_whole: bool,
    /// Everything that is wrong or doubtful, errors before warnings.
    pub reports: Vec<Report>,
}

impl Salvaged {
    /// The configuration, if nothing is wrong with it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in any file or variable, errors before warnings.
    pub fn whole(self) -> Result<Loaded, Vec<Report>> {
        let Self { config, paths, is_whole, reports } = self;
        if is_whole { Ok(Loaded { config, paths, warnings: reports }) } else { Err(reports) }
    }
}

/// Finds and reads the configuration as far as it can be understood.
///
/// # Errors
/// That it cannot be read at all.
pub fn salvage(source: &Source, environment: &Environment) -> Result<Salvaged, Report> {
    let raw = RawConfig::read(source, environment)?;
    let places = locate::candidates(source, environment).into_iter().map(|place| place.path);
    let files = RefCell::new(Files::of(&raw, places));
    let read_file = |path: &Path| {
        let file = raw::read_file(path);
        files.borrow_mut().note(path, file.as_ref().ok().map(|file| file.text.as_bytes()));
        file
    };
    let mut salvaged = resolve::salvage(&raw, source, environment, &read_file);
    salvaged.config.files = files.take();
    Ok(salvaged)
}

/// Finds, reads and checks the configuration.
///
/// # Errors
///
/// Everything that is wrong in any file or variable, errors before warnings.
pub fn load(source: &Source, environment: &Environment) -> Result<Loaded, Vec<Report>> {
    salvage(source, environment).map_err(|report| vec![report])?.whole()
}

#[cfg(test)]
mod tests;
