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
mod hold;
pub mod limit;
mod notice;
mod payload;
pub mod plan;
pub mod render;
pub mod retry;
mod sample;
mod storm;
mod template;
pub mod time;
mod undelivered;
mod view;

#[cfg(test)]
pub(crate) mod fixture;

pub use clean::{one_line, shorten};
pub use context::{Segment, Snippet, mark, snippets};
pub use group::{Batch, PendingAlert, group};
pub use hold::{Cause, Patience, RESTORED, Wait, Waiting};
pub use notice::{NoticeBatch, group_notices};
pub use payload::{DigestData, MatchData, MatchedArticle, Message, NoticeData, Payload, WatchArticles};
pub use retry::{Death, Next, Outcome};
pub use storm::Storms;
pub use template::{Template, TemplateError};
pub use undelivered::{passed_on, undelivered};
pub use view::{ArticleView, MatchView, OtherArticle, StoryRef, StoryView};
