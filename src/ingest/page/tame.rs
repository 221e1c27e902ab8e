//! HTML → little HTML that is safe to build a tree of: flat, of few elements and well-formed. Trees of pages
//! are bombs otherwise: nested markup costs Readability time quadratic in its depth, and formatting elements
//! left open multiply in every paragraph that follows them.
//!
//! One pass of a tokenizer. What says nothing of the text (scripts, pictures, bold and italics) is dropped;
//! what is nested too deep loses its tags and keeps its text.

use html5gum::emitters::callback::CallbackEvent;

use crate::parse::tokens::tokenize;

/// Elements nested deeper lose their tags. Pages of news have some thirty levels.
const MAX_DEPTH: usize = 64;
/// Elements beyond these lose their tags. Pages of news have some thousands.
pub(super) const MAX_ELEMENTS: usize = 10_000;
/// Text and tags beyond these are dropped, in bytes.
const MAX_BYTES: usize = 3 << 20;
/// Longer attributes are dropped, in bytes.
const MAX_ATTRIBUTE: usize = 300;
/// Longer titles are cut, in bytes.
const MAX_TITLE: usize = 1_000;

/// What of a page is let through.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Parts {
    /// Not its menus, side columns and dialogues.
    Content,
    /// Everything that may be text.
    All,
}

/// A page that can be read.
pub(super) struct Tame {
    pub(super) html: String,
    /// With the first heading, where the title does not say it; empty when the page has neither.
    pub(super) title: String,
}

/// Tames `html`.
pub(super) fn tame(html: &str, parts: Parts) -> Tame {
    let mut tamer = Tamer {
        parts,
        out: String::with_capacity(html.len().min(MAX_BYTES) / 2),
        open: Vec::new(),
        skipped: 0,
        too_deep: 0,
        elements: 0,
        tag: Tag::default(),
        title: String::new(),
        in_title: false,
        social_title: String::new(),
        heading: String::new(),
        in_heading: false,
    };
    tokenize(html, true, |event, _| tamer.take(event));
    tamer.finish()
}

/// What a tag means here.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Role {
    /// Kept under this name.
    Kept(&'static str),
    /// Dropped with what is in it.
    Skipped(&'static str),
    /// Dropped with what is in it where only the content is wanted.
    Aside(&'static str),
    /// A line break.
    Break,
    /// The page's title.
    Title,
    /// `<meta>`.
    Meta,
    /// Only its tags are dropped.
    Bare,
}

impl Role {
    fn of(name: &[u8]) -> Self {
        match name {
            b"script" => Self::Skipped("script"),
            b"style" => Self::Skipped("style"),
            b"noscript" => Self::Skipped("noscript"),
            b"template" => Self::Skipped("template"),
            b"iframe" => Self::Skipped("iframe"),
            b"object" => Self::Skipped("object"),
            b"svg" => Self::Skipped("svg"),
            b"math" => Self::Skipped("math"),
            b"canvas" => Self::Skipped("canvas"),
            b"audio" => Self::Skipped("audio"),
            b"video" => Self::Skipped("video"),
            b"select" => Self::Skipped("select"),
            b"button" => Self::Skipped("button"),
            b"textarea" => Self::Skipped("textarea"),
            b"datalist" => Self::Skipped("datalist"),
            b"noframes" => Self::Skipped("noframes"),
            b"noembed" => Self::Skipped("noembed"),
            b"frameset" => Self::Skipped("frameset"),
            b"xmp" => Self::Skipped("xmp"),
            b"map" => Self::Skipped("map"),
            b"nav" => Self::Aside("nav"),
            b"aside" => Self::Aside("aside"),
            b"dialog" => Self::Aside("dialog"),
            b"menu" => Self::Aside("menu"),
            b"br" | b"hr" => Self::Break,
            b"title" => Self::Title,
            b"meta" => Self::Meta,
            b"p" => Self::Kept("p"),
            b"a" => Self::Kept("a"),
            b"div" => Self::Kept("div"),
            b"section" => Self::Kept("section"),
            b"article" => Self::Kept("article"),
            b"main" => Self::Kept("main"),
            b"header" => Self::Kept("header"),
            b"footer" => Self::Kept("footer"),
            b"h1" => Self::Kept("h1"),
            b"h2" => Self::Kept("h2"),
            b"h3" => Self::Kept("h3"),
            b"h4" => Self::Kept("h4"),
            b"h5" => Self::Kept("h5"),
            b"h6" => Self::Kept("h6"),
            b"ul" => Self::Kept("ul"),
            b"ol" => Self::Kept("ol"),
            b"li" => Self::Kept("li"),
            b"dl" => Self::Kept("dl"),
            b"dt" => Self::Kept("dt"),
            b"dd" => Self::Kept("dd"),
            b"table" => Self::Kept("table"),
            b"tr" => Self::Kept("tr"),
            b"td" => Self::Kept("td"),
            b"th" => Self::Kept("th"),
            b"blockquote" => Self::Kept("blockquote"),
            b"pre" => Self::Kept("pre"),
            b"figure" => Self::Kept("figure"),
            b"figcaption" => Self::Kept("figcaption"),
            b"address" => Self::Kept("address"),
            // Of a web component's own making: mostly a block.
            _ if name.contains(&b'-') => Self::Kept("div"),
            b"center" | b"details" | b"summary" | b"fieldset" | b"hgroup" | b"search" => Self::Kept("div"),
            _ => Self::Bare,
        }
    }
}

/// A start tag that is being read.
#[derive(Default)]
struct Tag {
    role: Option<Role>,
    /// What is kept of its attributes.
    kept: Vec<(&'static str, String)>,
    /// The attribute at hand; `None` for one that says nothing.
    attribute: Option<&'static str>,
    hidden: bool,
}

/// An element that is open.
struct Open {
    name: &'static str,
    /// Whether its content is dropped.
    skips: bool,
    /// Whether its start was written.
    written: bool,
}

struct Tamer {
    parts: Parts,
    out: String,
    open: Vec<Open>,
    /// How many of the open elements drop their content.
    skipped: usize,
    /// Elements open beyond the depth.
    too_deep: usize,
    elements: usize,
    tag: Tag,
    title: String,
    in_title: bool,
    social_title: String,
    /// The first heading that holds text.
    heading: String,
    in_heading: bool,
}

impl Tamer {
    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { role: Some(Role::of(name)), ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => self.attribute(name),
            CallbackEvent::AttributeValue { value } => self.value(value),
            CallbackEvent::CloseStartTag { self_closing } => {
                let tag = std::mem::take(&mut self.tag);
                self.start(tag, self_closing);
            }
            CallbackEvent::EndTag { name } => self.end(Role::of(name), name),
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn attribute(&mut self, name: &[u8]) {
        self.tag.attribute = match name {
            b"class" => Some("class"),
            b"id" => Some("id"),
            b"href" => Some("href"),
            b"role" => Some("role"),
            b"itemprop" => Some("itemprop"),
            b"property" | b"name" => Some("property"),
            b"content" => Some("content"),
            b"style" => Some("style"),
            b"aria-hidden" => Some("aria-hidden"),
            b"hidden" => {
                self.tag.hidden = true;
                None
            }
            _ => None,
        };
    }

    fn value(&mut self, value: &[u8]) {
        let Some(name) = self.tag.attribute.take() else { return };
        // An attribute given twice counts once, so there are never more than there are names.
        if value.len() <= MAX_ATTRIBUTE && self.tag.kept.iter().all(|(known, _)| *known != name) {
            self.tag.kept.push((name, String::from_utf8_lossy(value).into_owned()));
        }
    }

    fn start(&mut self, tag: Tag, self_closing: bool) {
        let value =
            |wanted| tag.kept.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        let is_hidden = tag.hidden
            || value("aria-hidden") == Some("true")
            || value("style").is_some_and(|style| style.replace(' ', "").contains("display:none"));
        let is_aside = matches!(
            value("role"),
            Some(
                "navigation"
                    | "banner"
                    | "contentinfo"
                    | "complementary"
                    | "dialog"
                    | "alertdialog"
                    | "search"
            )
        );
        match tag.role.unwrap_or(Role::Bare) {
            Role::Meta => {
                if value("property") == Some("og:title") && self.social_title.is_empty() {
                    self.social_title = value("content").unwrap_or_default().to_owned();
                }
            }
            Role::Title => self.in_title = self.skipped == 0 && self.title.is_empty(),
            Role::Bare => {}
            Role::Break => _ = self.write("<br>", 1),
            // These have no content that could be text, or it is gone with them.
            Role::Skipped(_) if self_closing => {}
            Role::Skipped(name) => self.push(name, true, &[]),
            Role::Aside(name) => self.push(name, self.parts == Parts::Content, &[]),
            Role::Kept(name) => {
                self.end_implied(name);
                self.in_heading |= name == "h1" && self.heading.trim().is_empty();
                let skips = self.parts == Parts::Content && (is_hidden || is_aside);
                self.push(name, skips, &tag.kept);
            }
        }
    }

    /// Opens an element.
    fn push(&mut self, name: &'static str, skips: bool, attributes: &[(&'static str, String)]) {
        if self.open.len() >= MAX_DEPTH || self.elements >= MAX_ELEMENTS {
            self.too_deep += 1;
            // What was apart stays apart.
            self.write(" ", 0);
            return;
        }
        let mut written = false;
        if !skips {
            let mut start = format!("<{name}");
            for (name, value) in
                attributes.iter().filter(|(name, _)| *name != "property" && *name != "content")
            {
                start += &format!(" {name}=\"{}\"", escaped(value));
            }
            start.push('>');
            written = self.write(&start, 1);
        }
        self.skipped += usize::from(skips);
        self.open.push(Open { name, skips, written });
    }

    /// A paragraph ends where a block begins, an item where the next one does.
    fn end_implied(&mut self, next: &'static str) {
        let last = self.open.last().map(|open| open.name);
        let ends = match (last, next) {
            (Some("p"), "a") => false,
            (Some("p"), _) => true,
            (Some("li"), "li") | (Some("dt" | "dd"), "dt" | "dd") => true,
            (Some("td" | "th"), "td" | "th" | "tr") | (Some("tr"), "tr") => true,
            (Some("a"), "a") => true,
            _ => false,
        };
        if ends {
            self.pop();
            // `<tr>` ends the cell and the row.
            if next == "tr" && self.open.last().is_some_and(|open| open.name == "tr") {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.skipped -= usize::from(open.skips);
        if open.written {
            self.out.push_str("</");
            self.out.push_str(open.name);
            self.out.push('>');
        }
    }

    fn end(&mut self, role: Role, name: &[u8]) {
        let known = match role {
            Role::Title => {
                self.in_title = false;
                return;
            }
            Role::Kept(name) | Role::Skipped(name) | Role::Aside(name) => name,
            Role::Break | Role::Meta | Role::Bare => {
                // The end of the whole ends whatever was left open.
                if matches!(name, b"body" | b"html") {
                    self.too_deep = 0;
                    while !self.open.is_empty() {
                        self.pop();
                    }
                }
                return;
            }
        };
        self.in_heading &= known != "h1";
        if self.too_deep > 0 {
            self.too_deep -= 1;
            self.write(" ", 0);
            return;
        }
        // At most as many are open as the depth allows.
        if let Some(at) = self.open.iter().rposition(|open| open.name == known) {
            while self.open.len() > at {
                self.pop();
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            if self.title.len() < MAX_TITLE {
                self.title.push_str(text);
            }
        } else if self.skipped == 0 {
            if self.in_heading && self.heading.len() < MAX_TITLE {
                self.heading.push_str(text);
            }
            let text = escaped(text);
            self.write(&text, 0);
        }
    }

    /// Writes where nothing is skipped and there is room; tells whether it did.
    fn write(&mut self, text: &str, elements: usize) -> bool {
        let writes = self.skipped == 0 && self.out.len() + text.len() <= MAX_BYTES;
        if writes {
            self.out.push_str(text);
            self.elements += elements;
        }
        writes
    }

    fn finish(mut self) -> Tame {
        while !self.open.is_empty() {
            self.pop();
        }
        let title = if self.title.trim().is_empty() { self.social_title } else { self.title };
        let title = title.trim();
        let html = format!(
            "<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>",
            escaped(title),
            self.out
        );
        let heading = self.heading.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = match (heading.is_empty() || title.contains(&heading), title.is_empty()) {
            (true, _) => title.to_owned(),
            (false, true) => heading,
            (false, false) => format!("{heading} – {title}"),
        };
        Tame { html, title }
    }
}

fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
