//! Errors and warnings that a user can fix, drawn with file, line, caret and a way out.
//!
//! Configuration files, queries and cron lines share this one form.

mod render;

use std::ops::Range;

pub use render::{place_of, render};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, though probably not as meant.
    Warning,
    /// It cannot work.
    Error,
}

/// One thing to fix, at one place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, names the object.
    pub message: String,
    /// Where, in bytes of the text; `None` when it concerns the whole.
    pub span: Option<Range<usize>>,
    /// What to write instead, or how to find out.
    pub help: Option<String>,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// Something that cannot work.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), span: None, help: None }
    }

    /// Something that works, though probably not as meant.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Says where, in bytes of the text.
    #[must_use]
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span: Some(span), ..self }
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Whether it cannot work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
