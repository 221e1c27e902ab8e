//! `check` says everything that is wrong, or everything that is in force, to people and to programs.

use serde_json::{Value, json};

use crate::support::Program;

/// Runs `check --json` with variables: the code, the lines, and what was said beside them.
fn check(program: &Program, variables: &[(&str, &str)]) -> (i32, Vec<Value>, String) {
    let output = program.command(&["check", "--json"]).envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), lines, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_is_wrong_is_told_to_programs_in_their_form() {
    let program = Program::new("");
    let file = program.path("feedwatch.toml").display().to_string();
    let finding = |severity: &str,
                   file: &str,
                   place: Option<(u32, u32)>,
                   message: &str,
                   help: Option<&str>| {
        json!({
            "severity": severity, "file": file, "line": place.map(|place| place.0), "column": place.map(|place| place.1),
            "message": message, "help": help,
        })
    };
    for (text, variables, expected) in [
        (
            "[fetch]\ntimout = \"7s\"\n[[watch]]\nname = \"ё\" # ёё\nquery = 'ё AND'\nchannels = []\n",
            &[][..],
            vec![
                finding(
                    "error",
                    &file,
                    Some((2, 1)),
                    "unknown key `timout` in [fetch]",
                    Some("did you mean `timeout`?"),
                ),
                finding(
                    "error",
                    &file,
                    Some((5, 12)),
                    "`AND` has nothing on its right",
                    Some("write a word or a group after it"),
                ),
            ],
        ),
        (
            "[[feed]\n",
            &[],
            vec![finding("error", &file, Some((1, 8)), "unclosed array table, expected `]`", None)],
        ),
        (
            "",
            &[("FEEDWATCH_FETCH_PER_HOST", "many"), ("FEEDWATCH_FETCH_TIMOUT", "7s")],
            vec![
                finding(
                    "error",
                    "FEEDWATCH_FETCH_PER_HOST",
                    Some((1, 1)),
                    "`per_host` must be a number from 1 to 100",
                    None,
                ),
                finding(
                    "warning",
                    "FEEDWATCH_FETCH_TIMOUT",
                    None,
                    "the environment variable FEEDWATCH_FETCH_TIMOUT sets no known key",
                    Some("did you mean FEEDWATCH_FETCH_TIMEOUT?"),
                ),
            ],
        ),
    ] {
        program.write(text);
        assert_eq!(check(&program, variables), (2, expected, String::new()), "{text}");
    }
    std::fs::remove_file(program.path("feedwatch.toml")).unwrap();
    let (code, lines, said) = check(&program, &[]);
    assert_eq!((code, lines.len(), &*said), (2, 1, ""));
    assert_eq!((&lines[0]["file"], &lines[0]["line"]), (&json!(file), &json!(null)));
    assert!(lines[0]["message"].as_str().unwrap().starts_with("cannot read the configuration"), "{lines:?}");
}

#[test]
fn a_configuration_that_does_nothing_is_valid_and_told_so() {
    let program = Program::new("");
    let feed = "[[feed]]\nurl = \"http://127.0.0.1/rss\"\n";
    let watch = "[[watch]]\nname = \"w\"\nquery = 'yen'\n";
    let channel = "[[channel]]\nname = \"c\"\nkind = \"stdout\"\n";
    for (text, expected) in [
        (String::new(), &["no feeds", "no watches", "no channels"][..]),
        ([feed, watch, channel].concat(), &["loopback", "names no `channels`"]),
        (
            [feed, watch, "channels = []\n", channel, "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n"]
                .concat(),
            &[],
        ),
    ] {
        program.write(&text);
        let (code, lines, said) = check(&program, &[]);
        assert_eq!((code, lines.len(), &*said), (0, 1, ""), "{text}");
        let warnings = lines[0]["warnings"].as_array().unwrap();
        let output = program.output(&["check"]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert_eq!(stderr.matches("warning: ").count(), expected.len(), "{stderr}");
        assert_eq!(warnings.len(), expected.len(), "{warnings:?}");
        for (warning, expected) in warnings.iter().zip(expected) {
            assert!(warning["message"].as_str().unwrap().contains(expected), "{warning}");
            assert_eq!(warning["severity"], "warning");
            assert!(stderr.contains(expected), "{stderr}");
        }
    }
}

/// The keys that a table may have, as `check` itself says of one that it does not know.
fn known(program: &Program, table: &str) -> Vec<String> {
    program.write(&format!("{table}\nnot_a_key_of_any_table = 1\n"));
    let (_, lines, _) = check(program, &[]);
    let help = |line: &Value| {
        line["help"].as_str().unwrap_or_default().strip_prefix("known keys: ").map(str::to_owned)
    };
    lines
        .iter()
        .find_map(help)
        .unwrap_or_else(|| panic!("{lines:?}"))
        .split(", ")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_key_in_force_is_shown() {
    let program = Program::new("");
    let tables = ["defaults", "fetch", "server", "reload", "retention", "alerts", "notices", "log"];
    let settings: Vec<(&str, Vec<String>)> =
        tables.iter().map(|table| (*table, known(&program, &format!("[{table}]")))).collect();
    let of_watch = known(&program, "[[watch]]\nname = \"w\"");
    program.write(
        "[[watch]]\nname = \"w\"\nquery = 'yen'\nchannels = [\"mail\"]\ndigest = \"0 8 * * *\"\nquiet = \"22:00-07:00\"\n\
         timezone = \"Asia/Tokyo\"\nagain_on = \"lang\"\nsilence = \"3d\"\npriority = \"high\"\n\
         [[channel]]\nname = \"mail\"\nkind = \"email\"\nto = \"a@example.org\"\nfrom = \"b@example.org\"\n\
         smtp = \"smtps://example.org\"\nusername = \"me\"\npassword = \"hunter2\"\nlimit = \"7/h\"\nfallback = \"terminal\"\n\
         [[channel]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"https://example.org/hunter2\"\n\
         [[channel]]\nname = \"terminal\"\nkind = \"stdout\"\n[alerts]\ngroup_wait = \"1m30s\"\n",
    );
    let (code, lines, _) = check(&program, &[]);
    assert_eq!(code, 0, "{lines:?}");
    let shown = &lines[0];
    for (table, keys) in &settings {
        for key in keys {
            assert!(shown["settings"][table].get(key).is_some(), "[{table}] {key} is not shown: {shown}");
        }
    }
    for key in of_watch {
        assert!(shown["watches"][0].get(&key).is_some(), "{key} is not shown: {shown}");
    }
    let of_mail = known(&program, "[[channel]]\nname = \"mail\"\nkind = \"email\"");
    for key in of_mail.iter().filter(|key| !key.ends_with("_file")) {
        assert!(shown["channels"][0].get(key).is_some(), "{key} is not shown: {shown}");
    }
    assert_eq!(
        [
            &shown["watches"][0]["group_wait"],
            &shown["watches"][0]["timezone"],
            &shown["channels"][0]["limit"]
        ],
        [&json!("1m30s"), &json!("Asia/Tokyo"), &json!("7/h")]
    );
    assert!(!shown.to_string().contains("hunter2"), "{shown}");
}

#[test]
fn a_person_sees_what_is_in_force() {
    let program = Program::new(
        "[[watch]]\nname = \"w\"\nquery = 'yen'\nchannels = [\"a\"]\ndigest = \"0 8 * * *\"\npriority = \"high\"\n\
         [[channel]]\nname = \"a\"\nkind = \"stdout\"\nfallback = \"b\"\nlimit = \"20/h\"\n\
         [[channel]]\nname = \"b\"\nkind = \"stdout\"\nquiet = \"22:00-07:00\"\n",
    );
    let shown = program.run(&["check"]);
    for expected in [
        "w tells a: yen",
        "digest = \"0 8 * * *\"",
        "priority = \"high\"",
        "group_wait = \"30s\"",
        "fallback = \"b\"",
        "limit = \"20/h\", burst = 10",
        "quiet = \"22:00-07:00\"",
        "[fetch]        user_agent",
        "allow_networks = [\"127.0.0.0/8\"]",
        "The configuration is valid.",
    ] {
        assert!(shown.contains(expected), "'{expected}' is missing:\n{shown}");
    }
}
