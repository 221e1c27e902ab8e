//! The database takes note of what is configured.

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

use super::Setup;
use crate::model::{Concept, Timestamp, Watch};
use crate::store::Store;

/// Makes the configured feeds and watches known to the database: new feeds get a first poll soon after
/// `now`, and watches that ask something new begin at `now`. All of it is taken note of, or nothing.
///
/// # Errors
/// When the database fails.
pub async fn sync(setup: &Setup, store: &Store, now: Timestamp) -> anyhow::Result<()> {
    let watches = fingerprints(&setup.config.watches, &setup.config.concepts);
    store.sync(&setup.first_polls(now), &watches, now).await
}

/// Each watch with a digest of its query and of the concepts that it speaks of, however far they go.
fn fingerprints<'w>(watches: &'w [Watch], concepts: &[Concept]) -> Vec<(&'w Watch, [u8; 32])> {
    let known: HashMap<&str, Known<'_>> =
        concepts.iter().map(|concept| (concept.name.as_str(), Known::of(concept))).collect();
    watches
        .iter()
        .map(|watch| {
            let mut hasher = Sha256::new();
            hasher.update(watch.query.to_string());
            for name in reached(watch.query.concepts().map(|(name, _)| name), &known) {
                hasher.update(known.get(name).map_or([0; 32], |known| known.digest));
            }
            (watch, hasher.finalize().into())
        })
        .collect()
}

/// A concept's own words, and the concepts that it names.
struct Known<'c> {
    digest: [u8; 32],
    names: Vec<&'c str>,
}

impl<'c> Known<'c> {
    fn of(concept: &'c Concept) -> Self {
        let Concept { name, terms, includes, except, .. } = concept;
        let mut hasher = Sha256::new();
        hasher.update(format!("{name}\0{includes:?}"));
        let mut names: Vec<&str> = includes.iter().map(String::as_str).collect();
        let terms =
            terms.iter().flat_map(|(lang, terms)| terms.iter().map(move |term| (lang.as_str(), term)));
        for (lang, term) in terms.chain(except.iter().map(|term| ("except", term))) {
            hasher.update(format!("\0{lang}\0{term}"));
            names.extend(term.concepts().map(|(name, _)| name));
        }
        Self { digest: hasher.finalize().into(), names }
    }
}

/// The concepts that `names` lead to, in order.
fn reached<'c>(
    names: impl Iterator<Item = &'c str>,
    known: &HashMap<&'c str, Known<'c>>,
) -> BTreeSet<&'c str> {
    let mut open: Vec<&str> = names.collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(known.get(name).into_iter().flat_map(|known| known.names.iter().copied()));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture::Desk;
    use crate::query;

    #[tokio::test]
    async fn a_configuration_is_taken_note_of_as_a_whole_or_not_at_all() {
        let desk = Desk::new("").await;
        let before = desk.store.feed_states().await.unwrap();
        let mut config = desk.setup.config.clone();
        config.feeds.clear();
        config.watches[0].name = "another".to_owned();
        let next = Setup::build(config).unwrap();
        desk.store.refuse("INSERT ON watch_baseline").await;
        sync(&next, &desk.store, desk.ambient.now()).await.unwrap_err();
        assert_eq!(desk.store.feed_states().await.unwrap().len(), before.len());
        desk.store.accept().await;
        sync(&next, &desk.store, desk.ambient.now()).await.unwrap();
        assert_eq!(desk.store.feed_states().await.unwrap().len(), 0);
    }

    fn watch(query: &str) -> Watch {
        Watch {
            name: "desk".to_owned(),
            query: query::parse(query).unwrap().query,
            text: query.to_owned(),
            channels: Vec::new(),
            rules: Default::default(),
            story: Default::default(),
            spike: false,
            silence: None,
        }
    }

    fn concept(name: &str, term: &str, includes: &[&str]) -> Concept {
        let lang = crate::model::Lang::parse("en").unwrap();
        Concept {
            name: name.to_owned(),
            terms: [(lang, vec![query::parse(term).unwrap().query])].into(),
            includes: includes.iter().map(|&name| name.to_owned()).collect(),
            ..Concept::default()
        }
    }

    fn fingerprint(query: &str, concepts: &[Concept]) -> [u8; 32] {
        fingerprints(&[watch(query)], concepts)[0].1
    }

    #[test]
    fn a_watch_asks_something_else_when_its_words_or_those_of_its_concepts_change() {
        let inner = |term: &str| concept("inner", term, &[]);
        let outer = concept("outer", "asean", &["inner"]);
        let before = fingerprint("@outer AND storm", &[outer.clone(), inner("jakarta")]);
        assert_eq!(before, fingerprint("@outer  AND  storm", &[inner("jakarta"), outer.clone()]));
        assert_ne!(before, fingerprint("@outer AND flood", &[outer.clone(), inner("jakarta")]));
        assert_ne!(before, fingerprint("@outer AND storm", &[outer.clone(), inner("bangkok")]));
        let round = concept("inner", "jakarta", &["outer"]);
        assert_ne!(before, fingerprint("@outer AND storm", &[outer, round]), "and concepts may go round");
    }
}
