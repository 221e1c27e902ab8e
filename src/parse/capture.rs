//! The text of one element while the lenient reader goes through it, with any markup inside.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::draft::{Meaning, meaning};
use super::element::Element;
use super::feed::{Text, TextKind};
use super::names::{Ns, split};

/// What a captured text is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// A field of the entry at hand, and its rank.
    Entry((Meaning, u8)),
    /// The feed's title.
    FeedTitle,
    /// The feed's site.
    FeedLink,
    /// The feed's language.
    FeedLang,
    /// A hint for those who poll.
    Hint,
}

/// A text element that is being read.
pub(super) struct Capture {
    /// The element's qualified name.
    pub(super) name: String,
    pub(super) target: Target,
    /// How deep the element stands.
    pub(super) depth: usize,
    /// The element's own base, if it has one.
    pub(super) base: Option<url::Url>,
    ns: Ns,
    media_type: Option<String>,
    mode: Option<String>,
    /// Inner elements of the same name that are open.
    nested: usize,
    /// Inner elements of any name that are open.
    inner: usize,
    has_markup: bool,
    text: String,
    person: Person,
}

/// The parts of an author in Atom.
#[derive(Default)]
struct Person {
    part: Option<Part>,
    name: String,
    email: String,
}

#[derive(Clone, Copy)]
enum Part {
    Name,
    Email,
    Other,
}

impl Capture {
    /// Begins to read the text of `tag`.
    pub(super) fn new(tag: &Element, target: Target, depth: usize, base: Option<url::Url>, ns: Ns) -> Self {
        Self {
            name: tag.name().to_owned(),
            target,
            depth,
            base,
            ns,
            media_type: tag.get("type").map(|kind| kind.trim().to_ascii_lowercase()),
            mode: tag.get("mode").map(|mode| mode.trim().to_ascii_lowercase()),
            nested: 0,
            inner: 0,
            has_markup: false,
            text: String::new(),
            person: Person::default(),
        }
    }

    /// Whether the start of another field shows that this one's end tag is missing. Fields without markup
    /// end where another begins; texts where one begins that HTML has no element for, and no element inside
    /// the text is open.
    pub(super) fn is_ended_by(&self, ns: Ns, local: &str, tag: &Element) -> bool {
        let Some((meant, _)) = meaning(ns, local) else { return false };
        match self.target {
            Target::Entry((Meaning::Title | Meaning::Summary | Meaning::Content, _)) => {
                self.inner == 0 && !self.is_xhtml() && !is_html(meant, local, tag)
            }
            Target::Entry((Meaning::Author, _)) | Target::FeedTitle => false,
            Target::Entry(_) | Target::FeedLink | Target::FeedLang | Target::Hint => true,
        }
    }

    /// Takes a start tag inside.
    pub(super) fn start(&mut self, tag: &Element, local: &str, empty: bool) {
        if self.is_person() {
            self.person.part = (!empty).then_some(match local {
                "name" => Part::Name,
                "email" => Part::Email,
                _ => Part::Other,
            });
            return;
        }
        self.has_markup = true;
        if tag.name() == self.name && !empty {
            self.nested += 1;
        }
        self.inner += usize::from(!empty && !is_void(local));
        self.text.push('<');
        self.text.push_str(tag.name());
        self.text.push('>');
    }

    /// Takes an end tag; tells whether it ends this element.
    pub(super) fn end(&mut self, name: &str) -> bool {
        if name == self.name {
            if self.nested == 0 {
                return true;
            }
            self.nested -= 1;
        }
        if self.is_person() {
            self.person.part = None;
        } else {
            self.inner = self.inner.saturating_sub(usize::from(!is_void(split(name).1)));
            self.text.push_str("</");
            self.text.push_str(name);
            self.text.push('>');
        }
        false
    }

    /// Takes text.
    pub(super) fn text(&mut self, text: &str) {
        match self.person.part {
            Some(Part::Name) => self.person.name.push_str(text),
            Some(Part::Email) => self.person.email.push_str(text),
            Some(Part::Other) => {}
            None if self.is_xhtml() => self.text.push_str(&quick_xml::escape::minimal_escape(text)),
            None => self.text.push_str(text),
        }
    }

    /// The text as it is to be read.
    pub(super) fn finish(self) -> Text {
        if self.is_person() {
            let parts = [self.person.name, self.text, self.person.email];
            return Text::plain(parts.into_iter().find(|part| !part.trim().is_empty()).unwrap_or_default());
        }
        if let Some(decoded) = self.base64_decoded() {
            return Text::html(decoded);
        }
        let plain = !self.has_markup
            && match self.media_type.as_deref() {
                Some("text" | "text/plain") => true,
                None => self.ns == Ns::Atom && self.mode.as_deref() != Some("escaped"),
                Some(_) => false,
            };
        let value = self.text.trim().to_owned();
        Text { value, kind: if plain { TextKind::Plain } else { TextKind::Html } }
    }

    fn is_person(&self) -> bool {
        matches!(self.target, Target::Entry((Meaning::Author, _)))
    }

    fn is_xhtml(&self) -> bool {
        self.media_type.as_deref().is_some_and(|kind| kind.contains("xhtml"))
            && self.mode.as_deref() != Some("escaped")
    }

    /// Base64, where it is declared (Atom 0.3) or implied by a type that is no text (Atom 1.0).
    fn base64_decoded(&self) -> Option<String> {
        let declared = self.mode.as_deref() == Some("base64");
        let implied = self.ns == Ns::Atom
            && self.media_type.as_deref().is_some_and(|kind| {
                kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml")
            });
        if !(declared || implied) || self.has_markup {
            return None;
        }
        let compact: String = self.text.split_whitespace().collect();
        String::from_utf8(BASE64_STANDARD.decode(compact).ok()?).ok()
    }
}

/// Whether an element of this name may be markup of a text: HTML has `<title>`, `<summary>`, `<body>`, and
/// links to style sheets.
fn is_html(meant: Meaning, local: &str, tag: &Element) -> bool {
    match meant {
        Meaning::Title | Meaning::Summary | Meaning::Content => {
            !matches!(local, "description" | "encoded" | "content")
        }
        Meaning::Link => {
            tag.get("rel").is_some_and(|rel| !matches!(rel, "alternate" | "self" | "replies" | "edit"))
        }
        Meaning::Guid | Meaning::Author | Meaning::Category | Meaning::Published | Meaning::Updated => false,
    }
}

/// Elements of HTML that need no end tag.
fn is_void(local: &str) -> bool {
    matches!(local, "br" | "hr" | "img" | "wbr" | "input" | "source" | "embed" | "link" | "meta" | "p" | "li")
}
