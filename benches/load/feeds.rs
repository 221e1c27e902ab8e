//! What the farm serves: the real feeds of the corpus, or feeds made of words.

use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;

/// How many watches look at every article.
pub(crate) const WATCHES: usize = 100;

const WORDS: &[&str] = &[
    "government",
    "minister",
    "network",
    "attack",
    "security",
    "harbour",
    "election",
    "storm",
    "market",
    "bank",
    "police",
    "court",
    "agreement",
    "summit",
    "energy",
    "airport",
    "hospital",
    "school",
    "water",
    "railway",
    "satellite",
    "research",
    "university",
    "festival",
    "football",
    "tourism",
    "export",
    "currency",
    "budget",
    "parliament",
    "border",
    "refugee",
    "climate",
    "forest",
    "fishing",
    "island",
    "volcano",
    "vaccine",
    "software",
    "ransomware",
    "telecom",
    "factory",
    "strike",
    "union",
    "pension",
    "housing",
    "traffic",
    "bridge",
    "tunnel",
    "museum",
    "director",
    "spokesman",
    "report",
    "statement",
    "official",
    "said",
    "Tuesday",
    "region",
    "province",
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "that",
    "for",
    "with",
    "on",
    "by",
    "from",
    "after",
    "before",
    "between",
];

/// Watches of two words each, some of which match.
pub(crate) fn watches() -> Vec<String> {
    let words = &WORDS[..60];
    (0..WATCHES)
        .map(|n| {
            format!(
                "{} AND {} NOT title:{}",
                words[n % 60],
                words[(n * 7 + 3) % 60],
                words[(n * 11 + 5) % 60]
            )
        })
        .collect()
}

/// The texts of all feeds.
pub(crate) enum Feeds {
    /// Files, served over and over.
    Files(Vec<Bytes>),
    /// Made on request: so many entries each.
    Made(usize),
}

impl Feeds {
    /// The real feeds of the corpus; `None` when it is not at hand.
    pub(crate) fn real() -> Option<Self> {
        let folder = Path::new(&std::env::var_os("FEEDWATCH_CORPUS")?).join("feeds/real");
        let mut paths: Vec<_> = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        Some(Self::Files(paths.iter().map(|path| std::fs::read(path).unwrap().into()).collect()))
    }

    /// Feeds of `entries` entries.
    pub(crate) fn made(entries: usize) -> Self {
        Self::Made(entries)
    }

    /// Feed `feed` at its edition: a made feed has one more new entry in each.
    pub(crate) fn body(&self, feed: usize, edition: u64) -> Bytes {
        match self {
            Self::Files(files) => files[feed % files.len()].clone(),
            Self::Made(entries) => made(feed, edition, *entries).into(),
        }
    }

    /// Bytes of a feed, on average over the first `count`.
    pub(crate) fn mean(&self, count: usize) -> f64 {
        (0..count).map(|feed| self.body(feed, 0).len()).sum::<usize>() as f64 / count as f64
    }
}

fn made(feed: usize, edition: u64, entries: usize) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Wire {feed}</title>\
         <link>https://wire.example/{feed}</link><description>News</description>"
    );
    let newest = entries as u64 + edition;
    for number in (edition..newest).rev() {
        let mut words = Words((feed as u64) << 20 | number);
        let _infallible = write!(
            xml,
            "<item><title>{}</title><link>https://wire.example/{feed}/{number}</link>\
             <guid>https://wire.example/{feed}/{number}</guid><pubDate>Mon, 02 Mar 2026 08:15:00 GMT</pubDate>\
             <description>{}</description></item>",
            words.sentence(9),
            words.sentence(60),
        );
    }
    xml.push_str("</channel></rss>");
    xml
}

/// Words in an order that a seed decides.
struct Words(u64);

impl Words {
    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.next()).collect::<Vec<_>>().join(" ")
    }

    fn next(&mut self) -> &'static str {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        WORDS[usize::try_from((mixed ^ (mixed >> 31)) % WORDS.len() as u64).unwrap()]
    }
}
