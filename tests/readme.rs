//! The README and the manual of channels show what works: configurations load, commands exist.

use crate::support::Program;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// The fenced blocks of this kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let opening = format!("```{kind}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn every_configuration_loads() {
    let configurations = blocks(&readme(), "toml");
    assert!(!configurations.is_empty());
    for configuration in configurations {
        let program = Program::new("");
        program.write(&configuration);
        program.run(&["check"]);
    }
}

#[test]
fn every_command_is_understood() {
    let program = Program::new("");
    let mut tried = 0;
    let channels = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/channels.md")).unwrap();
    let listed = [blocks(&readme(), "sh"), blocks(&readme(), "text"), blocks(&channels, "sh")].concat();
    for line in listed.concat().lines() {
        let Some(command) = line.trim().strip_prefix("feedwatch ") else { continue };
        let words: Vec<&str> = command
            .split("  ")
            .next()
            .unwrap()
            .split_whitespace()
            .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
            .collect();
        let output = program.output(&[&words[..], &["--help"]].concat());
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        tried += 1;
    }
    assert!(tried > 10, "the README lists its commands");
}
