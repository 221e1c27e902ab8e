//! What is forgotten, what stays, and what finding out costs.

use super::*;

impl Fixture {
    /// A round of pruning among the articles, two at once; how many went.
    async fn prune(&self, articles: i64, matches: i64) -> u64 {
        let expiry = Expiry { articles: at(articles), matches: at(matches) };
        let (mut pruned, mut place) = (0, Some(PruningPlace::default()));
        while let Some(from) = place {
            let (gone, next) = self.store.prune_articles(expiry, &from, 2).await.unwrap();
            pruned += gone;
            place = next;
        }
        pruned
    }

    /// `count` articles of the feed `feed`, seen last at `seen`; `matched` ones have a match that was
    /// delivered. Each is a story that is over.
    async fn fill(&self, feed: FeedId, count: u32, seen: i64, matched: bool) {
        let mut tx = self.store.write().await.unwrap();
        let kind = format!("{feed}{matched}");
        for statement in [
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3) \
             INSERT INTO article (id, feed_id, entry_key, title, summary, body, author, url, tags, published_at, \
             first_seen_at, last_seen_at, content_hash, matched) \
             SELECT randomblob(16), $2, randomblob(32), '', '', '', '', $1, '[]', $4 + i, $4 + i, $4 + i, x'', $5 FROM n",
            "INSERT INTO story SELECT id, $4, $4, 1 FROM article WHERE url = $1 AND feed_id = $2 AND $3 AND $5 IS NOT NULL",
            "INSERT INTO story_article (article_id, story_id, joined, at, seen_at) \
             SELECT id, id, 'first', $4, $4 FROM article WHERE url = $1 AND feed_id = $2 AND $3 AND $5 IS NOT NULL",
            "INSERT INTO match (id, watch, article_id, matched_at, spans) \
             SELECT id, 'watch', id, $4, '[]' FROM article WHERE url = $1 AND feed_id = $2 AND $3 AND $5",
        ] {
            sqlx::query(statement)
                .bind(&kind)
                .bind(feed.as_bytes())
                .bind(count)
                .bind(at(seen).timestamp_millis())
                .bind(matched)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn pruning_spares_what_is_carried_matched_or_undelivered() {
    let f = fixture().await;
    let day = 86_400;
    let plain = |guid: &str| PollIntent { new: vec![f.write(guid, "Plain")], ..f.intent(0) };
    f.store.commit_poll(&plain("gone")).await.unwrap();
    f.store.commit_poll(&plain("carried")).await.unwrap();
    f.store.commit_poll(&f.story(0, "matched")).await.unwrap();
    let carried = f.write("carried", "Plain").article.id;

    let prune = async |articles: i64, matches: i64| f.prune(articles, matches).await;
    assert_eq!(prune(40 * day, 0).await, 0, "the feed was not read since: nothing ages");
    f.store.commit_poll(&PollIntent { seen: vec![carried], ..f.intent(40 * day) }).await.unwrap();
    assert_eq!(prune(10 * day, 0).await, 1, "only the one that is gone and matched nothing");
    assert_eq!(prune(10 * day, 10 * day).await, 0, "its alert is not delivered yet");

    let delivery = f.group(0).await.remove(0);
    f.store.claim("desk", at(0)).await.unwrap().unwrap();
    f.end(delivery.id, 1, &delivered()).await.unwrap();
    let expiry = Expiry { articles: at(0), matches: at(10 * day) };
    assert_eq!(f.store.prune_deliveries(expiry, 100).await.unwrap(), 1);
    assert_eq!(prune(10 * day, 10 * day).await, 1);
    assert!(f.store.article(carried).await.unwrap().is_some());
}

#[tokio::test]
async fn pruning_costs_what_it_deletes_and_not_what_it_spares() {
    let day = 86_400;
    let mut costs = Vec::new();
    for spared in [10, 5_000] {
        let f = fixture().await;
        let silent = Feed {
            id: FeedId::of("https://silent.example/"),
            url: "https://silent.example/".parse().unwrap(),
            ..f.feed.clone()
        };
        f.store.sync_feeds(&[(&f.feed, at(0)), (&silent, at(0))], at(0)).await.unwrap();
        let mut read = f.intent(0);
        read.state.id = silent.id;
        f.store.commit_poll(&read).await.unwrap();
        f.store.commit_poll(&f.intent(100 * day)).await.unwrap();
        f.fill(f.feed.id, 100, 0, false).await;
        f.fill(f.feed.id, spared, 0, true).await;
        f.fill(silent.id, spared, 0, false).await;
        let mut tx = f.store.write().await.unwrap();
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) INSERT INTO delivery \
             (id, channel, payload, state, created_at, next_attempt_at, claims, attempts, finished_at) \
             SELECT randomblob(16), 'dead', '{}', 'dead', 0, 0, 0, 0, i FROM n",
        )
        .bind(spared)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();

        let steps = count_steps(&f.store).await;
        assert_eq!(f.prune(50 * day, -day).await, 100);
        let expiry = Expiry { articles: at(50 * day), matches: at(-day) };
        assert_eq!(f.store.prune_deliveries(expiry, 10).await.unwrap(), 0);
        assert_eq!(f.store.prune_stories(at(50 * day), 10).await.unwrap(), 0);
        f.store.finish_pruning(expiry).await.unwrap();
        assert_eq!(
            f.store.story_members(at(50 * day), 100).await.unwrap(),
            [0; 0],
            "nor are they read again"
        );
        costs.push(steps.load(Ordering::Relaxed));
        assert_eq!(f.store.stories(None, 1, 100_000).await.unwrap().len(), 2 * spared as usize);
    }
    assert!(costs[0] > 1_000, "the steps are counted: {}", costs[0]);
    assert!(costs[1] <= costs[0] + costs[0] / 20, "{} steps with few, {} with many", costs[0], costs[1]);
}

#[tokio::test]
async fn an_article_that_is_carried_again_or_matched_since_it_was_looked_at_stays() {
    let f = fixture().await;
    let day = 86_400;
    f.store.commit_poll(&f.intent(100 * day)).await.unwrap();
    f.fill(f.feed.id, 3, 0, false).await;
    // What the reader found is not what the writer finds.
    let mut tx = f.store.write().await.unwrap();
    let seqs: Vec<i64> = sqlx::query_scalar("SELECT seq FROM article").fetch_all(&mut *tx).await.unwrap();
    for statement in [
        "UPDATE article SET last_seen_at = last_seen_at + 9000000000 WHERE seq = 1",
        "INSERT INTO match (id, watch, article_id, matched_at, spans) SELECT id, 'w', id, 0, '[]' FROM article WHERE seq = 2",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    let deleted =
        super::super::retention::delete_articles(&mut tx, &seqs, false, at(50 * day)).await.unwrap();
    assert_eq!((seqs.len(), deleted), (3, 1));
}
