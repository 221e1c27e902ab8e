//! Templates that people write to replace the text of a channel's messages.
//!
//! They come from the configuration alone, never from a feed; what they make is text without mark-up,
//! which each channel cleans and escapes like everything else. They are bounded in steps and in size,
//! and read nothing but the message.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::clean::{one_line, piece};
use super::render::{self, Marks};
use super::{MatchedArticle, Message, NoticeData, Payload};

/// Bytes of a template.
const MAX_SOURCE: usize = 64 * 1024;

/// Steps that rendering may take: a digest of hundreds of articles takes some ten thousand.
const FUEL: u64 = 1_000_000;

/// Bytes that rendering may make.
const MAX_OUTPUT: usize = 256 * 1024;

/// The name that the one template has in its environment.
const NAME: &str = "template";

/// A template that renders a message of each type.
#[derive(Clone)]
pub struct Template {
    environment: Arc<Environment<'static>>,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// In words, with the type of message that it fails on.
    pub message: String,
    /// The bytes of the template that are wrong, where that is known.
    pub place: Option<Range<usize>>,
    /// The line, where that is known; the first is 1.
    pub line: Option<usize>,
}

/// What a template may name.
#[derive(Serialize)]
struct Variables<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    watch: Option<String>,
    priority: &'static str,
    subject: String,
    text: String,
    articles: Vec<ArticleVariables>,
    watches: Vec<WatchVariables>,
    notice: Option<&'a NoticeData>,
}

#[derive(Serialize)]
struct WatchVariables {
    watch: String,
    articles: Vec<ArticleVariables>,
}

#[derive(Clone, Serialize)]
struct ArticleVariables {
    #[serde(flatten)]
    article: MatchedArticle,
    /// The title with its matched words between stars.
    headline: String,
    /// Source, language and time.
    about: String,
    /// To the minute.
    published: String,
    /// The matched words in context, between stars.
    snippets: Vec<String>,
    /// How far the story has spread; empty when nobody else tells it.
    also: String,
}

impl Template {
    /// Compiles `source`, and renders a sample message of each type with it.
    ///
    /// # Errors
    /// When it is no template, or fails on a sample: a variable that does not exist, an endless loop.
    pub fn new(source: &str) -> Result<Self, TemplateError> {
        if source.len() > MAX_SOURCE {
            let message = format!("the template is longer than {MAX_SOURCE} bytes");
            return Err(TemplateError { message, place: None, line: None });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.set_debug(true);
        environment
            .add_template_owned(NAME, source.to_owned())
            .map_err(|error| explained(&error, "this is no template"))?;
        let template = Self { environment: Arc::new(environment) };
        for sample in Payload::samples() {
            template.evaluate(&sample).map_err(|error| {
                explained(&error, &format!("the template fails on a {} message", sample.message.kind()))
            })?;
        }
        Ok(template)
    }

    /// The text that `payload` makes: lines without control characters, none at the ends that is empty.
    ///
    /// # Errors
    /// When the template fails on it, in one line.
    pub fn render(&self, payload: &Payload) -> Result<String, String> {
        let text = self.evaluate(payload).map_err(|error| {
            let error = explained(&error, "the template failed");
            let line = error.line.map_or_else(String::new, |line| format!(" in line {line}"));
            one_line(&format!("{}{line}", error.message))
        })?;
        let lines: Vec<String> = text.lines().map(|line| piece(line).trim_end().to_owned()).collect();
        let text = lines.join("\n");
        let text = text.trim_matches('\n');
        if text.is_empty() { Err("the template made no text".to_owned()) } else { Ok(text.to_owned()) }
    }

    fn evaluate(&self, payload: &Payload) -> Result<String, minijinja::Error> {
        let mut output = Bounded(Vec::new());
        let template = self.environment.get_template(NAME)?;
        template.render_captured_to(Value::from(Serde(variables(payload))), &mut output)?;
        Ok(String::from_utf8_lossy(&output.0).into_owned())
    }
}

/// Only that there is one: its text may hold what is nobody's business.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template(…)")
    }
}

/// Takes [`MAX_OUTPUT`] bytes and refuses more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::other(format!("more than {MAX_OUTPUT} bytes of text")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn explained(error: &minijinja::Error, what: &str) -> TemplateError {
    // The source of an error of the writer says what the bound is.
    let source = std::error::Error::source(error).map(ToString::to_string);
    let detail = source.or_else(|| error.detail().map(str::to_owned));
    let detail = match detail {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    TemplateError { message: format!("{what}: {detail}"), place: error.range(), line: error.line() }
}

fn variables(payload: &Payload) -> Variables<'_> {
    let message = &payload.message;
    let watches: Vec<WatchVariables> = message
        .watches()
        .into_iter()
        .map(|(watch, articles)| WatchVariables {
            watch: one_line(watch),
            articles: articles.iter().map(article).collect(),
        })
        .collect();
    Variables {
        kind: message.kind(),
        timestamp: super::time::rfc3339(payload.timestamp),
        watch: match &watches[..] {
            [only] => Some(only.watch.clone()),
            _ => None,
        },
        priority: message.priority().as_str(),
        subject: render::subject(payload),
        text: render::text(payload, Marks::STARS),
        articles: watches.iter().flat_map(|of| of.articles.clone()).collect(),
        watches,
        notice: match message {
            Message::Notice(data) => Some(data),
            _ => None,
        },
    }
}

/// What is one line in a feed must stay one line in the text.
fn article(matched: &MatchedArticle) -> ArticleVariables {
    let mut matched = matched.clone();
    let article = &mut matched.article;
    article.title = one_line(&article.title);
    article.source = one_line(&article.source);
    article.url = article.url.take().map(|url| one_line(&url));
    matched.attribution = matched.attribution.take().map(|origin| one_line(&origin));
    ArticleVariables {
        headline: render::segments(&matched.headline(), Marks::STARS),
        about: render::about(&matched),
        published: render::minute(matched.article.published_at),
        snippets: matched
            .context
            .iter()
            .map(|snippet| render::segments(&snippet.segments, Marks::STARS))
            .collect(),
        also: matched.story.as_ref().and_then(render::also).unwrap_or_default(),
        article: matched,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture;

    #[test]
    fn a_template_makes_text_of_each_type_of_message() {
        let source = "{% if type == 'notice' %}{{ notice.title }}{% else %}\
                      {% for article in articles %}{{ article.headline }} ({{ article.source }}, {{ article.lang }})\n\
                      {% endfor %}{{ priority }} {{ watch }}{% endif %}";
        let template = Template::new(source).expect("a template");
        let match_ = fixture::payload(&[fixture::pending("desk", "asean-cyber", "1")]);
        for (payload, expected) in [
            (match_, "Япония и *АСЕАН* углубят сотрудничество (Пример, ru)\nnormal asean-cyber"),
            (fixture::notice(), "A feed has failed for three days"),
            (
                Payload::test("desk", fixture::now()),
                "A *test* alert from feedwatch (feedwatch, en)\nnormal test",
            ),
        ] {
            assert_eq!(template.render(&payload).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_wrong_template_is_refused_with_its_place() {
        for (source, place, line, complaint) in [
            ("{{ titel }}", Some("titel"), Some(1), "fails on a match message: undefined value"),
            ("ok\n{{ articles[0].titel }}", Some("articles[0].titel"), Some(2), "undefined value"),
            ("{% for a in articles %}", None, Some(1), "this is no template: syntax error"),
            ("{{ notice.title }}", None, Some(1), "fails on a match message"),
            ("{{ articles[0].title }}", None, Some(1), "fails on a notice message"),
            (
                "{{ articles[0].story.sources if articles else '' }}",
                None,
                Some(1),
                "fails on a match message",
            ),
            ("{% include 'x' %}", None, Some(1), "this is no template"),
            ("{{ 7 / 'x' }}", None, Some(1), "fails on a match message"),
            ("{{ text | nonsense }}", None, Some(1), "unknown filter"),
            (
                "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
                None,
                Some(1),
                "engine ran out of fuel",
            ),
            ("{% for a in range(9000) %}{{ text }}{% endfor %}", None, None, "bytes of text"),
        ] {
            let error = Template::new(source).err().unwrap_or_else(|| panic!("{source} is refused"));
            assert!(error.message.contains(complaint), "{source}: {error:?}");
            if let Some(place) = place {
                let found = error.place.clone().and_then(|place| source.get(place));
                assert!(found.is_some_and(|found| found.contains(place)), "{source}: {error:?}");
            }
            if line.is_some() {
                assert_eq!(error.line, line, "{source}: {error:?}");
            }
        }
        assert!(Template::new(&"x".repeat(MAX_SOURCE + 1)).is_err());
    }

    #[test]
    fn nothing_of_a_feed_is_a_template_or_a_line_of_its_own() {
        let template =
            Template::new("{% for a in articles %}{{ a.title }}\n{% endfor %}.").expect("a template");
        for (title, expected) in [
            ("{{ 7*7 }}{% raw %}", "{{ 7*7 }}{% raw %}\n."),
            ("x\r\nBcc: a@b \u{1b}]0;pwn\u{7} \u{202e}", "x Bcc: a@b ]0;pwn\n."),
            ("<b>&</b>", "<b>&</b>\n."),
        ] {
            let mut alert = fixture::pending("desk", "w", "1");
            alert.article.title = title.to_owned();
            assert_eq!(template.render(&fixture::payload(&[alert])).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_template_that_fails_later_says_why() {
        // The samples have a language or none; only a message without articles is not among them.
        let template =
            Template::new("{% if type == 'match' and articles|length > 2 %}{{ gone }}{% endif %}x");
        let template = template.expect("a template");
        let alerts: Vec<_> = (0..3).map(|n| fixture::pending("desk", "w", &n.to_string())).collect();
        let error = template.render(&fixture::payload(&alerts));
        assert_eq!(
            error,
            Err("the template failed: undefined value: `gone` is undefined in line 1".to_owned())
        );
        let blank = Template::new("{# nothing #}\n").expect("a template");
        assert_eq!(blank.render(&fixture::notice()), Err("the template made no text".to_owned()));
    }
}
