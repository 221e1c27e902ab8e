//! Stories as they are stored: who belongs to them, and who was told of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use url::Url;

use super::*;

/// An intent whose one article was placed in the story that begins with the article `first`, with what its
/// match tells of it.
fn telling(f: &Fixture, seconds: i64, guid: &str, first: &str, news: Vec<Occasion>) -> PollIntent {
    let mut intent = f.story(seconds, guid);
    let story = StoryId::of(f.write(first, "").article.id);
    let matched = &intent.matches[0];
    intent.clustered.memberships = vec![Membership {
        article: matched.article,
        story,
        joined: if guid == first { Joined::First } else { Joined::Copy },
        at: at(seconds),
        sketch: vec![1, 2, 3],
    }];
    let known = vec![Occasion::Lang(Lang::parse("ru").unwrap())];
    intent.clustered.tellings =
        vec![Telling { matched: matched.id, watch: matched.watch.clone(), story, news, known }];
    intent
}

#[tokio::test]
async fn a_channel_is_told_once_of_a_story_even_when_polls_decided_without_each_other() {
    let f = fixture().await;
    let mut alerts = Vec::new();
    // Each was decided before any was committed: each believes that its article is the first.
    let intents: Vec<PollIntent> =
        (0..8).map(|n| telling(&f, n, &n.to_string(), "0", vec![Occasion::First])).collect();
    let commits = intents.iter().map(|intent| f.store.commit_poll(intent));
    for committed in futures::future::join_all(commits).await {
        let committed = committed.unwrap();
        assert_eq!(committed.matches.len(), 1, "all of them are recorded");
        alerts.push(committed.alerts);
    }
    assert_eq!(alerts.iter().sum::<usize>(), 1, "{alerts:?}");
    assert_eq!(f.store.pending_alerts("desk", "watch", 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_story_is_told_again_on_each_new_occasion_and_what_went_along_is_not() {
    let f = fixture().await;
    let lang = |code| Occasion::Lang(Lang::parse(code).unwrap());
    let mut told = Vec::new();
    for (n, news) in [
        vec![Occasion::First],
        vec![Occasion::First, lang("ru")],
        vec![Occasion::First, lang("ja")],
        vec![Occasion::First, lang("ja"), Occasion::Sources(3)],
        vec![Occasion::First, lang("ja"), Occasion::Sources(3)],
    ]
    .into_iter()
    .enumerate()
    {
        let intent = telling(&f, n as i64, &n.to_string(), "0", news);
        told.push(f.store.commit_poll(&intent).await.unwrap().alerts);
    }
    assert_eq!(told, [1, 0, 1, 1, 0]);
}

#[tokio::test]
async fn an_article_that_alerted_nobody_leaves_its_story_to_the_next() {
    let f = fixture().await;
    let mut baseline = telling(&f, 0, "1", "1", vec![Occasion::First]);
    baseline.alerts.clear();
    baseline.clustered.tellings.clear();
    assert_eq!(f.store.commit_poll(&baseline).await.unwrap().alerts, 0);
    let next = telling(&f, 1, "2", "1", vec![Occasion::First]);
    assert_eq!(f.store.commit_poll(&next).await.unwrap().alerts, 1);
}

#[tokio::test]
async fn an_alert_carries_its_story_as_it_stands_when_it_is_grouped() {
    let f = fixture().await;
    f.store.commit_poll(&telling(&f, 0, "1", "1", vec![Occasion::First])).await.unwrap();
    let other = Feed {
        id: FeedId::of("https://other.example/rss"),
        url: "https://other.example/rss".parse().unwrap(),
        source: Some("Other".into()),
        ..f.feed.clone()
    };
    f.store.sync_feeds(&[(&f.feed, at(0)), (&other, at(0))], at(0)).await.unwrap();
    let mut copy = telling(&f, 5, "2", "1", vec![Occasion::First]);
    copy.state.id = other.id;
    copy.state.title = Some("Not the name".into());
    copy.new[0].article.feed = other.id;
    assert_eq!(f.store.commit_poll(&copy).await.unwrap().alerts, 0);

    let pending = f.store.pending_alerts("desk", "watch", 10).await.unwrap();
    let story = pending[0].story.as_ref().unwrap();
    assert_eq!((story.articles, story.sources, story.first_seen_at), (2, 2, at(0)));
    let others: Vec<&str> = story.others.iter().map(|other| other.source.as_str()).collect();
    assert_eq!(others, ["Other"]);

    let id = StoryId::of(f.write("1", "").article.id);
    assert_eq!(f.store.story(id).await.unwrap().unwrap().sources, 2);
    let between = async |first, last| f.store.stories_between(first, last).await.unwrap();
    let [least, most] = [0, u8::MAX].map(|byte| StoryId::from_bytes(&[byte; 16]).unwrap());
    assert_eq!((between(id, id).await, between(least, most).await), (vec![id], vec![id]));
    assert_eq!(between(least, least).await, []);
    assert_eq!(f.store.stories(None, 3, 10).await.unwrap(), []);
    let joined: Vec<Joined> =
        f.store.story_articles(id, 10).await.unwrap().iter().map(|article| article.joined).collect();
    assert_eq!(joined, [Joined::First, Joined::Copy]);
    let told = f.store.told_of(id).await.unwrap();
    let occasions: Vec<&str> = told.iter().map(|told| told.occasion.as_str()).collect();
    assert_eq!(occasions, ["first", "lang:ru"]);
}

#[tokio::test]
async fn members_of_open_stories_are_read_back_in_order_and_forgotten_when_they_are_over() {
    let f = fixture().await;
    for (seconds, guid, first) in [(0, "1", "1"), (100, "2", "2"), (200, "3", "1")] {
        f.store.commit_poll(&telling(&f, seconds, guid, first, vec![Occasion::First])).await.unwrap();
    }
    let times = async |since: i64, limit: u32| {
        let seqs = f.store.story_members(at(since), limit).await.unwrap();
        let members = f.store.members(&seqs).await.unwrap();
        members.iter().map(|member| member.at).collect::<Vec<_>>()
    };
    assert_eq!(times(0, 10).await, [at(0), at(100), at(200)]);
    assert_eq!(times(150, 10).await, [at(0), at(200)], "the first story was joined later");
    assert_eq!(times(0, 2).await, [at(100), at(200)], "the last ones");
    let members = f.store.members(&f.store.story_members(at(0), 1).await.unwrap()).await.unwrap();
    assert_eq!(members[0].sketch.as_deref(), Some([1, 2, 3].as_slice()));

    assert_eq!(f.store.prune_stories(at(150), 10).await.unwrap(), 1, "the second story");
    assert_eq!(f.store.prune_stories(at(150), 10).await.unwrap(), 0);
    assert_eq!(f.store.stories(None, 1, 10).await.unwrap().len(), 2, "what has articles stays");
}

#[tokio::test]
async fn an_article_that_moves_to_another_story_takes_along_what_was_told() {
    let f = fixture().await;
    for (seconds, guid, first, alerts) in [
        (0, "1", "1", 1),
        (1, "2", "2", 1),
        // The second story was told by its only article, which turns out to belong to the third.
        (2, "3", "3", 1),
    ] {
        let intent = telling(&f, seconds, guid, first, vec![Occasion::First]);
        assert_eq!(f.store.commit_poll(&intent).await.unwrap().alerts, alerts);
    }
    f.store.commit_poll(&telling(&f, 3, "2", "4", vec![Occasion::First])).await.unwrap();
    let copy = telling(&f, 4, "5", "4", vec![Occasion::First]);
    assert_eq!(f.store.commit_poll(&copy).await.unwrap().alerts, 0);
}

/// Ends what waits on `channel` in vain; its alerts are passed on to `fallback`.
async fn lose(f: &Fixture, channel: &str, fallback: Option<&str>) -> DeliveryId {
    let pending = f.store.pending_alerts(channel, "watch", 10).await.unwrap();
    let alerts: Vec<AlertId> = pending.iter().map(|pending| pending.alert.id).collect();
    let id = f.put_in_one(channel, alerts).await;
    assert!(f.store.bury(channel, "refused", fallback, 10, at(0)).await.unwrap() > 0);
    id
}

async fn tell(f: &Fixture, guid: &str, news: Vec<Occasion>) -> usize {
    f.store.commit_poll(&telling(f, 0, guid, "1", news)).await.unwrap().alerts
}

#[tokio::test]
async fn a_story_whose_alert_did_not_arrive_is_told_by_its_next_article() {
    let f = fixture().await;
    let first = || vec![Occasion::First];
    assert_eq!(tell(&f, "1", first()).await, 1);
    assert_eq!(tell(&f, "2", first()).await, 0, "one is on its way");
    let refused = lose(&f, "desk", None).await;
    assert_eq!((tell(&f, "3", first()).await, tell(&f, "4", first()).await), (1, 0));
    let dead = Chosen::Dead { channel: None };
    assert_eq!(f.store.retry(dead, at(1)).await.unwrap(), Retried { again: 0, told_since: 1 });
    assert_eq!(f.states().await, [DeliveryState::Dropped]);
    // Who asks for this one gets it.
    assert_eq!(f.store.retry(Chosen::Ids(&[refused]), at(1)).await.unwrap().again, 1);
}

#[tokio::test]
async fn of_many_dead_letters_that_tell_one_story_the_last_is_sent_again() {
    let f = fixture().await;
    for guid in ["1", "2", "3"] {
        assert_eq!(tell(&f, guid, vec![Occasion::First]).await, 1, "{guid}");
        lose(&f, "desk", None).await;
    }
    let dead = Chosen::Dead { channel: Some("desk") };
    assert_eq!(f.store.retry(dead, at(1)).await.unwrap(), Retried { again: 1, told_since: 2 });
    assert_eq!(tell(&f, "4", vec![Occasion::First]).await, 0, "it is on its way");
    // Dropped on request, it told nobody.
    let pending =
        f.store.deliveries(&DeliveryFilter { limit: 9, ..DeliveryFilter::default() }).await.unwrap();
    let pending = pending.iter().find(|row| row.state == DeliveryState::Pending).unwrap().delivery.id;
    f.store.drop_deliveries(Chosen::Ids(&[pending]), at(2)).await.unwrap();
    assert_eq!(tell(&f, "5", vec![Occasion::First]).await, 1);
}

#[tokio::test]
async fn a_dead_letter_is_sent_again_when_what_told_its_story_since_was_dropped() {
    let f = fixture().await;
    assert_eq!(tell(&f, "1", vec![Occasion::First]).await, 1);
    lose(&f, "desk", None).await;
    assert_eq!(tell(&f, "2", vec![Occasion::First]).await, 1);
    let later = f.group(0).await.remove(0).id;
    f.store.drop_deliveries(Chosen::Ids(&[later]), at(1)).await.unwrap();
    let dead = Chosen::Dead { channel: None };
    assert_eq!(f.store.retry(dead, at(2)).await.unwrap(), Retried { again: 1, told_since: 0 });
}

#[tokio::test]
async fn a_dead_letter_is_sent_again_where_a_later_alert_told_another_occasion() {
    let f = fixture().await;
    assert_eq!(tell(&f, "1", vec![Occasion::First]).await, 1);
    f.group(0).await;
    assert_eq!(tell(&f, "2", vec![Occasion::First, Occasion::Sources(3)]).await, 1);
    lose(&f, "desk", None).await;
    assert_eq!(tell(&f, "3", vec![Occasion::First]).await, 1, "both are lost");
    assert_eq!(tell(&f, "4", vec![Occasion::First]).await, 0);
    let dead = Chosen::Dead { channel: None };
    let retried = f.store.retry(dead, at(1)).await.unwrap();
    assert_eq!(retried, Retried { again: 1, told_since: 1 }, "nobody else told that three sources have it");
}

#[tokio::test]
async fn what_another_channel_got_instead_is_told() {
    let f = fixture().await;
    let first = || vec![Occasion::First];
    let shown = async || {
        let told = f.store.told_of(StoryId::of(f.write("1", "").article.id)).await.unwrap().remove(0);
        (told.state.unwrap_or_default(), told.passed_on_to.unwrap_or_default())
    };
    assert_eq!(tell(&f, "1", first()).await, 1);
    assert_eq!(shown().await, ("waiting".to_owned(), String::new()));
    lose(&f, "desk", Some("night")).await;
    assert_eq!(shown().await, ("waiting".to_owned(), "night".to_owned()));
    assert_eq!(tell(&f, "2", first()).await, 0, "the night hears of it");
    lose(&f, "night", Some("director")).await;
    assert_eq!(tell(&f, "3", first()).await, 0, "the director does");
    lose(&f, "director", None).await;
    assert_eq!(shown().await, ("dead".to_owned(), "director".to_owned()));
    assert_eq!(tell(&f, "4", first()).await, 1);
}

#[tokio::test]
async fn an_article_that_leaves_its_story_empty_ends_it() {
    let f = fixture().await;
    f.store.commit_poll(&telling(&f, 0, "1", "1", vec![Occasion::First])).await.unwrap();
    f.store.commit_poll(&telling(&f, 1, "2", "2", vec![Occasion::First])).await.unwrap();
    f.store.commit_poll(&telling(&f, 2, "2", "1", vec![Occasion::First])).await.unwrap();
    let stories: Vec<u32> =
        f.store.stories(None, 0, 10).await.unwrap().iter().map(|story| story.articles).collect();
    assert_eq!(stories, [2]);
    assert_eq!(f.store.prune_stories(at(1_000), 10).await.unwrap(), 1, "and one is left to be closed");
}

/// So many more articles of the same feed in the only story.
async fn add_copies(f: &Fixture, copies: u32) {
    let mut tx = f.store.write().await.unwrap();
    for statement in [
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
         INSERT INTO article (id, feed_id, entry_key, title, summary, body, author, url, tags, published_at, \
         first_seen_at, last_seen_at, content_hash) \
         SELECT randomblob(16), feed.id, randomblob(32), '', '', '', '', '', '[]', 0, 0, 0, x'' FROM n, feed",
        "INSERT INTO story_article (article_id, story_id, joined, at, seen_at) \
         SELECT article.id, story.id, 'copy', 0, 0 FROM article, story WHERE article.url = '' LIMIT $1",
    ] {
        sqlx::query(statement).bind(copies).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_first_articles_of_a_story_cost_the_same_however_many_follow() {
    let mut costs = Vec::new();
    for copies in [200, 20_000] {
        let f = fixture().await;
        f.store.commit_poll(&telling(&f, 0, "1", "1", vec![Occasion::First])).await.unwrap();
        add_copies(&f, copies).await;
        let steps = count_steps(&f.store).await;
        let id = StoryId::of(f.write("1", "").article.id);
        let others = f.store.others_of([id].into()).await.unwrap();
        assert_eq!((others[&id].len(), others[&id][0].joined), (100, Joined::First));
        costs.push(steps.load(Ordering::Relaxed));
    }
    assert!(costs[0] > 1_000, "the steps are counted: {}", costs[0]);
    assert!(costs[1] <= costs[0] + costs[0] / 20, "{} steps with few, {} with many", costs[0], costs[1]);
}

#[tokio::test]
async fn a_story_in_numbers_costs_the_same_however_many_articles_its_feeds_have_in_it() {
    let mut costs = Vec::new();
    for copies in [20, 20_000] {
        let f = fixture().await;
        f.store.commit_poll(&telling(&f, 0, "1", "1", vec![Occasion::First])).await.unwrap();
        add_copies(&f, copies).await;
        let steps = count_steps(&f.store).await;
        let id = StoryId::of(f.write("1", "").article.id);
        assert_eq!(f.store.story(id).await.unwrap().unwrap().articles, copies + 1);
        costs.push(steps.load(Ordering::Relaxed));
    }
    assert!(costs[0] > 50, "the steps are counted: {}", costs[0]);
    assert!(costs[1] <= costs[0] + costs[0] / 20, "{} steps with few, {} with many", costs[0], costs[1]);
}

/// A story by its articles.
#[derive(Default)]
struct Counted {
    articles: u32,
    sources: BTreeSet<String>,
    langs: BTreeSet<String>,
    countries: BTreeSet<String>,
}

/// Each story with its articles, sources, languages and countries: as kept, and as counted.
async fn kept_and_counted(store: &Store) -> [Vec<String>; 2] {
    let mut kept: Vec<String> = store
        .stories(None, 0, 1_000)
        .await
        .unwrap()
        .into_iter()
        .map(|story| {
            let langs: Vec<String> = story.langs.iter().map(ToString::to_string).collect();
            format!("{} {} {} {langs:?} {:?}", story.id, story.articles, story.sources, story.countries)
        })
        .collect();
    type Row = (Vec<u8>, Option<String>, String, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT story_article.story_id, article.lang, coalesce(feed.source, feed.title, feed.url), feed.country \
         FROM story_article JOIN article ON article.id = story_article.article_id JOIN feed ON feed.id = article.feed_id",
    )
    .fetch_all(store.reader())
    .await
    .unwrap();
    let mut stories: BTreeMap<Vec<u8>, Counted> = BTreeMap::new();
    for (story, lang, source, country) in rows {
        let counted = stories.entry(story).or_default();
        counted.articles += 1;
        counted.sources.insert(source);
        counted.langs.extend(lang);
        counted.countries.extend(country);
    }
    let counted = stories.into_iter().map(|(story, Counted { articles, sources, langs, countries })| {
        let (langs, countries) = (Vec::from_iter(langs), Vec::from_iter(countries));
        let id = StoryId::from_bytes(&story).unwrap();
        format!("{id} {articles} {} {langs:?} {countries:?}", sources.len())
    });
    kept.sort_unstable();
    let mut counted: Vec<String> = counted.collect();
    counted.sort_unstable();
    [kept, counted]
}

#[tokio::test]
async fn what_is_kept_of_a_story_is_what_counting_gives_whatever_comes_moves_changes_and_goes() {
    const FEEDS: u64 = 4;
    let f = fixture().await;
    let mut feeds: Vec<Feed> = (0..FEEDS)
        .map(|number| {
            let url: Url = format!("https://example.org/{number}").parse().unwrap();
            // Two of them are one outlet, one has no name and no country.
            let source = (number < 3).then(|| format!("Source {}", number / 2));
            let country = (number != 3).then(|| format!("c{number}"));
            Feed { id: FeedId::of(url.as_str()), url, source, country, ..f.feed.clone() }
        })
        .collect();
    let sync = async |feeds: &[Feed]| {
        let all: Vec<(&Feed, Timestamp)> = feeds.iter().map(|feed| (feed, at(0))).collect();
        f.store.sync_feeds(&all, at(0)).await.unwrap();
    };
    sync(&feeds).await;
    let mut random = 7_u64;
    // Knuth's, of which the upper bits are random.
    let mut pick = |most: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % most
    };
    let mut known = HashSet::new();
    for step in 0..400 {
        let feed = &feeds[usize::try_from(pick(FEEDS)).unwrap()];
        let guid = pick(40).to_string();
        let mut write = f.write(&guid, "Title");
        write.article.feed = feed.id;
        write.article.id = ArticleId::of(feed.id, &write.article.key);
        write.article.lang =
            [None, Some("ru"), Some("en")][usize::try_from(pick(3)).unwrap()].and_then(Lang::parse);
        let article = write.article.id;
        let intent = match pick(10) {
            0..7 => {
                let story = StoryId::of(f.write(&pick(6).to_string(), "").article.id);
                let place =
                    Membership { article, story, joined: Joined::News, at: at(step), sketch: vec![1] };
                let (new, changed) =
                    if known.insert(article) { (vec![write], vec![]) } else { (vec![], vec![write]) };
                let clustered = Clustered { memberships: vec![place], ..Clustered::default() };
                PollIntent { new, changed, clustered, ..f.intent(step) }
            }
            7 => {
                let mut tx = f.store.write().await.unwrap();
                let seq: Option<i64> = sqlx::query_scalar("SELECT seq FROM article WHERE id = $1")
                    .bind(article.as_bytes())
                    .fetch_optional(&mut *tx)
                    .await
                    .unwrap();
                sqlx::query("UPDATE feed SET last_read_at = $1")
                    .bind(at(1_000_000).timestamp_millis())
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                let seqs: Vec<i64> = seq.into_iter().collect();
                super::super::retention::delete_articles(&mut tx, &seqs, true, at(900_000)).await.unwrap();
                tx.commit().await.unwrap();
                known.remove(&article);
                continue;
            }
            // It was edited, and nobody placed it anew.
            8 if known.contains(&article) => PollIntent { changed: vec![write], ..f.intent(step) },
            8 => continue,
            _ => {
                let renamed = usize::try_from(pick(FEEDS)).unwrap();
                feeds[renamed].source = (pick(2) == 0).then(|| format!("Source {}", pick(3)));
                sync(&feeds).await;
                f.store.prune_stories(at(step - 30), 10).await.unwrap();
                continue;
            }
        };
        f.store.commit_poll(&intent).await.unwrap();
        if step % 10 == 0 {
            let [kept, counted] = kept_and_counted(&f.store).await;
            assert_eq!(kept, counted, "after {step} steps");
        }
    }
    let [kept, counted] = kept_and_counted(&f.store).await;
    assert_eq!(kept, counted);
    assert!(kept.len() > 3 && known.len() > 30, "{kept:?}");

    let file = f.dir.path().join("copy.db");
    backup(f.dir.path(), &file, false, |_| {}).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(file, database(elsewhere.path())).unwrap();
    let restored = open(elsewhere.path(), Mode::Daemon).await.unwrap();
    assert_eq!(kept_and_counted(&restored).await, [kept, counted]);
}
