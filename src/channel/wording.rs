//! The text of a message: the standard one, or what the channel's template makes of it.

use crate::alert::render::{Block, Line};
use crate::alert::{Payload, Template};

/// Puts messages into words.
pub(super) struct Wording {
    template: Option<Template>,
}

/// How a message is worded.
pub(super) enum Words {
    /// As always.
    Standard,
    /// As the template says: lines without mark-up.
    Own(String),
    /// As always, since the template failed; with a sentence that says so.
    Failed(String),
}

impl Wording {
    pub(super) fn new(template: Option<&Template>) -> Self {
        Self { template: template.cloned() }
    }

    pub(super) fn of(&self, payload: &Payload) -> Words {
        match self.template.as_ref().map(|template| template.render(payload)) {
            None => Words::Standard,
            Some(Ok(text)) => Words::Own(text),
            Some(Err(reason)) => Words::Failed(format!("this is the standard text, since {reason}")),
        }
    }
}

/// A complaint as a paragraph of its own.
pub(super) fn paragraph(complaint: &str) -> Block {
    Block { lines: vec![Line::Text(format!("({complaint})"))], lang: None }
}
