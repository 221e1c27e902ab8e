//! Texts and variables → [`Config`], or everything that is wrong with them.

use std::collections::HashSet;

use toml::Spanned;
use toml::de::DeTable;
use url::Url;

use super::concept::Concepts;
use super::environment::Environment;
use super::hours::Hours;
use super::locate::{self, Source};
use super::raw::RawConfig;
use super::reader::Reader;
use super::report::{Origin, Report};
use super::secret::{ReadFile, Secrets};
use super::section::Section;
use super::watch::Known;
use super::{
    Config, FetchSettings, Files, Loaded, LogSettings, NoticeSettings, Paths, ReloadSettings,
    RetentionSettings, RetryAfterScope, Salvaged, ServerSettings, address, alerts, channel, doubtful, feed,
    shipped, units, watch,
};
use crate::diagnostic::Diagnostic;
use crate::model::HealthRule;

/// Reads every text; `read_file` is asked for the files of secrets.
pub(super) fn resolve(
    raw: &RawConfig,
    source: &Source,
    environment: &Environment,
    read_file: ReadFile<'_>,
) -> Result<Loaded, Vec<Report>> {
    salvage(raw, source, environment, read_file).whole()
}

/// The same, as far as it goes.
pub(super) fn salvage(
    raw: &RawConfig,
    source: &Source,
    environment: &Environment,
    read_file: ReadFile<'_>,
) -> Salvaged {
    let main_name =
        raw.path.as_ref().map_or("the built-in sample".to_owned(), |path| path.display().to_string());
    let main = Document::parse(main_name, &raw.main.text, raw.main.broken_at);
    let shipped: Vec<Document<'_>> = shipped::CONCEPTS
        .iter()
        .map(|(name, text)| Document::parse(format!("{name} (built in)"), text, None))
        .collect();
    let own: Vec<Document<'_>> = raw
        .concepts
        .iter()
        .map(|(path, file)| Document::parse(path.display().to_string(), &file.text, file.broken_at))
        .collect();

    let mut reader = Reader::new(environment);
    if !raw.unreadable.is_empty() {
        reader.is_incomplete();
    }
    let main_origin = main.announce(&mut reader);
    let mut concepts = Concepts::default();
    for set in [&shipped, &own] {
        let mut sections = Vec::new();
        for document in set {
            let origin = document.announce(&mut reader);
            let mut file = Section::file(origin, document.tree.get_ref());
            sections.extend(file.tables(&mut reader, "concept", "[[concept]]"));
            file.finish(&mut reader, |_| None);
        }
        concepts.add(&mut reader, sections);
    }
    let secrets = Secrets { read_file, directory: raw.directory() };
    let file = Section::file(main_origin, main.tree.get_ref());
    let (mut config, data_dir) = read_main(&mut reader, file, &concepts.names, secrets);
    config.concepts = concepts.finish(&mut reader);

    if raw.main.is_public && reader.problems.holds_secrets(main_origin) {
        let message = format!("{} holds secrets, and everyone on this machine can read it", main.name);
        let help = format!("run: chmod 600 {}", main.name);
        reader.problems.add(main_origin, Diagnostic::warning(message).help(help));
    }
    reader.warn_of_unknown_variables();
    let is_whole = !reader.problems.any_error() && raw.unreadable.is_empty();
    let reports = raw.unreadable.iter().cloned().chain(reader.problems.into_reports()).collect();
    let data_dir = locate::data_dir(source, environment, data_dir.as_deref(), raw.directory());
    Salvaged { config, paths: Paths { config: raw.path.clone(), data_dir }, is_whole, reports }
}

/// A file as TOML, with as much of it as could be understood.
struct Document<'a> {
    name: String,
    text: &'a str,
    tree: Spanned<DeTable<'a>>,
    errors: Vec<toml::de::Error>,
    /// See [`File::broken_at`](super::raw::File::broken_at).
    broken_at: Option<usize>,
}

impl<'a> Document<'a> {
    fn parse(name: String, text: &'a str, broken_at: Option<usize>) -> Self {
        let (tree, errors) = DeTable::parse_recoverable(text);
        Self { name, text, tree, errors, broken_at }
    }

    /// Makes the text known to the reader, with its errors of syntax.
    fn announce(&'a self, reader: &mut Reader<'a>) -> Origin {
        let origin = reader.problems.origin(self.name.as_str(), self.text);
        if self.errors.is_empty() && self.broken_at.is_none() {
            return origin;
        }
        reader.is_incomplete();
        // What is no TOML is not known to be a secret, and its line would be shown.
        for place in doubtful::places(self.text) {
            reader.problems.mask(origin, place);
        }
        if let Some(at) = self.broken_at {
            let place = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
            reader
                .problems
                .add(origin, Diagnostic::error("this is not UTF-8").at(place).help("save the file as UTF-8"));
            return origin;
        }
        for error in &self.errors {
            reader.problems.add_syntax_error(origin, error.span().unwrap_or(0..0), error.message());
        }
        origin
    }
}

/// The configuration but for its concepts, and `data_dir`.
fn read_main<'a>(
    reader: &mut Reader<'a>,
    mut file: Section<'a>,
    concepts: &HashSet<String>,
    secrets: Secrets<'_>,
) -> (Config, Option<String>) {
    let data_dir = file.text(reader, "data_dir");
    let fetch = file.settings(reader, "fetch", "[fetch]");
    let fetch = read_fetch(reader, fetch);
    reader.allowed.clone_from(&fetch.allow_networks);
    let server = file.settings(reader, "server", "[server]");
    let server = read_server(reader, server);
    let reload = file.settings(reader, "reload", "[reload]");
    let reload = read_reload(reader, reload);
    let retention = file.settings(reader, "retention", "[retention]");
    let retention = read_retention(reader, retention);
    let log = file.settings(reader, "log", "[log]");
    let log = read_log(reader, log);
    let defaults = file.settings(reader, "defaults", "[defaults]");
    let defaults = feed::read_defaults(reader, defaults);

    let alerts = file.settings(reader, "alerts", "[alerts]");
    let alerts = alerts::read_defaults(reader, alerts, defaults.timezone);

    let feeds = file.tables(reader, "feed", "[[feed]]");
    let feeds = feed::read_feeds(reader, feeds, &defaults);
    let channels = file.tables(reader, "channel", "[[channel]]");
    let (channels, names) = channel::read_channels(reader, channels, secrets, &alerts);
    let notices = file.settings(reader, "notices", "[notices]");
    let notices = read_notices(reader, notices, &names);
    let watches = file.tables(reader, "watch", "[[watch]]");
    let known = Known { channels: &names, concepts, alerts: &alerts };
    let watches = watch::read_watches(reader, watches, &known, Hours::of(&channels));
    file.finish(reader, |key| {
        (key == "concept")
            .then(|| "write concepts to a file in the folder concepts beside this one".to_owned())
    });
    let config = Config {
        fetch,
        server,
        retention,
        notices,
        log,
        reload,
        files: Files::default(),
        defaults,
        alerts,
        feeds,
        watches,
        concepts: Vec::new(),
        channels,
    };
    (config, data_dir)
}

fn read_fetch<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> FetchSettings {
    let default = FetchSettings::default();
    let networks = section.take(reader, "allow_networks").and_then(|value| value.texts(reader));
    let networks = networks.unwrap_or_default();
    let settings = FetchSettings {
        user_agent: section.parse(reader, "user_agent", user_agent).unwrap_or(default.user_agent),
        timeout: section.parse(reader, "timeout", units::duration).unwrap_or(default.timeout),
        connect_timeout: section
            .parse(reader, "connect_timeout", units::duration)
            .unwrap_or(default.connect_timeout),
        max_body: section.parse(reader, "max_body", units::size).unwrap_or(default.max_body),
        max_entries: section.number(reader, "max_entries", 1..=1_000_000).unwrap_or(default.max_entries),
        max_redirects: section.number(reader, "max_redirects", 0..=20).unwrap_or(default.max_redirects),
        concurrency: section.number(reader, "concurrency", 1..=10_000).unwrap_or(default.concurrency),
        per_host: section.number(reader, "per_host", 1..=100).unwrap_or(default.per_host),
        allow_networks: networks.iter().filter_map(|text| text.parse(reader, address::network)).collect(),
        proxy: read_proxy(reader, &mut section),
        retry_after_scope: section
            .parse(reader, "retry_after_scope", retry_after_scope)
            .unwrap_or(default.retry_after_scope),
        min_free_space: section
            .parse(reader, "min_free_space", units::space)
            .unwrap_or(default.min_free_space),
        max_backoff: section.parse(reader, "max_backoff", units::duration).unwrap_or(default.max_backoff),
        max_wait: section.parse(reader, "max_wait", units::duration).unwrap_or(default.max_wait),
    };
    section.finish(reader, |_| None);
    settings
}

/// A header's value (RFC 9110, section 5.5), without what only old software sends.
fn user_agent(text: &str) -> Result<String, Diagnostic> {
    if text.trim().is_empty() || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let error = Diagnostic::error("`user_agent` must be printable ASCII");
        return Err(error.help("say who polls, as in \"example-desk/1.0 (+https://example.org/about)\""));
    }
    Ok(text.trim().to_owned())
}

fn retry_after_scope(text: &str) -> Result<RetryAfterScope, Diagnostic> {
    match text {
        "host" => Ok(RetryAfterScope::Host),
        "feed" => Ok(RetryAfterScope::Feed),
        _ => Err(Diagnostic::error(format!("'{text}' is no scope of a `Retry-After`"))
            .help("write \"host\" or \"feed\"")),
    }
}

fn read_proxy<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>) -> Option<Url> {
    let text = section.take(reader, "proxy")?.text(reader)?;
    text.hide_credentials(reader);
    text.parse(reader, address::proxy)
}

fn read_server<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> ServerSettings {
    let default = ServerSettings::default();
    let listen = section.parse(reader, "listen", address::listen).or(default.listen);
    let public_url = section.take(reader, "public_url");
    if let (Some(value), None) = (&public_url, listen) {
        let error = Diagnostic::error("`public_url` leads nowhere: nothing listens");
        value.report(reader, error.help("add listen = \"127.0.0.1:8040\", and let a proxy pass on /websub/"));
    }
    let public_url = public_url.and_then(|value| value.parse(reader, address::public)).or(default.public_url);
    section.finish(reader, |_| None);
    ServerSettings { listen, public_url }
}

fn read_reload<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> ReloadSettings {
    let on_change = section.boolean(reader, "on_change");
    section.finish(reader, |_| None);
    ReloadSettings { on_change: on_change.unwrap_or(ReloadSettings::default().on_change) }
}

fn read_retention<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> RetentionSettings {
    let default = RetentionSettings::default();
    let settings = RetentionSettings {
        articles: section.parse(reader, "articles", units::duration).unwrap_or(default.articles),
        matches: section.parse(reader, "matches", units::duration).unwrap_or(default.matches),
    };
    section.finish(reader, |_| None);
    settings
}

fn read_notices<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    channels: &HashSet<String>,
) -> NoticeSettings {
    let told =
        section.take(reader, "channels").map(|value| channel::read_references(reader, &value, channels));
    let default = NoticeSettings::default();
    let (failures, silence) = feed::read_health(reader, &mut section);
    section.finish(reader, |_| None);
    let health = HealthRule {
        failures: failures.unwrap_or(default.health.failures),
        silence: silence.unwrap_or(default.health.silence),
    };
    NoticeSettings { channels: told.unwrap_or(default.channels), health }
}

fn read_log<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> LogSettings {
    let default = LogSettings::default();
    let settings = LogSettings {
        format: section.parse(reader, "format", units::line_format).unwrap_or(default.format),
        level: section.parse(reader, "level", log_level).unwrap_or(default.level),
    };
    section.finish(reader, |_| None);
    settings
}

fn log_level(text: &str) -> Result<tracing::Level, Diagnostic> {
    text.parse().map_err(|_| {
        Diagnostic::error(format!("'{text}' is not a level of logs"))
            .help("write \"error\", \"warn\", \"info\", \"debug\" or \"trace\"")
    })
}
