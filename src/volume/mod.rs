//! How much a watch matches: more than it usually does at such an hour (a spike), or nothing for long (a
//! silence). Pure: counts and the present are arguments.
//!
//! It never looks at articles or queries: copies are left out and sources are counted by who asks.

mod baseline;
mod looks;
mod negative_binomial;
mod silence;
mod spike;

pub use baseline::{Baseline, HOURS, WEEKS};
pub use looks::Looks;
pub use silence::{Quiet, silence};
pub use spike::{Hour, Spike, judge};
