//! feedwatch: a media-monitoring daemon.
//!
//! It polls news feeds, matches every article against named watches, keeps what it saw in SQLite and
//! alerts people. The modules below stand in the order in which data flows; a module may import only
//! from those of a lower layer, which `tests/layers` checks:
//!
//! ```text
//! config ─► schedule ─► fetch ─► parse ─► ingest ─► match ─► cluster ─► commit (T1) ─► dispatch ─► channels
//!              ▲                                               │
//!              └───────────── next_poll_at ◄───────────────────┘           surfaces: cli · server
//! ```
//!
//! | layer | modules | never |
//! |---|---|---|
//! | vocabulary | [`diagnostic`], [`query`], [`schedule`], [`model`] | I/O, clocks, chance |
//! | | [`failpoint`] | any part in a release build |
//! | decisions | [`analysis`], [`parse`], [`ingest`], [`matching`], [`opml`], [`story`], [`volume`], [`alert`] | tokio, sqlx, reqwest, clocks |
//! | configuration | [`config`] | the network, the database |
//! | edges | [`net`], [`fetch`], [`store`], [`channel`] | import each other (all may use [`net`]) |
//! | flow | [`pipeline`] | SQL, HTTP |
//! | surfaces | [`server`], [`app`], [`cli`] | decisions |

pub mod diagnostic;
pub mod failpoint;
pub mod query;
pub mod schedule;

pub mod model;

pub mod alert;
pub mod analysis;
pub mod ingest;
pub mod matching;
pub mod opml;
pub mod parse;
pub mod story;
pub mod volume;

pub mod config;

pub mod channel;
pub mod fetch;
pub mod net;
pub mod store;

pub mod pipeline;

pub mod server;

pub mod app;
pub mod cli;
