//! The JSON that programs read.

use serde_json::json;

use crate::support::{Desk, Receiver};

#[test]
fn matches_search_and_alerts_speak_of_the_same_article() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Ночью storm: порты закрыты")]);
    desk.program.run(&["poll"]);

    let found = desk.program.json(&["matches"]);
    assert_eq!(found.len(), 1);
    let mut article = found[0]["article"].clone();
    let keys: Vec<&String> = article.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["feed", "first_seen_at", "id", "lang", "published_at", "published_said", "source", "title", "url"]
    );
    assert_eq!((&found[0]["watch"], &found[0]["baseline"]), (&json!("test-watch"), &json!(false)));
    let span = json!({"field": "title", "start": 6, "end": 11, "text": "storm"});
    assert_eq!(found[0]["spans"], json!([span]), "counted in characters");

    assert_eq!(desk.program.json(&["search", "STORM"]), [json!({"article": article, "spans": [span]})]);
    assert!(desk.program.json(&["search", "volcano"]).is_empty());
    assert_eq!(desk.program.output(&["matches", "--watch", "other"]).status.code(), Some(2));
    assert!(desk.program.json(&["matches", "--since", "2100-01-01"]).is_empty());

    let body = desk.receiver.wait_for(1)[0].json();
    assert_eq!(body["data"]["story"], serde_json::Value::Null);
    let alerted = &body["data"]["articles"][0];
    for (key, value) in article.as_object_mut().unwrap() {
        assert_eq!(&alerted[key], value, "{key}");
    }
    let alerts = desk.program.json(&["alerts", "list"]);
    assert_eq!(
        (&alerts[0]["state"], &alerts[0]["titles"][0]),
        (&json!("delivered"), &found[0]["article"]["title"])
    );
}

#[test]
fn a_poll_prints_one_line_a_feed() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.publish(&[("1", "Calm")]);
    let line = desk.program.json(&["poll"]).remove(0);
    let url = desk.server.url("/wire");
    assert_eq!(
        line,
        json!({"feed": url, "status": "ok", "new": 1, "changed": 0, "known": 0, "matches": 0, "baseline": 0, "repairs": null, "error": null})
    );
}

#[test]
fn stats_count_what_came_in_and_what_it_was_about() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    let titles =
        ["A storm hits Vietnam", "Vietnam and Japan sign an accord", "Вьетнам и Япония", "Nothing of note"];
    let guids = ["1", "2", "3", "4"];
    desk.publish(&guids.into_iter().zip(titles).collect::<Vec<_>>());
    desk.program.run(&["poll"]);

    let stats = desk.program.json(&["stats"]).remove(0);
    for (key, expected) in
        [("feeds", json!(1)), ("failing", json!(0)), ("articles", json!(4)), ("new", json!(4))]
    {
        assert_eq!(stats[key], expected, "{key}");
    }
    assert_eq!(stats["watches"], json!([{"watch": "test-watch", "matches": 1}]));
    let place = |concept: &str, articles: usize| {
        let wanted = json!({"concept": concept, "articles": articles});
        stats["concepts"].as_array().unwrap().iter().position(|found| *found == wanted).unwrap()
    };
    assert!(place("vietnam", 3) < place("japan", 2), "most first: {stats}");
    let later = desk.program.json(&["stats", "--since", "2100-01-01"]).remove(0);
    assert_eq!((&later["articles"], &later["new"], &later["concepts"]), (&json!(4), &json!(0), &json!([])));
    let shown = desk.program.run(&["stats"]);
    assert!(shown.contains("4 articles") && shown.contains("vietnam"), "{shown}");
}
