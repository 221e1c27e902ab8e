//! Phrases: text in quotes, and what somebody meant who put signs of other tools into them.

use super::super::scan::closing_quote;
use super::super::{Term, words};
use super::{Kind, Lexer};
use crate::diagnostic::Diagnostic;

impl Lexer<'_> {
    /// A phrase whose opening quote stands at `quote`; the token starts at `self.pos`, which differs
    /// after `=`.
    pub(super) fn quoted(&mut self, quote: usize) {
        let exact = quote != self.pos;
        let opening = self.text[quote..].chars().next().unwrap_or('"');
        let inner = quote + opening.len_utf8();
        let Some(len) = closing_quote(&self.text[inner..], opening) else {
            let end = self.pos + self.text[self.pos..].trim_end().len();
            let first = self.text[inner..].split_whitespace().next().unwrap_or("words");
            let first = words::excerpt(first);
            let help = format!("close it after the last word of the phrase, as in `\"{first} …\"`");
            self.found.push(
                Diagnostic::error("this quote is never closed")
                    .at(quote..quote + opening.len_utf8())
                    .help(help),
            );
            return self.push(Kind::Broken, end - self.pos);
        };
        let content = &self.text[inner..inner + len];
        let closing = self.text[inner + len..].chars().next().map_or(0, char::len_utf8);
        let end = inner + len + closing;
        let text = content.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words::searchable(&text) {
            let problem = if text.is_empty() {
                Diagnostic::error("these quotes hold nothing")
            } else {
                Diagnostic::error("this phrase has no letter or digit to search for")
            };
            return self.refuse_operand(end - self.pos, problem.help("write words between them"));
        }
        if !self.raw()
            && let Some(star) = content.find('*')
        {
            let example = words::excerpt(&words::starred(&text));
            self.found.push(
                Diagnostic::warning("a `*` inside quotes is not a prefix")
                    .at(inner + star..inner + star + 1)
                    .help(format!("write `{example}`")),
            );
        }
        if !self.raw()
            && let Some(operator) = words::quoted_operator(content)
        {
            let name = &content[operator.clone()];
            self.found.push(
                Diagnostic::warning(format!("`{name}` inside quotes is a word"))
                    .at(inner + operator.start..inner + operator.end)
                    .help(format!("for the operator, quote each side: `\"a b\" {name} \"c d\"`")),
            );
        }
        if !self.raw()
            && let Some(at) = words::lone_question_mark(content)
        {
            self.found.push(
                Diagnostic::warning("a `?` inside quotes stands for nothing")
                    .at(inner + at..inner + at + 1)
                    .help("let words stand between by a distance, as in `\"cyber security\"~1`"),
            );
        }
        if self.text[end..].starts_with(|c: char| c.is_alphanumeric()) {
            self.found.push(
                Diagnostic::warning("a word touches the end of this quote: quotes do not hold each other")
                    .at(end - closing..end)
                    .help("leave the inner quotes out, or put a space after the quote"),
            );
        }
        let (slop, tail) = self.slop(end);
        let term = if text.contains(char::is_whitespace) {
            Term::Phrase { text, exact, slop: slop.unwrap_or(0) }
        } else {
            if slop.is_some() {
                self.found.push(
                    Diagnostic::warning("`~` has no effect on a single word")
                        .at(end..end + tail)
                        .help(format!("write `\"{text}\"`")),
                );
            }
            Term::Word { text, exact: true }
        };
        self.push(Kind::Leaf(term), end + tail - self.pos);
        if self.text[self.pos..].starts_with('*') {
            self.refuse(
                1,
                Diagnostic::error("a `*` cannot follow a quote")
                    .help("put it after a bare word, as in `govern*`"),
            );
        }
    }

    /// Reads `~n` at `at`: the number and how many bytes it took.
    fn slop(&mut self, at: usize) -> (Option<u32>, usize) {
        let Some(after) = self.text[at..].strip_prefix('~') else { return (None, 0) };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let slop = self.number(&after[..digits], at..at + 1 + digits, 0, |n| format!("\"…\"~{n}"));
        (Some(slop), 1 + digits)
    }
}
