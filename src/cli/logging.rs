//! Where log lines go: standard error, readable on a terminal, one JSON object a line otherwise.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::fmt;

use crate::config::{LineFormat, LogSettings};

/// Crates that say much of little use at our own level.
const QUIET: [&str; 6] = [
    "rustls_platform_verifier=warn",
    "sqlx=warn",
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "html5ever=error",
];

/// Begins to write log lines as `settings` say; `RUST_LOG` goes before the level.
pub(super) fn start(settings: &LogSettings) {
    let mut filter = EnvFilter::builder().with_default_directive(settings.level.into()).from_env_lossy();
    for directive in QUIET.iter().filter_map(|text| text.parse::<Directive>().ok()) {
        filter = filter.add_directive(directive);
    }
    let json = match settings.format {
        LineFormat::Json => true,
        LineFormat::Text => false,
        LineFormat::Auto => !io::stderr().is_terminal(),
    };
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colour);
    let started = if json { lines.json().try_init() } else { lines.with_target(false).try_init() };
    // A second start, as in tests, keeps the first.
    let _kept = started;
}
