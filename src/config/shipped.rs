//! The files that are built into the binary.

/// The sample configuration: it runs as it is, and is what runs where no file is found.
pub const SAMPLE: &str = include_str!("../../config/feedwatch.toml");

/// The shipped concepts: file name and text.
pub(super) const CONCEPTS: &[(&str, &str)] = &[
    ("concepts/asean.toml", include_str!("../../config/concepts/asean.toml")),
    ("concepts/cybersecurity.toml", include_str!("../../config/concepts/cybersecurity.toml")),
    ("concepts/southeast-asia.toml", include_str!("../../config/concepts/southeast-asia.toml")),
    ("concepts/states.toml", include_str!("../../config/concepts/states.toml")),
];
