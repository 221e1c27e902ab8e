//! The watch language: text → syntax tree → text, with errors that point at their place.
//!
//! It knows the grammar and nothing of articles, languages or indexes.

mod ast;

pub use ast::{Expr, Field, Node, Query, Term};
