//! Bytes → entries: decode, mend, survey, read; leniently where feed-rs cannot. The only user of
//! feed_rs; survives whatever it is given, in time and space linear in the size of the body.
//!
//! ```text
//! bytes ─ decode ─► text ┬ json ──────────────────────────────────────────────► entries
//!                        └ mend ─► survey ┬ sound ─► read (feed-rs) ┬─ whole ─►
//!                                         └ unsound ─► lenient ◄────┘─ not whole
//! ```
//!
//! Every step notes in the [`Report`] what it had to mend. Parsing is synchronous and may take long
//! for a large body: call it off the asynchronous threads. It never fetches anything, and expands no
//! entity but characters and short texts.

mod capture;
mod dates;
mod decode;
mod discover;
mod draft;
mod element;
mod error;
mod feed;
mod hints;
mod json;
mod lenient;
mod mend;
mod names;
mod read;
mod repair;
mod sniff;
mod survey;
pub(crate) mod tokens;

pub use discover::{Alternate, feed_links, is_feed_type};
pub use error::ParseError;
pub use feed::{Entry, Format, Hints, ParsedFeed, Report, Text, TextKind};
pub use repair::Repair;

use std::borrow::Cow;

use sniff::Kind;
use survey::Survey;
use url::Url;

/// Where a body came from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// The address that relative links refer to: `Content-Location`, else where the body was found.
    pub url: &'a str,
}

/// What a feed may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The part of the body that is read, in bytes.
    pub max_bytes: usize,
    /// Entries beyond these are dropped, and the feed flagged as truncated.
    pub max_entries: usize,
    /// Elements nested deeper make the document unfit for feed-rs.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_entries: 5_000, max_depth: 64 }
    }
}

/// Reads a feed. A feed with entry tags of which none can be read is an error; a feed without any is not.
pub fn parse(body: &[u8], source: &Source<'_>, limits: &Limits) -> Result<ParsedFeed, ParseError> {
    let mut report = Report { truncated: body.len() > limits.max_bytes, ..Report::default() };
    let body = body.get(..limits.max_bytes).unwrap_or(body);
    let text = decode::decode(body, source.content_type, &mut report);
    let base = Url::parse(source.url).ok();
    match sniff::sniff(&text)? {
        Kind::Json => json::read(sniff::trimmed(&text), base.as_ref(), limits, report),
        Kind::Markup => markup(&text, base.as_ref(), limits, report),
    }
}

fn markup(
    text: &str,
    base: Option<&Url>,
    limits: &Limits,
    mut report: Report,
) -> Result<ParsedFeed, ParseError> {
    let mut xml = mend::mend(text, &mut report);
    let strict = survey::survey(&xml, base, limits).and_then(|survey| {
        if let Some((at, closing)) = &survey.cut {
            let kept = xml.get(..*at).unwrap_or_default();
            xml = Cow::Owned(format!("{kept}{closing}"));
        }
        sound(survey, &xml, base, &report)
    });
    match strict {
        Ok(feed) => Ok(feed),
        Err(reason) => leniently(text, &xml, base, limits, report, reason),
    }
}

/// The text of a page in whatever encoding it is; besides what a feed may say, its `<meta>` may name one.
/// What cannot be decoded becomes U+FFFD.
pub fn decode_page(body: &[u8], content_type: Option<&str>) -> String {
    decode::decode_page(body, content_type).into_owned()
}

/// The text of `body` in whatever encoding it is, for documents of XML that are no feeds. What cannot be
/// decoded becomes U+FFFD.
pub fn decode_text(body: &[u8]) -> String {
    decode::decode(body, None, &mut Report::default()).into_owned()
}

/// Both readings of a sound document, for tests that they agree; `None` for one that is not sound.
#[cfg(test)]
pub(crate) fn both(body: &[u8], source: &Source<'_>) -> Option<[ParsedFeed; 2]> {
    let limits = Limits::default();
    let mut report = Report::default();
    let text = decode::decode(body, source.content_type, &mut report);
    let xml = mend::mend(&text, &mut report);
    let base = Url::parse(source.url).ok();
    let survey = survey::survey(&xml, base.as_ref(), &limits).ok()?;
    let strict = sound(survey, &xml, base.as_ref(), &report).ok()?;
    Some([strict, leniently(&xml, &xml, base.as_ref(), &limits, report, String::new()).ok()?])
}

/// Reads a sound document; `Err` says why the result is not whole.
fn sound(survey: Survey, xml: &str, base: Option<&Url>, report: &Report) -> Result<ParsedFeed, String> {
    let reading = read::read(xml, base.map(Url::as_str), survey.format)?;
    if reading.entries.len() != survey.extras.len() {
        return Err(format!("feed-rs read {} of {} entries", reading.entries.len(), survey.extras.len()));
    }
    let entries = reading.entries.into_iter().zip(survey.extras);
    let mut report = report.clone();
    report.truncated |= survey.cut.is_some();
    Ok(ParsedFeed {
        format: survey.format,
        title: reading.title,
        lang: reading.lang.or(survey.lang),
        link: reading.link,
        entries: entries.map(|(entry, extra)| extra.complete(entry)).collect(),
        hints: survey.hints,
        report,
    })
}

fn leniently(
    text: &str,
    xml: &str,
    base: Option<&Url>,
    limits: &Limits,
    mut report: Report,
    reason: String,
) -> Result<ParsedFeed, ParseError> {
    let reading = lenient::read(xml, base, limits);
    let Some(format) = reading.format else {
        return Err(sniff::no_feed(text, reading.root.as_deref()));
    };
    if reading.entries.is_empty() && reading.tags > 0 {
        return Err(ParseError::NoEntries { tags: reading.tags, reason });
    }
    report.truncated |= reading.truncated;
    report.note(Repair::Lenient { reason, entries: reading.entries.len() });
    Ok(ParsedFeed {
        format,
        title: reading.title,
        lang: reading.lang,
        link: reading.link,
        entries: reading.entries,
        hints: reading.hints,
        report,
    })
}

/// `href` as an absolute address, where `base` is known; as it is where it makes none.
fn absolute(href: &str, base: Option<&Url>) -> String {
    let href = href.trim();
    let url = match Url::parse(href) {
        Err(url::ParseError::RelativeUrlWithoutBase) => base.and_then(|base| base.join(href).ok()),
        parsed => parsed.ok(),
    };
    url.map_or_else(|| href.to_owned(), String::from)
}

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod formats;

#[cfg(test)]
mod mutated;

#[cfg(test)]
mod variants;
