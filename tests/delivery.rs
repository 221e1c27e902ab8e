//! When alerts leave, and in how many messages.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use serde_json::Value;

use crate::support::{AT_ONCE, FeedServer, Office, Page, Program, Receiver, item, watch};

/// Hours from so many minutes before now to so many after.
fn around_now(before: i64, after: i64) -> String {
    let at = |minutes: i64| (Utc::now() + TimeDelta::minutes(minutes)).format("%H:%M").to_string();
    format!("{}-{}", at(-before), at(after))
}

/// The watches of a digest, with their titles.
fn told(json: &Value) -> Vec<(String, usize)> {
    let watches = json["data"]["watches"].as_array().unwrap_or_else(|| panic!("a digest expected: {json}"));
    watches
        .iter()
        .map(|of| (of["watch"].as_str().unwrap().to_owned(), of["articles"].as_array().unwrap().len()))
        .collect()
}

#[test]
fn quiet_hours_hold_what_is_not_urgent_and_tell_it_in_one_message() {
    let desk = Receiver::start();
    let rules = |quiet: &str| {
        format!(
            "{}{}{}[[channel]]\n{{desk}}\n",
            watch("storm", "storm", &format!("quiet = \"{quiet}\"")),
            watch("flood", "flood", &format!("quiet = \"{quiet}\"")),
            watch("war", "war", &format!("quiet = \"{quiet}\"\npriority = \"high\"")),
        )
    };
    let office = Office::with(&[("desk", &desk)], &rules(&around_now(60, 60)));
    office.publish(&[("1", "Storm closes ports"), ("2", "Flood in the valley"), ("3", "War is over")]);
    let json = desk.wait_for(1)[0].json();
    assert_eq!((desk.received().len(), &json["data"]["watch"]), (1, &"war".into()));
    assert_eq!(json["data"]["priority"], "high");
}

#[test]
fn what_quiet_hours_hold_is_not_lost() {
    let desk = Receiver::start();
    let rules = |more: &str| format!("{}[[channel]]\n{{desk}}\n{more}\n", watch("storm", "storm", ""));
    let mut office = Office::with(&[("desk", &desk)], &rules(&format!("quiet = \"{}\"", around_now(60, 60))));
    office.publish(&[("1", "Storm closes ports")]);
    let waiting = office.program.json(&["alerts", "list", "--state", "waiting"]);
    assert_eq!((waiting.len(), &waiting[0]["watches"][0]), (1, &"storm".into()), "{waiting:?}");
    assert!(desk.received().is_empty());
    office.configure(&[("desk", &desk)], &rules(""));
    office.program.run(&["poll"]);
    assert_eq!(desk.wait_for(1)[0].titles(), ["Storm closes ports"]);
    assert!(office.program.json(&["alerts", "list", "--state", "waiting"]).is_empty());
}

#[test]
fn a_digest_holds_all_watches_of_its_time_and_an_empty_one_is_not_sent() {
    let desk = Receiver::start();
    // Every second; the daemon has to find each by itself.
    let digest = "digest = \"* * * * * *\"";
    let office = Office::with(
        &[("desk", &desk)],
        &format!(
            "[defaults]\nevery = \"1s\"\n{}{}{}[[channel]]\n{{desk}}\n",
            watch("storm", "storm", digest),
            watch("flood", "flood", digest),
            watch("morning", "storm", "digest = \"0 0 1 1 *\""),
        ),
    );
    let items = item("1", "Storm closes ports", "x") + &item("2", "Flood in the valley", "x");
    let daemon = office.program.start();
    daemon.wait_for_log("watching");
    office.server.put("/wire", Page::rss(&items));
    let json = desk.wait_for(1)[0].json();
    assert_eq!(told(&json), [("flood".to_owned(), 1), ("storm".to_owned(), 1)]);
    assert_eq!((&json["type"], &json["data"]["reason"]), (&"digest".into(), &Value::Null));
    let asked = office.server.asked().len();
    office.server.wait_until_asked("/wire", asked + 3);
    assert_eq!(desk.received().len(), 1, "nothing new, no digest");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    let waiting = office.program.json(&["alerts", "list", "--state", "waiting"]);
    assert_eq!((waiting.len(), &waiting[0]["watches"][0]), (1, &"morning".into()), "the other is far away");
}

#[test]
fn a_daemon_lets_the_alerts_of_a_watch_travel_together() {
    let desk = Receiver::start();
    let office = Office::with(
        &[("desk", &desk)],
        &format!(
            "[alerts]\ngroup_wait = \"2s\"\n[defaults]\nevery = \"1s\"\n{}[[channel]]\n{{desk}}\n",
            watch("storm", "storm", "")
        ),
    );
    let daemon = office.program.start();
    daemon.wait_for_log("watching");
    let first = item("1", "Storm closes ports", "x");
    office.server.put("/wire", Page::rss(&first));
    let asked = office.server.asked().len();
    office.server.wait_until_asked("/wire", asked + 1);
    // Killed and started again, it knows since when the first one waits.
    daemon.kill();
    office.server.put("/wire", Page::rss(&(item("2", "Second storm", "x") + &first)));
    let daemon = office.program.start();
    let mut titles: Vec<String> = desk.wait_for(1)[0].titles();
    titles.sort_unstable();
    assert_eq!(titles, ["Second storm", "Storm closes ports"]);
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn a_flood_is_one_message_that_says_why() {
    let desk = Receiver::start();
    let office =
        Office::with(&[("desk", &desk)], &format!("{}[[channel]]\n{{desk}}\n", watch("storm", "storm", "")));
    let titles: Vec<(String, String)> =
        (0..60).map(|n| (n.to_string(), format!("Storm number {n} at harbour {}", n * 7919))).collect();
    let entries: Vec<(&str, &str)> =
        titles.iter().map(|(guid, title)| (guid.as_str(), title.as_str())).collect();
    office.publish(&entries);
    let received = desk.wait_for(1);
    let json = received[0].json();
    assert_eq!((received.len(), told(&json)), (1, vec![("storm".to_owned(), 60)]));
    let reason = json["data"]["reason"].as_str().unwrap();
    assert!(reason.contains("60 articles matched in one poll of Test Wire"), "{reason}");
}

#[test]
fn an_edit_of_what_was_there_before_a_watch_does_not_alert_it() {
    let desk = Receiver::start();
    let rules = |query: &str| format!("{}[[channel]]\n{{desk}}\n", watch("desk-watch", query, ""));
    let mut office = Office::with(&[("desk", &desk)], &rules("volcano"));
    office.publish(&[("1", "Storm closes ports")]);
    office.configure(&[("desk", &desk)], &rules("storm"));
    office.publish(&[("1", "Storm closes all ports")]);
    assert!(desk.received().is_empty(), "it was stored before");
    assert_eq!(office.program.json(&["matches"]).len(), 1, "and is found all the same");
    office.publish(&[("2", "Another storm nears the coast"), ("1", "Storm closes all ports")]);
    assert_eq!(desk.wait_for(1)[0].titles(), ["Another storm nears the coast"]);
}

#[test]
fn a_delivery_is_shown_in_whole_and_found_by_the_beginning_of_its_id() {
    let desk = Receiver::answering(&[Some(503)]);
    let office = Office::with(
        &[("desk", &desk)],
        &format!(
            "{}{}[[channel]]\n{{desk}}\n[[channel]]\nname = \"night\"\nkind = \"file\"\npath = \"night\"\n",
            watch("storm", "storm", ""),
            watch("flood", "flood", "")
        ),
    );
    office.publish(&[("1", "Storm closes ports")]);
    let listed =
        office.program.json(&["alerts", "list", "--watch", "storm", "--channel", "desk", "--since", "1h"]);
    let id = listed[0]["id"].as_str().unwrap();
    for (filter, value) in [("--watch", "flood"), ("--channel", "night"), ("--since", "2999-01-01")] {
        assert!(office.program.json(&["alerts", "list", filter, value]).is_empty(), "{filter} {value}");
    }
    let whole = &office.program.json(&["alerts", "show", &id[..8]])[0];
    assert_eq!((&whole["id"], &whole["sequence"]), (&id.into(), &1.into()));
    assert_eq!(whole["payload"]["data"]["articles"][0]["title"], "Storm closes ports");
    assert_eq!((&whole["log"][0]["outcome"], &whole["log"][0]["number"]), (&"failed".into(), &1.into()));
    let text = office.program.run(&["alerts", "show", id]);
    assert!(text.contains("503") && text.contains("*Storm* closes ports"), "{text}");
    assert_eq!(desk.received()[0].headers["feedwatch-sequence"], "1");

    assert_eq!(office.program.run(&["alerts", "drop", &id[..6]]), "1 delivery dropped\n");
    for arguments in [
        ["alerts", "show", "00000000"],
        ["alerts", "retry", "00000000"],
        ["alerts", "drop", "00000000"],
        ["alerts", "show", "no id"],
        ["story", "show", "00000000"],
        ["story", "show", "no id"],
        ["channel", "test", "nobody"],
    ] {
        let unknown = office.program.output(&arguments);
        let stderr = String::from_utf8_lossy(&unknown.stderr);
        assert_eq!(unknown.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(" list`"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_channel_takes_no_more_than_its_limit_and_loses_nothing() {
    let desk = Receiver::start();
    let office = Office::with(
        &[("desk", &desk)],
        &format!(
            "{}{}[[channel]]\n{{desk}}\nlimit = \"1/h\"\nburst = 1\n",
            watch("storm", "storm", ""),
            watch("flood", "flood", "")
        ),
    );
    office.publish(&[("1", "Storm closes ports"), ("2", "Flood in the valley")]);
    let json = desk.wait_for(1)[0].json();
    assert_eq!(told(&json), [("flood".to_owned(), 1), ("storm".to_owned(), 1)]);
    assert!(json["data"]["reason"].as_str().unwrap().contains("rate limit"), "{json}");

    office.publish(&[("3", "Second storm")]);
    office.publish(&[("4", "Third storm")]);
    assert_eq!(desk.received().len(), 1, "the others wait");
}

#[test]
fn what_is_urgent_goes_before_what_is_queued_already() {
    let server = Arc::new(FeedServer::start());
    server.put("/wire", Page::rss(""));
    let first = item("1", "Storm closes ports", "x")
        + &item("2", "Flood in the valley", "x")
        + &item("3", "Fire", "x");
    let wire = server.clone();
    let more = first.clone();
    // It takes its time with the first: until what is urgent is recorded.
    let desk = Receiver::deciding(move |_, before| {
        if before.is_empty() {
            wire.put("/wire", Page::rss(&(item("4", "War is over", "x") + &more)));
            let asked = wire.asked().len();
            wire.wait_until_asked("/wire", asked + 3);
        }
        Some(200)
    });
    let program = Program::new(&format!(
        "{AT_ONCE}[defaults]\nevery = \"1s\"\n[[feed]]\nurl = \"{}\"\n{}{}{}{}\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\n",
        server.url("/wire"),
        watch("storm", "storm", ""),
        watch("flood", "flood", ""),
        watch("fire", "fire", ""),
        watch("war", "war", "priority = \"high\""),
        desk.url,
    ));
    program.run(&["poll"]);
    let daemon = program.start();
    daemon.wait_for_log("watching");
    server.put("/wire", Page::rss(&first));
    let told: Vec<Value> =
        desk.wait_for(4).iter().map(|received| received.json()["data"]["watch"].clone()).collect();
    assert_eq!(told[1], "war", "{told:?}");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn what_waits_is_listed_with_its_titles_its_time_and_its_reason() {
    let desk = Receiver::start();
    let office = Office::with(
        &[("desk", &desk)],
        &format!(
            "{}{}[[channel]]\n{{desk}}\nlimit = \"1/d\"\nburst = 1\n",
            watch("new-year", "storm", "digest = \"0 0 1 1 *\""),
            watch("night", "storm", &format!("quiet = \"{}\"", around_now(60, 60))),
        ),
    );
    office.publish(&[("1", "Storm closes ports"), ("2", "Storm opens ports")]);
    let listed = office.program.json(&["alerts", "list", "--state", "waiting"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    for (row, reason) in listed.iter().zip(["digest", "quiet"]) {
        assert_eq!((&row["waits_for"], &row["waiting"]), (&reason.into(), &2.into()), "{row}");
        let mut titles: Vec<&str> =
            row["titles"].as_array().unwrap().iter().map(|title| title.as_str().unwrap()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Storm closes ports", "Storm opens ports"]);
        let leaves: chrono::DateTime<Utc> = row["leaves_at"].as_str().unwrap().parse().unwrap();
        assert!(leaves > Utc::now(), "{row}");
    }
    let table = office.program.run(&["alerts", "list"]);
    for words in ["2 alerts: Storm", "digest at 20", "quiet until 20"] {
        assert!(table.contains(words), "{words}: {table}");
    }
}

#[test]
fn a_renamed_watch_keeps_what_holds_its_alerts() {
    let desk = Receiver::start();
    let rules = |name: &str| {
        let quiet = format!("quiet = \"{}\"", around_now(60, 60));
        format!("{}[[channel]]\n{{desk}}\n", watch(name, "storm", &quiet))
    };
    let mut office = Office::with(&[("desk", &desk)], &rules("old"));
    office.publish(&[("1", "Storm closes ports")]);
    office.configure(&[("desk", &desk)], &rules("new"));
    office.program.run(&["poll"]);
    assert!(desk.received().is_empty(), "it is quiet under the new name too");
    let waiting = office.program.json(&["alerts", "list", "--state", "waiting"]);
    assert_eq!((waiting.len(), &waiting[0]["watches"][0]), (1, &"new".into()), "{waiting:?}");
}

#[test]
fn a_renamed_watch_tells_of_articles_that_match_late_and_of_none_twice() {
    let desk = Receiver::start();
    let rules = |name: &str| format!("{}[[channel]]\n{{desk}}\n", watch(name, "storm", "per_story = false"));
    let mut office = Office::with(&[("desk", &desk)], &rules("old"));
    office.publish(&[("1", "Calm sea at the coast"), ("2", "Storm closes ports")]);
    assert_eq!(desk.wait_for(1)[0].titles(), ["Storm closes ports"]);
    office.configure(&[("desk", &desk)], &rules("new"));
    office.publish(&[("1", "Sea at the coast before the storm"), ("2", "Storm closes all ports")]);
    let received = desk.wait_for(2);
    assert_eq!((received.len(), received[1].titles()), (2, vec!["Sea at the coast before the storm".into()]));
    let found = office.program.json(&["matches", "--watch", "new"]);
    assert_eq!(found.len(), 2, "{found:?}");
}
