//! One story, one alert: whoever copies it, however many polls find it at once, and over a restart; a later
//! article of it is recorded, and says whose it is.

use std::fmt::Write as _;

use crate::support::{FeedServer, Page, Program, Receiver, item};

const TITLE: &str = "Japan and ASEAN to deepen cooperation on cybersecurity";
const TEXT: &str = "TOKYO (Kyodo) — Japan and the Association of Southeast Asian Nations plan to strengthen cooperation \
in cybersecurity amid the growing regional influence of China, sources in the Japanese government said on Monday. The parties \
will sign an agreement in Tokyo this week ahead of a summit in the Japanese capital in December that marks five decades of \
friendship. Japan supports the training of government specialists through a centre in Bangkok that works under the ministry of \
internal affairs. Attacks on companies and private organisations have drawn attention around the world in recent years.";

const QUERY: &str = "asean cybersecurity";

/// A desk that reads `sources` feeds, `/0`, `/1` and so on, with more keys of its watch.
fn desk(server: &FeedServer, receiver: &Receiver, sources: usize, query: &str, keys: &str) -> String {
    let mut text = String::new();
    for n in 0..sources {
        server.put(&format!("/{n}"), Page::rss(""));
        let country = ["jp", "ua"][n % 2];
        let url = server.url(&format!("/{n}"));
        writeln!(text, "[[feed]]\nurl = \"{url}\"\nsource = \"Outlet {n}\"\ncountry = \"{country}\"\n")
            .unwrap();
    }
    write!(
        text,
        "[[watch]]\nname = \"cyber\"\nquery = '{query}'\nchannels = [\"desk\"]\n{keys}\n\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
        receiver.url,
        Receiver::SECRET,
    )
    .unwrap();
    text
}

struct Desk {
    server: FeedServer,
    receiver: Receiver,
    program: Program,
}

impl Desk {
    fn new(sources: usize, keys: &str) -> Self {
        Self::with(Receiver::start(), sources, keys)
    }

    fn with(receiver: Receiver, sources: usize, keys: &str) -> Self {
        Self::asking(QUERY, receiver, sources, keys)
    }

    fn asking(query: &str, receiver: Receiver, sources: usize, keys: &str) -> Self {
        let server = FeedServer::start();
        let program = Program::new(&desk(&server, &receiver, sources, query, keys));
        program.run(&["poll"]);
        Self { server, receiver, program }
    }

    fn publish(&self, source: usize, guid: &str, title: &str, text: &str) {
        self.server.put(&format!("/{source}"), Page::rss(&item(guid, title, text)));
    }

    fn poll(&self) {
        self.program.run(&["poll"]);
    }
}

#[test]
fn copies_that_many_polls_find_at_once_alert_once() {
    let desk = Desk::new(12, "");
    for source in 0..12 {
        let lead = if source % 2 == 0 { "" } else { "What you need to know today from our correspondents. " };
        desk.publish(source, "1", &format!("{TITLE} {source}"), &format!("{lead}{TEXT}"));
    }
    desk.poll();
    let alert = &desk.receiver.wait_for(1)[0];
    assert_eq!(alert.titles().len(), 1, "one article");
    let article = &alert.json()["data"]["articles"][0];
    assert_eq!(article["attribution"], "Kyodo");

    let matches = desk.program.json(&["matches"]);
    assert_eq!(matches.len(), 12, "each is recorded");
    for found in &matches {
        assert_eq!(
            (&found["story"]["id"], &found["story"]["sources"]),
            (&matches[0]["story"]["id"], &12.into())
        );
    }
    let stories = desk.program.json(&["story", "list"]);
    assert_eq!((stories.len(), &stories[0]["articles"]), (1, &12.into()));
    let shown = &desk.program.json(&["story", "show", stories[0]["id"].as_str().unwrap()])[0];
    assert_eq!(shown["members"].as_array().unwrap().len(), 12);
    let told = shown["told"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["occasion"]), (1, &"first".into()));
    desk.poll();
    assert_eq!(desk.receiver.received().len(), 1);
}

#[test]
fn a_story_is_remembered_over_a_restart() {
    let desk = Desk::new(3, "");
    desk.publish(0, "1", TITLE, TEXT);
    desk.poll();
    desk.receiver.wait_for(1);
    desk.publish(1, "1", "Another headline on ASEAN", TEXT);
    desk.poll();
    desk.publish(2, "1", "ASEAN ministers adopt a cybersecurity pact in Jakarta", "They met on Friday.");
    desk.poll();
    let received = desk.receiver.wait_for(2);
    assert_eq!(
        received[1].titles(),
        ["ASEAN ministers adopt a cybersecurity pact in Jakarta"],
        "other news is news"
    );
    assert_eq!(received.len(), 2);
}

#[test]
fn a_story_that_was_there_before_its_feed_was_added_is_told_by_the_next_article() {
    let (server, receiver) = (FeedServer::start(), Receiver::start());
    let program = Program::new(&desk(&server, &receiver, 2, QUERY, ""));
    server.put("/0", Page::rss(&item("1", TITLE, TEXT)));
    program.run(&["poll"]);
    assert!(receiver.received().is_empty(), "what was published before alerts nobody");
    server.put("/1", Page::rss(&item("1", "ASEAN in another outlet", TEXT)));
    program.run(&["poll"]);
    let alert = &receiver.wait_for(1)[0];
    let story = &alert.json()["data"]["articles"][0]["story"];
    assert_eq!((&story["sources"], &story["others"][0]["source"]), (&2.into(), &"Outlet 0".into()));
}

#[test]
fn a_watch_tells_again_when_it_is_asked_to() {
    for (keys, alerts) in [
        ("", 1),
        ("per_story = false", 4),
        ("again_at_sources = [3]", 2),
        ("again_on = [\"country\"]", 2),
        ("again_at_sources = [2, 4]\nagain_on = [\"lang\"]", 3),
    ] {
        let desk = Desk::new(4, keys);
        for source in 0..4 {
            desk.publish(source, "1", TITLE, TEXT);
            desk.poll();
        }
        assert_eq!(desk.receiver.wait_for(alerts).len(), alerts, "{keys}");
    }
}

#[test]
fn a_story_that_its_channel_refused_is_told_by_its_next_article_and_then_not_again() {
    let desk = Desk::with(Receiver::answering(&[Some(400)]), 3, "");
    desk.publish(0, "1", TITLE, TEXT);
    desk.poll();
    assert_eq!(desk.program.json(&["alerts", "list"])[0]["state"], "dead");
    desk.publish(1, "1", "Another headline on ASEAN", TEXT);
    desk.poll();
    let told = desk.receiver.wait_for(2);
    assert_eq!(told[1].titles(), ["Another headline on ASEAN"]);
    desk.publish(2, "1", "A third headline on ASEAN", TEXT);
    desk.poll();
    let retried = &desk.program.json(&["alerts", "retry", "--dead"])[0];
    assert_eq!((&retried["changed"], &retried["told_since"]), (&0.into(), &1.into()));
    desk.poll();
    assert_eq!(desk.receiver.received().len(), 2);
}

#[test]
fn news_in_five_languages_alerts_once_and_other_news_of_the_same_parties_alerts() {
    let lines = include_str!("fixtures/translations/one.jsonl").lines();
    let told: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |story: &str| -> Vec<&serde_json::Value> {
        told.iter().filter(|told| told["story"] == story).collect()
    };
    let (mut pact, trade) = (of("a05"), of("a06"));
    // A teaser of two sentences says too little to be known again for sure.
    pact.retain(|told| told["lang"] != "id");
    let desk = Desk::asking("@asean AND @japan", Receiver::start(), pact.len() + 1, "");
    let publish = |source: usize, told: &serde_json::Value| {
        desk.publish(source, "1", told["title"].as_str().unwrap(), told["body"].as_str().unwrap());
        desk.poll();
    };
    pact.iter().enumerate().for_each(|(source, told)| publish(source, told));
    publish(pact.len(), trade[1]);

    let received = desk.receiver.wait_for(2);
    let titles: Vec<String> = received.iter().flat_map(|delivery| delivery.titles()).collect();
    assert_eq!(titles, [pact[0]["title"].as_str().unwrap(), trade[1]["title"].as_str().unwrap()]);
    let story = &desk.program.json(&["story", "list"])[0];
    let shown = &desk.program.json(&["story", "show", story["id"].as_str().unwrap()])[0];
    let joined: Vec<&str> =
        shown["members"].as_array().unwrap().iter().filter_map(|member| member["joined"].as_str()).collect();
    assert_eq!(joined[0], "first");
    assert!(joined[1..].iter().all(|joined| *joined == "translation"), "{joined:?}");
    assert_eq!(shown["languages"].as_array().unwrap().len(), pact.len());
}
