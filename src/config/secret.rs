//! Secrets: from the file, from the environment, or from a file of their own. None of them is ever
//! shown.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use super::raw::File;
use super::reader::Reader;
use super::section::Section;
use super::value::{Text, Value};
use crate::diagnostic::Diagnostic;

/// Reads files on behalf of the configuration.
pub(super) type ReadFile<'f> = &'f dyn Fn(&Path) -> std::io::Result<File>;

/// What secrets are read with.
#[derive(Clone, Copy)]
pub(super) struct Secrets<'f> {
    pub(super) read_file: ReadFile<'f>,
    /// The directory that relative paths start from.
    pub(super) directory: &'f Path,
}

/// A secret, and where to tell what is wrong with it.
pub(super) struct Secret<'a> {
    pub(super) value: SecretString,
    pub(super) text: Text<'a>,
}

impl<'f> Secrets<'f> {
    /// The secrets at the first of `keys`, or the lines of the file at the second; `None` when neither
    /// is there. `texts` tells one secret from several.
    pub(super) fn read<'a>(
        self,
        reader: &mut Reader<'a>,
        section: &mut Section<'a>,
        keys: [&'static str; 2],
        texts: impl Fn(&Value<'a>, &mut Reader<'a>) -> Option<Vec<Text<'a>>>,
    ) -> Option<Vec<Secret<'a>>> {
        match section.take_alternatives(reader, keys) {
            [Some(value), _] => {
                value.hide(reader);
                let texts = texts(&value, reader).unwrap_or_default();
                Some(texts.into_iter().map(|text| Secret { value: text.value.into(), text }).collect())
            }
            [None, Some(path)] => match path.text(reader) {
                Some(text) => Some(self.read_lines(reader, &text)),
                None => Some(Vec::new()),
            },
            [None, None] => None,
        }
    }

    /// What a relative path starts from: the configuration's directory, or the working directory where
    /// the environment gives the path.
    pub(super) fn base(self, path: &Text<'_>) -> &'f Path {
        if path.is_from_file() { self.directory } else { Path::new("") }
    }

    fn read_lines<'a>(self, reader: &mut Reader<'a>, path: &Text<'a>) -> Vec<Secret<'a>> {
        let Some(name) = path.not_blank(reader) else { return Vec::new() };
        let file = match (self.read_file)(&self.base(path).join(&name)) {
            Ok(file) => file,
            Err(error) => {
                path.report(
                    reader,
                    Diagnostic::error(format!("cannot read the secret from {name}: {error}")),
                );
                return Vec::new();
            }
        };
        if file.is_public {
            let warning =
                Diagnostic::warning(format!("everyone on this machine can read the secret in {name}"));
            path.report(reader, warning.help(format!("run: chmod 600 {name}")));
        }
        let lines = file.text.lines().filter(|line| !line.trim().is_empty());
        let secrets: Vec<Secret<'a>> =
            lines.map(|line| Secret { value: line.into(), text: path.clone() }).collect();
        if secrets.is_empty() {
            path.report(reader, Diagnostic::error(format!("{name} holds no secret")));
        }
        secrets
    }
}

/// The fewest bytes that Standard Webhooks wants in a secret.
const WEBHOOK_BYTES: usize = 24;

/// Checks a webhook's secret: `whsec_` and base64 (Standard Webhooks, "Symmetric").
pub(super) fn webhook(secret: &str) -> Result<(), Diagnostic> {
    let help = "make one: echo \"whsec_$(head -c 32 /dev/urandom | base64)\"";
    let Some(encoded) = secret.strip_prefix("whsec_") else {
        return Err(Diagnostic::error("the secret of a webhook must begin with `whsec_`").help(help));
    };
    match STANDARD.decode(encoded) {
        Ok(key) if key.len() >= WEBHOOK_BYTES => Ok(()),
        Ok(key) if !key.is_empty() => Err(Diagnostic::warning(format!(
            "the secret of the webhook has {} bytes: receivers may insist on {WEBHOOK_BYTES}",
            key.len()
        ))
        .help(help)),
        _ => Err(Diagnostic::error("the secret of a webhook must be base64 after `whsec_`").help(help)),
    }
}
