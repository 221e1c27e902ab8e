//! What reading has in common, whichever table is read: problems, variables, names to choose from.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use ipnet::IpNet;
use url::Url;

use super::environment::{Environment, variable};
use super::report::{Origin, Problems};
use super::suggest;
use super::value::{Text, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{Reserved, blocked_host};

/// How many times a load looks for a name that might have been meant: each look goes through all names.
const SUGGESTIONS: usize = 100;

/// The most names that a message lists.
const LISTED: usize = 12;

/// What reading sections has in common: problems, variables, and whether a file is incomplete.
pub(super) struct Reader<'a> {
    pub(super) problems: Problems<'a>,
    variables: HashMap<&'a str, Variable<'a>>,
    /// Names of variables that were looked for, to suggest from; empty when there are no variables.
    looked_for: Vec<String>,
    suggestions_left: usize,
    /// A file has errors of syntax. What seems to be missing may stand in the part that was not
    /// understood, and is not reported.
    incomplete: bool,
    /// `[fetch] allow_networks`, read before whatever names addresses.
    pub(super) allowed: Vec<IpNet>,
}

struct Variable<'a> {
    origin: Origin,
    value: &'a str,
    /// A key took it.
    is_taken: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        let mut problems = Problems::default();
        let variables = environment
            .overrides()
            .into_iter()
            .map(|(name, value)| {
                let origin = problems.origin(name, value);
                (name, Variable { origin, value, is_taken: false })
            })
            .collect();
        Self {
            problems,
            variables,
            looked_for: Vec::new(),
            suggestions_left: SUGGESTIONS,
            incomplete: false,
            allowed: Vec::new(),
        }
    }

    /// What is to be said of an address that will be refused whenever it is asked for.
    pub(super) fn out_of_reach(&self, url: &Url) -> Option<Diagnostic> {
        let Reserved { network, reason } = blocked_host(url, &self.allowed)?;
        let warning = Diagnostic::warning(format!("this is {reason}, which feedwatch refuses to ask"));
        Some(warning.help(format!("if it is meant, write allow_networks = [\"{network}\"] in [fetch]")))
    }

    /// Takes note that a part of a file was not understood.
    pub(super) fn is_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// "did you mean …?" when a candidate is near to `name`.
    pub(super) fn suggest<'c>(
        &mut self,
        name: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<String> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        suggest::nearest(name, candidates).map(|nearest| format!("did you mean `{nearest}`?"))
    }

    /// Whether the name of a `noun` is known; reports it when not.
    pub(super) fn check_reference(
        &mut self,
        reference: &Reference<'a>,
        noun: &str,
        known: &HashSet<String>,
    ) -> bool {
        if known.contains(&reference.name) {
            return true;
        }
        if !self.incomplete {
            let error = Diagnostic::error(format!("there is no {noun} named `{}`", reference.name));
            let nearest = self.suggest(&reference.name, known.iter().map(String::as_str));
            let help = nearest.unwrap_or_else(|| list_of(noun, known));
            reference.text.report(self, error.at(reference.part.clone()).help(help));
        }
        false
    }

    /// Reports what may only seem wrong while part of a file is not understood.
    pub(super) fn report_unless_incomplete(&mut self, origin: Origin, diagnostic: Diagnostic) {
        if !self.incomplete {
            self.problems.add(origin, diagnostic);
        }
    }

    /// Warns of variables that no key took.
    pub(super) fn warn_of_unknown_variables(&mut self) {
        let mut unknown: Vec<(&str, Origin)> = self
            .variables
            .iter()
            .filter(|(_, variable)| !variable.is_taken)
            .map(|(name, variable)| (*name, variable.origin))
            .collect();
        unknown.sort_unstable_by_key(|(name, _)| *name);
        for (name, origin) in unknown {
            let warning = Diagnostic::warning(format!("the environment variable {name} sets no known key"));
            let nearest = suggest::nearest(name, self.looked_for.iter().map(String::as_str));
            let help = match nearest {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "the rule is FEEDWATCH_SECTION_KEY, as in FEEDWATCH_FETCH_TIMEOUT".to_owned(),
            };
            self.problems.add(origin, warning.help(help));
        }
    }

    /// The variable that overrides `key` in the section whose variables begin with `section`.
    pub(super) fn variable(&mut self, section: &str, key: &'static str) -> Option<Value<'a>> {
        if self.variables.is_empty() {
            return None;
        }
        let name = variable(section, key);
        let value = self.variables.get_mut(name.as_str()).and_then(|found| {
            if std::mem::replace(&mut found.is_taken, true) {
                let error = Diagnostic::error(format!("{name} sets `{key}` of more than one channel"));
                let help = "rename one: their names differ only in signs, which a variable cannot show";
                self.problems.add(found.origin, error.help(help));
                return None;
            }
            Some(Value::in_variable(key, found.origin, found.value))
        });
        self.looked_for.push(name);
        value
    }
}

/// A name that should be known, and the part of a text that says it.
pub(super) struct Reference<'a> {
    pub(super) name: String,
    pub(super) text: Text<'a>,
    pub(super) part: Range<usize>,
}

/// The known names, unless they are too many to read.
fn list_of(noun: &str, known: &HashSet<String>) -> String {
    let mut names: Vec<&str> = known.iter().map(String::as_str).take(LISTED + 1).collect();
    if names.is_empty() {
        return format!("define a [[{noun}]] of that name");
    }
    if names.len() > LISTED {
        return format!(
            "define a [[{noun}]] of that name, or name one of the {} that there are",
            known.len()
        );
    }
    names.sort_unstable();
    format!("known {noun}s: {}", names.join(", "))
}
