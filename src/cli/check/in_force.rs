//! Every key that is in force, written or by default, as the configuration would write it.

use std::time::Duration;

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::config::{ChannelSettings, Config, Shown};
use crate::model::{ChannelRules, Limit, Priority, Watch};
use crate::schedule::{Cron, Quiet, Schedule};

/// Keys with their values; `null`: not set, and there is no default.
pub(super) type Keys = Vec<(&'static str, Value)>;

/// The tables of settings, by name.
pub(super) fn settings(config: &Config) -> Vec<(&'static str, Keys)> {
    let Config { fetch, server, retention, notices, log, reload, defaults, alerts, .. } = config;
    let mut feeds = schedule(&defaults.schedule);
    feeds.extend([
        ("timezone", json!(defaults.timezone.name())),
        ("alert_on_first_poll", json!(defaults.alert_on_first_poll)),
        ("full_text", json!(defaults.full_text)),
    ]);
    vec![
        ("defaults", feeds),
        (
            "fetch",
            vec![
                ("user_agent", json!(fetch.user_agent)),
                ("timeout", duration(fetch.timeout)),
                ("connect_timeout", duration(fetch.connect_timeout)),
                ("max_body", size(fetch.max_body as u64)),
                ("max_entries", json!(fetch.max_entries)),
                ("max_redirects", json!(fetch.max_redirects)),
                ("concurrency", json!(fetch.concurrency)),
                ("per_host", json!(fetch.per_host)),
                ("allow_networks", json!(fetch.allow_networks)),
                ("proxy", json!(fetch.proxy.as_ref().map(|proxy| proxy.origin().ascii_serialization()))),
                ("retry_after_scope", json!(fetch.retry_after_scope.as_str())),
                ("min_free_space", size(fetch.min_free_space)),
                ("max_backoff", duration(fetch.max_backoff)),
                ("max_wait", duration(fetch.max_wait)),
            ],
        ),
        ("server", vec![("listen", json!(server.listen)), ("public_url", json!(server.public_url))]),
        ("reload", vec![("on_change", json!(reload.on_change))]),
        (
            "retention",
            vec![("articles", duration(retention.articles)), ("matches", duration(retention.matches))],
        ),
        (
            "alerts",
            vec![
                ("group_wait", duration(alerts.group_wait)),
                ("group_interval", duration(alerts.group_interval)),
                ("breaks_quiet", breaks_quiet(alerts.breaks_quiet)),
            ],
        ),
        (
            "notices",
            vec![
                ("channels", json!(notices.channels)),
                ("feed_failures", json!(notices.health.failures)),
                ("feed_silence", notices.health.silence.map_or_else(|| json!("never"), duration)),
            ],
        ),
        (
            "log",
            vec![
                ("format", json!(log.format.as_str())),
                ("level", json!(log.level.as_str().to_ascii_lowercase())),
            ],
        ),
    ]
}

/// A watch's keys beside its name, query and channels.
pub(super) fn watch(watch: &Watch) -> Keys {
    let (rules, story) = (&watch.rules, &watch.story);
    let timezone = rules.digest.as_ref().map(Cron::timezone).or(rules.quiet.as_ref().map(Quiet::timezone));
    let again = [("lang", story.again_on_lang), ("country", story.again_on_country)];
    let again: Vec<&str> = again.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name).collect();
    vec![
        ("priority", json!(rules.priority.as_str())),
        ("group_wait", duration(rules.group_wait)),
        ("group_interval", duration(rules.group_interval)),
        ("digest", json!(rules.digest.as_ref().map(Cron::line))),
        ("quiet", json!(rules.quiet.as_ref().map(Quiet::to_string))),
        ("timezone", json!(timezone.map(Tz::name))),
        ("per_story", json!(story.per_story)),
        ("again_at_sources", json!(story.again_at_sources)),
        ("again_on", json!(again)),
        ("spike", json!(watch.spike)),
        ("silence", watch.silence.map_or(Value::Null, duration)),
    ]
}

/// A channel's keys beside its name and kind; of secrets only that there are any.
pub(super) fn channel(channel: &ChannelSettings) -> Keys {
    let rules = &channel.rules;
    let own = channel.kind.keys().into_iter().map(|(key, shown)| {
        let value = match shown {
            Shown::Text(text) => json!(text),
            Shown::List(list) => json!(list),
            Shown::Number(number) => json!(number),
            Shown::Secret => json!("***"),
            Shown::Unset => Value::Null,
        };
        (key, value)
    });
    let mut keys: Keys = own.collect();
    keys.extend([
        ("timeout", duration(channel.timeout)),
        ("limit", rules.limit.as_ref().map_or_else(|| json!("none"), |limit| json!(rate(limit)))),
        ("burst", json!(rules.limit.map(|limit| limit.burst))),
        ("quiet", json!(rules.quiet.as_ref().map(Quiet::to_string))),
        ("timezone", json!(rules.quiet.as_ref().map(|quiet| quiet.timezone().name()))),
        ("breaks_quiet", breaks_quiet(rules.breaks_quiet)),
        ("fallback", json!(rules.fallback)),
        ("fallback_after", fallback_after(rules)),
        ("template", channel.template.as_ref().map_or(Value::Null, |_| json!("…"))),
    ]);
    keys
}

/// Nothing where there is no fallback.
fn fallback_after(rules: &ChannelRules) -> Value {
    match (&rules.fallback, rules.fallback_after) {
        (None, _) => Value::Null,
        (Some(_), None) => json!("none"),
        (Some(_), Some(after)) => duration(after),
    }
}

/// As an object, every key there.
pub(super) fn object(keys: Keys) -> Map<String, Value> {
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// As text, without what is not set, in lines of about `width` characters.
pub(super) fn lines(keys: &Keys, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (key, value) in keys.iter().filter(|(_, value)| !value.is_null()) {
        let written = format!("{key} = {value}");
        match lines.last_mut() {
            Some(line) if line.chars().count() + written.chars().count() + 2 <= width => {
                line.push_str(", ");
                line.push_str(&written);
            }
            _ => lines.push(written),
        }
    }
    lines
}

fn schedule(schedule: &Schedule) -> Keys {
    let (mut every, mut cron, mut min, mut max) = (Value::Null, Value::Null, Value::Null, Value::Null);
    match schedule {
        Schedule::Every(interval) => every = duration(*interval),
        Schedule::Cron(line) => cron = json!(line.line()),
        Schedule::Adaptive { min: least, max: most } => (min, max) = (duration(*least), duration(*most)),
    }
    vec![("every", every), ("cron", cron), ("min_every", min), ("max_every", max)]
}

fn breaks_quiet(priority: Option<Priority>) -> Value {
    json!(priority.map_or("none", Priority::as_str))
}

/// `1h30m`.
fn duration(length: Duration) -> Value {
    const UNITS: [(&str, u128); 5] =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = length.as_millis();
    let mut text = String::new();
    for (unit, millis) in UNITS {
        let count = rest / millis;
        rest %= millis;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    json!(if text.is_empty() { "0s".to_owned() } else { text })
}

/// `16MiB`.
fn size(bytes: u64) -> Value {
    const UNITS: [(&str, u64); 8] = [
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
    ];
    let whole = UNITS.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit));
    let (unit, length) = whole.copied().unwrap_or(("B", 1));
    json!(format!("{}{unit}", bytes / length))
}

/// `20/h`: as many as were written, in the shortest time that holds whole ones.
fn rate(limit: &Limit) -> String {
    const UNITS: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let of = |seconds: u64| {
        let unit = Duration::from_secs(seconds);
        let count = (unit.as_secs_f64() / limit.every.as_secs_f64()).round();
        let count = (count >= 1.0).then_some(count as u32)?;
        (unit.checked_div(count) == Some(limit.every)).then_some(count)
    };
    // Of several that say the same, the one that people write: 20/h, not 480/d.
    let written = UNITS.iter().find_map(|(unit, seconds)| Some(format!("{}/{unit}", of(*seconds)?)));
    written.unwrap_or_else(|| format!("1/{}s", limit.every.as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_configuration_would() {
        let millis = |millis| duration(Duration::from_millis(millis));
        for (length, text) in [
            (millis(0), "0s"),
            (millis(250), "250ms"),
            (millis(90_000), "1m30s"),
            (millis(5_400_000), "1h30m"),
            (millis(90_061_001), "1d1h1m1s1ms"),
        ] {
            assert_eq!(length, text);
        }
        for (bytes, text) in
            [(16 << 20, "16MiB"), (8_000_000, "8MB"), (1_500, "1500B"), (1 << 41, "2TiB"), (1, "1B")]
        {
            assert_eq!(size(bytes), text);
        }
        for (every, text) in
            [(180.0, "20/h"), (12.0, "5/m"), (0.2, "5/s"), (86_400.0, "1/d"), (43_200.0, "2/d")]
        {
            assert_eq!(rate(&Limit { every: Duration::from_secs_f64(every), burst: 1 }), text);
        }
        let seven = Duration::from_secs(3_600).checked_div(7).unwrap();
        assert_eq!(rate(&Limit { every: seven, burst: 1 }), "7/h");
    }

    #[test]
    fn lines_are_not_longer_than_they_should_be() {
        let keys = vec![
            ("a", json!("x")),
            ("none", Value::Null),
            ("b", json!(["y", "z"])),
            ("long", json!("0123456789")),
        ];
        assert_eq!(lines(&keys, 24), ["a = \"x\", b = [\"y\",\"z\"]", "long = \"0123456789\""]);
    }
}
