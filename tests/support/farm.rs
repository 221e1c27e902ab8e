//! Feeds that publish over time, and remember what they published.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::{FeedServer, Page, item};

/// A published article.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    /// Its page, by which it is recognised wherever it arrives.
    pub(crate) url: String,
    /// Its title, in lower case words.
    pub(crate) title: String,
}

impl Story {
    /// Whether every one of `words` stands in it.
    pub(crate) fn tells_of(&self, words: &[&str]) -> bool {
        words.iter().all(|word| self.title.split(' ').any(|own| own == *word))
    }
}

/// See the module's documentation.
pub(crate) struct Farm {
    server: FeedServer,
    /// What each feed published, oldest first.
    published: Vec<Vec<Story>>,
    /// Of each feed, how many were published before the newest one that is known to have arrived.
    arrived: Vec<usize>,
}

/// Where pages are.
const ORIGIN: &str = "https://wire.example/";

/// Articles that a feed carries: what is older has left it.
const CARRIED: usize = 80;

/// What titles are made of.
const WORDS: &[&str] = &[
    "storm",
    "quake",
    "tokyo",
    "harbour",
    "minister",
    "budget",
    "ferry",
    "bridge",
    "orchard",
    "museum",
    "railway",
    "verdict",
    "striker",
    "vaccine",
    "satellite",
    "glacier",
    "tariff",
    "pipeline",
    "senate",
    "orchestra",
];

impl Farm {
    /// `feeds` empty ones.
    pub(crate) fn start(feeds: usize) -> Self {
        let server = FeedServer::start();
        let farm = Self { server, published: vec![Vec::new(); feeds], arrived: vec![0; feeds] };
        (0..feeds).for_each(|feed| farm.serve(feed));
        farm
    }

    /// The configuration of all feeds, each with `keys`.
    pub(crate) fn configuration(&self, keys: &str) -> String {
        let feeds = 0..self.published.len();
        feeds.map(|feed| format!("[[feed]]\nurl = \"{}\"\n{keys}\n", self.server.url(&path(feed)))).collect()
    }

    /// The article at `url` has arrived.
    pub(crate) fn has_arrived(&mut self, url: &str) {
        let number = url.strip_prefix(ORIGIN).and_then(|number| number.split_once('-')).unwrap();
        let (feed, number): (usize, usize) = (number.0.parse().unwrap(), number.1.parse().unwrap());
        self.arrived[feed] = self.arrived[feed].max(number);
    }

    /// Every feed publishes up to `most` articles of words by chance, unless nothing arrives: no article
    /// leaves its feed before a poll could see it.
    pub(crate) fn publish(&mut self, most: usize, chance: &mut StdRng) {
        for feed in 0..self.published.len() {
            if self.published[feed].len() > self.arrived[feed] + CARRIED / 2 {
                continue;
            }
            for _ in 0..rand::RngExt::random_range(chance, 0..=most) {
                let words: Vec<&str> = WORDS.sample(chance, 5).copied().collect();
                let number = self.published[feed].len();
                // Numbers make no two titles alike, so that none is taken for a copy of another.
                let title = format!("{} f{feed}n{number} x{}", words.join(" "), number * 7919 + feed);
                self.published[feed].push(Story { url: format!("{ORIGIN}{feed}-{number}"), title });
            }
            self.serve(feed);
        }
    }

    /// All that was ever published.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Story> {
        self.published.iter().flatten()
    }

    fn serve(&self, feed: usize) {
        let stories = &self.published[feed];
        let items: String = stories
            .iter()
            .rev()
            .take(CARRIED)
            .map(|story| item(story.url.trim_start_matches(ORIGIN), &story.title, "Details follow."))
            .collect();
        let etag = format!("\"{}\"", stories.len());
        self.server.put(&path(feed), Page::rss(&items).etag(&etag));
    }
}

fn path(feed: usize) -> String {
    format!("/feed-{feed}")
}
