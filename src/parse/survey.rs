//! One pass with quick-xml over a document before feed-rs sees it: is it sound, that is, something that
//! feed-rs reads whole and rightly and survives? And what does it say that feed-rs does not pass on?
//!
//! Bounds depth, attributes and namespaces, since feed-rs recurses on nested media groups and compares
//! attributes pairwise, and finds where to cut a document of too many entries. Keeps no tree.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::draft::{Draft, Meaning, meaning};
use super::error::shorten;
use super::feed::{Format, Hints, Text};
use super::hints::HintReader;
use super::names::{Ns, split};
use super::{Limits, draft::link_rank};
use crate::model::Lang;

/// More attributes than this on one element are not sound.
const MAX_ATTRIBUTES: usize = 64;
/// More namespaces than this in scope are not sound.
const MAX_NAMESPACES: usize = 256;
/// A longer `xml:base` is not sound: feed-rs copies it for every element.
const MAX_BASE_BYTES: usize = 2048;

/// What a sound document holds besides what feed-rs reads.
pub(super) struct Survey {
    /// Which of feed-rs's readers takes it.
    pub(super) format: Format,
    /// What feed-rs does not pass on of each entry, in document order.
    pub(super) extras: Vec<Draft>,
    /// What the feed asks of those who poll it.
    pub(super) hints: Hints,
    /// The language declared on the root.
    pub(super) lang: Option<Lang>,
    /// Where the document was cut for its many entries: the part to keep, and the tags that close it.
    pub(super) cut: Option<(usize, String)>,
}

/// Looks through `xml`, found at `base`; `Err` says why it is not sound.
pub(super) fn survey(xml: &str, base: Option<&url::Url>, limits: &Limits) -> Result<Survey, String> {
    let mut surveyor = Surveyor::new(base, limits);
    let mut reader = Reader::from_str(xml);
    loop {
        let before = reader.buffer_position();
        let event = reader.read_event().map_err(|error| shorten(&error.to_string(), 120))?;
        match event {
            Event::Start(tag) => surveyor.start(&tag, false)?,
            Event::Empty(tag) => surveyor.start(&tag, true)?,
            Event::End(_) => surveyor.end(),
            Event::Text(text) => surveyor.text(&text),
            Event::CData(text) => surveyor.text(&text),
            Event::GeneralRef(reference) => {
                let c = reference.resolve_char_ref().map_err(|error| shorten(&error.to_string(), 120))?;
                match c {
                    Some(c) => surveyor.text(c.encode_utf8(&mut [0; 4])),
                    None => {
                        surveyor.text(quick_xml::escape::resolve_xml_entity(&reference).unwrap_or_default())
                    }
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
        if surveyor.extras.len() > limits.max_entries {
            let at = usize::try_from(before).unwrap_or(xml.len());
            return surveyor.finish(Some(at));
        }
    }
    surveyor.finish(None)
}

struct Open {
    name: String,
    ns: Ns,
    /// How many namespaces were in scope outside.
    namespaces: usize,
}

struct Surveyor<'a> {
    base: Option<&'a url::Url>,
    limits: &'a Limits,
    open: Vec<Open>,
    /// Prefixes in scope; the empty one is the default.
    namespaces: Vec<(String, Ns)>,
    format: Option<Format>,
    /// The depth of an entry's element: 1 for the root.
    entry_depth: usize,
    in_entry: bool,
    /// The depth of a text element that feed-rs reads only up to its first child.
    flat_text: Option<usize>,
    /// What is being listened to, and where.
    listening: Option<(usize, Listen)>,
    heard: String,
    extras: Vec<Draft>,
    /// Tags that look like entries of another vocabulary.
    others: usize,
    hints: HintReader,
    lang: Option<Lang>,
}

#[derive(Clone, Copy)]
enum Listen {
    Hint,
    Extra((Meaning, u8)),
}

impl<'a> Surveyor<'a> {
    fn new(base: Option<&'a url::Url>, limits: &'a Limits) -> Self {
        Self {
            base,
            limits,
            open: Vec::new(),
            namespaces: Vec::new(),
            format: None,
            entry_depth: 0,
            in_entry: false,
            flat_text: None,
            listening: None,
            heard: String::new(),
            extras: Vec::new(),
            others: 0,
            hints: HintReader::default(),
            lang: None,
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, empty: bool) -> Result<(), String> {
        let depth = self.open.len() + 1;
        if depth > self.limits.max_depth {
            return Err(format!("elements are nested deeper than {}", self.limits.max_depth));
        }
        if self.flat_text.is_some() {
            return Err("markup inside a text element".to_owned());
        }
        let outside = self.namespaces.len();
        let mut attributes = Attributes::read(tag, &mut self.namespaces)?;
        let name = tag.name();
        let (prefix, local) = split(name.as_ref());
        let ns = self.resolve(prefix)?;
        let local = lower_case(local);
        attributes.name_has_capitals = matches!(local, Cow::Owned(_));
        match depth {
            1 => self.root(ns, &local, &attributes)?,
            _ if matches!(&*local, "item" | "entry") => self.entry(ns, depth, &attributes)?,
            _ => self.field(ns, &local, depth, &attributes)?,
        }
        if empty {
            self.namespaces.truncate(outside);
            self.close(depth);
        } else {
            self.open.push(Open { name: name.as_ref().to_owned(), ns, namespaces: outside });
        }
        Ok(())
    }

    fn resolve(&self, prefix: &str) -> Result<Ns, String> {
        match self.namespaces.iter().rev().find(|(known, _)| known == prefix) {
            Some((_, ns)) => Ok(*ns),
            None if prefix.is_empty() => Ok(match self.format {
                Some(Format::Atom) => Ns::Atom,
                _ => Ns::Rss,
            }),
            None if prefix == "xml" => Ok(Ns::Other),
            None => Err(format!("the namespace prefix {:?} is not declared", shorten(prefix, 20))),
        }
    }

    fn root(&mut self, ns: Ns, local: &str, attributes: &Attributes) -> Result<(), String> {
        let declared = self.namespaces.iter().find(|(prefix, _)| prefix.is_empty()).map(|(_, ns)| *ns);
        let version = attributes.version.as_deref();
        self.lang = attributes.lang.as_deref().and_then(Lang::parse);
        (self.format, self.entry_depth) = match (local, version) {
            ("rss", Some("2.0" | "0.91" | "0.92" | "")) if declared.is_none() && ns == Ns::Rss => {
                (Some(Format::Rss), 3)
            }
            ("rss", _) => return Err("the version of RSS is missing or unknown".to_owned()),
            ("rdf", _) if ns == Ns::Rdf && attributes.rss1 => (Some(Format::Rdf), 2),
            ("feed", _) if attributes.atom1 => (Some(Format::Atom), 2),
            ("feed" | "rdf", _) => return Err("an older or unknown form of the format".to_owned()),
            _ => return Err(format!("the root element is <{}>", shorten(local, 40))),
        };
        Ok(())
    }

    fn entry(&mut self, ns: Ns, depth: usize, attributes: &Attributes) -> Result<(), String> {
        let expected = if self.format == Some(Format::Atom) { Ns::Atom } else { Ns::Rss };
        let parent = self.open.last().map(|open| split(&open.name).1);
        let under_channel = self.format != Some(Format::Rss) || parent == Some("channel");
        if depth != self.entry_depth || ns != expected || !under_channel {
            // An entry inside an entry's content, or a list of another vocabulary.
            if self.in_entry || ns == Ns::Other {
                self.others += usize::from(!self.in_entry);
                return Ok(());
            }
            return Err("entries stand where they do not belong".to_owned());
        }
        self.in_entry = true;
        let mut draft = Draft::default();
        if let Some(about) = &attributes.about {
            draft.about(about);
        }
        if let Some(lang) = &attributes.lang {
            draft.lang(lang);
        }
        self.extras.push(draft);
        Ok(())
    }

    fn field(&mut self, ns: Ns, local: &str, depth: usize, attributes: &Attributes) -> Result<(), String> {
        let atom = self.format == Some(Format::Atom);
        if self.in_entry && depth > self.entry_depth {
            let Some(meant) = meaning(ns, local) else { return Ok(()) };
            if let Some(draft) = self.extras.last_mut() {
                if meant.0 == Meaning::Guid
                    && let Some(permanent) = &attributes.permanent
                {
                    draft.permanent(permanent);
                }
                if meant.0 == Meaning::Link
                    && !atom
                    && let Some(href) = &attributes.href
                    && let Some(rank) = link_rank(attributes.rel.as_deref(), attributes.media_type.as_deref())
                {
                    draft.link(rank + u8::from(ns == Ns::Atom), &super::absolute(href, self.base));
                }
            }
            if ns == Ns::Media && self.listening.is_none() {
                self.listening = Some((depth, Listen::Extra(meant)));
            }
            if depth != self.entry_depth + 1 {
                return Ok(());
            }
            if ns == Ns::Xhtml {
                return Err("an entry holds XHTML of its own".to_owned());
            }
            if self.reads(ns, local) {
                if !is_date(meant.0) && attributes.name_has_capitals {
                    return Err("names of elements in capitals".to_owned());
                }
                if atom {
                    attributes.check_atom_type(meant.0)?;
                }
                let container = atom && matches!(meant.0, Meaning::Author);
                let nested = atom && attributes.media_type.as_deref() == Some("xhtml");
                self.flat_text = (!container && !nested).then_some(depth);
            }
            if !self.reads(ns, local) && ns != Ns::Media || is_date(meant.0) {
                if meant.0 == Meaning::Content
                    && let (Some(draft), Some(lang)) = (self.extras.last_mut(), &attributes.lang)
                {
                    draft.lang(lang);
                }
                self.listening = Some((depth, Listen::Extra(meant)));
            }
        } else if !self.in_entry {
            if ns == Ns::Atom && local == "link" {
                let rel = attributes.rel.as_deref().unwrap_or_default();
                self.hints.link(rel, attributes.href.as_deref().unwrap_or_default());
            }
            if HintReader::wants(ns, local) {
                self.listening = Some((depth, Listen::Hint));
            }
            if depth == self.entry_depth && matches!(local, "title") && ns != Ns::Other {
                if atom {
                    attributes.check_atom_type(Meaning::Title)?;
                }
                let nested = atom && attributes.media_type.as_deref() == Some("xhtml");
                self.flat_text = (!nested).then_some(depth);
            }
        }
        Ok(())
    }

    /// Whether feed-rs reads this element of an entry.
    fn reads(&self, ns: Ns, local: &str) -> bool {
        match self.format {
            Some(Format::Atom) => {
                ns == Ns::Atom
                    && matches!(
                        local,
                        "id" | "title"
                            | "updated"
                            | "author"
                            | "content"
                            | "summary"
                            | "published"
                            | "pubdate"
                    )
            }
            Some(Format::Rdf) => match ns {
                Ns::Rss => matches!(local, "title" | "link" | "description"),
                Ns::Content => local == "encoded",
                Ns::Dc => matches!(local, "creator" | "date" | "description"),
                _ => false,
            },
            _ => match ns {
                Ns::Rss => matches!(
                    local,
                    "title" | "link" | "description" | "author" | "category" | "guid" | "pubdate" | "updated"
                ),
                Ns::Content => local == "encoded",
                Ns::Dc => matches!(local, "creator"),
                _ => false,
            },
        }
    }

    fn text(&mut self, text: &str) {
        if self.listening.is_some() {
            self.heard.push_str(text);
        }
    }

    fn end(&mut self) {
        let depth = self.open.len();
        if let Some(open) = self.open.pop() {
            self.namespaces.truncate(open.namespaces);
            if let Some((at, listen)) = self.listening
                && at == depth
            {
                let local = lower_case(split(&open.name).1);
                self.hear(listen, &local, &open);
            }
        }
        self.close(depth);
    }

    fn hear(&mut self, listen: Listen, local: &str, element: &Open) {
        let heard = std::mem::take(&mut self.heard);
        match listen {
            Listen::Hint => self.hints.text(local, &heard),
            Listen::Extra(meant) => {
                if let Some(draft) = self.extras.last_mut() {
                    let atom = element.ns == Ns::Atom;
                    let text = if atom { Text::plain(heard) } else { Text::html(heard) };
                    draft.put(meant, self.open.len(), text);
                }
            }
        }
    }

    fn close(&mut self, depth: usize) {
        if self.flat_text == Some(depth) {
            self.flat_text = None;
        }
        if self.listening.is_some_and(|(at, _)| at == depth) {
            self.listening = None;
            self.heard.clear();
        }
        if depth == self.entry_depth {
            self.in_entry = false;
        }
    }

    /// Ends the survey: at the end of the document, or at the entry that begins at `cut`.
    fn finish(mut self, cut: Option<usize>) -> Result<Survey, String> {
        let format = self.format.ok_or("there is no element")?;
        if cut.is_none() && !self.open.is_empty() {
            return Err("the document ends too early".to_owned());
        }
        if self.extras.is_empty() && self.others > 0 {
            return Err("all entries are in an unknown namespace".to_owned());
        }
        self.extras.truncate(self.limits.max_entries);
        let around = self.open.iter().take(self.entry_depth - 1).rev();
        let closing: String = around.map(|open| format!("</{}>", open.name)).collect();
        let cut = cut.map(|at| (at, closing));
        let hints = self.hints.finish(self.base);
        Ok(Survey { format, extras: self.extras, hints, lang: self.lang, cut })
    }
}

/// The attributes of one element that matter.
#[derive(Default)]
struct Attributes {
    /// feed-rs reads texts only from elements whose names it finds as they are specified.
    name_has_capitals: bool,
    version: Option<String>,
    about: Option<String>,
    lang: Option<String>,
    permanent: Option<String>,
    rel: Option<String>,
    href: Option<String>,
    media_type: Option<String>,
    in_base64: bool,
    source: bool,
    rss1: bool,
    atom1: bool,
}

impl Attributes {
    /// Reads the attributes of `tag`, adding the namespaces that it declares to `namespaces`.
    fn read(tag: &BytesStart<'_>, namespaces: &mut Vec<(String, Ns)>) -> Result<Self, String> {
        let mut read = Self::default();
        if tag.attributes_raw().trim().is_empty() {
            return Ok(read);
        }
        for (count, attribute) in tag.attributes().with_checks(false).enumerate() {
            let attribute = attribute.map_err(|error| shorten(&error.to_string(), 120))?;
            if count >= MAX_ATTRIBUTES || namespaces.len() >= MAX_NAMESPACES {
                return Err("an element has too many attributes".to_owned());
            }
            let key = attribute.key;
            let value =
                || quick_xml::escape::unescape(&attribute.value).map(std::borrow::Cow::into_owned).ok();
            match key.as_ref() {
                "version" => read.version = value(),
                "rel" => read.rel = value(),
                "href" => read.href = value(),
                "type" => read.media_type = value(),
                "src" => read.source = true,
                "mode" => read.in_base64 = attribute.value.trim().eq_ignore_ascii_case("base64"),
                "isPermaLink" | "ispermalink" => read.permanent = value(),
                "xml:lang" => read.lang = value(),
                "xml:base" => check_base(&attribute.value)?,
                "xmlns" => {
                    read.rss1 |= attribute.value == "http://purl.org/rss/1.0/";
                    read.atom1 |= attribute.value == "http://www.w3.org/2005/Atom";
                    namespaces.push((String::new(), Ns::of_uri(&attribute.value)));
                }
                name if name.starts_with("xmlns:") => {
                    read.rss1 |= attribute.value == "http://purl.org/rss/1.0/";
                    read.atom1 |= attribute.value == "http://www.w3.org/2005/Atom";
                    namespaces.push((split(name).1.to_owned(), Ns::of_uri(&attribute.value)));
                }
                name if split(name) == ("rdf", "about") => read.about = value(),
                _ => {}
            }
        }
        Ok(read)
    }

    /// feed-rs fails on types that it does not know, and leaves Base64 as it is.
    fn check_atom_type(&self, meant: Meaning) -> Result<(), String> {
        let text = matches!(meant, Meaning::Title | Meaning::Summary | Meaning::Content);
        let known =
            matches!(self.media_type.as_deref(), None | Some("text" | "html" | "xhtml" | "text/html"));
        if text && (!known || self.source || self.in_base64) {
            return Err("a text of an unusual type".to_owned());
        }
        Ok(())
    }
}

/// feed-rs reads dates too, but takes the last one where another is better, or the last is unreadable.
fn is_date(meant: Meaning) -> bool {
    matches!(meant, Meaning::Published | Meaning::Updated)
}

/// Most names are in lower case already.
fn lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

fn check_base(base: &str) -> Result<(), String> {
    let sound = base.len() <= MAX_BASE_BYTES
        && !matches!(url::Url::parse(base), Err(error) if error != url::ParseError::RelativeUrlWithoutBase);
    if sound { Ok(()) } else { Err("an unusable xml:base".to_owned()) }
}
