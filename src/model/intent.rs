//! What one poll decided: the only thing the database is asked to commit for it.

use super::{
    Alert, Article, ArticleId, Clustered, EntryKey, FeedState, Match, MatchId, Notice, PageState,
    ParagraphCount, Timestamp, WantedHub,
};

/// An article to write, with what the database keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleWrite {
    /// The article.
    pub article: Article,
    /// A second identity, for feeds that move to another host or scheme.
    pub alternate: Option<EntryKey>,
    /// Its tokens, for search.
    pub index_text: String,
    /// The concepts that it mentions.
    pub concepts: Vec<String>,
}

/// Everything that follows from one poll; committed in one transaction, or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct PollIntent {
    /// When the poll was decided.
    pub at: Timestamp,
    /// The feed's state from now on; its validators belong to these very articles.
    pub state: FeedState,
    /// The hub that the feed names, where hubs are asked.
    pub hub: Option<WantedHub>,
    /// Whether the answer carried entries (a 304 or a failure does not): only then does the absence
    /// of an article mean anything.
    pub read: bool,
    /// Whether a hub pushed it. Of the state, only what a push tells is stored then: the rest belongs to the
    /// polls, one of which may have ended meanwhile.
    pub pushed: bool,
    /// Articles seen for the first time.
    pub new: Vec<ArticleWrite>,
    /// Known articles whose text changed.
    pub changed: Vec<ArticleWrite>,
    /// Known articles that the feed still carries, changed ones among them.
    pub seen: Vec<ArticleId>,
    /// How many of the new articles each of their paragraphs stands in.
    pub paragraphs: Vec<ParagraphCount>,
    /// How far the fetching of their pages is, where they are wanted.
    pub pages: Vec<PageState>,
    /// Matches of new and changed articles; one that is recorded already gets its spans renewed and
    /// is not alerted again.
    pub matches: Vec<Match>,
    /// Those of them that alert nobody, since their articles were there before the feed was watched.
    pub baseline: Vec<MatchId>,
    /// One for each match and channel to be told.
    pub alerts: Vec<Alert>,
    /// What is to be told of the feed itself; one that is recorded already is not recorded again.
    pub notices: Vec<Notice>,
    /// What is new of stories.
    pub clustered: Clustered,
}

impl PollIntent {
    /// Of a poll at `at` that leaves the feed in `state` and brings nothing.
    pub fn of(state: FeedState, at: Timestamp) -> Self {
        Self {
            at,
            state,
            hub: None,
            read: false,
            pushed: false,
            new: Vec::new(),
            changed: Vec::new(),
            seen: Vec::new(),
            paragraphs: Vec::new(),
            pages: Vec::new(),
            matches: Vec::new(),
            baseline: Vec::new(),
            alerts: Vec::new(),
            notices: Vec::new(),
            clustered: Clustered::default(),
        }
    }

    /// Whether it only says that the feed was polled: were it forgotten, the feed would be polled again, and
    /// nothing else be different.
    pub fn is_repeatable(&self) -> bool {
        let Self {
            at: _,
            state: _,
            read: _,
            pushed: _,
            seen: _,
            hub: _,
            baseline: _,
            new,
            changed,
            paragraphs,
            pages,
            matches,
            alerts,
            notices,
            clustered,
        } = self;
        new.is_empty()
            && changed.is_empty()
            && paragraphs.is_empty()
            && pages.is_empty()
            && matches.is_empty()
            && alerts.is_empty()
            && notices.is_empty()
            && *clustered == Clustered::default()
    }
}

/// Everything that follows from one page of an article, fetched after the article was stored; committed in
/// one transaction, or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct PageIntent {
    /// When it was decided.
    pub at: Timestamp,
    /// How far the fetching is now.
    pub page: PageState,
    /// The [`content_hash`](Article::content_hash) of the article that the page was fetched for: when the
    /// stored one has another by now, nothing is committed.
    pub of: [u8; 32],
    /// The article with the page's text; `None` where the page gave none.
    pub changed: Option<ArticleWrite>,
    /// As in a poll's intent.
    pub matches: Vec<Match>,
    /// As in a poll's intent.
    pub alerts: Vec<Alert>,
    /// As in a poll's intent.
    pub clustered: Clustered,
}
