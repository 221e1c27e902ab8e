//! Text → tokens.
//!
//! Words of any script, quotes of any typographic tradition and full-width signs are read; what has no
//! meaning in the language (`&&`, `wom?n`, `word~`) is reported instead of searched for.

mod quoted;

use std::ops::Range;

use super::scan::{ends_word, field_prefix, is_blank, is_name, opens, quote_kind, single_quoted, word_len};
use super::words;
use super::{Field, Term};
use crate::diagnostic::Diagnostic;

/// A piece of a query and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    Comma,
    And,
    Or,
    /// `NOT`, or `-` right before what it excludes.
    Not,
    Near {
        within: u32,
        ordered: bool,
    },
    AtLeast(u32),
    Field(Field),
    Leaf(Term),
    /// Something unreadable, already reported, that stands where an operand belongs.
    Broken,
}

/// Reads the whole text, adding what is wrong with it to `found`.
pub(super) fn lex(text: &str, found: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut lexer = Lexer { text, pos: 0, tokens: Vec::new(), found, open: 0, raw_until: None };
    while lexer.skip_blank() {
        lexer.token();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    pos: usize,
    tokens: Vec<Token>,
    found: &'a mut Vec<Diagnostic>,
    /// Parentheses open here.
    open: usize,
    /// The value of a metadata field is read verbatim, up to where only so many parentheses are open.
    raw_until: Option<usize>,
}

impl Lexer<'_> {
    /// Moves to the next token; false at the end.
    fn skip_blank(&mut self) -> bool {
        loop {
            let rest = &self.text[self.pos..];
            self.pos += rest.len() - rest.trim_start_matches(is_blank).len();
            let rest = &self.text[self.pos..];
            if !rest.starts_with('#') {
                return !rest.is_empty();
            }
            let tagged = rest[1..].starts_with(|c| !is_blank(c));
            if tagged && self.raw() {
                return true;
            }
            let end = self.pos + rest.find('\n').unwrap_or(rest.len());
            if rest[1..].starts_with(char::is_alphanumeric) {
                let tag = self.pos + 1 + word_len(&rest[1..]);
                let name = words::excerpt(&self.text[self.pos + 1..tag]);
                self.found.push(
                    Diagnostic::warning("`#` starts a comment up to the end of the line")
                        .at(self.pos..tag)
                        .help(format!("to search for the hashtag, write `{name}`")),
                );
            }
            self.pos = end;
        }
    }

    fn token(&mut self) {
        let rest = &self.text[self.pos..];
        let Some(first) = rest.chars().next() else { return };
        match first {
            '(' | '（' => {
                self.push(Kind::Open, first.len_utf8());
                self.open += 1;
                return;
            }
            ')' | '）' => {
                self.open = self.open.saturating_sub(1);
                self.push(Kind::Close, first.len_utf8());
            }
            ',' | '，' | '、' => {
                self.push(Kind::Comma, first.len_utf8());
                return;
            }
            '-' | '−' | '–' | '－' => self.dash(first),
            _ if quote_kind(first).is_some() => self.quoted(self.pos),
            _ if self.raw() => self.raw_word(first),
            '{' | '｛' => self.braces(),
            '}' | '｝' => self.stray_brace(first),
            '/' => self.regex(),
            '@' | '＠' => self.concept(first),
            '=' | '＝' => self.exact(first),
            _ => {
                self.word();
                return;
            }
        }
        if self.raw_until.is_some_and(|open| self.open <= open)
            && !matches!(self.tokens.last(), Some(Token { kind: Kind::Not, .. }))
        {
            self.raw_until = None;
        }
    }

    fn raw(&self) -> bool {
        self.raw_until.is_some()
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let span = self.pos..self.pos + len;
        self.pos = span.end;
        self.tokens.push(Token { kind, span });
    }

    /// Reports the next `len` bytes and steps over them.
    fn refuse(&mut self, len: usize, diagnostic: Diagnostic) {
        let span = self.pos..self.pos + len;
        self.pos = span.end;
        self.found.push(diagnostic.at(span));
    }

    /// Reports the next `len` bytes, which stand for an operand.
    fn refuse_operand(&mut self, len: usize, diagnostic: Diagnostic) {
        self.found.push(diagnostic.at(self.pos..self.pos + len));
        self.push(Kind::Broken, len);
    }

    fn dash(&mut self, dash: char) {
        let after = &self.text[self.pos + dash.len_utf8()..];
        if after.chars().next().is_some_and(|next| !is_blank(next) && !ends_word(next) || opens(next)) {
            return self.push(Kind::Not, dash.len_utf8());
        }
        self.refuse(
            dash.len_utf8(),
            Diagnostic::error("a `-` that stands alone excludes nothing")
                .help("write `-word` without a space"),
        );
    }

    /// A count between `least` and [`words::MOST_BETWEEN`], or an error and `least`; `write` shows how
    /// the operator looks with a number.
    fn number(&mut self, digits: &str, span: Range<usize>, least: u32, write: impl Fn(u32) -> String) -> u32 {
        let most = words::MOST_BETWEEN;
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let number = digits[..count].parse().unwrap_or(if count > 0 { u32::MAX } else { 0 });
        if count > 0 && count == digits.len() && (least..=most).contains(&number) {
            return number;
        }
        let suggested = match (count, least) {
            (0, 0) => words::DEFAULT_BETWEEN,
            (0, _) => 2,
            _ => number.clamp(least, most),
        };
        let help = format!("write `{}`", write(suggested));
        let name = &self.text[span.clone()];
        self.found.push(
            Diagnostic::error(format!("`{name}` needs a number from {least} to {most}")).at(span).help(help),
        );
        least
    }

    fn braces(&mut self) {
        let rest = &self.text[self.pos..];
        let opening = rest.chars().next().map_or(1, char::len_utf8);
        let inner = &rest[opening..];
        let next = inner.find(['}', '｝', '{', '｛', '\n']);
        let Some(len) = next.filter(|&next| inner[next..].starts_with(['}', '｝'])) else {
            let end = self.pos + opening + word_len(&rest[opening..]);
            let word = &self.text[self.pos + opening..end];
            self.found.push(
                Diagnostic::error("this brace is never closed")
                    .at(self.pos..self.pos + opening)
                    .help(format!("write `{{{word}}}`")),
            );
            return self.push(Kind::Broken, end - self.pos);
        };
        let closing = rest[opening + len..].chars().next().map_or(1, char::len_utf8);
        let text = rest[opening..opening + len].split_whitespace().collect::<Vec<_>>().join(" ");
        if words::searchable(&text) {
            return self.push(Kind::Leaf(Term::CaseSensitive { text }), opening + len + closing);
        }
        self.refuse_operand(
            opening + len + closing,
            Diagnostic::error("these braces hold nothing to search for")
                .help("write a word in the case it must have, as in `{NATO}`"),
        );
    }

    fn stray_brace(&mut self, brace: char) {
        self.refuse(brace.len_utf8(), Diagnostic::error("no `{` opens this brace").help("remove it"));
    }

    fn regex(&mut self) {
        let rest = &self.text[self.pos + 1..];
        if rest.is_empty() || rest.starts_with(is_blank) {
            return self.refuse(
                1,
                Diagnostic::error("a `/` that stands alone has no meaning").help("write AND or OR instead"),
            );
        }
        let mut escaped = false;
        let end = rest.bytes().position(|byte| match byte {
            b'/' if !escaped => true,
            _ => {
                escaped = byte == b'\\' && !escaped;
                false
            }
        });
        let Some(len) = end.filter(|&len| !rest[..len].contains('\n')) else {
            let end = self.pos + 1 + word_len(rest);
            self.found.push(
                Diagnostic::error("this regular expression is never closed")
                    .at(self.pos..end)
                    .help("end it with `/`"),
            );
            return self.push(Kind::Broken, end - self.pos);
        };
        let flags_at = self.pos + 1 + len + 1;
        let flags_len = rest[len + 1..].find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len() - len - 1);
        let flags = words::excerpt(&self.text[flags_at..flags_at + flags_len]);
        if !matches!(flags.as_str(), "" | "i") {
            let help = if flags.len() == 1 {
                "only `i` (any case) is known".to_owned()
            } else {
                format!(
                    "if it is text, write `\"{}\"`",
                    words::excerpt(&self.text[self.pos..flags_at + flags_len])
                )
            };
            self.found.push(
                Diagnostic::error(format!("`{flags}` is not a flag of a regular expression"))
                    .at(flags_at..flags_at + flags_len)
                    .help(help),
            );
        }
        let term = Term::Regex { pattern: rest[..len].to_owned(), ignore_case: flags == "i" };
        self.push(Kind::Leaf(term), 1 + len + 1 + flags_len);
    }

    fn concept(&mut self, sign: char) {
        let sign = sign.len_utf8();
        let name = &self.text[self.pos + sign..];
        let name = &name[..name.find(|c| !is_name(c)).unwrap_or(name.len())];
        if !name.is_empty() {
            let term = Term::Concept { name: name.to_lowercase() };
            return self.push(Kind::Leaf(term), sign + name.len());
        }
        self.refuse_operand(
            sign,
            Diagnostic::error("`@` needs the name of a concept")
                .help("write it without a space, as in `@asean`"),
        );
    }

    fn exact(&mut self, sign: char) {
        let start = self.pos + sign.len_utf8();
        match self.text[start..].chars().next() {
            Some(next) if quote_kind(next).is_some() => return self.quoted(start),
            Some(next) if !is_blank(next) && !ends_word(next) && !"=/@#".contains(next) => {}
            _ => {
                return self.refuse(
                    sign.len_utf8(),
                    Diagnostic::error("`=` needs a word or a phrase right after it")
                        .help("write `=word` without a space"),
                );
            }
        }
        let len = word_len(&self.text[start..]);
        let whole = self.pos..start + len;
        let whole_len = whole.len();
        if self.too_long(whole_len) {
            return;
        }
        let text = &self.text[start..start + len];
        if let Some(stem) = text.strip_suffix('*') {
            self.found.push(
                Diagnostic::warning("`=` has no effect on a prefix")
                    .at(whole)
                    .help(format!("write `{stem}*`")),
            );
        }
        self.plain(start, text.to_owned(), whole_len, true);
    }

    /// Reports a word that no text can hold; true if it was one.
    fn too_long(&mut self, len: usize) -> bool {
        if len <= words::MAX_LEN {
            return false;
        }
        self.refuse_operand(
            len,
            Diagnostic::error(format!("this word is longer than {} bytes", words::MAX_LEN))
                .help("put spaces between its words"),
        );
        true
    }

    /// Words, operators and field names.
    fn word(&mut self) {
        if let Some((name, len)) = field_prefix(&self.text[self.pos..]) {
            return self.field(name.to_owned(), len);
        }
        let len = word_len(&self.text[self.pos..]);
        if self.too_long(len) {
            return;
        }
        let text = self.text[self.pos..self.pos + len].trim_end_matches(is_blank).to_owned();
        let span = self.pos..self.pos + len;
        let narrow = words::narrow(&text);
        match narrow.as_ref() {
            "AND" => self.push(Kind::And, len),
            "OR" => self.push(Kind::Or, len),
            "NOT" => self.push(Kind::Not, len),
            "NEAR" | "ONEAR" => {
                let kind = Kind::Near { within: words::DEFAULT_BETWEEN, ordered: narrow == "ONEAR" };
                self.push(kind, len);
            }
            "AROUND" if self.text[span.end..].starts_with('(') => self.around(len),
            _ => match words::counted_operator(&narrow) {
                Some((name @ ("NEAR" | "ONEAR"), "")) if self.parted_count(len).is_some() => {
                    let (count, end) = self.parted_count(len).unwrap_or_default();
                    let kind = Kind::Near { within: words::DEFAULT_BETWEEN, ordered: name == "ONEAR" };
                    self.found.push(
                        Diagnostic::error(format!("`{name}/` and its number are one word"))
                            .at(span.start..end)
                            .help(format!("write `{name}/{count}`")),
                    );
                    self.push(kind, end - span.start);
                }
                Some((name @ ("NEAR" | "ONEAR"), count)) => {
                    // Brandwatch writes the ordered form `NEAR/3f`.
                    let ours = if count.ends_with('f') { "ONEAR" } else { name };
                    let within = self.number(count, span, 0, |n| format!("{ours}/{n}"));
                    self.push(Kind::Near { within, ordered: name == "ONEAR" }, len);
                }
                Some((name, count)) => {
                    let count = self.number(count, span, 1, |n| format!("{name}/{n} word"));
                    self.push(Kind::AtLeast(count), len);
                }
                None => self.plain(self.pos, text, len, false),
            },
        }
    }

    /// The number that stands after a space and the next `len` bytes, and where it ends.
    fn parted_count(&self, len: usize) -> Option<(&str, usize)> {
        let rest = &self.text[self.pos + len..];
        let digits = rest.trim_start_matches(' ');
        let count = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
        let end = self.text.len() - digits.len() + count.len();
        (!count.is_empty() && count.len() <= 2).then_some((count, end))
    }

    /// `AROUND(n)`, Google's way to write `NEAR/n`; its name has `len` bytes.
    fn around(&mut self, len: usize) {
        let rest = &self.text[self.pos + len + 1..];
        let count = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        let closed = !count.is_empty() && rest[count.len()..].starts_with(')');
        let whole = if closed { len + 2 + count.len() } else { len };
        let help = if closed { format!("write `NEAR/{count}`") } else { "write `NEAR/4`".to_owned() };
        let name = &self.text[self.pos..self.pos + whole];
        self.found.push(
            Diagnostic::error(format!("`{name}` is not an operator here"))
                .at(self.pos..self.pos + whole)
                .help(help),
        );
        self.push(Kind::Broken, whole);
    }

    /// A bare word or prefix that starts at `start`; the token is the next `len` bytes.
    fn plain(&mut self, start: usize, text: String, len: usize, exact: bool) {
        if let Some(inner) = single_quoted(&self.text[start..]) {
            self.found.push(
                Diagnostic::warning("single quotes do not make a phrase")
                    .at(start..start + self.text[start..].chars().next().map_or(1, char::len_utf8))
                    .help(format!("write `\"{inner}\"`")),
            );
        }
        if let Some(diagnostic) = words::problem(&text) {
            let span = self.pos..self.pos + len;
            let fatal = diagnostic.is_error();
            self.found.push(diagnostic.at(span));
            if fatal {
                return self.push(Kind::Broken, len);
            }
        }
        let term = match text.strip_suffix('*') {
            Some(stem) => Term::Prefix { text: stem.to_owned() },
            None => Term::Word { text, exact },
        };
        self.push(Kind::Leaf(term), len);
    }

    fn field(&mut self, name: String, len: usize) {
        if let Some(field) = Field::from_name(&name) {
            if field.is_metadata() {
                self.raw_until = Some(self.open);
            }
            return self.push(Kind::Field(field), len);
        }
        if let Some(help) = words::help_for_foreign_field(&name, &self.text[self.pos + len..]) {
            return self.refuse(len, Diagnostic::error(format!("unknown field `{name}`")).help(help));
        }
        let help = Field::guess(&name).map_or_else(
            || {
                let rest = &self.text[self.pos..];
                let end = len + word_len(&rest[len..rest.floor_char_boundary(len + words::EXCERPT)]);
                format!("to search for text with a colon, quote it: `\"{}\"`", words::excerpt(&rest[..end]))
            },
            |field| format!("did you mean `{}:`?", field.name()),
        );
        self.refuse(len, Diagnostic::error(format!("unknown field `{name}`")).help(help));
    }

    /// A value of a metadata field: everything up to white space, parenthesis, quote or comma.
    fn raw_word(&mut self, first: char) {
        let len = word_len(&self.text[self.pos..]).max(first.len_utf8());
        if self.too_long(len) {
            return;
        }
        let text = self.text[self.pos..self.pos + len].trim_end_matches(is_blank).to_owned();
        let grouped = self.raw_until.is_some_and(|open| open < self.open);
        let kind = match text.as_str() {
            "AND" if grouped => Kind::And,
            "OR" if grouped => Kind::Or,
            "NOT" if grouped => Kind::Not,
            _ => Kind::Leaf(Term::Word { text, exact: false }),
        };
        self.push(kind, len);
    }
}
