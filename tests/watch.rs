//! Analysts try, explain and check their watches before and after the news comes.

use serde_json::{Value, json};

use crate::support::{FeedServer, Page, Program, item};

/// A desk whose feed was polled: every entry is a title and a text.
fn polled(watches: &[(&str, &str)], entries: &[(&str, &str)]) -> (FeedServer, Program) {
    let server = FeedServer::start();
    let items: String = entries
        .iter()
        .enumerate()
        .map(|(index, (title, text))| item(&index.to_string(), title, text))
        .collect();
    server.put("/wire", Page::rss(&items));
    let mut configuration = format!("[[feed]]\nurl = \"{}\"\nsource = \"Wire\"\n", server.url("/wire"));
    for (name, query) in watches {
        configuration
            .push_str(&format!("[[watch]]\nname = \"{name}\"\nquery = '''{query}'''\nchannels = []\n"));
    }
    let program = Program::new(&configuration);
    program.run(&["poll"]);
    (server, program)
}

/// Runs with `--json`, whatever the exit code, which is returned with the lines.
fn lines(program: &Program, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = program.output(&[arguments, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn cases_are_reported_as_a_test_runner_does() {
    let program = Program::new("[[watch]]\nname = \"desk\"\nquery = 'storm'\nchannels = []\n");
    let passing = r#"{"query": "storm", "title": "A storm", "expect": true, "lang": "en", "why": "ignored"}"#;
    let missing = r#"{"query": "storm NEAR/1 port", "title": "Storm over the old port", "expect": true}"#;
    let noise = r#"{"watch": "desk", "summary": "Brainstorm", "body": "Storms", "expect": false}"#;
    let broken = r#"{"query": "(storm", "title": "A storm", "expect": false}"#;
    let refused = r#"{"query": "(storm", "expect": "error"}"#;
    let row = |row: usize, pass: bool, expect: Value, matched: bool| json!({"row": row, "pass": pass, "expect": expect, "matched": matched, "error": null});
    for (cases, code, objects, said) in [
        (vec![passing, "", refused], 0, vec![row(1, true, true.into(), true)], vec!["2 passed, 0 failed"]),
        (
            vec![passing, missing],
            1,
            vec![row(1, true, true.into(), true), row(2, false, true.into(), false)],
            vec!["row 2: expected a match", "storm NEAR/1 port", "3 words between", "1 passed, 1 failed"],
        ),
        (
            vec![noise],
            1,
            vec![row(1, false, false.into(), true)],
            vec!["expected no match", "query: storm", "body:0-6  Storms", "0 passed, 1 failed"],
        ),
        (
            vec![broken],
            1,
            vec![],
            vec!["row 1: expected no match, error: ", "never closed", "0 passed, 1 failed"],
        ),
        (vec!["nonsense"], 1, vec![], vec!["not a case", "0 passed, 1 failed"]),
        (
            vec![r#"{"query": "storm", "title": "A storm"}"#, passing],
            1,
            vec![],
            vec!["row 1: error: not a case: the row has no `expect`", "1 passed, 1 failed"],
        ),
        (
            vec![r#"{"tilte": "A storm", "expect": false}"#],
            1,
            vec![],
            vec!["row 1: expected no match, error: "],
        ),
    ] {
        let file = program.file("cases.jsonl", &cases.join("\n"));
        let arguments = ["watch", "test", "--cases", &file];
        let output = program.output(&arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{text}");
        for expected in said {
            assert!(text.contains(expected), "'{expected}' is missing:\n{text}");
        }
        assert!(text.trim_end().lines().next_back().unwrap().ends_with(" failed"), "{text}");
        let (json_code, rows) = lines(&program, &arguments);
        assert_eq!((json_code, rows.len()), (Some(code), cases.iter().filter(|row| !row.is_empty()).count()));
        for (found, expected) in rows.iter().zip(objects) {
            assert_eq!(*found, expected);
        }
    }
    let misspelt = r#"{"query": "storm", "titel": "A storm", "why": "none", "expect": false}"#;
    let file = program.file("cases.jsonl", misspelt);
    let output = program.output(&["watch", "test", "--cases", &file]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stderr, "warning: row 1: `titel` is ignored: did you mean `title`?\n");
    let blank = program.file("blank.jsonl", "\u{feff}\n \n\t\r\n");
    for unreadable in [program.data_dir().join("none").display().to_string(), "/".to_owned(), blank] {
        let output = program.output(&["watch", "test", "--cases", &unreadable]);
        assert_eq!(output.status.code(), Some(2), "{unreadable}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{unreadable}");
    }
}

#[test]
fn a_query_is_tried_on_a_text_a_file_or_a_page() {
    let server = FeedServer::start();
    let page =
        "<html><head><script>var storm;</script></head><body><h1>Ночью</h1><p>Порты закрыты</body></html>";
    server.put("/page", Page::new("text/html; charset=utf-8", page));
    let program = Program::new("[[watch]]\nname = \"ports\"\nquery = 'порт'\nchannels = []\n");
    let (url, missing) = (server.url("/page"), server.url("/missing"));
    let file = program.file("text.txt", "Порты закрыты");
    for (arguments, code) in [
        (["порт", "--text", "Порты закрыты"], 0),
        (["порт", "--text", "Аэропорты закрыты"], 1),
        (["порт", "--file", &file], 0),
        (["ports", "--file", &file], 0),
        (["title:порт", "--file", &file], 1),
        (["title:порт", "--title", "Порты закрыты"], 0),
        (["ports", "--url", &url], 0),
        (["storm", "--url", &url], 1),
        (["ports", "--url", &missing], 2),
        (["ports", "--url", "http://169.254.169.254/latest"], 2),
        (["ports", "--file", "/nonexistent"], 2),
        (["(порт", "--text", "x"], 2),
    ] {
        let output = program.output(&[&["watch", "test"], &arguments[..]].concat());
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(program.output(&["watch", "test", "порт"]).status.code(), Some(2), "nothing to try it on");
}

#[test]
fn an_explanation_names_the_clause_and_its_words_or_what_came_closest() {
    let (_server, program) = polled(
        &[("talks", "japan AND (asean OR @asean-members) NOT football")],
        &[("Japan hosts talks", "The minister of Vietnam came to Tokyo. Football was not on the agenda.")],
    );
    let article = program.json(&["search", "talks"])[0]["article"].clone();
    let (id, url) = (article["id"].as_str().unwrap(), article["url"].as_str().unwrap());
    for (query, matched, said) in [
        (
            "talks",
            false,
            vec!["no match", "yes    japan", "title: *Japan* hosts", "no     NOT football  (it is there)"],
        ),
        ("japan AND (asean OR @asean-members)", true, vec!["match", "@asean-members", "of *Vietnam* came"]),
        ("japan AND china", false, vec!["no     china  (nowhere)"]),
        ("title:tokyo", false, vec!["(only elsewhere)", "*Tokyo*"]),
        ("minister NEAR/1 tokyo", false, vec!["(4 words between at the closest)"]),
        ("ATLEAST/2 tokyo", false, vec!["(once)"]),
        ("2 OF (tokyo, hanoi, manila)", false, vec!["(1 of 3)", "hanoi  (nowhere)"]),
    ] {
        let text = program.run(&["watch", "explain", query, id]);
        for expected in said {
            assert!(text.contains(expected), "{query}: '{expected}' is missing:\n{text}");
        }
        assert_eq!(program.run(&["watch", "explain", query, &id[..8]]), text, "its beginning tells it");
        let explained = program.json(&["watch", "explain", query, url]).remove(0);
        assert_eq!((&explained["matched"], &explained["article"]), (&matched.into(), &article), "{query}");
    }
    let shown = program.run(&["search", "talks"]);
    assert!(shown.contains(&id[..8]) && !shown.contains(id), "{shown}");
    let explained = program.json(&["watch", "explain", "talks", id]).remove(0);
    assert_eq!(explained["watch"], "talks");
    let clauses: Vec<(&Value, &Value)> = explained["why"]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (&part["clause"], &part["holds"]))
        .collect();
    let expected = [("japan", true), ("(asean OR @asean-members)", true), ("NOT football", false)];
    let expected = expected.map(|(clause, holds)| (json!(clause), json!(holds)));
    assert_eq!(clauses, expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>());
    assert_eq!(explained["why"]["parts"][2]["closest"]["spans"][0]["text"], "Football");

    for unknown in ["00000000-0000-0000-0000-000000000000", "https://wire.example/none"] {
        assert_eq!(program.output(&["watch", "explain", "talks", unknown]).status.code(), Some(2));
    }
}

#[test]
fn a_backtest_counts_and_tells_what_a_changed_query_gains_and_loses() {
    let (_server, program) = polled(
        &[("weather", "storm")],
        &[("Storm closes ports", ""), ("Storms ahead", ""), ("Floods in Hanoi", ""), ("A calm day", "")],
    );
    for (query, extra, matched, gained, lost) in [
        ("weather", &[][..], 2, None, None),
        ("storm OR flood", &["--against", "weather"], 3, Some(1), Some(0)),
        ("storm NEAR/2 port", &["--against", "weather"], 1, Some(0), Some(1)),
        ("flood", &["--against", "weather"], 1, Some(1), Some(2)),
        ("NOT calm storm", &["--since", "2100-01-01"], 0, None, None),
        ("source:wire", &[], 4, None, None),
    ] {
        let arguments = [&["watch", "backtest", query], extra].concat();
        let result = program.json(&arguments).remove(0);
        assert_eq!(result["matched"], matched, "{query}");
        assert_eq!(result["samples"].as_array().unwrap().len(), matched, "{query}");
        assert_eq!(result["against"]["gained"]["count"].as_u64(), gained, "{query}");
        assert_eq!(result["against"]["lost"]["count"].as_u64(), lost, "{query}");
        let sum = |list: &Value| {
            list.as_array().unwrap().iter().map(|row| row["matched"].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!(
            (sum(&result["days"]), sum(&result["sources"])),
            (matched as u64, matched as u64),
            "{query}"
        );
        let text = program.run(&arguments);
        assert!(text.starts_with(&format!("{matched} of ")), "{text}");
        if let (Some(gained), Some(lost)) = (gained, lost) {
            assert!(text.contains(&format!("which matches 2: {gained} gained, {lost} lost")), "{text}");
        }
    }
    let changed = program.json(&["watch", "backtest", "flood", "--against", "weather"]).remove(0);
    let titles = |kind: &str| changed["against"][kind]["samples"][0]["article"]["title"].clone();
    assert_eq!((titles("gained"), titles("lost")), (json!("Floods in Hanoi"), json!("Storms ahead")));
    assert_eq!(changed["sources"], json!([{"source": "Wire", "matched": 1}]));
    let unknown = program.output(&["watch", "backtest", "flood", "--against", "wether"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn lint_finds_dead_terms_dominant_terms_and_doubtful_queries() {
    let mut entries = vec![("Minister says no", ""); 6];
    entries.extend([("Storm and minister", ""), ("Storm in port", "by Kyodo")]);
    let cases = [
        ("storm", vec![]),
        ("storm OR stron", vec![("never_matched", "stron")]),
        ("storm OR minister", vec![("dominant", "minister")]),
        ("storm AND minister", vec![]),
        ("storm NOT strom", vec![]),
        ("title:(kyodo OR storm)", vec![("never_matched", "kyodo")]),
        (
            "summary:kyodo OR source:reuters OR source:wire",
            vec![("never_matched", "reuters"), ("dominant", "source:wire")],
        ),
        ("storm port OR minister", vec![("query", "storm port"), ("dominant", "minister")]),
        ("storm AND (kyodo OR @asean)", vec![("never_matched", "@asean")]),
    ];
    let names: Vec<String> = (0..cases.len()).map(|index| format!("watch-{index}")).collect();
    let watches: Vec<(&str, &str)> =
        names.iter().zip(&cases).map(|(name, (query, _))| (name.as_str(), *query)).collect();
    let (_server, program) = polled(&watches, &entries);
    let found = program.json(&["watch", "lint"]);
    for (name, (query, expected)) in names.iter().zip(&cases) {
        let own: Vec<(&str, &str)> = found
            .iter()
            .filter(|row| row["watch"] == *name)
            .map(|row| (row["kind"].as_str().unwrap(), row["part"].as_str().unwrap()))
            .collect();
        assert_eq!(own, *expected, "{query}");
    }
    let text = program.run(&["watch", "lint", &names[6]]);
    for expected in ["watch 'watch-6'", "^^^^", "`source:wire` alone brings 7 of 8 matches (87 %)"] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(text.ends_with("2 to look at again, judged by 8 stored articles\n"), "{text}");
}

#[test]
fn concepts_are_listed_and_shown_by_language() {
    let program = Program::new("");
    let concepts = program.file(
        "concepts/own.toml",
        "[[concept]]\nname = \"winds\"\ndescription = \"Strong winds\"\nincludes = [\"asean\"]\n\
         except = ['storm front']\n[concept.terms]\nen = ['storm', 'gale force']\neo = ['ŝtormo']\n",
    );
    let listed = program.json(&["concept", "list"]);
    let winds = listed.iter().find(|concept| concept["name"] == "winds").expect(&concepts);
    assert_eq!((&winds["terms"], &winds["includes"]), (&json!(3), &json!(["asean"])));
    let languages = winds["languages"].as_array().unwrap();
    assert!(languages.contains(&json!("eo")) && languages.contains(&json!("th")), "{winds}");
    for name in ["winds", "@winds", "Winds"] {
        let shown = program.json(&["concept", "show", name]).remove(0);
        assert_eq!(shown["terms"], json!({"en": ["storm", "\"gale force\""], "eo": ["ŝtormo"]}), "{name}");
        assert_eq!(shown["except"], json!(["\"storm front\""]), "{name}");
    }
    let text = program.run(&["concept", "show", "winds"]);
    for expected in ["@winds  Strong winds", "includes @asean", "ŝtormo", "except"] {
        assert!(text.contains(expected), "{text}");
    }
    let unknown = program.output(&["concept", "show", "wind"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean 'winds'?"));
}
