//! Stories: articles that tell the same news, and what a watch says of them.

use super::{ArticleId, Lang, MatchId, StoryId, Timestamp};

/// How often a watch tells of one story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryPolicy {
    /// Once per story; `false`: for every article.
    pub per_story: bool,
    /// Again when so many sources tell it; ascending, each at least 2.
    pub again_at_sources: Vec<u32>,
    /// Again when it is told in another language.
    pub again_on_lang: bool,
    /// Again when an outlet of another country tells it.
    pub again_on_country: bool,
}

impl Default for StoryPolicy {
    fn default() -> Self {
        Self { per_story: true, again_at_sources: Vec::new(), again_on_lang: false, again_on_country: false }
    }
}

/// Something about a story that a watch tells a channel at most once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// That it is there.
    First,
    /// That so many sources tell it.
    Sources(u32),
    /// That it is told in this language.
    Lang(Lang),
    /// That an outlet of this country tells it.
    Country(String),
}

impl std::fmt::Display for Occasion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::First => f.write_str("first"),
            Self::Sources(count) => write!(f, "sources:{count}"),
            Self::Lang(lang) => write!(f, "lang:{lang}"),
            Self::Country(country) => write!(f, "country:{country}"),
        }
    }
}

/// What the alerts of a match tell of its story. An alert is recorded only when its channel was not told
/// before, for this watch, of one of the `news`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Whose alerts.
    pub matched: MatchId,
    /// Of which watch.
    pub watch: String,
    /// Of which story.
    pub story: StoryId,
    /// What is worth an alert.
    pub news: Vec<Occasion>,
    /// What an alert tells along with it, and no later one needs to.
    pub known: Vec<Occasion>,
}

/// What new and changed articles have to do with stories.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustered {
    /// Where they stand, in the order in which they were placed.
    pub memberships: Vec<Membership>,
    /// Of matches whose watch tells of a story once: their alerts are recorded only where they tell their
    /// channel something new.
    pub tellings: Vec<Telling>,
}

/// How an article came to its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joined {
    /// The story began with it.
    First,
    /// Its text is that of another article.
    SameText,
    /// Much of its text is another article's: cut, edited, with a new lead.
    Copy,
    /// It tells the same in other words.
    News,
    /// It tells the same in another language.
    Translation,
}

impl Joined {
    /// Every way, with the word for it in the database and in output.
    pub const NAMES: [(Self, &'static str); 5] = [
        (Self::First, "first"),
        (Self::SameText, "same_text"),
        (Self::Copy, "copy"),
        (Self::News, "news"),
        (Self::Translation, "translation"),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(joined, _)| *joined == self).map_or("", |(_, name)| name)
    }

    /// Reads the word for it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(joined, _)| *joined)
    }
}

/// An article's place in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// The article.
    pub article: ArticleId,
    /// Its story.
    pub story: StoryId,
    /// How it came there.
    pub joined: Joined,
    /// When the article was published, as far as that is believed: never later than it was seen.
    pub at: Timestamp,
    /// What the article is compared by, as `story::Sketch` writes it.
    pub sketch: Vec<u8>,
}
