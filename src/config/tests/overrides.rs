//! The environment goes before the file.

use std::time::Duration;

use insta::assert_snapshot;

use super::*;
use crate::schedule::Schedule;

const TEXT: &str = r#"
[defaults]
cron = "0 6 * * *"
[fetch]
timeout = "1m"
per_host = 1
[[feed]]
url = "https://example.org/rss"
[[channel]]
name = "press-desk"
kind = "email"
to = "desk@example.org"
from = "desk@example.org"
smtp = "smtp://localhost:25"
[[channel]]
name = "hook"
kind = "webhook"
url = "https://example.org"
secret_file = "absent"
"#;

#[test]
fn every_kind_of_value_can_come_from_a_variable() {
    let environment = [
        ("FEEDWATCH_FETCH_TIMEOUT", "10s"),
        ("FEEDWATCH_FETCH_PER_HOST", "3"),
        ("FEEDWATCH_FETCH_PROXY", ""),
        ("FEEDWATCH_FETCH_ALLOW_NETWORKS", "127.0.0.0/8, ::1"),
        ("FEEDWATCH_DEFAULTS_EVERY", "5m"),
        ("FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL", "true"),
        ("FEEDWATCH_SERVER_LISTEN", "127.0.0.1:9"),
        ("FEEDWATCH_LOG_LEVEL", "debug"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_TO", "a@example.org,b@example.org"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_USERNAME", "desk"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_PASSWORD", "a,b"),
        ("FEEDWATCH_CHANNEL_HOOK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
        ("FEEDWATCH_CONFIG", "not.a.key"),
        ("FEEDWATCH_CORPUS", "nor.this"),
        ("HOME", "/home/desk"),
        ("PATH", "/bin"),
    ];
    let given = Given { environment: &environment, ..given(TEXT) };
    assert_eq!(given.told(), "");
    let config = given.config();
    assert_eq!(config.fetch.timeout, Duration::from_secs(10));
    assert_eq!(config.fetch.per_host, 3);
    assert_eq!(config.fetch.proxy, None);
    assert_eq!(config.fetch.allow_networks.len(), 2);
    assert_eq!(config.feeds[0].schedule, Schedule::Every(Duration::from_secs(300)), "replaces cron too");
    assert!(config.feeds[0].alert_on_first_poll);
    assert_eq!(config.server.listen, Some(([127, 0, 0, 1], 9).into()));
    assert_eq!(config.log.level, tracing::Level::DEBUG);
    let ChannelKind::Email { to, password, .. } = &config.channels[0].kind else { panic!() };
    assert_eq!(to, &["a@example.org", "b@example.org"]);
    assert!(password.is_some());
    let ChannelKind::Webhook { secrets, .. } = &config.channels[1].kind else { panic!() };
    assert_eq!(secrets.len(), 1, "replaces secret_file too");
}

/// Every key of every table of settings, in the form of a file and in that of a variable.
const SETTINGS: &[(&str, &str, &str, &str)] = &[
    ("defaults", "every", "\"7m\"", "7m"),
    ("defaults", "cron", "\"0 5 * * *\"", "0 5 * * *"),
    ("defaults", "min_every", "\"7m\"", "7m"),
    ("defaults", "max_every", "\"7h\"", "7h"),
    ("defaults", "timezone", "\"Asia/Tokyo\"", "Asia/Tokyo"),
    ("defaults", "alert_on_first_poll", "true", "true"),
    ("defaults", "full_text", "true", "1"),
    ("fetch", "user_agent", "\"desk/1\"", "desk/1"),
    ("fetch", "timeout", "\"7s\"", "7s"),
    ("fetch", "connect_timeout", "\"7s\"", "7s"),
    ("fetch", "max_body", "\"7MB\"", "7MB"),
    ("fetch", "max_entries", "7", "7"),
    ("fetch", "max_redirects", "7", "7"),
    ("fetch", "concurrency", "7", "7"),
    ("fetch", "per_host", "7", "7"),
    ("fetch", "allow_networks", "[\"10.0.0.0/8\", \"::1\"]", "10.0.0.0/8,::1"),
    ("fetch", "proxy", "\"http://me:pw@e.org:1\"", "http://me:pw@e.org:1"),
    ("fetch", "retry_after_scope", "\"feed\"", "feed"),
    ("fetch", "min_free_space", "\"7MB\"", "7MB"),
    ("fetch", "max_backoff", "\"7h\"", "7h"),
    ("fetch", "max_wait", "\"7h\"", "7h"),
    ("server", "listen", "\"127.0.0.1:7\"", "127.0.0.1:7"),
    ("server", "public_url", "\"https://e.org/\"", "https://e.org/"),
    ("reload", "on_change", "false", "false"),
    ("retention", "articles", "\"7d\"", "7d"),
    ("retention", "matches", "\"7d\"", "7d"),
    ("alerts", "group_wait", "\"7s\"", "7s"),
    ("alerts", "group_interval", "\"7s\"", "7s"),
    ("alerts", "breaks_quiet", "\"none\"", "none"),
    ("notices", "channels", "[\"desk\", \"other\"]", "desk, other"),
    ("notices", "feed_failures", "7", "7"),
    ("notices", "feed_silence", "\"never\"", "never"),
    ("log", "format", "\"json\"", "json"),
    ("log", "level", "\"warn\"", "warn"),
];

/// The keys that a table may have, as the reader itself says.
fn known_keys(table: &str) -> Vec<String> {
    let told = given(&format!("{table}\nnot_a_key_of_any_table = 1\n")).told();
    let listed = told.split("known keys: ").nth(1).unwrap_or_else(|| panic!("{told}"));
    listed.lines().next().unwrap().split(", ").map(str::to_owned).collect()
}

#[test]
fn every_setting_has_a_variable() {
    const CHANNELS: &str = "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n[[channel]]\nname = \"other\"\nkind = \"stdout\"\n\
                            [[feed]]\nurl = \"https://example.org/rss\"\n[[watch]]\nname = \"w\"\nquery = \"yen\"\nchannels = [\"desk\"]\n";
    let mut tables: Vec<&str> = SETTINGS.iter().map(|(table, ..)| *table).collect();
    tables.dedup();
    for table in tables {
        let mut listed: Vec<&str> = SETTINGS.iter().filter(|row| row.0 == table).map(|row| row.1).collect();
        let mut known = known_keys(&format!("[{table}]"));
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, listed, "{table}");
    }
    let every_table = known_keys("");
    let of_settings =
        every_table.iter().filter(|name| !["data_dir", "feed", "channel", "watch"].contains(&name.as_str()));
    for name in of_settings {
        assert!(SETTINGS.iter().any(|(table, ..)| table == name), "{name}");
    }
    // A feed takes one of three ways to be scheduled.
    let ways = [&["every"][..], &["cron"], &["min_every", "max_every"]];
    for way in ways {
        let others: Vec<&str> = ways.concat().into_iter().filter(|key| !way.contains(key)).collect();
        let rows: Vec<_> = SETTINGS.iter().filter(|row| !others.contains(&row.1)).collect();
        let mut written = CHANNELS.to_owned();
        for (at, (table, key, value, _)) in rows.iter().enumerate() {
            if at == 0 || rows[at - 1].0 != *table {
                written += &format!("[{table}]\n");
            }
            written += &format!("{key} = {value}\n");
        }
        let names: Vec<String> =
            rows.iter().map(|row| format!("FEEDWATCH_{}_{}", row.0, row.1).to_uppercase()).collect();
        let environment: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(rows.iter().map(|row| row.3)).collect();
        let by_variables = Given { environment: &environment, ..given(CHANNELS) };
        assert_eq!(by_variables.told(), "", "{way:?}");
        assert_eq!(
            format!("{:?}", by_variables.config()),
            format!("{:?}", given(&written).config()),
            "{way:?}"
        );
    }
}

/// A key, and both forms of its value.
type Rows = &'static [(&'static str, &'static str, &'static str)];

/// Every key of every kind of channel: what the channel has beside, the key, and both forms of its value.
const CHANNELS: &[(&str, Rows)] = &[
    (
        "email",
        &[
            ("to", "[\"a@e.org\", \"b@e.org\"]", "a@e.org,b@e.org"),
            ("from", "\"c@e.org\"", "c@e.org"),
            ("smtp", "\"smtps://e.org\"", "smtps://e.org"),
            ("username", "\"me\"", "me"),
            ("password", "\"pw\"", "pw"),
            ("password_file", "\"secret\"", "secret"),
        ],
    ),
    ("slack", HOOK),
    ("discord", HOOK),
    ("mattermost", HOOK),
    ("teams", HOOK),
    (
        "telegram",
        &[
            ("token", "\"1:a\"", "1:a"),
            ("token_file", "\"secret\"", "secret"),
            ("chat", "\"-7\"", "-7"),
            ("thread", "7", "7"),
            ("api", "\"https://e.org/\"", "https://e.org/"),
        ],
    ),
    (
        "matrix",
        &[
            ("homeserver", "\"https://e.org/\"", "https://e.org/"),
            ("room", "\"!a:e.org\"", "!a:e.org"),
            ("token", "\"a\"", "a"),
            ("token_file", "\"secret\"", "secret"),
        ],
    ),
    (
        "ntfy",
        &[
            ("server", "\"https://e.org/\"", "https://e.org/"),
            ("topic", "\"a\"", "a"),
            ("topic_file", "\"secret\"", "secret"),
            ("token", "\"a\"", "a"),
            ("token_file", "\"secret\"", "secret"),
        ],
    ),
    (
        "webhook",
        &[
            ("url", "\"https://e.org/\"", "https://e.org/"),
            (
                "secret",
                "\"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3\"",
                "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
            ),
            ("secret_file", "\"hook\"", "hook"),
        ],
    ),
    ("command", &[("command", "[\"/bin/a\", \"b\"]", "/bin/a,b")]),
    ("file", &[("path", "\"/a.jsonl\"", "/a.jsonl")]),
    ("stdout", &[("format", "\"json\"", "json")]),
];

const HOOK: Rows = &[("url", "\"https://e.org/a\"", "https://e.org/a"), ("url_file", "\"url\"", "url")];

/// What every kind has; texts have templates too.
const OF_ALL: Rows = &[
    ("timeout", "\"7s\"", "7s"),
    ("timezone", "\"Asia/Tokyo\"", "Asia/Tokyo"),
    ("quiet", "\"21:00-06:00\"", "21:00-06:00"),
    ("breaks_quiet", "\"none\"", "none"),
    ("limit", "\"7/h\"", "7/h"),
    ("burst", "7", "7"),
    ("fallback", "\"other\"", "other"),
    ("fallback_after", "\"7m\"", "7m"),
];
const OF_TEXTS: Rows = &[("template", "\"x\"", "x"), ("template_file", "\"template\"", "template")];

/// What a channel of `kind` must have, without `key`; `key` may replace another one.
fn needed(kind: &str, key: &str) -> String {
    let (_, keys) = CHANNELS.iter().find(|(name, _)| *name == kind).unwrap();
    let base = |key: &str| key.trim_end_matches("_file").to_owned();
    let all = keys.iter().filter(|row| !row.0.ends_with("_file")).chain([
        &("quiet", "\"22:00-07:00\"", ""),
        &("limit", "\"9/h\"", ""),
        &("timezone", "\"UTC\"", ""),
        &("fallback", "\"other\"", ""),
    ]);
    all.filter(|row| row.0 != base(key)).map(|(key, value, _)| format!("{key} = {value}\n")).collect()
}

#[test]
fn every_key_of_a_channel_has_a_variable() {
    let files = [
        ("secret", "a"),
        ("url", "https://e.org/b"),
        ("hook", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
        ("template", "y"),
    ];
    let rows = |kind: &kind::Kind| -> Vec<(&str, &str, &str)> {
        let (_, own) = CHANNELS.iter().find(|(name, _)| *name == kind.name).unwrap();
        let texts = if kind.is_text { OF_TEXTS } else { &[] };
        own.iter().chain(OF_ALL).chain(texts).copied().collect()
    };
    for kind in kind::KINDS {
        let mut listed: Vec<&str> = rows(kind).iter().map(|row| row.0).chain(["name", "kind"]).collect();
        let mut known = known_keys(&format!("[[channel]]\nname = \"a\"\nkind = \"{}\"", kind.name));
        known.sort_unstable();
        listed.sort_unstable();
        assert_eq!(known, listed, "{}", kind.name);
    }
    let most = kind::KINDS.iter().map(|kind| rows(kind).len()).max().unwrap();
    for round in 0..most {
        let mut silent = "[[channel]]\nname = \"other\"\nkind = \"stdout\"\n".to_owned();
        let (mut written, mut environment) = (silent.clone(), Vec::new());
        for kind in kind::KINDS {
            let Some((key, value, variable)) = rows(kind).get(round).copied() else { continue };
            let name = kind.name;
            let base = format!("[[channel]]\nname = \"my {name}\"\nkind = \"{name}\"\n{}", needed(name, key));
            silent += &base;
            written += &format!("{base}{key} = {value}\n");
            environment.push((format!("FEEDWATCH_CHANNEL_MY_{name}_{key}").to_uppercase(), variable));
        }
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let by_variables = Given { environment: &environment, files: &files, ..given(&silent) };
        let by_file = Given { files: &files, ..given(&written) };
        assert_eq!(by_variables.told(), "", "{environment:?}");
        assert_eq!(
            format!("{:?}", by_variables.config()),
            format!("{:?}", by_file.config()),
            "{environment:?}"
        );
    }
}

#[test]
fn what_is_wrong_with_variables_names_them() {
    let environment = [
        ("FEEDWATCH_DEFAULTS_EVERY", "often"),
        ("FEEDWATCH_DEFAULTS_CRON", "0 6 * * *"),
        ("FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL", "perhaps"),
        ("FEEDWATCH_FETCH_PER_HOST", "many"),
        ("FEEDWATCH_FETCH_ALLOW_NETWORKS", "::1, 10.0.0.0/99"),
        ("FEEDWATCH_CHANNEL_HOOK_SECRET", "hunter2"),
        ("FEEDWATCH_CHANNEL_HOK_SECRET", "hunter2"),
        ("FEEDWATCH_FETCH_TIMEOUTS", "10s"),
        ("FEEDWATCH_NONSENSE", "1"),
    ];
    assert_snapshot!(Given { environment: &environment, ..given(TEXT) }.told(), @r#"
    error: the secret of a webhook must begin with `whsec_`
     --> FEEDWATCH_CHANNEL_HOOK_SECRET:1:1
      |
    1 | *******
      | ^^^^^^^
      |
      = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"

    error: `alert_on_first_poll` must be true or false
     --> FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL:1:1
      |
    1 | perhaps
      | ^^^^^^^

    error: `every` and `cron` exclude each other
     --> FEEDWATCH_DEFAULTS_CRON:1:1
      |
    1 | 0 6 * * *
      | ^^^^^^^^^
      |
      = help: remove one of them

    error: 'often' is not a duration
     --> FEEDWATCH_DEFAULTS_EVERY:1:1
      |
    1 | often
      | ^^^^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: '10.0.0.0/99' is not a network
     --> FEEDWATCH_FETCH_ALLOW_NETWORKS:1:6
      |
    1 | ::1, 10.0.0.0/99
      |      ^^^^^^^^^^^
      |
      = help: write it in CIDR notation, as in "127.0.0.0/8" or "fd00::/8"

    error: `per_host` must be a number from 1 to 100
     --> FEEDWATCH_FETCH_PER_HOST:1:1
      |
    1 | many
      | ^^^^

    warning: the environment variable FEEDWATCH_CHANNEL_HOK_SECRET sets no known key
     |
     = help: did you mean FEEDWATCH_CHANNEL_HOOK_SECRET?

    warning: the environment variable FEEDWATCH_FETCH_TIMEOUTS sets no known key
     |
     = help: did you mean FEEDWATCH_FETCH_TIMEOUT?

    warning: the environment variable FEEDWATCH_NONSENSE sets no known key
     |
     = help: the rule is FEEDWATCH_SECTION_KEY, as in FEEDWATCH_FETCH_TIMEOUT
    "#);
}

#[test]
fn a_variable_that_means_two_channels_is_refused() {
    let text =
        "[[channel]]\nname = \"a-b\"\nkind = \"stdout\"\n[[channel]]\nname = \"a b\"\nkind = \"stdout\"";
    let environment = [("FEEDWATCH_CHANNEL_A_B_TIMEOUT", "1s")];
    assert_snapshot!(Given { environment: &environment, ..given(text) }.told(), @r"
    error: FEEDWATCH_CHANNEL_A_B_TIMEOUT sets `timeout` of more than one channel
     |
     = help: rename one: their names differ only in signs, which a variable cannot show
    ");
}
