//! What becomes of what a channel does not take, and who is told of it.

use chrono::{TimeDelta, Utc};
use feedwatch::pipeline;
use serde_json::Value;

use crate::support::{AT_ONCE, FeedServer, Inside, Office, Page, Program, Receiver, item, watch};

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
fn what_has_waited_for_its_digest_does_not_wait_for_the_next_one_at_the_fallback() {
    let (server, desk, night) =
        (FeedServer::start(), Receiver::deciding(|_, _| Some(503)), Receiver::start());
    let text = format!(
        "{AT_ONCE}[[feed]]\nurl = \"{}\"\nalert_on_first_poll = true\n{}\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nfallback = \"night\"\n\
         fallback_after = \"15m\"\n[[channel]]\nname = \"night\"\nkind = \"webhook\"\nurl = \"{}\"\n",
        server.url("/wire"),
        watch("storm", "storm", "digest = \"0 8 * * *\"\ntimezone = \"Asia/Tokyo\""),
        desk.url,
        night.url,
    );
    // Half past seven in Tokyo.
    let inside = Inside::new(&text, "2026-03-01T22:30:00Z".parse().unwrap());
    server.put("/wire", Page::rss(&item("1", "Storm closes ports", "Details.")));
    inside.work();
    inside.pass(TimeDelta::minutes(31));
    inside.work();
    assert_eq!((desk.received().len(), night.received().len()), (1, 0));
    inside.pass(TimeDelta::minutes(16));
    inside.work();
    assert_eq!(Strained::taken(&night), ["Storm closes ports"]);
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
