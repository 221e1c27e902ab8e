//! What may be a secret in a text that is no TOML: its lines are shown with what is wrong with them, and
//! nobody has read yet what they mean. Only values are found, so that the rest is shown as it was written.

use std::ops::Range;

use super::kind::{KINDS, is_secret};

/// Keys of channels of every kind that are no secrets.
const PLAIN: [&str; 13] = [
    "name",
    "kind",
    "timeout",
    "timezone",
    "quiet",
    "breaks_quiet",
    "limit",
    "burst",
    "fallback",
    "fallback_after",
    "template",
    "template_file",
    "url_file",
];

/// Tables that hold no secrets but in addresses.
const OPEN_TABLES: [&str; 11] = [
    "defaults",
    "fetch",
    "server",
    "reload",
    "retention",
    "alerts",
    "notices",
    "log",
    "feed",
    "watch",
    "concept",
];

/// The bytes of `text` that may be secrets, in order: values of channels that are not known to be none, user
/// names and passwords in addresses, and what looks like the secret of a webhook.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = webhooks(text).chain(credentials(text)).collect();
    for table in tables(text) {
        if !OPEN_TABLES.contains(&table.name) {
            values(text, table.lines.clone(), &mut places);
        }
    }
    places.sort_unstable_by_key(|place| place.start);
    places
}

/// What lies between two headers of tables.
struct Table<'t> {
    name: &'t str,
    lines: Range<usize>,
}

/// The table of every header, whole or broken; what stands before the first has the name of its key.
fn tables(text: &str) -> Vec<Table<'_>> {
    let mut tables = vec![Table { name: "defaults", lines: 0..0 }];
    for (line, span) in lines(text, 0..text.len()) {
        let trimmed = line.trim_start_matches(['#', ' ', '\t']);
        let inside = trimmed.trim_start_matches('[');
        // A header, or a channel written as one value.
        if trimmed.starts_with('[') || word(trimmed) == "channel" {
            tables.push(Table { name: word(inside), lines: span.clone() });
        }
        if let Some(table) = tables.last_mut() {
            table.lines.end = span.end;
        }
    }
    tables
}

/// The values of a channel's keys, and of those of a table that may be one.
fn values(text: &str, table: Range<usize>, places: &mut Vec<Range<usize>>) {
    let is_webhook = lines(text, table.clone()).any(|(line, _)| {
        let (key, value) = assignment(line);
        key == "kind" && line.get(value).is_some_and(|value| value.contains("webhook"))
    });
    let mut end = table.start;
    for (line, span) in lines(text, table.clone()) {
        if span.start < end {
            continue;
        }
        let (key, value) = assignment(line);
        let kind_key = KINDS.iter().any(|kind| kind.keys.contains(&key) && !kind.secrets.contains(&key));
        let is_plain =
            PLAIN.contains(&key) || if key == "url" { is_webhook } else { kind_key && !is_secret(key) };
        let start = span.start + value.start;
        let value = written(&text[start..table.end], start);
        if !is_plain && !key.is_empty() {
            places.push(value.shown.clone());
        }
        end = value.end.max(span.start);
    }
}

/// A value, where it stands and where it ends.
struct Written {
    /// Without quotes.
    shown: Range<usize>,
    end: usize,
}

/// The value that `rest`, which begins at `start`, begins with. A string that is never closed ends with its
/// line, or with the table where it may have several.
fn written(rest: &str, start: usize) -> Written {
    let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    for quotes in ["\"\"\"", "'''"] {
        if let Some(inside) = rest.strip_prefix(quotes) {
            let begin = start + quotes.len();
            return match inside.find(quotes) {
                Some(length) => Written { shown: begin..begin + length, end: begin + length + quotes.len() },
                None => Written { shown: begin..start + rest.len(), end: start },
            };
        }
    }
    for quote in ['"', '\''] {
        if let Some(inside) = rest[..line_end].strip_prefix(quote) {
            let begin = start + 1;
            let length = closing(inside, quote).unwrap_or(inside.len());
            return Written { shown: begin..begin + length, end: begin + length };
        }
    }
    if rest.starts_with('[') {
        // The secrets of a list stand on lines of their own, too.
        let length = rest.find(']').unwrap_or(line_end);
        return Written { shown: start + 1..(start + length).max(start + 1), end: start + length };
    }
    Written { shown: start..start + rest[..line_end].trim_end().len(), end: start + line_end }
}

/// Where the quote that closes a string stands in `inside`.
fn closing(inside: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        if c == quote && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    None
}

/// The key that `line` sets, and where its value stands in it; with or without the sign between them.
fn assignment(line: &str) -> (&str, Range<usize>) {
    let begin = line.len() - line.trim_start_matches(['#', ' ', '\t', '{', ',']).len();
    let key = word(&line[begin..]);
    let after = begin + line[begin..].find(key).unwrap_or(0) + key.len();
    let value = line[after..].trim_start_matches([' ', '\t', '=', ':']);
    // The quote of a quoted key.
    let value = if line[begin..].starts_with(['"', '\'']) {
        value.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t', '=', ':'])
    } else {
        value
    };
    (key, line.len() - value.len()..line.len())
}

/// The word that `text` begins with, in quotes or not.
fn word(text: &str) -> &str {
    let text = text.trim_start_matches(['"', '\'', ' ']);
    let end = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(text.len());
    &text[..end]
}

fn lines(text: &str, of: Range<usize>) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut start = of.start;
    text[of].split_inclusive('\n').map(move |line| {
        let span = start..start + line.len();
        start = span.end;
        (line.trim_end_matches(['\n', '\r']), span)
    })
}

/// Secrets of webhooks, wherever they stand.
fn webhooks(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("whsec_").map(|(at, _)| {
        let length = text[at..].find(|c: char| !c.is_ascii_alphanumeric() && !"_+/=-".contains(c));
        at..length.map_or(text.len(), |length| at + length)
    })
}

/// User names and passwords of addresses.
fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, scheme)| {
        let start = at + scheme.len();
        let rest = &text[start..];
        let host = &rest[..rest.find(['/', '?', '#', '"', '\'', '\n', ' ']).unwrap_or(rest.len())];
        Some(start..start + host.rfind('@')?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws what is found with an asterisk a byte.
    fn check(text: &str, shown: &str) {
        let mut drawn = text.as_bytes().to_vec();
        for byte in places(text).into_iter().flatten() {
            if drawn[byte] != b'\n' {
                drawn[byte] = b'*';
            }
        }
        assert_eq!(String::from_utf8_lossy(&drawn), shown, "{text}");
    }

    #[test]
    fn values_of_secrets_are_found_and_nothing_else() {
        for (text, shown) in [
            ("[fetch]\ntimeout = 5s\n", "[fetch]\ntimeout = 5s\n"),
            ("[[feed]]\nurl = \"https://hook.example/x\n", "[[feed]]\nurl = \"https://hook.example/x\n"),
            ("[[feed]]\nurl = \"http://me:pw@e.org/a@b\"", "[[feed]]\nurl = \"http://*****@e.org/a@b\""),
            ("[[watch]]\nquery = \"token = topic\n", "[[watch]]\nquery = \"token = topic\n"),
            ("[[channel]]\nsecret = \"abc\n", "[[channel]]\nsecret = \"***\n"),
            ("[[channel]]\npassword = 'abc' # it\n", "[[channel]]\npassword = '***' # it\n"),
            ("[[channel]]\ntoken \"abc\"\n", "[[channel]]\ntoken \"***\"\n"),
            ("[[channel]]\ntoken: abc def\n", "[[channel]]\ntoken: *******\n"),
            ("[[channel]]\ntokn = abc\nname = desk\n", "[[channel]]\ntokn = ***\nname = desk\n"),
            ("[[channel]]\n\"token\" = \"a\\\"bc\"\n", "[[channel]]\n\"token\" = \"*****\"\n"),
            ("[[channel]]\nurl = \"https://e.org/x\n", "[[channel]]\nurl = \"***************\n"),
            (
                "[[channel]]\nkind = \"webhook\nurl = \"https://e.org/x\"\n",
                "[[channel]]\nkind = \"webhook\nurl = \"https://e.org/x\"\n",
            ),
            ("[[channel\ntopic = \"abc\"\n", "[[channel\ntopic = \"***\"\n"),
            ("[chanel]]\ntopic = \"abc\"\n", "[chanel]]\ntopic = \"***\"\n"),
            (
                "[[channel]]\ntoken = '''\nab\nc'''\nchat = -1\n",
                "[[channel]]\ntoken = '''\n**\n*'''\nchat = -1\n",
            ),
            (
                "[[channel]]\ntemplate = '''\nname: x\ntoken = abc\n",
                "[[channel]]\ntemplate = '''\nname: x\ntoken = ***\n",
            ),
            ("[[channel]]\nto = [\"a@e.org\"]\nsmtp = 1", "[[channel]]\nto = [\"a@e.org\"]\nsmtp = 1"),
            ("[[channel]]\nsecret = [\n\"a\",\n\"b\"]\n", "[[channel]]\nsecret = [\n****\n***]\n"),
            ("[[channel]]\n# token = \"abc\"\n", "[[channel]]\n# token = \"***\"\n"),
            ("channel = [{ token = \"abc\" }]\n[log]\n", "channel = [*****************]\n[log]\n"),
            ("whsec_abc+/= and more", "************ and more"),
            ("", ""),
        ] {
            check(text, shown);
        }
    }
}
