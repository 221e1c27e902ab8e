//! What a site's robots.txt says of us (RFC 9309). Pure and bounded; linear in the length of a rule and a path.

use memchr::memmem;
use url::Url;

/// What is read of a file, in bytes; crawlers must read half a megabyte (RFC 9309, section 2.5).
pub(super) const MAX_BYTES: usize = 512 << 10;
/// Rules beyond these are not kept.
const MAX_RULES: usize = 5_000;
/// Longer patterns are not kept, in bytes.
const MAX_PATTERN: usize = 2_048;

/// The rules that hold for us at one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Robots {
    rules: Vec<Rule>,
    /// Whether nothing may be fetched, whatever the rules.
    closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allows: bool,
    /// Escaped as paths are.
    pattern: String,
}

impl Robots {
    /// Everything is allowed: there is no file.
    pub(super) fn open() -> Self {
        Self::default()
    }

    /// Nothing is: whether there is a file cannot be told.
    pub(super) fn closed() -> Self {
        Self { closed: true, ..Self::default() }
    }

    /// Reads the file `body` for the crawler that calls itself one of `names`, product tokens such as
    /// `feedwatch`. The groups of its names hold together; without any, those for everybody do.
    pub(super) fn parse(body: &[u8], names: &[&str]) -> Self {
        let body = body.get(..MAX_BYTES).unwrap_or(body);
        let text = String::from_utf8_lossy(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body));
        let (mut ours, mut everybodys) = (None, Vec::new());
        // Whom the group at hand is for, and whether its rules have begun.
        let (mut for_us, mut for_all, mut in_rules) = (false, false, false);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if std::mem::take(&mut in_rules) {
                        (for_us, for_all) = (false, false);
                    }
                    let token = product(value);
                    for_all |= value == "*";
                    if names.iter().any(|name| !token.is_empty() && name.eq_ignore_ascii_case(token)) {
                        for_us = true;
                        ours.get_or_insert_with(Vec::new);
                    }
                }
                "allow" | "disallow" => {
                    in_rules = true;
                    let rule = Rule { allows: key == "allow", pattern: escaped(value) };
                    // An empty rule matches nothing.
                    if value.is_empty() || rule.pattern.len() > MAX_PATTERN {
                        continue;
                    }
                    if for_us && let Some(ours) = ours.as_mut().filter(|ours| ours.len() < MAX_RULES) {
                        ours.push(rule.clone());
                    }
                    if for_all && everybodys.len() < MAX_RULES {
                        everybodys.push(rule);
                    }
                }
                _ => {}
            }
        }
        Self { rules: ours.unwrap_or(everybodys), closed: false }
    }

    /// Whether `url` may be fetched: the longest pattern that fits decides, and of two the one that allows.
    pub(super) fn allows(&self, url: &Url) -> bool {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let path = escaped(path);
        if path == "/robots.txt" {
            return true;
        }
        let fitting = self.rules.iter().filter(|rule| fits(&rule.pattern, &path));
        let decisive = fitting.max_by_key(|rule| (rule.pattern.len(), rule.allows));
        !self.closed && decisive.is_none_or(|rule| rule.allows)
    }
}

/// The product token that `user_agent` begins with.
pub(super) fn product(user_agent: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    user_agent.split(|c| !is_part(c)).next().unwrap_or_default()
}

/// Whether `path` begins with `pattern`, in which `*` stands for anything and a `$` at the end for the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !to_the_end || rest.is_empty();
    }
    // Each piece at its first place leaves the most room for the next ones.
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() && to_the_end {
            return rest.ends_with(piece);
        }
        match memmem::find(rest.as_bytes(), piece.as_bytes()) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// A path or a pattern in one of the spellings that RFC 9309, section 2.2.2, has compare as equal: other than
/// ASCII is escaped, what needs no escape is not, and escapes are in capitals.
fn escaped(path: &str) -> String {
    let bytes = path.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = String::with_capacity(path.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let escape = if byte == b'%' { hex(at + 1).zip(hex(at + 2)) } else { None };
        let meant = escape.map_or(byte, |(high, low)| (high * 16 + low) as u8);
        let unreserved = meant.is_ascii_alphanumeric() || matches!(meant, b'-' | b'.' | b'_' | b'~');
        match escape {
            Some(_) if unreserved => out.push(char::from(meant)),
            None if byte.is_ascii() && byte > b' ' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{meant:02X}")),
        }
        at += if escape.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(robots: &str, path: &str, expected: bool) {
        let url = Url::parse("https://example.org").unwrap().join(path).unwrap();
        let robots = Robots::parse(robots.as_bytes(), &["feedwatch"]);
        assert_eq!(robots.allows(&url), expected, "{path}: {robots:?}");
    }

    #[test]
    fn the_group_of_our_name_holds_else_everybodys() {
        let robots = "Disallow: /before\nUser-agent: *\nDisallow: /\nAllow: /open\n\nuser-agent: Other\n\
            User-Agent: FeedWatch/9.9 (x)\nDisallow: /private # not this\nSitemap: https://example.org/s\n\
            user-agent: feedwatch\ndisallow: /more\n";
        for (path, expected) in
            [("/news", true), ("/private/1", false), ("/more", false), ("/open", true), ("/before", true)]
        {
            check(robots, path, expected);
        }
        let others = robots.replace("FeedWatch", "Feed").replace("feedwatch", "feedwatchers");
        for (path, expected) in [("/news", false), ("/open/1", true), ("/robots.txt", true)] {
            check(&others, path, expected);
        }
        check("User-agent: feedwatch\nDisallow:\n\nUser-agent: *\nDisallow: /", "/news", true);
        check("User-agent: feedwatch\n\nUser-agent: *\nDisallow: /", "/news", false);
    }

    #[test]
    fn the_longest_pattern_decides_and_allows_in_doubt() {
        for (rules, path, expected) in [
            ("Disallow: /a\nAllow: /a/b", "/a/b/c", true),
            ("Allow: /a\nDisallow: /a/b", "/a/b/c", false),
            ("Disallow: /a\nAllow: /a", "/a", true),
            ("Disallow: /*.pdf$", "/x/y.pdf", false),
            ("Disallow: /*.pdf$", "/x/y.pdf?z", true),
            ("Disallow: /x$", "/x", false),
            ("Disallow: /x$", "/x/", true),
            ("Disallow: *?print=", "/x?print=1", false),
            ("Disallow: /*/amp/*/end$", "/1/amp/2/end", false),
            ("Disallow: /*/amp/*/end$", "/1/amp/2/end/", true),
            ("Disallow: /новости", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", false),
            ("Disallow: /a%2d%7eb", "/a-~b", false),
            ("Disallow: /a%2Fb", "/a/b", true),
            ("Disallow: /", "/", false),
            ("Disallow", "/", true),
        ] {
            check(&format!("\u{feff}User-agent: *\r{rules}\r\n"), path, expected);
        }
    }

    #[test]
    fn a_hostile_file_is_read_in_linear_time() {
        let stars = format!("User-agent: *\nDisallow: /{}$", "*a".repeat(1_000));
        let path = format!("/{}b", "a".repeat(4_000));
        check(&format!("{stars}\n").repeat(100), &path, true);
        check(&"User-agent: *\nDisallow: /a\n".repeat(100_000), "/a", false);
        check(&format!("User-agent: *\nDisallow: /{}", "a".repeat(1 << 20)), "/a", true);
        assert!(!Robots::closed().allows(&"https://example.org/".parse().unwrap()));
        assert!(
            Robots::parse(&[0xff; 1_000], &["feedwatch"]).allows(&"https://example.org/".parse().unwrap())
        );
    }
}
