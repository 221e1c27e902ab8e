//! Entries → articles: identity; new, changed or known. Pure.
