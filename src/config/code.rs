//! Codes of languages and countries: those that there are, with what may be meant by the others.

use super::reader::Reader;
use super::value::Text;
use crate::diagnostic::Diagnostic;
use crate::model::Lang;
use crate::query::{country_code, language_code};

/// A language, as the code or the tag of it.
pub(super) fn lang<'a>(reader: &mut Reader<'a>, text: &Text<'a>) -> Option<Lang> {
    let lang = text.parse(reader, |tag| Lang::try_from(tag.to_owned()).map_err(Diagnostic::error))?;
    let primary = text.value.trim().split(['-', '_']).next().unwrap_or_default();
    let doubt = language_code(primary).complaint(text.value, "language", "ru", quoted);
    let is_wrong = doubt.as_ref().is_some_and(Diagnostic::is_error);
    doubt.into_iter().for_each(|doubt| text.report(reader, doubt));
    (!is_wrong).then_some(lang)
}

/// A country, as its code in lower case.
pub(super) fn country(text: &str) -> Result<String, Diagnostic> {
    let code = text.trim().to_ascii_lowercase();
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let error = Diagnostic::error(format!("'{text}' is not a country code"));
        return Err(error.help("write the two letters of ISO 3166, as in \"jp\""));
    }
    country_code(&code).complaint(text, "country", "jp", quoted).map_or(Ok(code), Err)
}

/// As it stands in the configuration.
fn quoted(code: &str) -> String {
    format!("\"{code}\"")
}
