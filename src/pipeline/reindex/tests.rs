use std::cell::Cell;

use super::*;
use crate::pipeline::fixture::Desk;
use crate::pipeline::{Archive, compile_query, search};

/// A desk that has so many articles, all of which another version has indexed.
async fn aged(articles: usize) -> Desk {
    let desk = Desk::new("").await;
    let entries: Vec<(String, String)> = (0..articles)
        .map(|number| (format!("/news/{number}"), format!("Министры договорились, {number}")))
        .collect();
    let carried: Vec<(&str, &str)> =
        entries.iter().map(|(path, title)| (path.as_str(), title.as_str())).collect();
    desk.publish(&carried);
    desk.poll().await;
    desk.store.age_index().await;
    desk
}

/// How many articles a search for `query` finds, and how many it looked at.
async fn found(desk: &Desk, query: &str) -> (usize, usize) {
    let analyzer = &desk.setup.analyzer;
    let archive = Archive { store: &desk.store, analyzer, since: None };
    let query = compile_query("query", query, &[], analyzer).unwrap();
    let looked_at = Cell::new(0);
    let found = search(archive, &query, 1_000, || looked_at.set(looked_at.get() + 1)).await.unwrap();
    (found.len(), looked_at.get())
}

#[tokio::test]
async fn a_search_misses_nothing_before_while_and_after_articles_are_indexed_anew() {
    let desk = aged(150).await;
    assert_eq!(found(&desk, "министрам").await, (150, 150));
    let mut work = Reindexing::begin(&desk.store).await.unwrap();
    for (number, stale) in [(32, 118), (32, 86), (32, 54), (32, 22), (22, 0)] {
        assert_eq!(work.step(&desk.store, &desk.setup.analyzer).await.unwrap(), Step::Rewritten(number));
        assert_eq!(desk.store.stale_count(INDEX_TEXT_VERSION, None).await.unwrap(), stale);
        assert_eq!(found(&desk, "министрам").await, (150, 150));
        assert_eq!(found(&desk, "вулкан").await, (0, usize::try_from(stale).unwrap()));
    }
    for step in [Step::Merged, Step::Done, Step::Done] {
        assert_eq!(work.step(&desk.store, &desk.setup.analyzer).await.unwrap(), step);
        assert_eq!((found(&desk, "министрам").await, found(&desk, "вулкан").await), ((150, 150), (0, 0)));
    }
    // What comes now is indexed by this version, and what another one will index is stale again.
    desk.publish(&[("/news/new", "Вулкан проснулся")]);
    desk.poll().await;
    assert_eq!(found(&desk, "вулканы").await, (1, 1));
    assert_eq!(desk.store.stale_count(INDEX_TEXT_VERSION + 1, None).await.unwrap(), 151);
}

#[tokio::test]
async fn the_newest_are_indexed_first_and_another_run_goes_on_where_this_one_ends() {
    let desk = aged(100).await;
    let mut work = Reindexing::begin(&desk.store).await.unwrap();
    work.step(&desk.store, &desk.setup.analyzer).await.unwrap();
    assert_eq!(desk.store.stale_upto(INDEX_TEXT_VERSION).await.unwrap(), 68);
    assert_eq!(work.go_on(&desk.setup, &desk.store, Duration::ZERO, |_| {}).await.unwrap(), 68);
    let mut work = Reindexing::begin(&desk.store).await.unwrap();
    assert_eq!(work.go_on(&desk.setup, &desk.store, Duration::MAX, |_| {}).await.unwrap(), 0);
    assert_eq!(desk.store.stale_upto(INDEX_TEXT_VERSION).await.unwrap(), 0);
    assert_eq!(found(&desk, "вулкан").await, (0, 0));
}

#[tokio::test]
async fn what_the_database_refuses_is_rewritten_later_and_stays_a_candidate() {
    let desk = aged(3).await;
    let mut work = Reindexing::begin(&desk.store).await.unwrap();
    desk.store.refuse("UPDATE ON index_version").await;
    assert!(work.step(&desk.store, &desk.setup.analyzer).await.is_err());
    assert_eq!(found(&desk, "министрам").await, (3, 3));
    assert_eq!(found(&desk, "вулкан").await, (0, 3));
    desk.store.accept().await;
    assert_eq!(work.step(&desk.store, &desk.setup.analyzer).await.unwrap(), Step::Rewritten(3));
    assert_eq!(found(&desk, "вулкан").await, (0, 0));
}

#[tokio::test]
async fn an_article_that_nobody_can_read_holds_up_no_other() {
    let desk = aged(5).await;
    desk.store.spoil_body("Министры договорились, 2").await;
    let mut work = Reindexing::begin(&desk.store).await.unwrap();
    assert_eq!(work.step(&desk.store, &desk.setup.analyzer).await.unwrap(), Step::Rewritten(4));
    assert_eq!(found(&desk, "министрам").await, (4, 4));
}
