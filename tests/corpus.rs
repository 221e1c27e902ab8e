//! Real feeds: what Python's feedparser reads of them, feedwatch reads too, or says why not.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use crate::support::{FeedServer, Page, Program, Receiver, corpus};

/// The rows of the oracle for real feeds, by file name.
fn oracle(folder: &std::path::Path) -> HashMap<String, Value> {
    let text = fs::read_to_string(folder.join("feeds/oracle.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|row| {
            let name = row["file"].as_str()?.strip_prefix("real/")?.to_owned();
            Some((name, row))
        })
        .collect()
}

#[test]
fn every_real_feed_is_read_and_a_second_poll_costs_nothing() {
    let Some(folder) = corpus() else { return };
    let oracle = oracle(&folder);
    assert!(oracle.len() > 50);
    let server = FeedServer::start();
    let mut feeds =
        String::from("[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nper_host = 8\nmax_entries = 10000\n");
    for (name, row) in &oracle {
        let body = fs::read(folder.join("feeds/real").join(name)).unwrap();
        let headers = row["headers"].as_object().unwrap();
        let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = content_type.and_then(|(_, value)| value.as_str()).unwrap_or_default();
        server.put(&format!("/{name}"), Page::new(content_type, body).etag(&format!("\"{name}\"")));
        feeds.push_str(&format!("[[feed]]\nurl = \"{}\"\n", server.url(&format!("/{name}"))));
    }
    let program = Program::new("");
    program.write(&feeds);

    let (mut expected, mut read) = (0, 0);
    let mut silent = Vec::new();
    for line in program.json(&["poll"]) {
        let name = line["feed"].as_str().unwrap().rsplit('/').next().unwrap();
        let entries = oracle[name]["entries"].as_array().map_or(0, Vec::len);
        let new = line["new"].as_u64().unwrap() as usize;
        expected += entries;
        read += new.min(entries);
        if new == 0 && entries > 0 && line["error"].is_null() {
            silent.push(name.to_owned());
        }
    }
    println!("real feeds: {} feeds, {read} of {expected} entries", oracle.len());
    assert!(silent.is_empty(), "empty without a word: {silent:?}");
    // Entries that a feed carries twice are one article here.
    assert!(read * 100 >= expected * 97, "{read} of {expected} entries");

    for line in program.json(&["poll"]) {
        assert_eq!((&line["status"], &line["new"]), (&"unchanged".into(), &0.into()), "{line}");
    }
}

/// The story that feedwatch was made for, in each of the encodings its feed is found in.
#[test]
fn the_story_is_told_to_an_english_speaking_desk() {
    let Some(folder) = corpus() else { return };
    for (file, content_type) in [
        ("rss-utf8.xml", "application/rss+xml"),
        ("rss-windows-1251.xml", "application/rss+xml"),
        ("rss-1251-undeclared.xml", "application/rss+xml; charset=windows-1251"),
    ] {
        let server = FeedServer::start();
        server.put("/wire", Page::new(content_type, fs::read(folder.join("story").join(file)).unwrap()));
        let receiver = Receiver::start();
        let program = Program::new(&format!(
            "[defaults]\nalert_on_first_poll = true\n[[feed]]\nurl = \"{}\"\n\
             [[watch]]\nname = \"concepts\"\nquery = '@cybersecurity AND @asean'\nchannels = [\"desk\"]\n\
             [[watch]]\nname = \"words\"\nquery = 'кибербезопасность AND АСЕАН'\nchannels = [\"desk\"]\n\
             [[watch]]\nname = \"teaser\"\nquery = 'кибербезопасность AND Индия AND футбол'\nchannels = [\"desk\"]\n\
             [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
            server.url("/wire"),
            receiver.url,
            Receiver::SECRET,
        ));
        assert_eq!(program.json(&["poll"])[0]["matches"], 2, "{file}");
        program.run(&["poll"]);
        let told = receiver.wait_for(2);
        assert_eq!(told.len(), 2, "{file}: once for each watch");
        for alert in told {
            assert!(alert.is_signed());
            let article = &alert.json()["data"]["articles"][0];
            assert_eq!(
                (&article["title"], &article["lang"]),
                (&"Япония и АСЕАН усилят сотрудничество в сфере кибербезопасности".into(), &"ru".into())
            );
            let spans = article["spans"].as_array().unwrap();
            assert!(spans.iter().any(|span| span["text"] == "кибербезопасности"), "{spans:?}");
        }
    }
}
