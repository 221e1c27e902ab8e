//! The tour works without network, and leaves nothing behind.

use std::process::Command;

#[test]
fn the_demo_shows_alerts_in_several_languages_and_leaves_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_feedwatch"))
        .arg("demo")
        .env("TMPDIR", folder.path())
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for (word, why) in [
        ("кибербезопасности", "Russian"),
        ("サイバーセキュリティー", "Japanese"),
        ("ความมั่นคงปลอดภัยไซเบอร์", "Thai"),
        ("an ninh mạng", "Vietnamese"),
        ("資安", "Chinese"),
    ] {
        assert!(text.contains(word), "{why}: {text}");
    }
    for decoy in ["championship", "harga beras", "лікарень"] {
        assert!(!text.contains(decoy), "'{decoy}' is not the story: {text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
