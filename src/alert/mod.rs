//! Who is told what and when: grouping, payloads, rendering, retries.
//!
//! Pure: the present and the jitter are arguments. It never sends and never touches the database.
//!
//! ```text
//! pending alerts ─► group ─► Batch ─► Payload (frozen as JSON) ─► render ─► a channel
//!                                                                              │
//!                                              Next ◄── retry ◄── Outcome ◄────┘
//! ```

mod clean;
mod context;
mod group;
mod payload;
pub mod render;
pub mod retry;
mod sample;
pub mod time;
mod view;

#[cfg(test)]
pub(crate) mod fixture;

pub use clean::{one_line, shorten};
pub use context::{Segment, Snippet, mark, snippets};
pub use group::{Batch, PendingAlert, group};
pub use payload::{DigestData, MatchData, MatchedArticle, Message, NoticeData, Payload, WatchArticles};
pub use retry::{Next, Outcome};
pub use view::{ArticleView, MatchView, OtherArticle, StoryView};
