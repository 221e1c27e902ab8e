//! Payloads as people read them: title, source, language, time, link, watch, the words that matched
//! in context, and who else tells the story.
//!
//! Everything is made safe here for its destination: control characters and bidirectional overrides
//! never pass, mark-up is escaped.

mod block;
mod dialect;
mod fit;
mod html;
mod text;

pub use block::{Block, Detail, Line, blocks};
pub use dialect::{Dialect, Links};
pub(super) use fit::boundaries;
pub use fit::{Room, fit, fit_text};
pub use html::{escape as escape_html, html, html_block, html_of};
pub use text::{Marks, block_of, segments, text, text_of};

use url::Url;

use super::{
    ArticleView, MatchedArticle, Message, NoticeData, OtherArticle, Payload, Segment, Snippet, StoryView,
    one_line, shorten,
};
use crate::model::{Field, Lang, Timestamp};

/// Characters of a title where it stands for the whole article.
const TITLE_WIDTH: usize = 150;

/// Characters of a name, of an outlet or a watch.
const NAME_WIDTH: usize = 80;

/// Characters of a paragraph of a notice.
const PARAGRAPH_WIDTH: usize = 2_000;

/// The subject of a mail: the watch and the first title. One line, at most about 250 characters.
pub fn subject(payload: &Payload) -> String {
    let label = shorten(&label(&payload.message), NAME_WIDTH);
    let (text, more) = match &payload.message {
        Message::Match(data) | Message::Test(data) => {
            let first = data.articles.first().map_or_else(String::new, |first| plain(&first.headline()));
            (first, data.articles.len().saturating_sub(1))
        }
        Message::Digest(data) => {
            let articles = count(payload.message.articles().count(), "article");
            let watches = data.watches.iter().map(|of| one_line(&of.watch)).collect::<Vec<_>>().join(", ");
            (format!("{articles}: {watches}"), 0)
        }
        Message::Notice(data) => (data.title.clone(), 0),
    };
    let subject = format!("[{label}] {}", shorten(&text, TITLE_WIDTH));
    if more == 0 { subject } else { format!("{subject} (and {more} more)") }
}

/// An article that the watch named `watch` matched, on one line of a terminal.
pub fn line(watch: &str, article: &ArticleView) -> String {
    let title = if article.title.trim().is_empty() {
        article.url.as_deref().unwrap_or("(no title)")
    } else {
        &article.title
    };
    let about = joined(&article.source, article.lang, Some(article.published_at));
    format!("{}: {} ({about})", one_line(watch), shorten(title, TITLE_WIDTH))
}

/// Source, whom it cites, language and time.
pub(super) fn about(matched: &MatchedArticle) -> String {
    let article = &matched.article;
    let source = match &matched.attribution {
        Some(origin) => format!("{} (citing {})", article.source, shorten(origin, NAME_WIDTH)),
        None => article.source.clone(),
    };
    joined(&source, article.lang, Some(article.published_at))
}

/// An article of another outlet: title, source and language.
fn other(article: &OtherArticle) -> String {
    let title = if article.title.trim().is_empty() { "(no title)" } else { &article.title };
    format!("{} ({})", shorten(title, TITLE_WIDTH), joined(&article.source, article.lang, None))
}

fn joined(source: &str, lang: Option<Lang>, at: Option<Timestamp>) -> String {
    let source = Some(shorten(source, 2 * NAME_WIDTH)).filter(|source| !source.is_empty());
    let parts = [source, lang.map(|lang| lang.to_string()), at.map(minute)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How far the story has spread; `None` when no other outlet tells it.
pub(super) fn also(story: &StoryView) -> Option<String> {
    let others = story.sources.checked_sub(1).filter(|others| *others > 0)?;
    let others = count(others, "other source");
    let languages = match story.languages.len() {
        0 | 1 => String::new(),
        languages => format!(", {languages} languages"),
    };
    Some(format!("also: {others}{languages}, first seen at {}", minute(story.first_seen_at)))
}

fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// To the minute: nobody reads the seconds of an article.
pub(super) fn minute(time: Timestamp) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The page at `url`, if it may become a link; spelt as browsers do, without spaces, quotes or angle
/// brackets.
fn link(url: Option<&str>) -> Option<String> {
    let url = Url::parse(&one_line(url?)).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// What goes before a snippet, so that a name is not taken for a sentence.
fn by(snippet: &Snippet) -> &'static str {
    if snippet.field == Field::Author { "by " } else { "" }
}

/// What the message is headed with. One line.
pub fn label(message: &Message) -> String {
    match message {
        Message::Match(data) => one_line(&data.watch),
        Message::Test(_) => "feedwatch test".to_owned(),
        Message::Digest(_) => "feedwatch digest".to_owned(),
        Message::Notice(_) => "feedwatch".to_owned(),
    }
}

/// The paragraphs of a notice as their lines, none empty.
fn notice_paragraphs(data: &NoticeData) -> Vec<Vec<String>> {
    let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
    for line in data.text.lines().map(|line| shorten(line, PARAGRAPH_WIDTH)) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => last.push(line),
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs.retain(|lines| !lines.is_empty());
    paragraphs
}

fn plain(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture;
    use crate::model::{Field, Span};

    fn payload(alerts: usize) -> Payload {
        let alerts: Vec<_> =
            (0..alerts).map(|n| fixture::pending("desk", "asean-cyber", &n.to_string())).collect();
        fixture::payload(&alerts)
    }

    fn hostile() -> Payload {
        let mut alert = fixture::pending("desk", "asean-cyber", "1");
        alert.article.title =
            "x\r\nBcc: a@b \u{1b}]0;pwn\u{7}$(id) \u{202e}<script>alert(1)</script>".to_owned();
        alert.article.summary = "</b><a href='javascript:alert(1)'>\"&\u{9b}2J кибербезопасности".to_owned();
        alert.article.url = Some("javascript:alert(1)".to_owned());
        alert.source = "A<b>\nB".to_owned();
        let start = alert.article.summary.chars().count() - 17;
        let text = "кибербезопасности".to_owned();
        alert.matched.spans = vec![Span { field: Field::Summary, start, end: start + 17, text }];
        fixture::payload(&[alert])
    }

    #[test]
    fn subjects_name_the_watch_and_the_title() {
        for (payload, expected) in [
            (payload(1), "[asean-cyber] Япония и АСЕАН углубят сотрудничество"),
            (payload(3), "[asean-cyber] Япония и АСЕАН углубят сотрудничество (and 2 more)"),
            (Payload::test("desk", fixture::now()), "[feedwatch test] A test alert from feedwatch"),
            (
                fixture::digest(&[
                    fixture::pending("desk", "asean-cyber", "1"),
                    fixture::pending("desk", "japan", "1"),
                ]),
                "[feedwatch digest] 2 articles: asean-cyber, japan",
            ),
            (fixture::notice(), "[feedwatch] A feed has failed for three days"),
            (hostile(), "[asean-cyber] x Bcc: a@b ]0;pwn$(id) <script>alert(1)</script>"),
        ] {
            assert_eq!(subject(&payload), expected);
        }
    }

    #[test]
    fn a_terminal_line_is_one_line() {
        let payload = hostile();
        assert_eq!(
            line("asean-cyber", &payload.message.articles().next().expect("an article").article),
            "asean-cyber: x Bcc: a@b ]0;pwn$(id) <script>alert(1)</script> (A<b> B · ru · 2026-03-01 08:15 UTC)",
        );
    }

    #[test]
    fn a_text_tells_everything() {
        insta::assert_snapshot!(text(&payload(2), Marks::STARS), @"
        asean-cyber (2)
        ===============

        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          > Стороны договорились о *кибербезопасности*.

        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          > Стороны договорились о *кибербезопасности*.
        ");
        insta::assert_snapshot!(text(&hostile(), Marks::STARS), @r#"
        x  Bcc: a@b ]0;pwn$(id) <script>alert(1)</script>
          A<b> B · ru · 2026-03-01 08:15 UTC
          watch: asean-cyber
          > </b><a href='javascript:alert(1)'>"&2J *кибербезопасности*
        "#);
    }

    #[test]
    fn mail_markup_tells_everything_and_escapes_it() {
        insta::assert_snapshot!(html(&payload(1)), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>asean-cyber</title></head><body>
        <h3 dir="auto" lang="ru"><a href="https://news.example/1?a=b&amp;c=d">Япония и <mark>АСЕАН</mark> углубят сотрудничество</a></h3>
        <p><small>Пример · ru · 2026-03-01 08:15 UTC</small></p>
        <p><small>watch: asean-cyber</small></p>
        <p dir="auto" lang="ru">Стороны договорились о <mark>кибербезопасности</mark>.</p>
        </body></html>
        "#);
        insta::assert_snapshot!(html(&hostile()), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>asean-cyber</title></head><body>
        <h3 dir="auto" lang="ru">x  Bcc: a@b ]0;pwn$(id) &lt;script&gt;alert(1)&lt;/script&gt;</h3>
        <p><small>A&lt;b&gt; B · ru · 2026-03-01 08:15 UTC</small></p>
        <p><small>watch: asean-cyber</small></p>
        <p dir="auto" lang="ru">&lt;/b&gt;&lt;a href=&#39;javascript:alert(1)&#39;&gt;&quot;&amp;2J <mark>кибербезопасности</mark></p>
        </body></html>
        "#);
    }

    #[test]
    fn stories_digests_and_notices_are_told_too() {
        let story = fixture::with_story(payload(1));
        let alerts =
            [("asean-cyber", "1"), ("japan", "1")].map(|(watch, key)| fixture::pending("desk", watch, key));
        let digest = fixture::digest(&alerts);
        insta::assert_snapshot!(text(&story, Marks::STARS), @"
        Япония и *АСЕАН* углубят сотрудничество
          Пример (citing Киодо) · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          watch: asean-cyber
          > Стороны договорились о *кибербезопасности*.
          also: 13 other sources, 3 languages, first seen at 2026-03-01 08:15 UTC
            - Japan, ASEAN to deepen cyber ties (Kyodo News · en)
              https://kyodo.example/1
        ");
        insta::assert_snapshot!(html(&story), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>asean-cyber</title></head><body>
        <h3 dir="auto" lang="ru"><a href="https://news.example/1?a=b&amp;c=d">Япония и <mark>АСЕАН</mark> углубят сотрудничество</a></h3>
        <p><small>Пример (citing Киодо) · ru · 2026-03-01 08:15 UTC</small></p>
        <p><small>watch: asean-cyber</small></p>
        <p dir="auto" lang="ru">Стороны договорились о <mark>кибербезопасности</mark>.</p>
        <p><small>also: 13 other sources, 3 languages, first seen at 2026-03-01 08:15 UTC</small></p>
        <ul>
        <li dir="auto"><small><a href="https://kyodo.example/1">Japan, ASEAN to deepen cyber ties (Kyodo News · en)</a></small></li>
        </ul>
        </body></html>
        "#);
        insta::assert_snapshot!(text(&digest, Marks::STARS), @"
        asean-cyber (1)
        ===============

        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          > Стороны договорились о *кибербезопасности*.

        japan (1)
        =========

        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          > Стороны договорились о *кибербезопасности*.
        ");
        insta::assert_snapshot!(html(&digest), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>feedwatch digest</title></head><body>
        <h2 dir="auto">asean-cyber (1)</h2>
        <h3 dir="auto" lang="ru"><a href="https://news.example/1?a=b&amp;c=d">Япония и <mark>АСЕАН</mark> углубят сотрудничество</a></h3>
        <p><small>Пример · ru · 2026-03-01 08:15 UTC</small></p>
        <p dir="auto" lang="ru">Стороны договорились о <mark>кибербезопасности</mark>.</p>
        <h2 dir="auto">japan (1)</h2>
        <h3 dir="auto" lang="ru"><a href="https://news.example/1?a=b&amp;c=d">Япония и <mark>АСЕАН</mark> углубят сотрудничество</a></h3>
        <p><small>Пример · ru · 2026-03-01 08:15 UTC</small></p>
        <p dir="auto" lang="ru">Стороны договорились о <mark>кибербезопасности</mark>.</p>
        </body></html>
        "#);
        insta::assert_snapshot!(text(&fixture::notice(), Marks::STARS), @"
        A feed has failed for three days
        ================================

        The last answer: 500 Internal Server Error.

        It is tried again once a day.
        ");
        insta::assert_snapshot!(html(&fixture::notice()), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>feedwatch</title></head><body>
        <h2 dir="auto">A feed has failed for three days</h2>
        <p dir="auto">The last answer: 500 Internal Server Error.</p>
        <p dir="auto">It is tried again once a day.</p>
        </body></html>
        "#);
    }

    #[test]
    fn a_story_that_nobody_else_tells_is_not_mentioned() {
        let mut payload = fixture::with_story(payload(1));
        let Message::Match(data) = &mut payload.message else { panic!("a match expected") };
        let story = data.articles[0].story.as_mut().expect("a story");
        // Its outlet wrote of it three times.
        (story.articles, story.sources) = (3, 1);
        story.others.clear();
        assert!(!text(&payload, Marks::STARS).contains("also"));
        assert!(!html(&payload).contains("also"));
    }

    #[test]
    fn of_a_story_is_said_who_else_tells_it() {
        let mut payload = fixture::with_story(payload(1));
        let Message::Match(data) = &mut payload.message else { panic!("a match expected") };
        let story = data.articles[0].story.as_mut().expect("a story");
        for (sources, languages, expected) in [
            (1, &["en"][..], None),
            (2, &["en"], Some("also: 1 other source, first seen at 2026-03-01 08:15 UTC")),
            (2, &[], Some("also: 1 other source, first seen at 2026-03-01 08:15 UTC")),
            (
                3,
                &["en", "ja"],
                Some("also: 2 other sources, 2 languages, first seen at 2026-03-01 08:15 UTC"),
            ),
        ] {
            story.sources = sources;
            story.languages = languages.iter().filter_map(|lang| Lang::parse(lang)).collect();
            assert_eq!(also(story).as_deref(), expected);
        }
    }

    #[test]
    fn a_long_message_is_brief() {
        let text = text(&payload(60), Marks::STARS);
        assert_eq!(text.matches("*АСЕАН*").count(), 60);
        assert_eq!(text.matches("кибербезопасности").count(), 0);
    }
}
