//! Drawing a diagnostic under the text it is about.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};

/// Draws the message, the line with carets under the place, and the way out, without a final newline.
///
/// `origin` is the name of the file, or `query`; `source` is the text that the span counts in. Control
/// characters of all four come out as visible signs, so that no text of others steers the terminal.
pub fn render(diagnostic: &Diagnostic, origin: &str, source: &str, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let level = match diagnostic.severity {
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    // The renderer leaves control characters of a path as they are.
    let origin = visible(origin).replace(|c: char| c.is_control(), "\u{fffd}");
    let mut report =
        level.primary_title(visible(&diagnostic.message)).elements(diagnostic.span.as_ref().map(|span| {
            let lines = lines_of(source, span);
            let place = within(source, span);
            let place = place.start - lines.start..place.end - lines.start;
            Snippet::source(visible(&source[lines.clone()]).into_owned())
                .line_start(1 + source[..lines.start].matches('\n').count())
                .path(origin)
                .annotation(AnnotationKind::Primary.span(place))
        }));
    if let Some(help) = &diagnostic.help {
        report = report.element(Level::HELP.message(visible(help)));
    }
    renderer.decor_style(DecorStyle::Ascii).render(&[report])
}

/// The line and the column, in characters, of the byte at `offset` of `source`; both count from 1.
pub fn place_of(source: &str, offset: usize) -> (usize, usize) {
    let before = &source[..source.floor_char_boundary(offset)];
    let line = before.rfind('\n').map_or(before, |line_break| &before[line_break + 1..]);
    (1 + before.matches('\n').count(), 1 + line.chars().count())
}

/// The same text, as many bytes long, without the control characters that the renderer lets pass.
fn visible(text: &str) -> Cow<'_, str> {
    let passes = |c: char| matches!(c, '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{061c}');
    if !text.contains(passes) {
        return Cow::Borrowed(text);
    }
    let sign = |c: char| match (passes(c), c.len_utf8()) {
        (false, _) => c,
        (true, 2) => '·',
        (true, _) => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(sign).collect())
}

/// The whole lines that the span touches. The renderer works through all of the text that it is given,
/// which takes most of a second for a file of some megabytes.
fn lines_of(text: &str, span: &Range<usize>) -> Range<usize> {
    let span = within(text, span);
    let start = text[..span.start].rfind('\n').map_or(0, |line_break| line_break + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |line_break| span.end + line_break);
    start..end
}

/// The span, moved inside the text and onto whole characters.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end.max(start)).min(text.len())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn plain(diagnostic: &Diagnostic, source: &str) -> String {
        render(diagnostic, "query", source, false)
    }

    #[test]
    fn carets_stand_under_words_of_any_width() {
        let problem = |span| Diagnostic::error("no such thing").at(span).help("write another");
        assert_snapshot!(plain(&problem(6..11), "first\nการ x"), @r"
        error: no such thing
         --> query:2:1
          |
        2 | การ x
          | ^^
          |
          = help: write another
        ");
        assert_snapshot!(plain(&problem(4..10), "a b 河野 c"), @r"
        error: no such thing
         --> query:1:5
          |
        1 | a b 河野 c
          |     ^^^^
          |
          = help: write another
        ");
        assert_snapshot!(plain(&problem(3..3), "abc"), @r"
        error: no such thing
         --> query:1:4
          |
        1 | abc
          |    ^
          |
          = help: write another
        ");
    }

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        for (source, offset, place) in [
            ("", 0, (1, 1)),
            ("abc", 2, (1, 3)),
            ("first\nче x", 6, (2, 1)),
            ("first\nче x", 10, (2, 3)),
            ("first\nче x", 9, (2, 2)),
            ("a\n", 2, (2, 1)),
            ("a", 9, (1, 2)),
        ] {
            assert_eq!(place_of(source, offset), place, "{source} at {offset}");
        }
    }

    #[test]
    fn what_concerns_the_whole_has_no_place() {
        assert_snapshot!(plain(&Diagnostic::warning("it is empty").help("write a word"), "x"), @r"
        warning: it is empty
         |
         = help: write a word
        ");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let problem = Diagnostic::error("a\u{1b}[2J").at(0..1).help("b\u{9b}2J");
        let drawn = render(&problem, "n\u{1b}]0;x\u{7}.toml", "x\u{1b}[31m\u{9b}1m\u{202e}\r\u{8}", false);
        assert!(!drawn.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{drawn:?}");
    }

    proptest! {
        #[test]
        fn any_span_of_any_text_can_be_drawn(source in "\\PC{0,40}", start in 0..80_usize, len in 0..40_usize) {
            let problem = Diagnostic::error("wrong").at(start..start + len);
            prop_assert!(plain(&problem, &source).starts_with("error: wrong"));
        }
    }
}
