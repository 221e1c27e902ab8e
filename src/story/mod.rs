//! Which articles tell the same news, and whom a story is told to again. Pure: the present is an
//! argument, and what is committed is handed in.
//!
//! ```text
//! analysis ─► Sketch ─► StoryIndex::place ─► Placement ─► telling ─► Telling (checked again in T1)
//! ```
//!
//! Two articles belong together when their texts overlap (*copies*: sampled shingles), or when the words
//! that tell them from other articles of their language are the same (*news*: weighed stems against the
//! story's centroid). In another language an article is recognised by its *marks*: names by their sound,
//! places, numbers, abbreviations, what happened (*translation*). A wrong join silences an alert, which ranks
//! above telling twice: in doubt, an article begins a story of its own. Stories do not merge.
//!
//! It never analyses a text: it reads the analysis that matching was done on.

mod agencies;
mod attribution;
mod index;
mod likeness;
mod mark;
mod marks;
mod postings;
mod rarity;
mod shingles;
mod sketch;
mod sound;
mod telling;
mod translation;
mod vector;
mod vocabulary;

pub use attribution::attribution;
pub use index::{MOST_ARTICLES, Newcomer, Placement, StoryIndex, WINDOW};
pub use likeness::copies;
pub use sketch::Sketch;
pub use telling::telling;
pub use vocabulary::Vocabulary;
