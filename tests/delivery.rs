//! When alerts leave and in how many messages, and what becomes of those that a channel does not take.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use feedwatch::pipeline;
use serde_json::Value;

use crate::support::{AT_ONCE, FeedServer, Inside, Page, Program, Receiver, item};

/// A feed `/wire`, and a program whose channels are receivers.
struct Office {
    server: FeedServer,
    program: Program,
}

impl Office {
    /// `more` is the configuration but for the feed; `{NAME}` in it becomes the webhook of that receiver.
    fn with(receivers: &[(&str, &Receiver)], more: &str) -> Self {
        let server = FeedServer::start();
        server.put("/wire", Page::rss(""));
        let mut office = Self { server, program: Program::new("") };
        office.configure(receivers, more);
        office.program.run(&["poll"]);
        office
    }

    /// Replaces the configuration.
    fn configure(&mut self, receivers: &[(&str, &Receiver)], more: &str) {
        let mut text = format!("{more}\n[[feed]]\nurl = \"{}\"\n", self.server.url("/wire"));
        for (name, receiver) in receivers {
            let webhook = format!("name = \"{name}\"\nkind = \"webhook\"\nurl = \"{}\"", receiver.url);
            text = text.replace(&format!("{{{name}}}"), &webhook);
        }
        self.program.configure(&text);
    }

    /// Publishes these (guid, title) and polls.
    fn publish(&self, entries: &[(&str, &str)]) {
        let items: String = entries.iter().map(|(guid, title)| item(guid, title, "Details.")).collect();
        self.server.put("/wire", Page::rss(&items));
        self.program.run(&["poll"]);
    }
}

fn watch(name: &str, query: &str, more: &str) -> String {
    format!("[[watch]]\nname = \"{name}\"\nquery = '{query}'\nchannels = [\"desk\"]\n{more}\n")
}

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
fn another_channel_gets_what_the_first_does_not_take_and_is_told_why() {
    for status in [400, 410] {
        let (desk, night) = (Receiver::answering(&[Some(status), Some(status)]), Receiver::start());
        let office = Office::with(
            &[("desk", &desk), ("night", &night)],
            &format!(
                "{}[[channel]]\n{{desk}}\nfallback = \"night\"\n[[channel]]\n{{night}}\n",
                watch("storm", "storm", "")
            ),
        );
        office.publish(&[("1", "Storm closes ports")]);
        let received: Vec<Value> = night.wait_for(2).iter().map(|received| received.json()).collect();
        let kind = |kind: &str| received.iter().find(|json| json["type"] == kind).unwrap();
        assert_eq!(kind("match")["data"]["articles"][0]["title"], "Storm closes ports");
        assert_eq!(kind("notice")["data"]["notice"], "channel_dead");
        assert_eq!(kind("notice")["data"]["subject"], "desk");
        assert!(kind("notice")["data"]["text"].as_str().unwrap().contains(&status.to_string()));

        office.publish(&[("2", "Second storm"), ("1", "Storm closes ports")]);
        let more = night.wait_for(3);
        assert_eq!(more[2].titles(), ["Second storm"], "{status}");
        assert_eq!(more.len(), 3, "of one failure a person is told once");
    }
}

#[test]
fn what_waits_too_long_for_a_channel_that_fails_goes_to_its_fallback() {
    let (desk, night) = (Receiver::answering(&[Some(503), Some(503)]), Receiver::start());
    let office = Office::with(
        &[("desk", &desk), ("night", &night)],
        &format!(
            "{}[[channel]]\n{{desk}}\nfallback = \"night\"\nfallback_after = \"0s\"\n[[channel]]\n{{night}}\n",
            watch("storm", "storm", "")
        ),
    );
    office.publish(&[("1", "Storm closes ports")]);
    let received: Vec<Value> = night.wait_for(2).iter().map(|received| received.json()).collect();
    let kind = |kind: &str| received.iter().find(|json| json["type"] == kind).unwrap();
    assert_eq!(kind("match")["data"]["articles"][0]["title"], "Storm closes ports");
    let notice = &kind("notice")["data"];
    assert_eq!(notice["title"], "channel 'desk' does not answer: its alerts go to channel 'night'");
    assert!(notice["text"].as_str().unwrap().contains("503"), "{notice}");
    let ended = office.program.json(&["alerts", "list", "--channel", "desk"]);
    assert_eq!((ended.len(), &ended[0]["state"], &ended[0]["attempts"]), (1, &"dead".into(), &1.into()));
    let reason = ended[0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("given to channel 'night'") && reason.ends_with("503 Service Unavailable"),
        "{reason}"
    );

    // On request it is sent here all the same, with all its attempts counted; the other is told nothing more.
    office.program.run(&["alerts", "retry", "--dead"]);
    office.program.run(&["poll"]);
    office.program.run(&["alerts", "retry", "--dead"]);
    office.program.run(&["poll"]);
    assert_eq!((desk.received().len(), night.received().len()), (3, 2));
    let ended = office.program.json(&["alerts", "list", "--channel", "desk"]);
    assert_eq!((&ended[0]["state"], &ended[0]["attempts"]), (&"delivered".into(), &3.into()));
    let table = office.program.run(&["alerts", "list", "--channel", "desk"]);
    assert!(table.trim_end().ends_with(" 2 + 1"), "{table}");
}

/// The channel `desk` takes few messages at once and one an hour; what waits longer than a quarter of an hour
/// while it fails goes to `night`.
struct Strained {
    server: FeedServer,
    desk: Receiver,
    night: Receiver,
    inside: Inside,
}

impl Strained {
    /// It takes `burst` messages at once. The first attempts at what tells of a storm fail, so many of them.
    fn failing(storms: usize, burst: u32) -> Self {
        let mut left = storms;
        let desk = Receiver::deciding(move |comes, _| {
            let fails = left > 0 && comes.titles().iter().any(|title| title.contains("Storm"));
            left -= usize::from(fails);
            Some(if fails { 503 } else { 200 })
        });
        let (server, night) = (FeedServer::start(), Receiver::start());
        let text = format!(
            "{AT_ONCE}[[feed]]\nurl = \"{}\"\nalert_on_first_poll = true\n{}{}\
             [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nlimit = \"1/h\"\nburst = {burst}\n\
             fallback = \"night\"\nfallback_after = \"15m\"\n\
             [[channel]]\nname = \"night\"\nkind = \"webhook\"\nurl = \"{}\"\n",
            server.url("/wire"),
            watch("storm", "storm", "priority = \"high\""),
            watch("flood", "flood", ""),
            desk.url,
            night.url,
        );
        Self { server, desk, night, inside: Inside::new(&text, Utc::now()) }
    }

    fn publish(&self, titles: &[&str]) {
        let items: String = titles.iter().map(|title| item(title, title, "Details.")).collect();
        self.server.put("/wire", Page::rss(&items));
        let Inside { setup, store, ambient, .. } = &self.inside;
        let feeds = setup.feed_ids();
        let poll = pipeline::poll_each(setup, store, ambient, &feeds, |_| {});
        assert_eq!(self.inside.block_on(poll).unwrap()[0].alerts, titles.len());
    }

    /// Sends what is due so many minutes later.
    fn send_after(&self, minutes: i64) {
        self.inside.pass(TimeDelta::minutes(minutes));
        let Inside { setup, store, ambient, .. } = &self.inside;
        self.inside.block_on(pipeline::dispatch_due(setup, store, ambient)).unwrap();
    }

    /// What the channel took.
    fn taken(receiver: &Receiver) -> Vec<String> {
        let taken = receiver.received().into_iter().filter(|received| received.answered == Some(200));
        let told = taken.filter(|received| received.json()["type"] != "notice");
        told.flat_map(|received| received.titles()).collect()
    }

    /// The titles of the notices that it was told.
    fn notices(receiver: &Receiver) -> Vec<String> {
        let jsons = receiver.received().into_iter().map(|received| received.json());
        let notices = jsons.filter(|json| json["type"] == "notice");
        notices.map(|json| json["data"]["title"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn one_failure_gives_nothing_to_the_fallback_that_the_rate_limit_holds() {
    let office = Strained::failing(2, 2);
    office.publish(&["Storm closes ports", "Flood in the valley"]);
    office.send_after(0);
    office.publish(&["Flood at the coast"]);
    office.send_after(40);
    office.send_after(6);
    office.send_after(20);
    let taken = Strained::taken(&office.desk);
    assert_eq!(taken, ["Flood in the valley", "Storm closes ports", "Flood at the coast"]);
    assert!(office.night.received().is_empty());
}

#[test]
fn a_channel_that_fails_for_long_gives_its_fallback_what_the_rate_limit_holds_too() {
    let office = Strained::failing(usize::MAX, 2);
    office.publish(&["Storm closes ports", "Flood in the valley"]);
    office.send_after(0);
    office.publish(&["Flood at the coast"]);
    office.send_after(40);
    office.send_after(14);
    assert!(office.night.received().is_empty(), "it fails for a quarter of an hour only then");
    office.send_after(2);
    let mut taken = Strained::taken(&office.night);
    taken.sort_unstable();
    assert_eq!(taken, ["Flood at the coast", "Storm closes ports"]);
    let told = Strained::notices(&office.night);
    assert_eq!(told, ["channel 'desk' does not answer: its alerts go to channel 'night'"]);
}

#[test]
fn of_a_channel_that_works_nobody_is_told_that_it_does_not_answer() {
    let office = Strained::failing(usize::MAX, 3);
    office.publish(&["Storm closes ports", "Flood in the valley"]);
    office.send_after(0);
    office.publish(&["Flood at the coast"]);
    office.send_after(16);
    assert_eq!(Strained::taken(&office.desk), ["Flood in the valley", "Flood at the coast"]);
    assert_eq!(Strained::taken(&office.night), ["Storm closes ports"]);
    let told = Strained::notices(&office.night);
    assert_eq!(told, ["what channel 'desk' did not take in time goes to channel 'night'"]);
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

#[test]
fn the_owner_is_told_of_a_channel_that_takes_nothing() {
    let (desk, owner) = (Receiver::answering(&[Some(401)]), Receiver::start());
    let office = Office::with(
        &[("desk", &desk), ("owner", &owner)],
        &format!(
            "[notices]\nchannels = [\"owner\", \"desk\"]\n{}[[channel]]\n{{desk}}\n[[channel]]\n{{owner}}\n",
            watch("storm", "storm", "")
        ),
    );
    office.publish(&[("1", "Storm closes ports")]);
    let json = owner.wait_for(1)[0].json();
    assert_eq!((&json["type"], &json["data"]["notice"]), (&"notice".into(), &"channel_dead".into()));
    assert_eq!(desk.received().len(), 1, "not through the channel that it is about");
    let listed = office.program.json(&["alerts", "list"]);
    let states: Vec<(&Value, &Value)> = listed.iter().map(|row| (&row["type"], &row["state"])).collect();
    assert_eq!(
        states,
        [(&Value::from("match"), &Value::from("dead")), (&"notice".into(), &"delivered".into())]
    );
}

#[test]
fn fallbacks_that_go_round_are_refused() {
    let program = Program::new(
        "[[channel]]\nname = \"a\"\nkind = \"stdout\"\nfallback = \"b\"\n\
         [[channel]]\nname = \"b\"\nkind = \"stdout\"\nfallback = \"a\"\n",
    );
    let output = program.output(&["check"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("these fallbacks go round: a → b → a"), "{told}");
}
