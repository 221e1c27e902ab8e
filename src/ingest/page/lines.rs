//! The HTML that Readability takes for an article → lines of text. Lines of nothing but links are no part of it:
//! menus, lists of other articles, buttons.

use html5gum::emitters::callback::CallbackEvent;

use super::super::{MAX_BODY, text};
use crate::parse::Text;
use crate::parse::tokens::tokenize;

/// A longer line is text, whatever it links to; in characters, those of scripts without spaces counting twice.
const LONGEST_LINK: usize = 200;

/// The text of `html`, one paragraph a line.
pub(super) fn of(html: &str) -> String {
    let mut lines = Lines::default();
    tokenize(html, true, |event, _| lines.take(event));
    lines.end("");
    text::paragraphs(&Text::plain(lines.out), MAX_BODY)
}

#[derive(Default)]
struct Lines {
    out: String,
    /// The line, or the cell of a table, that is being read.
    line: String,
    /// Whether something in it is no link.
    has_text: bool,
    in_link: bool,
    in_pre: bool,
}

impl Lines {
    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag(name, true),
            CallbackEvent::EndTag { name } => self.tag(name, false),
            CallbackEvent::String { value } => {
                let value = String::from_utf8_lossy(value);
                self.has_text |= !self.in_link && value.chars().any(char::is_alphanumeric);
                let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
                match self.in_pre {
                    true => self.line.push_str(&value),
                    false => self.line.extend(value.chars().map(blank)),
                }
            }
            _ => {}
        }
    }

    fn tag(&mut self, name: &[u8], start: bool) {
        match name {
            b"a" => self.in_link = start,
            b"td" | b"th" => self.end(" "),
            b"pre" => {
                self.end("\n");
                self.in_pre = start;
            }
            _ => self.end("\n"),
        }
    }

    /// Ends the line, with `separator` before the next.
    fn end(&mut self, separator: &str) {
        if self.has_text || text::size(&self.line) > LONGEST_LINK {
            self.out.push_str(&self.line);
        }
        self.out.push_str(separator);
        self.line.clear();
        self.has_text = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_links_alone_are_none() {
        for (html, expected) in [
            ("<p>One <a href=x>link</a>\nof <a>two</a>.</p><p>Two</p>", "One link of two.\nTwo"),
            ("<ul><li><a>Menu</a></li><li><a>More</a> &raquo;</li><li>Text</li></ul>", "Text"),
            ("<p><a>Home</a> | <a>News</a></p><p>Text</p>", "Text"),
            (
                "<table><tr><th>Rank</th><th>Name</th></tr><tr><td>1</td><td><a>x</a></td></tr></table>",
                "Rank Name\n1",
            ),
            ("a<br>b<div>c</div>d", "a\nb\nc\nd"),
            ("<pre>a\nb</pre>c", "a\nb\nc"),
            ("<a>only links</a>", ""),
        ] {
            assert_eq!(of(html), expected, "{html}");
        }
        let long = "word ".repeat(60);
        assert_eq!(of(&format!("<p><a href=x>{long}</a></p>")), long.trim());
    }
}
