//! What feedwatch promises, tried on the built program and on its source tree: a file per promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod support;

mod backup;
mod boilerplate;
mod changes;
mod channels;
mod check;
mod clocks;
mod corpus;
mod crash;
mod daemon;
mod database;
mod delivery;
mod demo;
mod documents;
mod fallback;
mod feed_add;
mod feed_import;
mod feed_test;
mod full_disk;
mod hostile;
mod json;
mod kills;
mod layers;
mod manual;
mod once;
mod polite;
mod readme;
mod reindex;
mod secrets;
mod service;
mod shown;
mod stories;
mod volume;
mod watch;
mod websub;
