//! What a query would have matched: a count over stored articles, by day and by source, and what it
//! gains and loses against another one. Alerts nobody and stores nothing.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use chrono::NaiveDate;

use super::archive::Archive;
use super::search::Found;
use crate::matching::{CompiledQuery, Document};
use crate::store::StoredArticle;

/// Sources that are told, those with the most matches.
const SOURCES: usize = 10;

/// Articles that are shown of each kind, the newest.
const SAMPLES: usize = 10;

/// What a query matched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Backtest {
    /// Articles in the time looked at.
    pub articles: u64,
    /// Of these matched.
    pub matched: usize,
    /// Matches by the day (UTC) on which the article was first seen; days without are left out.
    pub days: BTreeMap<NaiveDate, usize>,
    /// Matches by source, most first: the first ten.
    pub sources: Vec<(String, usize)>,
    /// The newest matches.
    pub samples: Vec<Found>,
    /// Against the other query; `None` when there was none.
    pub change: Option<Change>,
}

/// What a query matches otherwise than another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// What the other one matched.
    pub matched: usize,
    /// Matched by the query alone.
    pub gained: Different,
    /// Matched by the other one alone.
    pub lost: Different,
}

/// Articles that only one of two queries matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Different {
    /// How many.
    pub count: usize,
    /// The newest, with what proves them.
    pub samples: Vec<Found>,
}

/// A query, with another one to compare it with.
pub struct Trial<'q> {
    query: &'q CompiledQuery,
    against: Option<&'q CompiledQuery>,
    filter: Option<String>,
}

impl<'q> Trial<'q> {
    /// Tries `query`, against another one if there is one.
    pub fn new(query: &'q CompiledQuery, against: Option<&'q CompiledQuery>) -> Self {
        let own = query.prefilter().to_fts5();
        let filter = match against.map(|other| other.prefilter().to_fts5()) {
            None => own,
            Some(other) => own.zip(other).map(|(own, other)| format!("({own}) OR ({other})")),
        };
        Self { query, against, filter }
    }

    /// How many articles [`run`](Self::run) will look at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn steps(&self, archive: Archive<'_>) -> anyhow::Result<u64> {
        archive.count(self.filter.as_deref()).await
    }

    /// Looks at every article that may match, telling `step` of each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, archive: Archive<'_>, step: impl Fn()) -> anyhow::Result<Backtest> {
        let mut sources = HashMap::new();
        let mut result = Backtest { change: self.against.map(|_| Change::default()), ..Backtest::default() };
        let visit = |article: &StoredArticle, document: &Document<'_>| {
            step();
            let found = |spans| Found { article: article.clone(), spans };
            let own = self.query.matches(document).map(found);
            let other = self.against.and_then(|other| other.matches(document)).map(found);
            if let Some(change) = &mut result.change {
                change.matched += usize::from(other.is_some());
                match (&own, other) {
                    (Some(own), None) => change.gained.add(own.clone()),
                    (None, Some(other)) => change.lost.add(other),
                    (Some(_), Some(_)) | (None, None) => {}
                }
            }
            if let Some(own) = own {
                result.matched += 1;
                *result.days.entry(article.article.first_seen_at.date_naive()).or_default() += 1;
                *sources.entry(article.source.clone()).or_default() += 1;
                if result.samples.len() < SAMPLES {
                    result.samples.push(own);
                }
            }
            ControlFlow::Continue(())
        };
        archive.visit(self.filter.as_deref(), visit).await?;
        result.articles = archive.count(None).await?;
        result.sources = most(sources);
        Ok(result)
    }
}

impl Different {
    fn add(&mut self, found: Found) {
        self.count += 1;
        if self.samples.len() < SAMPLES {
            self.samples.push(found);
        }
    }
}

/// The first few, most first; of equals, in the order of the alphabet.
fn most(counts: HashMap<String, usize>) -> Vec<(String, usize)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
    counts.truncate(SOURCES);
    counts
}
