//! The page of an article → its text: what stands around the article (menus, teasers, consent banners) is
//! left out. Pure: it never fetches, and is bounded in time and space by what [`mod@tame`] leaves of a page.
//!
//! ```text
//! bytes ─ decode ─► HTML ─ tame ─► little, flat HTML ─ Readability ─► the article's HTML ─► paragraphs ─ teasers off ─►
//! ```

mod lines;
mod tame;
mod teaser;

use dom_smoothie::{Config, Readability};
use thiserror::Error;

use super::boilerplate::tells_of;
use super::{MAX_BODY, MAX_SUMMARY, text};
use crate::analysis::Analyzer;
use crate::model::Article;
use crate::parse::{Text, decode_page};
use tame::{MAX_ELEMENTS, Parts, Tame, tame};

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its title, with what sites add to it; empty when it has none.
    pub title: String,
    /// The article's text, one paragraph a line.
    pub text: String,
}

/// Why a page gives no text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PageError {
    /// A PDF, a picture, a film.
    #[error("this is no page but {kind}")]
    NoPage {
        /// The media type, shortened.
        kind: String,
    },
    /// Nothing but menus, or a page that a script fills in.
    #[error("the page holds no article")]
    NoText,
}

/// Less is no article: in characters, those of scripts without spaces counting twice.
const SHORTEST: usize = 40;
/// A longer text than this is looked at in its beginning to tell what it is about.
const TELLING: usize = 8_000;

/// Reads the article of the page in `body`.
///
/// # Errors
/// When there is none in it.
pub fn read_page(body: &[u8], content_type: Option<&str>) -> Result<Page, PageError> {
    let page = match decode(body, content_type)? {
        Decoded::Html(html) => of_html(&html),
        Decoded::Plain(page) => page,
    };
    let page = Page { text: teaser::without(&page.text), ..page };
    if text::size(&page.text) < SHORTEST { Err(PageError::NoText) } else { Ok(page) }
}

/// Reads all that the page in `body` says, menus and teasers too: for a page without an article.
///
/// # Errors
/// When it says nothing.
pub fn read_whole_page(body: &[u8], content_type: Option<&str>) -> Result<Page, PageError> {
    let page = match decode(body, content_type)? {
        Decoded::Html(html) => {
            let all = tame(&html, Parts::All);
            Page { text: lines::of(&all.html), title: all.title }
        }
        Decoded::Plain(page) => page,
    };
    if page == Page::default() { Err(PageError::NoText) } else { Ok(page) }
}

enum Decoded {
    Html(String),
    Plain(Page),
}

fn decode(body: &[u8], content_type: Option<&str>) -> Result<Decoded, PageError> {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    let start = body.trim_ascii_start();
    let is_html = kind.contains("html") || kind.ends_with("xml");
    let is_silent = matches!(&*kind, "" | "application/octet-stream" | "text/plain" | "application/unknown");
    if !(is_html || is_silent) || start.starts_with(b"%PDF-") {
        let kind = if start.starts_with(b"%PDF-") { "application/pdf" } else { &kind };
        return Err(PageError::NoPage { kind: text::plain_line(kind, 60) });
    }
    let html = decode_page(body, content_type);
    Ok(if kind == "text/plain" {
        Decoded::Plain(Page { title: String::new(), text: text::paragraphs(&Text::plain(html), MAX_BODY) })
    } else {
        Decoded::Html(html)
    })
}

fn of_html(html: &str) -> Page {
    let narrow = tame(html, Parts::Content);
    let text = readable(&narrow);
    // A menu whose end is missing swallows the rest of its page.
    if text::size(&text) < SHORTEST {
        let wide = tame(html, Parts::All);
        return Page { text: readable(&wide), title: wide.title };
    }
    Page { title: narrow.title, text }
}

/// What Readability takes for the article; empty when it finds none.
fn readable(page: &Tame) -> String {
    let config = Config {
        // The tree has elements of its own around what was let through.
        max_elements_to_parse: MAX_ELEMENTS * 2,
        disable_json_ld: true,
        ..Config::default()
    };
    let article =
        Readability::new(page.html.as_str(), None, Some(config)).and_then(|mut reader| reader.parse());
    let content = article.map(|article| article.content.to_string()).unwrap_or_default();
    lines::of(&content)
}

impl Page {
    /// Whether it is about what `article` is about: a log-in or a consent page in its place is not.
    pub fn is_of(&self, article: &Article, analyzer: &Analyzer) -> bool {
        let head = text::cut(self.text.clone(), TELLING);
        tells_of(&article.title, &[&self.title, &head], analyzer)
    }

    /// Gives `article` the page's text as its body, unless the feed said more; tells whether it did.
    pub fn complete(&self, article: &mut Article) -> bool {
        let own = text::size(&article.body).max(text::size(&article.summary));
        let fuller = text::size(&self.text) > own;
        if fuller {
            article.body.clone_from(&self.text);
            // A summary that only begins the body says nothing of its own.
            if article.summary.len() < MAX_SUMMARY && article.body.starts_with(&article.summary) {
                article.summary.clear();
            }
        }
        fuller
    }
}

#[cfg(test)]
mod tests;
