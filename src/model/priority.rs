//! How urgent a watch's alerts are.

use serde::{Deserialize, Serialize};

/// How urgently people should be told; channels show it where their medium can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Without a sound, to be read some time.
    Low,
    /// As the medium does by itself.
    #[default]
    Normal,
    /// To be read at once.
    High,
}

impl Priority {
    /// Every priority, with the word for it.
    pub const NAMES: [(Self, &'static str); 3] =
        [(Self::Low, "low"), (Self::Normal, "normal"), (Self::High, "high")];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(priority, _)| *priority == self).map_or("", |(_, name)| name)
    }

    /// Reads the word for it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(priority, _)| *priority)
    }
}
