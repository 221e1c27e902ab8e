//! What a message says, line by line, before any medium: the one place that decides what is told and
//! in which order.
//!
//! Text in lines is clean (one line, nothing that steers a terminal) and not yet escaped.

use super::{about, also, by, label, link, notice_paragraphs, other};
use crate::alert::clean::piece;
use crate::alert::{MatchedArticle, Message, Segment, shorten};
use crate::model::Lang;

/// Characters of a title.
const MAX_TITLE: usize = 500;

/// Lines that belong together: an article, a heading, a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// At least one.
    pub lines: Vec<Line>,
    /// What the article is written in.
    pub lang: Option<Lang>,
}

/// A line and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the blocks below have in common: a watch, or what a notice is about.
    Heading(String),
    /// An article's title with its matched words, and its page.
    Title {
        /// The words.
        segments: Vec<Segment>,
        /// http or https.
        link: Option<String>,
    },
    /// Source, language and time.
    About(String),
    /// The page again, for media whose titles cannot be links.
    Link(String),
    /// Which watch matched.
    Watch(String),
    /// Matched words in context.
    Snippet(Vec<Segment>),
    /// How far the story has spread.
    Also(String),
    /// An article of another outlet, and its page.
    Other {
        /// Title, source and language.
        text: String,
        /// http or https.
        link: Option<String>,
    },
    /// Anything else.
    Text(String),
}

/// How much is told of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// Title, source and page.
    Brief,
}

impl Block {
    fn of(line: Line) -> Self {
        Self { lines: vec![line], lang: None }
    }

    /// Whether it is one of an article.
    pub fn is_article(&self) -> bool {
        matches!(self.lines.first(), Some(Line::Title { .. }))
    }
}

/// What `message` says. Where a watch has more than one article, and in a digest, a heading names it.
pub fn blocks(message: &Message, detail: Detail) -> Vec<Block> {
    match message {
        Message::Match(data) | Message::Test(data) => match &data.articles[..] {
            [only] => vec![article(only, Some(&label(message)), detail)],
            several => section(&label(message), several, detail),
        },
        Message::Digest(data) => {
            let reason = data.reason.iter().map(|reason| Block::of(Line::Text(shorten(reason, MAX_TITLE))));
            let watches = data.watches.iter().flat_map(|of| section(&of.watch, &of.articles, detail));
            reason.chain(watches).collect()
        }
        Message::Notice(data) => {
            let title = Block::of(Line::Heading(shorten(&data.title, MAX_TITLE)));
            let paragraphs = notice_paragraphs(data)
                .into_iter()
                .map(|lines| Block { lines: lines.into_iter().map(Line::Text).collect(), lang: None });
            std::iter::once(title).chain(paragraphs).collect()
        }
    }
}

fn section(watch: &str, articles: &[MatchedArticle], detail: Detail) -> Vec<Block> {
    let heading = Block::of(Line::Heading(format!("{} ({})", shorten(watch, MAX_TITLE), articles.len())));
    std::iter::once(heading).chain(articles.iter().map(|of| article(of, None, detail))).collect()
}

fn article(matched: &MatchedArticle, watch: Option<&str>, detail: Detail) -> Block {
    let link = link(matched.article.url.as_deref());
    let mut lines = vec![
        Line::Title { segments: clipped(matched.headline(), MAX_TITLE), link: link.clone() },
        Line::About(about(matched)),
    ];
    lines.extend(link.map(Line::Link));
    if detail == Detail::Full {
        lines.extend(watch.map(|watch| Line::Watch(format!("watch: {watch}"))));
        lines.extend(matched.context.iter().map(|snippet| {
            let by = Segment { text: by(snippet).to_owned(), marked: false };
            let by = Some(by).filter(|by| !by.text.is_empty());
            Line::Snippet(by.into_iter().chain(snippet.segments.iter().map(clean)).collect())
        }));
        if let Some(story) = &matched.story
            && let Some(also) = also(story)
        {
            lines.push(Line::Also(also));
            lines.extend(story.others.iter().map(|article| Line::Other {
                text: other(article),
                link: super::link(article.url.as_deref()),
            }));
        }
    }
    Block { lines, lang: matched.article.lang }
}

fn clean(segment: &Segment) -> Segment {
    Segment { text: piece(&segment.text), marked: segment.marked }
}

/// The first `max` characters of `segments`, cleaned.
pub(super) fn clipped(segments: Vec<Segment>, max: usize) -> Vec<Segment> {
    let mut room = max;
    let mut kept = Vec::with_capacity(segments.len());
    for segment in segments.iter().map(clean) {
        let length = segment.text.chars().count();
        if length > room {
            // The white space before the cut is part of the text: only the end is trimmed.
            let lead: String = segment.text.chars().take_while(|c| *c == ' ').collect();
            let text = lead + &shorten(&segment.text, room.max(1));
            kept.push(Segment { text, marked: segment.marked });
            break;
        }
        room -= length;
        kept.push(segment);
    }
    kept.retain(|segment| !segment.text.is_empty());
    kept
}
