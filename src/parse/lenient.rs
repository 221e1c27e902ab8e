//! Any markup that looks like a feed → entries, by html5gum's tokenizer: it takes whatever it is given,
//! in linear time and without a tree, so neither bad nesting nor a cut document nor depth can stop it.
//!
//! It reads every format of XML feed: what feed-rs does not take (Atom 0.3, RSS 0.90 and 1.1, unknown
//! versions, foreign namespaces, markup inside texts) and what is broken.

use html5gum::emitters::callback::CallbackEvent;

use super::Limits;
use super::capture::{Capture, Target};
use super::draft::{Draft, Meaning, link_rank, meaning};
use super::element::Element;
use super::feed::{Entry, Format, Hints, Text};
use super::hints::HintReader;
use super::names::{Ns, split};
use super::tokens::tokenize;
use crate::model::Lang;

/// Open elements that are remembered; deeper ones are only passed through.
const MAX_OPEN: usize = 64;
/// Prefixes that are remembered.
const MAX_PREFIXES: usize = 64;

/// What was read.
pub(super) struct Reading {
    pub(super) format: Option<Format>,
    pub(super) title: Option<Text>,
    pub(super) lang: Option<Lang>,
    pub(super) link: Option<String>,
    pub(super) entries: Vec<Entry>,
    pub(super) hints: Hints,
    pub(super) truncated: bool,
    /// The name of the first element, for messages.
    pub(super) root: Option<String>,
    /// Tags that look like entries.
    pub(super) tags: usize,
}

/// Reads `text`, resolving relative addresses against `base`. Cannot fail.
pub(super) fn read(text: &str, base: Option<&url::Url>, limits: &Limits) -> Reading {
    let mut reader = Reader::new(base.cloned(), limits);
    let mut tag = Element::default();
    tokenize(text, false, |event, _| match event {
        CallbackEvent::OpenStartTag { name } => tag.open(name),
        CallbackEvent::AttributeName { name } => tag.attribute(name),
        CallbackEvent::AttributeValue { value } => tag.value(value),
        CallbackEvent::CloseStartTag { self_closing } => reader.start(&tag, self_closing),
        CallbackEvent::EndTag { name } => reader.end(&String::from_utf8_lossy(name)),
        CallbackEvent::String { value } => reader.text(&String::from_utf8_lossy(value)),
        CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
    });
    reader.finish()
}

/// Elements whose children are about something else than the feed or entry around them.
fn is_foreign(ns: Ns, local: &str) -> bool {
    matches!(ns, Ns::Rss | Ns::Atom) && matches!(local, "image" | "textinput" | "source" | "cloud")
}

struct Reader<'a> {
    limits: &'a Limits,
    prefixes: Vec<(String, Ns)>,
    default_ns: Ns,
    /// The root's `xmlns`, as written.
    default_uri: Option<String>,
    format: Option<Format>,
    root: Option<String>,
    base: Option<url::Url>,
    entry_base: Option<url::Url>,
    open: Vec<String>,
    foreign: Option<usize>,
    capture: Option<Capture>,
    entry: Option<(String, Draft)>,
    entries: Vec<Entry>,
    tags: usize,
    truncated: bool,
    hints: HintReader,
    title: Option<Text>,
    link: Option<(u8, String)>,
    lang: Option<Lang>,
}

impl<'a> Reader<'a> {
    fn new(base: Option<url::Url>, limits: &'a Limits) -> Self {
        Self {
            limits,
            prefixes: Vec::new(),
            default_ns: Ns::Rss,
            default_uri: None,
            format: None,
            root: None,
            base,
            entry_base: None,
            open: Vec::new(),
            foreign: None,
            capture: None,
            entry: None,
            entries: Vec::new(),
            tags: 0,
            truncated: false,
            hints: HintReader::default(),
            title: None,
            link: None,
            lang: None,
        }
    }

    fn start(&mut self, tag: &Element, empty: bool) {
        if self.truncated {
            return;
        }
        let (prefix, local) = split(tag.name());
        if self.root.is_none() {
            self.root = Some(tag.name().to_owned());
        }
        self.declare(tag);
        if self.format.is_none() {
            self.format = format(local, self.root.as_deref());
            if self.format.is_some() {
                self.begin_feed(tag, prefix, local);
            }
        }
        let ns = self.resolve(prefix, tag);
        self.tags += usize::from(self.capture.is_none() && matches!(local, "item" | "entry"));
        let begins_entry = matches!(local, "item" | "entry") && matches!(ns, Ns::Rss | Ns::Atom);
        if let Some(capture) = &mut self.capture {
            let same_entry = self.entry.as_ref().is_some_and(|(name, _)| name == tag.name());
            if (begins_entry && same_entry) || capture.is_ended_by(ns, local, tag) {
                self.end_capture();
            } else {
                capture.start(tag, local, empty);
                return;
            }
        }
        if local == "channel" && self.entry.is_none() && tag.get("xml:base").is_some() {
            self.base = self.joined(tag).or(self.base.take());
        }
        if begins_entry {
            self.begin_entry(tag);
        } else if self.foreign.is_none() && is_foreign(ns, local) && !empty {
            self.foreign = Some(self.open.len());
        } else if self.foreign.is_none() {
            self.field(tag, ns, local, empty);
            if self.capture.is_some() {
                return;
            }
        }
        if empty {
            if begins_entry {
                self.end_entry();
            }
        } else if self.open.len() < MAX_OPEN {
            self.open.push(tag.name().to_owned());
        }
    }

    fn declare(&mut self, tag: &Element) {
        for (name, value) in tag.attributes() {
            if let Some(prefix) = name.strip_prefix("xmlns:")
                && self.prefixes.len() < MAX_PREFIXES
                && !self.prefixes.iter().any(|(known, _)| known == prefix)
            {
                self.prefixes.push((prefix.to_owned(), Ns::of_uri(value)));
            }
        }
    }

    /// Takes the element that shows the format for the feed's root, whatever stood before it. What it is
    /// called in a misspelt or unknown namespace is still visibly a feed.
    fn begin_feed(&mut self, tag: &Element, prefix: &str, local: &str) {
        let visibly = if matches!(local, "feed" | "entry") { Ns::Atom } else { Ns::Rss };
        let known = |ns: Ns| if ns == Ns::Other { visibly } else { ns };
        self.default_ns = tag.get("xmlns").map_or(visibly, |uri| known(Ns::of_uri(uri)));
        self.default_uri = tag.get("xmlns").map(str::to_owned);
        if let Some((_, ns)) = self.prefixes.iter_mut().find(|(known, _)| known == prefix) {
            *ns = known(*ns);
        }
        self.base = self.joined(tag).or(self.base.take());
        self.lang = tag.get("xml:lang").and_then(Lang::parse);
    }

    fn joined(&self, tag: &Element) -> Option<url::Url> {
        let base = tag.get("xml:base")?;
        let outer = self.entry_base.as_ref().or(self.base.as_ref());
        outer.map_or_else(|| url::Url::parse(base).ok(), |outer| outer.join(base).ok())
    }

    fn resolve(&self, prefix: &str, tag: &Element) -> Ns {
        if prefix.is_empty() {
            let own = tag.get("xmlns").filter(|uri| self.default_uri.as_deref() != Some(*uri));
            return own.map_or(self.default_ns, Ns::of_uri);
        }
        let declared = self.prefixes.iter().find(|(known, _)| known == prefix).map(|(_, ns)| *ns);
        declared.or_else(|| Ns::of_well_known_prefix(prefix)).unwrap_or(Ns::Other)
    }

    fn begin_entry(&mut self, tag: &Element) {
        self.end_entry();
        self.foreign = None;
        if self.entries.len() >= self.limits.max_entries {
            self.truncated = true;
            return;
        }
        let mut draft = Draft::default();
        if let Some((_, about)) = tag.attributes().find(|(name, _)| split(name).1 == "about") {
            draft.about(about);
        }
        if let Some(lang) = tag.get("xml:lang") {
            draft.lang(lang);
        }
        self.entry_base = self.joined(tag);
        // The Channel Definition Format has the address here.
        if let Some(href) = tag.get("href") {
            draft.link(1, &self.absolute(href, None));
        }
        self.entry = Some((tag.name().to_owned(), draft));
    }

    fn end_entry(&mut self) {
        self.end_capture();
        if let Some((_, draft)) = self.entry.take() {
            self.entries.push(draft.complete(Entry::default()));
        }
        self.entry_base = None;
    }

    /// Looks at an element outside of any text: a link with an address, or a text to read.
    fn field(&mut self, tag: &Element, ns: Ns, local: &str, empty: bool) {
        let meant = meaning(ns, local);
        let base = self.joined(tag);
        if local == "link" && matches!(ns, Ns::Rss | Ns::Atom) && tag.get("href").is_some() {
            self.reference(tag, base.as_ref(), ns);
            return;
        }
        let target = match (&mut self.entry, meant) {
            (Some((_, draft)), Some((Meaning::Category, _)))
                if tag.get("term").or(tag.get("label")).is_some() =>
            {
                let category = tag.get("label").or(tag.get("term")).unwrap_or_default();
                draft.put((Meaning::Category, 0), 0, Text::plain(category));
                return;
            }
            (Some((_, draft)), Some(meant)) => {
                if meant.0 == Meaning::Content
                    && let Some(lang) = tag.get("xml:lang")
                {
                    draft.lang(lang);
                }
                if meant.0 == Meaning::Guid
                    && let Some(permanent) = tag.get("ispermalink")
                {
                    draft.permanent(permanent);
                }
                Target::Entry(meant)
            }
            (Some(_), None) => return,
            (None, _) if HintReader::wants(ns, local) => Target::Hint,
            (None, Some((Meaning::Title, 0))) => Target::FeedTitle,
            (None, Some((Meaning::Link, 0))) => Target::FeedLink,
            (None, _) if matches!((ns, local), (Ns::Rss | Ns::Dc, "language")) => Target::FeedLang,
            (None, _) => return,
        };
        if !empty {
            self.capture = Some(Capture::new(tag, target, self.open.len(), base, ns));
        }
    }

    fn reference(&mut self, tag: &Element, base: Option<&url::Url>, ns: Ns) {
        let href = self.absolute(tag.get("href").unwrap_or_default(), base);
        let rank = link_rank(tag.get("rel"), tag.get("type"));
        match (&mut self.entry, rank) {
            (Some((_, draft)), Some(rank)) => draft.link(rank + u8::from(ns != self.default_ns), &href),
            (Some(_), None) => {}
            (None, Some(rank)) if self.link.as_ref().is_none_or(|(known, _)| rank < *known) => {
                self.link = Some((rank, href));
            }
            (None, _) => self.hints.link(tag.get("rel").unwrap_or_default(), &href),
        }
    }

    /// The address as feed-rs writes it, so that either reader gives an entry the same link.
    fn absolute(&self, href: &str, base: Option<&url::Url>) -> String {
        let base = base.or(self.entry_base.as_ref()).or(self.base.as_ref());
        super::absolute(href, base)
    }

    fn end(&mut self, name: &str) {
        if let Some(capture) = &mut self.capture {
            let closes_outer = self.entry.as_ref().is_some_and(|(entry, _)| entry == name)
                || matches!(split(name).1, "channel" | "feed" | "rss" | "rdf");
            if !capture.end(name) && !closes_outer {
                return;
            }
            let ended = capture.name == name;
            self.end_capture();
            if ended {
                return;
            }
        }
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            self.open.truncate(at);
            if self.foreign.is_some_and(|foreign| at <= foreign) {
                self.foreign = None;
            }
        }
        if self.entry.as_ref().is_some_and(|(entry, _)| entry == name) {
            self.end_entry();
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(capture) = &mut self.capture {
            capture.text(text);
        }
    }

    fn end_capture(&mut self) {
        let Some(mut capture) = self.capture.take() else { return };
        let (target, depth, base) = (capture.target, capture.depth, capture.base.take());
        let name = std::mem::take(&mut capture.name);
        let text = capture.finish();
        match target {
            Target::Entry((Meaning::Link, rank)) => {
                let href = self.absolute(&text.value, base.as_ref());
                if let Some((_, draft)) = &mut self.entry
                    && !text.value.trim().is_empty()
                {
                    draft.link(rank, &href);
                }
            }
            Target::Entry(meant) => {
                if let Some((_, draft)) = &mut self.entry {
                    draft.put(meant, depth, text);
                }
            }
            Target::FeedTitle if self.title.is_none() => self.title = Some(text),
            Target::FeedLink if self.link.is_none() && !text.value.trim().is_empty() => {
                self.link = Some((0, self.absolute(&text.value, base.as_ref())));
            }
            Target::FeedLang => self.lang = Lang::parse(&text.value).or(self.lang),
            Target::Hint => self.hints.text(split(&name).1, &text.value),
            Target::FeedTitle | Target::FeedLink => {}
        }
    }

    fn finish(mut self) -> Reading {
        self.end_entry();
        Reading {
            format: self.format,
            title: self.title,
            lang: self.lang,
            link: self.link.map(|(_, link)| link),
            entries: self.entries,
            hints: self.hints.finish(self.base.as_ref()),
            truncated: self.truncated,
            root: self.root,
            tags: self.tags,
        }
    }
}

/// The family of formats that an element announces in a document with this root element. In a page for
/// people, `<item>` means nothing.
fn format(local: &str, root: Option<&str>) -> Option<Format> {
    match local {
        "rss" => Some(Format::Rss),
        "rdf" => Some(Format::Rdf),
        "feed" => Some(Format::Atom),
        _ if root == Some("html") => None,
        "channel" | "item" => Some(Format::Rss),
        "entry" => Some(Format::Atom),
        _ => None,
    }
}
