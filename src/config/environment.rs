//! Environment variables that configure: one rule, `FEEDWATCH_SECTION_KEY`.

use std::collections::HashMap;

const PREFIX: &str = "FEEDWATCH_";

/// The configuration file.
pub(super) const CONFIG: &str = "FEEDWATCH_CONFIG";
/// The directory of the database.
pub(super) const DATA_DIR: &str = "FEEDWATCH_DATA_DIR";
/// Read by tests alone.
const CORPUS: &str = "FEEDWATCH_CORPUS";

/// The environment variables that concern the configuration; all others are dropped.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
}

impl Environment {
    /// The variables of this process. Values that are not Unicode are read with replacements.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect()
    }

    /// The value of `name`, unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The variables that override keys of the file, by name; an empty one overrides nothing.
    pub(super) fn overrides(&self) -> Vec<(&str, &str)> {
        let mut overrides: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, value)| {
                name.starts_with(PREFIX) && !value.is_empty() && ![CONFIG, DATA_DIR, CORPUS].contains(name)
            })
            .collect();
        overrides.sort_unstable();
        overrides
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let others = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "STATE_DIRECTORY"];
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .filter(|(name, _)| name.starts_with(PREFIX) || others.contains(&name.as_str()))
            .collect();
        Self { variables }
    }
}

/// The names are shown, the values are not: there are secrets among them.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The variable of `key` in the section whose variables begin with `section`: for the timeout of the
/// channel `press desk`, `FEEDWATCH_CHANNEL_PRESS_DESK_TIMEOUT`.
pub(super) fn variable(section: &str, key: &str) -> String {
    let section = section.chars().map(|c| if c.is_alphanumeric() { c } else { '_' });
    let name: String = section.chain(['_']).chain(key.chars()).collect();
    format!("{PREFIX}{}", name.to_uppercase())
}
