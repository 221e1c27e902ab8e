//! A start tag as html5gum hands it out: piece by piece.

/// Attributes beyond these are dropped.
const MAX_ATTRIBUTES: usize = 64;

/// The name and the attributes of a start tag, names in lower case. Reused from tag to tag.
#[derive(Default)]
pub(super) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// Begins a new tag.
    pub(super) fn open(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.push_str(&String::from_utf8_lossy(name));
        self.attributes.clear();
    }

    /// Begins an attribute.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        if self.attributes.len() < MAX_ATTRIBUTES {
            self.attributes.push((String::from_utf8_lossy(name).into_owned(), String::new()));
        }
    }

    /// Gives the attribute begun last its value.
    pub(super) fn value(&mut self, value: &[u8]) {
        if let Some((_, last)) = self.attributes.last_mut().filter(|(_, last)| last.is_empty()) {
            last.push_str(&String::from_utf8_lossy(value));
        }
    }

    /// The qualified name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Names and values in document order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the attribute `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}
