//! What the farm serves: the real feeds of the corpus, or feeds made of words.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use bytes::Bytes;

/// How many watches look at every article.
pub(crate) const WATCHES: usize = 100;

/// Words that stand in nearly every text, the most frequent first.
const COMMON: [&str; 15] = [
    "the", "of", "and", "to", "in", "a", "that", "for", "with", "on", "by", "from", "after", "before",
    "between",
];

/// Words that watches ask for.
const ASKED: [&str; 60] = [
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
    "ferry",
];

/// The rank of the first of [`ASKED`], and how many made words stand between two of them.
const ASKED_FROM: usize = 60;
const APART: usize = 12;

/// Different words. News in one language has some more; what counts is that most are rare.
const VOCABULARY: usize = 20_000;

/// Watches of two words each, some of which match.
pub(crate) fn watches() -> Vec<String> {
    (0..WATCHES)
        .map(|n| {
            format!(
                "{} AND {} NOT title:{}",
                ASKED[n % 60],
                ASKED[(n * 7 + 3) % 60],
                ASKED[(n * 11 + 5) % 60]
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
        let mut words = Words(((feed as u64) << 20 | number).wrapping_mul(0xd6e8_feb8_6659_fd93));
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

/// Words by how often they are used: the word of rank r about 1/r times as often as the first (Zipf's law). Texts
/// of few words, or of words used equally often, are all alike, and then each is a candidate for the story of any
/// other.
struct Vocabulary {
    words: Vec<String>,
    /// The share of all uses up to each word.
    shares: Vec<f64>,
}

impl Vocabulary {
    fn get() -> &'static Self {
        static MADE: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::make);
        &MADE
    }

    fn make() -> Self {
        let word = |rank: usize| {
            let asked = rank.checked_sub(ASKED_FROM).filter(|from| from.is_multiple_of(APART));
            let asked = asked.and_then(|from| ASKED.get(from / APART).copied());
            COMMON.get(rank).copied().or(asked).map_or_else(|| made_word(rank), str::to_owned)
        };
        let mut sum = 0.0;
        let mut shares: Vec<f64> = Vec::with_capacity(VOCABULARY);
        for rank in 0..VOCABULARY {
            // Mandelbrot's correction for the most frequent ones.
            sum += 1.0 / (rank as f64 + 2.7);
            shares.push(sum);
        }
        shares.iter_mut().for_each(|share| *share /= sum);
        Self { words: (0..VOCABULARY).map(word).collect(), shares }
    }

    /// The word that stands at `share`, from 0 to 1, of all uses.
    fn at(&self, share: f64) -> &str {
        &self.words[self.shares.partition_point(|upto| *upto < share).min(VOCABULARY - 1)]
    }
}

/// A word of two to five syllables, another one for each rank.
fn made_word(rank: usize) -> String {
    const CONSONANTS: [&str; 16] =
        ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr"];
    const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];
    let mut word = String::new();
    let mut left = rank + 80;
    while left > 0 {
        word.push_str(CONSONANTS[left % 16]);
        word.push_str(VOWELS[left / 16 % 5]);
        left /= 80;
    }
    word.push_str(["n", "r", "l", "m"][rank % 4]);
    word
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
        let share = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64;
        Vocabulary::get().at(share)
    }
}
