//! A match alerts once: not at the baseline, not again, not for an edit; and each alert says why.

use chrono::{TimeDelta, Utc};
use feedwatch::store::MatchFilter;

use crate::support::{AT_ONCE, Desk, FeedServer, Inside, Page, Receiver, configuration};

#[test]
fn old_news_alerts_nobody_and_new_news_once() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.publish(&[("1", "A storm last week")]);
    let first = &desk.program.json(&["poll"])[0];
    assert_eq!(
        (&first["new"], &first["matches"]),
        (&1.into(), &1.into()),
        "the baseline is stored and matched"
    );
    assert!(desk.receiver.received().is_empty(), "and alerts nobody");

    desk.publish(&[("2", "Storm closes ports"), ("1", "A storm last week")]);
    desk.program.json(&["poll"]);
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["Storm closes ports"]);

    desk.publish(&[("2", "Storm closes all ports"), ("1", "A storm last week")]);
    let edited = &desk.program.json(&["poll"])[0];
    assert_eq!((&edited["changed"], &edited["new"]), (&1.into(), &0.into()));
    desk.program.json(&["poll"]);
    assert_eq!(desk.receiver.received().len(), 1, "an edit is no news");
}

#[test]
fn what_is_published_while_the_first_polls_of_a_feed_fail_is_told() {
    let (server, receiver) = (FeedServer::start(), Receiver::start());
    server.put("/wire", Page::new("text/plain", "down").status(500));
    let text = format!(
        "{AT_ONCE}\n[[feed]]\nurl = \"{}\"\n[[watch]]\nname = \"storm\"\nquery = \"storm\"\nchannels = [\"desk\"]\n\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\n",
        server.url("/wire"),
        receiver.url
    );
    let inside = Inside::new(&text, Utc::now());
    assert_eq!(inside.work(), 1);
    inside.pass(TimeDelta::hours(6));
    let dated = |title: &str, hours: i64| {
        let date = (inside.now() - TimeDelta::hours(hours)).to_rfc2822();
        format!("<item><title>{title}</title><guid>{title}</guid><pubDate>{date}</pubDate></item>")
    };
    let items = [
        dated("Storm of last week, the harbour is closed", 200),
        dated("Storm while we could not read, ferries wait", 2),
        dated("Storm that is announced for next month", -700),
        "<item><title>Storm without a date</title><guid>4</guid></item>".to_owned(),
    ];
    server.put("/wire", Page::rss(&items.concat()));
    assert_eq!(inside.work(), 1);
    assert_eq!(receiver.wait_for(1)[0].titles(), ["Storm while we could not read, ferries wait"]);
    let found = inside.block_on(inside.store.matches(&MatchFilter::default())).unwrap();
    assert_eq!(found.iter().filter(|found| found.is_baseline).count(), 3, "the others can be seen");
}

#[test]
fn the_first_poll_alerts_where_it_is_asked_to() {
    let desk = Desk::watching("storm", Receiver::start(), "[defaults]\nalert_on_first_poll = true\n");
    desk.publish(&[("1", "A storm last week")]);
    desk.program.run(&["poll"]);
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["A storm last week"]);
}

#[test]
fn a_new_watch_is_not_told_of_what_was_there_before() {
    let desk = Desk::watching("volcano", Receiver::start(), "");
    desk.publish(&[("1", "Storm closes ports")]);
    desk.program.run(&["poll"]);
    desk.program.configure(&configuration("storm", &desk.server, &desk.receiver, ""));
    desk.program.run(&["poll"]);
    assert!(desk.receiver.received().is_empty());
    desk.publish(&[("2", "Second storm"), ("1", "Storm closes ports")]);
    desk.program.run(&["poll"]);
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["Second storm"]);
}

#[test]
fn a_flood_is_one_message() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.program.run(&["poll"]);
    let titles: Vec<(String, String)> =
        (0..120).map(|n| (n.to_string(), format!("Storm number {n}"))).collect();
    let entries: Vec<(&str, &str)> =
        titles.iter().map(|(guid, title)| (guid.as_str(), title.as_str())).collect();
    desk.publish(&entries);
    let line = &desk.program.json(&["poll"])[0];
    assert_eq!(line["matches"], 120);
    let received = desk.receiver.wait_for(1);
    assert_eq!((received.len(), received[0].titles().len()), (1, 120));
}

#[test]
fn an_alert_is_signed_and_shows_the_words_that_matched() {
    let desk = Desk::watching("кибербезопасность AND АСЕАН", Receiver::start(), "");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Страны АСЕАНа усилят сотрудничество в сфере кибербезопасности")]);
    desk.program.run(&["poll"]);
    let alert = &desk.receiver.wait_for(1)[0];
    assert!(alert.is_signed());
    let json = alert.json();
    assert_eq!((&json["type"], &json["data"]["watch"]), (&"match".into(), &"test-watch".into()));
    let article = &json["data"]["articles"][0];
    assert_eq!((&article["source"], &article["lang"]), (&"Test Wire".into(), &"ru".into()));
    let words: Vec<&str> =
        article["spans"].as_array().unwrap().iter().map(|span| span["text"].as_str().unwrap()).collect();
    assert_eq!(words, ["АСЕАНа", "кибербезопасности"]);
}
