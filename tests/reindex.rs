//! A new version of feedwatch that reads texts otherwise finds what an earlier one stored: at once, since it then
//! looks at every article, and soon as fast as before.

use std::time::Duration;

use crate::support::{Desk, Program, Receiver};

/// As many as several transactions rewrite.
const ARTICLES: usize = 100;

/// Between two looks at whether it has ended.
const PATIENCE: Duration = Duration::from_millis(50);

/// A desk whose articles an earlier version has stored.
fn upgraded() -> Desk {
    let desk = Desk::watching("кибербезопасность", Receiver::start(), "[defaults]\nevery = \"1h\"\n");
    let titles: Vec<String> =
        (0..ARTICLES).map(|number| format!("Договор о кибербезопасности, {number}")).collect();
    let entries: Vec<(&str, &str)> = titles.iter().map(|title| (title.as_str(), title.as_str())).collect();
    desk.publish(&entries);
    desk.program.run(&["poll"]);
    check(&desk.program, false);
    desk.program.age_index();
    desk
}

/// A search and a backtest find every article, and tell whether they had to look for it.
#[track_caller]
fn check(program: &Program, told: bool) {
    for (arguments, lines) in [
        (vec!["search", "кибербезопасность", "--limit", "1000", "--json"], ARTICLES),
        (vec!["search", "вулкан", "--json"], 0),
        (vec!["watch", "backtest", "test-watch", "--json"], 1),
    ] {
        let output = program.output(&arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let found = String::from_utf8(output.stdout).unwrap();
        assert_eq!(found.lines().count(), lines, "{arguments:?}: {said}");
        if arguments[0] == "watch" {
            assert!(found.contains(&format!("\"matched\":{ARTICLES},")), "{found}");
        }
        assert_eq!(said.contains("indexed as another version"), told, "{arguments:?}: {said}");
    }
}

#[test]
fn what_an_earlier_version_stored_is_found_before_while_and_after_it_is_indexed_anew() {
    let desk = upgraded();
    check(&desk.program, true);
    // Wherever it dies, the next run goes on.
    for passage in [1, 2] {
        let mut daemon = desk.program.start_to_die(&format!("reindexing:{passage}"));
        daemon.wait_for_log("indexing articles anew");
        while !daemon.ends_within(PATIENCE) {}
        assert!(daemon.was_killed());
        check(&desk.program, true);
    }
    let daemon = desk.program.start();
    let began = daemon.wait_for_log("indexing articles anew");
    assert!(began.contains("\"articles.stale\":36"), "{began}");
    daemon.wait_for_log("all articles are indexed anew");
    check(&desk.program, false);
    daemon.kill();
    let daemon = desk.program.start();
    daemon.wait_for_log("watching");
    daemon.signal("TERM");
    let log = daemon.log_until("stopped").join("\n");
    assert!(!log.contains("anew"), "once is enough: {log}");
}

#[test]
fn who_polls_by_cron_has_articles_indexed_anew_too() {
    let desk = upgraded();
    desk.program.run(&["poll"]);
    check(&desk.program, false);
}

#[test]
fn where_the_disk_has_no_room_articles_are_indexed_later_and_found_meanwhile() {
    let desk = upgraded();
    let file = desk.program.path("feedwatch.toml");
    let roomy = std::fs::read_to_string(&file).unwrap();
    desk.program.write(&roomy.replace("min_free_space = \"1B\"", "min_free_space = \"900000GB\""));
    let daemon = desk.program.start();
    daemon.wait_for_log("indexing articles anew waits for room");
    check(&desk.program, true);
    daemon.kill();
    desk.program.write(&roomy);
    desk.program.start().wait_for_log("all articles are indexed anew");
    check(&desk.program, false);
}
