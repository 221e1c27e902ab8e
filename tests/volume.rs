//! A watch tells when it matches far more than usual, and when it matches nothing for long: in words, once,
//! and nothing of either while it is young.

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use crate::support::{FeedServer, Page, Program, Receiver, item};

const EARLY: [&str; 4] = [
    "Why the word storm has so many meanings",
    "Museum shows paintings of a storm at sea",
    "Chess: a storm on the king's side wins the title",
    "Perfect storm in the rice market, traders say",
];
const LATE: [&str; 4] = [
    "Storm floods the harbour of Manila",
    "Insurers count what the storm has cost in Hanoi",
    "Schools in Bangkok stay closed because of a storm",
    "Jakarta sends ships against the storm",
];

/// Lets time pass in the database.
fn change(program: &Program, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = format!("sqlite:{}", program.data_dir().join("feedwatch.db").display());
    runtime.block_on(async {
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    });
}

fn notices(receiver: &Receiver) -> Vec<Value> {
    let received = receiver.received();
    let messages = received.iter().map(|received| received.json());
    messages.filter(|json| json["type"] == "notice").map(|json| json["data"].clone()).collect()
}

#[test]
fn a_watch_tells_its_channels_of_a_spike_and_of_a_silence_once() {
    let (server, receiver) = (FeedServer::start(), Receiver::start());
    let mut text = String::new();
    for at in 0..EARLY.len() {
        server.put(&format!("/{at}"), Page::rss(&item("old", "Calm seas", "")));
        text += &format!("[[feed]]\nurl = \"{}\"\nsource = \"Outlet {at}\"\n", server.url(&format!("/{at}")));
    }
    text += &format!(
        "[[watch]]\nname = \"storms\"\nquery = 'storm'\nchannels = [\"desk\"]\nspike = true\nsilence = \"3d\"\n\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
        receiver.url,
        Receiver::SECRET,
    );
    let program = Program::new(&text);
    program.run(&["poll"]);
    let publish = |titles: [&str; 4]| {
        for (at, title) in titles.iter().enumerate() {
            server.put(&format!("/{at}"), Page::rss(&item(title, title, "")));
        }
        program.run(&["poll"]);
    };
    publish(EARLY);
    assert!(notices(&receiver).is_empty(), "it does not know yet what is usual");

    // At another hour of the day than the present: four at this very hour would be half usual.
    change(
        &program,
        "UPDATE match SET matched_at = matched_at - 8 * 86400000 - 10 * 3600000;
         UPDATE watch_volume SET learned_since = learned_since - 9 * 86400000, looked_at = looked_at - 600000,
             watched_since = watched_since - 3 * 3600000, quiet_since = quiet_since - 9 * 86400000;",
    );
    publish(LATE);
    let told = notices(&receiver);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["notice"], &told[0]["subject"]), (&"spike".into(), &"storms".into()));
    let text = told[0]["text"].as_str().unwrap();
    assert!(text.starts_with("4 articles of 4 sources within an hour; normal for "), "{text}");
    assert!(text.contains("Jakarta sends ships against the storm"), "{text}");

    change(
        &program,
        "UPDATE match SET matched_at = matched_at - 4 * 86400000;
         UPDATE watch_volume SET looked_at = looked_at - 600000, quiet_since = quiet_since - 4 * 86400000;",
    );
    program.run(&["poll"]);
    program.run(&["poll"]);
    let told = notices(&receiver);
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(
        (&told[1]["notice"], &told[1]["title"]),
        (&"silence".into(), &"storms: nothing matched for 4 days".into())
    );
}
