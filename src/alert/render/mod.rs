//! Payloads as people read them: title, source, language, time, link, watch, and the words that
//! matched in context.
//!
//! Everything is made safe here for its destination: control characters and bidirectional overrides
//! never pass, mark-up is escaped.

mod html;
mod text;

pub use html::html;
pub use text::{Marks, segments, text};

use super::payload::{Kind, MatchedArticle, Payload};
use super::{ArticleView, Segment, one_line, shorten};
use crate::model::Timestamp;

/// Characters of a title where it stands for the whole article.
const TITLE_WIDTH: usize = 150;

/// The subject of a mail: the watch and the first title. One line, at most about 250 characters.
pub fn subject(payload: &Payload) -> String {
    let title = payload.data.articles.first().map_or_else(String::new, |first| plain(&first.headline()));
    let mut subject = format!("[{}] {}", shorten(label(payload), 80), shorten(&title, TITLE_WIDTH));
    if let more @ 1.. = payload.data.articles.len().saturating_sub(1) {
        subject.push_str(&format!(" (and {more} more)"));
    }
    subject
}

/// An article that the watch named `watch` matched, on one line of a terminal.
pub fn line(watch: &str, article: &ArticleView) -> String {
    let title = if article.title.trim().is_empty() {
        article.url.as_deref().unwrap_or("(no title)")
    } else {
        &article.title
    };
    format!("{}: {} ({})", one_line(watch), shorten(title, TITLE_WIDTH), about(article))
}

/// Source, language and time.
fn about(article: &ArticleView) -> String {
    let source = shorten(&article.source, 80);
    let lang = article.lang.map(|lang| lang.to_string());
    [Some(source).filter(|source| !source.is_empty()), lang, Some(time(article.published_at))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// To the minute: nobody reads the seconds of an article.
fn time(time: Timestamp) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The article's page, if it may become a link.
fn link(article: &MatchedArticle) -> Option<String> {
    let url = one_line(article.article.url.as_deref()?);
    (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
}

/// What the message is headed with.
fn label(payload: &Payload) -> &str {
    match payload.kind {
        Kind::Match => &payload.data.watch,
        Kind::Test => "feedwatch test",
    }
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
            (hostile(), "[asean-cyber] x Bcc: a@b ]0;pwn$(id) <script>alert(1)</script>"),
        ] {
            assert_eq!(subject(&payload), expected);
        }
    }

    #[test]
    fn a_terminal_line_is_one_line() {
        let payload = hostile();
        assert_eq!(
            line("asean-cyber", &payload.data.articles[0].article),
            "asean-cyber: x Bcc: a@b ]0;pwn$(id) <script>alert(1)</script> (A<b> B · ru · 2026-03-01 08:15 UTC)",
        );
    }

    #[test]
    fn a_text_tells_everything() {
        insta::assert_snapshot!(text(&payload(2), Marks::STARS), @"
        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          watch: asean-cyber
          > Стороны договорились о *кибербезопасности*.

        Япония и *АСЕАН* углубят сотрудничество
          Пример · ru · 2026-03-01 08:15 UTC
          https://news.example/1?a=b&c=d
          watch: asean-cyber
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
        <p dir="auto" lang="ru">Стороны договорились о <mark>кибербезопасности</mark>.</p>
        <p><small>watch: asean-cyber</small></p>
        </body></html>
        "#);
        insta::assert_snapshot!(html(&hostile()), @r#"
        <!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>asean-cyber</title></head><body>
        <h3 dir="auto" lang="ru">x  Bcc: a@b ]0;pwn$(id) &lt;script&gt;alert(1)&lt;/script&gt;</h3>
        <p><small>A&lt;b&gt; B · ru · 2026-03-01 08:15 UTC</small></p>
        <p dir="auto" lang="ru">&lt;/b&gt;&lt;a href=&#39;javascript:alert(1)&#39;&gt;&quot;&amp;2J <mark>кибербезопасности</mark></p>
        <p><small>watch: asean-cyber</small></p>
        </body></html>
        "#);
    }

    #[test]
    fn a_digest_is_brief() {
        let text = text(&payload(60), Marks::STARS);
        assert_eq!(text.matches("*АСЕАН*").count(), 60);
        assert_eq!(text.matches("кибербезопасности").count(), 0);
    }
}
