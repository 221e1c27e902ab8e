//! Clocks jump, nights have no half past two or two of them, and channels are down for days: nothing is
//! missed, lost or held for good.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use feedwatch::store::MatchFilter;

use crate::support::{AT_ONCE, FeedServer, Inside, Page, Receiver, item};

/// A feed that carries more and more, newest first.
struct Wire {
    server: FeedServer,
    /// How many it carries; older ones have left it.
    carried: usize,
    titles: Vec<String>,
}

impl Wire {
    fn carrying(carried: usize) -> Self {
        let wire = Self { server: FeedServer::start(), carried, titles: Vec::new() };
        wire.server.put("/wire", Page::rss(""));
        wire
    }

    fn publish(&mut self) {
        let number = self.titles.len();
        self.titles.push(format!("Storm number {number} x{}", number * 7919));
        let newest = self.titles.iter().enumerate().rev().take(self.carried);
        let items: String =
            newest.map(|(number, title)| item(&number.to_string(), title, "Details follow.")).collect();
        self.server.put("/wire", Page::rss(&items));
    }
}

/// One watch on `storm`; `feed` and `watch` are more keys of theirs.
fn configuration(wire: &Wire, feed: &str, watch: &str, channels: &[(&str, &Receiver)]) -> String {
    let names: Vec<&str> = channels.iter().map(|(name, _)| *name).collect();
    let channels: String = channels
        .iter()
        .map(|(name, receiver)| {
            format!("[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"{}\"\n", receiver.url)
        })
        .collect();
    format!(
        "{AT_ONCE}\n[[feed]]\nurl = \"{}\"\nalert_on_first_poll = true\n{feed}\n\
         [[watch]]\nname = \"storm\"\nquery = \"storm\"\nchannels = {names:?}\nper_story = false\n{watch}\n{channels}",
        wire.server.url("/wire")
    )
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Titles, each once.
fn arrived(receiver: &Receiver) -> BTreeSet<String> {
    receiver.received().iter().flat_map(|received| received.titles()).collect()
}

#[test]
fn whatever_the_clock_shows_news_arrive_and_nothing_is_forgotten() {
    let jumps = [TimeDelta::hours(1), TimeDelta::days(1), TimeDelta::days(3_653)];
    let jumps: Vec<_> = jumps.into_iter().flat_map(|jump| [jump, -jump]).collect();
    let daemons = jumps.into_iter().map(|jump| std::thread::spawn(move || jump_and_return(jump)));
    for daemon in daemons.collect::<Vec<_>>() {
        daemon.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
}

fn jump_and_return(jump: TimeDelta) {
    let mut wire = Wire::carrying(1);
    // What comes after the jump is refused once: its next attempt is planned by the wrong clock.
    let receiver = Receiver::answering(&[Some(200), Some(503)]);
    let text = configuration(&wire, "every = \"1s\"", "", &[("desk", &receiver)]);
    let inside = Inside::new(&text, Utc::now());
    let (store, setup, ambient) = (inside.store.clone(), inside.setup.clone(), inside.ambient.clone());
    inside.run(|inside| {
        let prune = || {
            inside
                .block_on(feedwatch::pipeline::prune(&setup, &store, &ambient, &Default::default()))
                .unwrap();
        };
        wire.publish();
        receiver.wait_for(1);
        prune();
        inside.pass(jump);
        wire.publish();
        receiver.wait_for(2);
        prune();
        inside.pass(-jump);
        wire.publish();
        receiver.wait_for_articles(3);
        prune();
        let kept = inside.block_on(store.matches(&MatchFilter::default())).unwrap();
        let kept: Vec<&str> = kept.iter().map(|found| found.article.article.title.as_str()).collect();
        let titles: Vec<&str> = wire.titles.iter().map(String::as_str).collect();
        // What a clock ten years behind has stamped is ten years old, and may be forgotten.
        let old = jump < -TimeDelta::days(365);
        assert!(kept == titles || old && kept == [titles[0], titles[2]], "{kept:?} after a jump by {jump}");
        let carriers: BTreeSet<String> = receiver.received().iter().map(|received| received.id()).collect();
        assert_eq!(carriers.len(), 3, "each under one id after a jump by {jump}");
    });
}

#[test]
fn a_channel_that_is_down_for_three_days_gets_everything_and_others_stay_on_time() {
    let mut wire = Wire::carrying(40);
    let start = at("2026-03-02T00:00:00Z");
    let is_up = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let up = is_up.clone();
    let down = Receiver::deciding(move |_, _| {
        Some(if up.load(std::sync::atomic::Ordering::SeqCst) { 200 } else { 503 })
    });
    let well = Receiver::start();
    let text = configuration(&wire, "every = \"10m\"", "", &[("down", &down), ("well", &well)]);
    let inside = Inside::new(&text, start);
    let mut published = BTreeSet::new();
    // The last one is three days old by then, and so is its tenth attempt.
    while inside.now() < start + TimeDelta::days(7) {
        let news = inside.now() < start + TimeDelta::days(3);
        is_up.store(!news, std::sync::atomic::Ordering::SeqCst);
        if news {
            wire.publish();
            published.insert(wire.titles.last().unwrap().clone());
        }
        inside.pass(TimeDelta::minutes(15));
        inside.work();
        if news {
            assert_eq!(arrived(&well), published, "on time, at {}", inside.now());
        }
        inside.pass(TimeDelta::minutes(if news { 45 } else { 180 }));
    }
    assert_eq!(arrived(&down), published);
    let taken = down.received().into_iter().filter(|received| received.answered == Some(200));
    let taken: Vec<String> = taken.flat_map(|received| received.titles()).collect();
    assert_eq!(taken.len(), published.len(), "each is taken once");
}

#[test]
fn both_nights_of_the_clock_change_are_polled_through_and_tell_everything() {
    // Berlin: 02:00 to 03:00 is left out in March, and comes twice in October.
    for night in ["2026-03-28T22:00:30Z", "2026-10-24T22:00:30Z"] {
        let mut wire = Wire::carrying(40);
        let receiver = Receiver::start();
        let cron = "cron = \"0 */15 * * * *\"\ntimezone = \"Europe/Berlin\"";
        let text = configuration(&wire, cron, "", &[("desk", &receiver)]);
        let inside = Inside::new(&text, at(night));
        inside.work();
        for quarter in 0..24 {
            wire.publish();
            inside.pass(TimeDelta::minutes(15));
            assert_eq!(inside.work(), 1, "{night}, quarter {quarter}");
            assert_eq!(arrived(&receiver).len(), quarter + 1, "{night}, quarter {quarter}");
        }
    }
}
