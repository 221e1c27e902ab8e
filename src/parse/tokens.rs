//! html5gum's tokenizer as feeds need it: CDATA sections are text, no tokens are built, and its recursion
//! is bounded.

use std::fmt;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Reader, Span, Tokenizer};

/// Calls `take` with every token of `text` and where it stands, in bytes. With `raw_texts`, the content
/// of `<script>` and the like is one text, as in HTML; without, their tags are as any other.
pub(crate) fn tokenize(text: &str, raw_texts: bool, mut take: impl FnMut(CallbackEvent<'_>, Span<usize>)) {
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        take(event, span);
        None
    });
    emitter.naively_switch_states(raw_texts);
    // The only items are pauses, after which the tokenizer goes on where it was.
    for _pause in Tokenizer::new_with_emitter(Pausing::new(text), CdataIsText(emitter)) {}
}

/// html5gum takes CDATA sections for comments, as they are in HTML.
struct CdataIsText<E>(E);

impl<E: Emitter<Token = ()>> ForwardingEmitter for CdataIsText<E> {
    type Token = ();

    fn inner(&mut self) -> &mut impl Emitter<Token = ()> {
        &mut self.0
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        true
    }
}

/// Attributes in double quotes that html5gum may take without a pause.
const ATTRIBUTES_PER_PAUSE: usize = 32;

/// Gives html5gum a text, and an error now and then.
///
/// html5gum 0.9 calls itself for each attribute in double quotes and returns only at the end of the tag:
/// a tag of a thousand attributes overflows a stack of 2 MB. An error from the reader makes it return. It
/// is raised before the opening quote of a value, where html5gum's state is such that it goes on as if
/// nothing had happened.
struct Pausing<'t> {
    rest: &'t [u8],
    /// The last byte handed out that was no blank.
    last: u8,
    attributes: usize,
    paused: bool,
}

/// What html5gum is told to make it return.
#[derive(Debug)]
struct Pause;

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pause, not an error")
    }
}

impl std::error::Error for Pause {}

impl<'t> Pausing<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes(), last: 0, attributes: 0, paused: false }
    }

    /// Hands out the next `count` bytes.
    fn advance(&mut self, count: usize) -> &'t [u8] {
        let (given, rest) = self.rest.split_at(count);
        self.rest = rest;
        self.last = given.iter().rev().find(|byte| !byte.is_ascii_whitespace()).copied().unwrap_or(self.last);
        given
    }
}

impl Reader for Pausing<'_> {
    type Error = Pause;

    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        let Some(next) = self.rest.first().copied() else { return Ok(None) };
        if next == b'"' && self.last == b'=' && !self.paused {
            self.attributes += 1;
            if self.attributes.is_multiple_of(ATTRIBUTES_PER_PAUSE) {
                self.paused = true;
                return Err(Pause);
            }
        }
        self.paused = false;
        self.advance(1);
        Ok(Some(next))
    }

    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let next = self.rest.get(..text.len());
        let found = next.is_some_and(|next| match case_sensitive {
            true => next == text,
            false => next.eq_ignore_ascii_case(text),
        });
        if found {
            self.advance(text.len());
        }
        Ok(found)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], _: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Pause> {
        let length = match self.rest.iter().position(|byte| needle.contains(byte)) {
            Some(0) => 1,
            Some(length) => length,
            None => self.rest.len(),
        };
        Ok((length > 0).then(|| self.advance(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tag's attributes and the text after it.
    fn read(text: &str) -> (Vec<String>, String) {
        let (mut attributes, mut after) = (Vec::<String>::new(), String::new());
        tokenize(text, false, |event, _| match event {
            CallbackEvent::AttributeName { name } => {
                attributes.push(String::from_utf8_lossy(name).into_owned())
            }
            CallbackEvent::AttributeValue { value } => {
                let last = attributes.last_mut().unwrap();
                last.push('=');
                last.push_str(&String::from_utf8_lossy(value));
            }
            CallbackEvent::String { value } => after.push_str(&String::from_utf8_lossy(value)),
            _ => {}
        });
        (attributes, after)
    }

    #[test]
    fn a_tag_may_have_any_number_of_attributes() {
        for pattern in [" aN=\"N\"", " aN = \"N\"", "aN=\"N\"", " aN='N'", " aN=N", "\naN=\n\"N\""] {
            let count = 100_000;
            let attributes: String =
                (0..count).map(|number| pattern.replace('N', &number.to_string())).collect();
            let (found, after) = read(&format!("<i {attributes}>x"));
            assert_eq!((found.len(), after.as_str()), (count, "x"), "{pattern}");
            assert!(found.iter().enumerate().all(|(at, name)| *name == format!("a{at}={at}")), "{pattern}");
        }
        let (found, after) = read(&format!("<i{}>x", " a=\"&amp;>\" b".repeat(50_000)));
        assert_eq!((found.len(), after.as_str()), (100_000, "x"));
        assert!(found.chunks(2).all(|pair| pair == ["a=&>", "b"]));
    }
}
