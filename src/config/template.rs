//! `template` and `template_file` of a `[[channel]]`: compiled and tried out while the configuration is
//! loaded.

use super::reader::Reader;
use super::secret::Secrets;
use super::section::Section;
use super::value::Text;
use crate::alert::{Template, TemplateError};
use crate::diagnostic::Diagnostic;

/// The keys that are read here.
pub(super) const KEYS: [&str; 2] = ["template", "template_file"];

/// The template at `template`, or in the file at `template_file`; `None` without one, and when it is
/// wrong, which was reported.
pub(super) fn read<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    files: Secrets<'_>,
) -> Option<Template> {
    match section.take_alternatives(reader, KEYS) {
        [Some(value), _] => {
            let text = value.text(reader)?;
            text.parse(reader, |source| compile(source).map_err(|error| diagnostic(&error)))
        }
        [None, Some(path)] => {
            let path = path.text(reader)?;
            read_file(reader, &path, files)
        }
        [None, None] => None,
    }
}

/// A template without a text would send empty messages: more likely a file that is still to be written.
fn compile(source: &str) -> Result<Template, TemplateError> {
    if source.trim().is_empty() {
        let message = "the template holds nothing to send".to_owned();
        return Err(TemplateError { message, place: None, line: None });
    }
    Template::new(source)
}

fn diagnostic(error: &TemplateError) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.message.clone());
    match &error.place {
        Some(place) => diagnostic.at(place.clone()),
        None => diagnostic,
    }
}

/// What is wrong with the file is told where it is named, with the line of the file.
fn read_file<'a>(reader: &mut Reader<'a>, path: &Text<'a>, files: Secrets<'_>) -> Option<Template> {
    let name = path.not_blank(reader)?;
    let found = match (files.read_file)(&files.base(path).join(&name)) {
        Ok(file) => compile(&file.text).map_err(|error| match error.line {
            Some(line) => format!("{name}, line {line}: {}", error.message),
            None => format!("{name}: {}", error.message),
        }),
        Err(error) => Err(format!("cannot read the template from {name}: {error}")),
    };
    found.map_err(|message| path.report(reader, Diagnostic::error(message))).ok()
}
