//! HTML → text, by html5gum's tokenizer: linear, without a tree, so nesting costs nothing. Blocks become
//! lines; scripts, styles and the like vanish. Alternative texts of images are dropped: they repeat
//! captions or advertise.

use html5gum::Span;
use html5gum::emitters::callback::CallbackEvent;

use crate::analysis::Script;
use crate::parse::tokens::tokenize;

/// The text of an HTML fragment, a line for each block. Markup that was escaped once too often is
/// recognised and taken for markup.
pub(super) fn to_text(html: &str) -> String {
    if is_plain(html) {
        let mut text = String::with_capacity(html.len());
        push_flowing(&mut text, html);
        return text;
    }
    let once = Extractor::run(html, Unknown::Drop);
    let escaped_twice = !once.saw_markup && TWICE_ESCAPED.iter().any(|tag| once.out.contains(tag));
    if escaped_twice { Extractor::run(&once.out, Unknown::Drop).out } else { once.out }
}

/// The text of a title. What HTML does not know stays as it is: `List<String>` is no markup. In a title
/// `with_markup` false, only character references are resolved.
pub(super) fn title_to_text(title: &str, with_markup: bool) -> String {
    if is_plain(title) {
        return title.to_owned();
    }
    let mut unknown = if with_markup { Unknown::Keep } else { Unknown::KeepAll };
    let mut once = Extractor::run(title, unknown);
    // A title about `<script>` has no script.
    if once.skipped.is_some() {
        unknown = Unknown::KeepAll;
        once = Extractor::run(title, unknown);
    }
    let once = once.out;
    // Some producers escape a title at every hand it passes through.
    let twice = ["&amp;", "&quot;", "&#", "&lt;", "&gt;", "&nbsp;"].iter().any(|known| once.contains(known));
    if twice { Extractor::run(&once, unknown).out } else { once }
}

/// Tags that show that a text without markup is markup escaped once more.
const TWICE_ESCAPED: [&str; 6] = ["</p>", "<br>", "<br/>", "<br />", "</a>", "</div>"];

/// Adds text as HTML lets it flow: where the source ends a line stands a blank, and nothing between characters of
/// scripts without spaces. An empty line stays an end: many feeds carry plain text for HTML.
fn push_flowing(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(start) = rest.find(['\n', '\r']) {
        let before = rest[..start].trim_end();
        let after = rest[start..].trim_start();
        let gap = &rest[start..rest.len() - after.len()];
        out.push_str(before);
        let is_dense = |c: Option<char>| c.is_some_and(|c| Script::of(c).is_dense());
        if gap.matches('\n').count().max(gap.matches('\r').count()) > 1 {
            out.push('\n');
        } else if !(is_dense(out.chars().next_back()) && is_dense(after.chars().next())) {
            out.push(' ');
        }
        rest = after;
    }
    out.push_str(rest);
}

fn is_plain(text: &str) -> bool {
    !text.contains(['<', '&'])
}

/// What happens to tags.
#[derive(Clone, Copy, PartialEq)]
enum Unknown {
    /// Every tag is dropped.
    Drop,
    /// Tags that HTML does not know are text.
    Keep,
    /// All tags are text.
    KeepAll,
}

struct Extractor<'a> {
    source: &'a str,
    unknown: Unknown,
    out: String,
    /// The element whose content is being skipped, and how many of its name are open.
    skipped: Option<(Vec<u8>, usize)>,
    tag: Vec<u8>,
    tag_start: usize,
    saw_markup: bool,
    /// Inside of `<pre>`, where the lines of the source are those of the text.
    in_pre: bool,
}

impl<'a> Extractor<'a> {
    fn run(source: &'a str, unknown: Unknown) -> Self {
        let mut extractor = Self {
            source,
            unknown,
            out: String::with_capacity(source.len()),
            skipped: None,
            tag: Vec::new(),
            tag_start: 0,
            saw_markup: false,
            in_pre: false,
        };
        tokenize(source, unknown == Unknown::Drop, |event, span| extractor.take(event, span));
        extractor
    }

    fn take(&mut self, event: CallbackEvent<'_>, span: Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag.clear();
                self.tag.extend_from_slice(name);
                self.tag_start = span.start;
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let name = std::mem::take(&mut self.tag);
                self.start(&name, self_closing, self.tag_start..span.end);
                self.tag = name;
            }
            CallbackEvent::EndTag { name } => self.end(name, span.start..span.end),
            CallbackEvent::String { value } if self.skipped.is_none() => {
                let text = String::from_utf8_lossy(value);
                if self.in_pre {
                    self.out.push_str(&text);
                } else {
                    push_flowing(&mut self.out, &text);
                }
            }
            CallbackEvent::String { .. }
            | CallbackEvent::AttributeName { .. }
            | CallbackEvent::AttributeValue { .. }
            | CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, name: &[u8], empty: bool, at: std::ops::Range<usize>) {
        if let Some((skipped, open)) = &mut self.skipped {
            *open += usize::from(skipped == name && !empty);
            return;
        }
        self.in_pre |= name == b"pre";
        match Kind::of(name) {
            _ if self.keeps(name) => self.keep(at),
            Kind::Skipped if !empty => self.skipped = Some((name.to_vec(), 1)),
            kind => self.separate(kind),
        }
    }

    fn end(&mut self, name: &[u8], at: std::ops::Range<usize>) {
        if let Some((skipped, open)) = &mut self.skipped {
            *open -= usize::from(skipped == name);
            if *open == 0 {
                self.skipped = None;
            }
            return;
        }
        self.in_pre &= name != b"pre";
        if self.keeps(name) {
            self.keep(at);
        } else {
            self.separate(Kind::of(name));
        }
    }

    fn keeps(&self, name: &[u8]) -> bool {
        match self.unknown {
            Unknown::Drop => false,
            Unknown::Keep => Kind::of(name) == Kind::Unknown,
            Unknown::KeepAll => true,
        }
    }

    fn keep(&mut self, at: std::ops::Range<usize>) {
        self.out.push_str(self.source.get(at).unwrap_or_default());
    }

    fn separate(&mut self, kind: Kind) {
        self.saw_markup = true;
        match kind {
            Kind::Block => self.out.push('\n'),
            Kind::Cell => self.out.push(' '),
            Kind::Inline | Kind::Skipped | Kind::Unknown => {}
        }
    }
}

/// What an element means for the text around it.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Its content is not for reading.
    Skipped,
    /// Begins a line and ends one.
    Block,
    /// Stands apart from its neighbours on the same line.
    Cell,
    /// Part of the line.
    Inline,
    /// Not of HTML.
    Unknown,
}

impl Kind {
    fn of(name: &[u8]) -> Self {
        match name {
            b"script" | b"style" | b"noscript" | b"template" | b"iframe" | b"noembed" | b"noframes"
            | b"svg" => Self::Skipped,
            b"p" | b"div" | b"br" | b"hr" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"h1" | b"h2"
            | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"tr" | b"thead" | b"tbody" | b"tfoot"
            | b"caption" | b"blockquote" | b"pre" | b"section" | b"article" | b"aside" | b"header"
            | b"footer" | b"main" | b"nav" | b"figure" | b"figcaption" | b"address" | b"details"
            | b"summary" | b"form" | b"fieldset" | b"legend" | b"center" | b"body" | b"html" | b"head"
            | b"title" => Self::Block,
            b"td" | b"th" | b"option" | b"button" => Self::Cell,
            b"a" | b"abbr" | b"acronym" | b"audio" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code"
            | b"del" | b"dfn" | b"em" | b"embed" | b"font" | b"i" | b"img" | b"input" | b"ins" | b"kbd"
            | b"label" | b"link" | b"mark" | b"meta" | b"nobr" | b"object" | b"param" | b"picture" | b"q"
            | b"rp" | b"rt" | b"ruby" | b"s" | b"samp" | b"small" | b"source" | b"span" | b"strike"
            | b"strong" | b"sub" | b"sup" | b"textarea" | b"time" | b"track" | b"tt" | b"u" | b"var"
            | b"video" | b"wbr" => Self::Inline,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::text::{line, paragraphs};
    use crate::parse::Text;

    #[test]
    fn blocks_become_lines_and_what_is_not_text_vanishes() {
        for (html, expected) in [
            ("plain", "plain"),
            ("<p>One</p>\n<p>Two <b>b</b>old</p>", "One\nTwo bold"),
            ("a<br/>b<br>c", "a\nb\nc"),
            ("<p>The ASEAN cyber\n   security\r\npact</p>", "The ASEAN cyber security pact"),
            ("wrapped\nby its\nproducer\n\nand on", "wrapped by its producer\nand on"),
            ("サイバー\nセキュリティ<b>対</b>\n策", "サイバーセキュリティ対策"),
            ("<pre>one\ntwo</pre>three\nfour", "one\ntwo\nthree four"),
            ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("a<script>alert('</p>')</script>b<style>p{}</style>c", "abc"),
            ("a<noscript><p>no</p></noscript>b<template><p>x</template>c", "abc"),
            ("<svg><title>icon</title><svg></svg>x</svg>a", "a"),
            ("<iframe srcdoc=\"<script>alert(1)</script>\">x</iframe>a", "a"),
            ("<svg><a><set attributeName=href to=javascript:alert(1)></a></svg>a", "a"),
            ("<img alt=\"a cat\" src=x onerror=alert(1)>a", "a"),
            ("AT&amp;T &lt;b> &nbsp; &#8212;", "AT&T <b> —"),
            ("&lt;p>Escaped&lt;/p>&lt;p>twice&lt;/p>", "Escaped\ntwice"),
            ("<code>&lt;p>shown&lt;/p></code>", "<p>shown</p>"),
            ("<![CDATA[inner]]> a", "inner a"),
            ("<custom-tag>a</custom-tag><o:p></o:p>", "a"),
            ("<p>unclosed <b>bold", "unclosed bold"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(paragraphs(&Text::html(html), 1_000), expected, "{html}");
        }
    }

    #[test]
    fn titles_keep_what_is_no_markup() {
        for (title, expected) in [
            (Text::html("<b>Bold</b> &amp; <i>fair</i>"), "Bold & fair"),
            (Text::html("AT&amp;amp;T &amp;#8217;s"), "AT&T ’s"),
            (Text::html("List<String> in 1 < 2"), "List<String> in 1 < 2"),
            (Text::html("How <script> tags hurt"), "How <script> tags hurt"),
            (Text::html("a<script>alert(1)</script>b"), "ab"),
            (Text::html("Two<br>lines\n of \t text"), "Two lines of text"),
            (Text::html("<![CDATA[Wrapped]]>"), "Wrapped"),
            (Text::plain("Use <b> &amp; co"), "Use <b> & co"),
            (Text::plain("R&D"), "R&D"),
        ] {
            assert_eq!(line(&title, 1_000), expected, "{title:?}");
        }
    }

    #[test]
    fn nesting_and_attributes_without_end_are_read() {
        let nested = format!("{}a{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        let attributes = format!("<p{}>a", " x=\"y\"".repeat(100_000));
        for html in [nested, attributes, format!("a{}", "<svg>".repeat(100_000))] {
            assert_eq!(paragraphs(&Text::html(html), 1_000), "a");
        }
    }
}
