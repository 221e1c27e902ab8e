//! What waits for channels: in what order it goes, what it costs the others, and where it ends.

use std::sync::atomic::Ordering;

use super::*;

impl Fixture {
    /// `count` alerts that wait and as many deliveries that are due on the channel `dead`.
    async fn flood(&self, count: u32) {
        self.store.commit_poll(&self.story(0, "flood")).await.unwrap();
        let mut tx = self.store.write().await.unwrap();
        for statement in [
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO alert (id, match_id, watch, channel, created_at) \
             SELECT randomblob(16), (SELECT id FROM match LIMIT 1), 'watch', 'dead', i FROM n",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO delivery (id, channel, payload, state, created_at, next_attempt_at, claims, attempts) \
             SELECT randomblob(16), 'dead', '{}', 'pending', 0, 0, 0, 0 FROM n",
        ] {
            sqlx::query(statement).bind(count).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// One alert on the channel `desk`, from the question what waits to the record of its arrival.
    async fn deliver_one(&self) {
        self.store.recover_in_flight(Some("desk"), at(0)).await.unwrap();
        self.store.channel_state("desk").await.unwrap();
        assert_eq!(self.store.waiting("desk").await.unwrap().len(), 1);
        self.store.waiting_notices("desk", 1).await.unwrap();
        self.group(0).await;
        let delivery = self.store.claim("desk", at(0)).await.unwrap().unwrap();
        self.end(delivery.id, 1, &delivered()).await.unwrap();
        assert_eq!(self.store.claim("desk", at(1)).await.unwrap(), None);
        self.store.next_attempt("desk").await.unwrap();
    }

    /// A round on the channel `dead`, in which an attempt fails and a page is given up on.
    async fn look_after_the_dead(&self) {
        self.store.channels_with_work().await.unwrap();
        self.store.waiting("dead").await.unwrap();
        self.store.next_attempt("dead").await.unwrap();
        self.store.longest_waiting("dead", true).await.unwrap();
        let delivery = self.store.claim("dead", at(0)).await.unwrap().unwrap();
        let next = &Next::At { at: at(300), reason: "busy".into() };
        let (channel, state) = ("dead", &ChannelState::default());
        let ended =
            Ended { delivery: delivery.id, channel, at: at(0), next, state, notices: &[], fallback: None };
        self.store.record_attempt(&ended).await.unwrap();
        assert_eq!(self.store.pass_on_overdue(&overdue("dead", 0, true), 10).await.unwrap(), 10);
        assert_eq!(self.store.bury("dead", "gone", None, 10, at(0)).await.unwrap(), 10);
    }
}

/// What waits for `channel` since then goes to `night`.
fn overdue(channel: &str, since: i64, is_failing: bool) -> Overdue<'_> {
    Overdue {
        channel,
        is_failing,
        since: at(since),
        fallback: "night",
        reason: "passed on",
        notices: &[],
        at: at(1_000),
    }
}

#[tokio::test]
async fn what_is_queued_for_a_dead_channel_costs_no_other_and_no_round_of_its_own() {
    let mut costs = Vec::new();
    for queued in [20, 20_000] {
        let f = fixture().await;
        f.flood(queued).await;
        let steps = count_steps(&f.store).await;
        f.deliver_one().await;
        let desk = steps.swap(0, Ordering::Relaxed);
        f.look_after_the_dead().await;
        costs.push((desk, steps.swap(0, Ordering::Relaxed)));
    }
    let [(desk_few, dead_few), (desk_many, dead_many)] = costs[..] else { panic!("two runs") };
    assert!(desk_few > 100, "the steps are counted: {desk_few}");
    assert!(desk_many <= desk_few + desk_few / 10, "{desk_few} steps with few, {desk_many} with many");
    // It finds out whether one of those that wait belongs to a storm by looking at each, in the index alone.
    assert!(dead_many <= dead_few + 8 * 20_000, "{dead_few} steps with few, {dead_many} with many");
}

#[tokio::test]
async fn what_was_delivered_costs_nothing_when_times_are_looked_through() {
    let mut costs = Vec::new();
    for delivered in [20, 20_000] {
        let f = fixture().await;
        f.flood(1).await;
        let mut tx = f.store.write().await.unwrap();
        for statement in [
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO delivery (id, channel, payload, state, created_at, next_attempt_at, claims, attempts) \
             SELECT randomblob(16), 'dead', '{}', 'delivered', 0, 0, 1, 1 FROM n",
            "INSERT INTO attempt (delivery_id, number, ended_at, outcome, detail) \
             SELECT id, 1, 0, 'delivered', '' FROM delivery WHERE seq <= $1 + 1",
            "INSERT INTO channel (name, deliveries, bucket_full_at, failures, resume_at) \
             VALUES ('dead', $1, 1700000090000, 1, 1700000090000)",
        ] {
            sqlx::query(statement).bind(delivered).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let steps = count_steps(&f.store).await;
        f.store.pull_in(at(90_000), at(5)).await.unwrap();
        costs.push(steps.load(Ordering::Relaxed));
        assert_eq!(f.store.channel_state("dead").await.unwrap().resume_at, at(90), "it is right");
    }
    assert!(costs[0] > 100 && costs[1] <= costs[0] + costs[0] / 10, "{costs:?} steps");
}

#[tokio::test]
async fn a_channel_that_a_clock_ahead_left_alone_is_tried_when_the_clock_is_right() {
    for (failed_at, succeeded_at, expected) in
        [(Some(50), None, 5), (None, Some(50), 5), (Some(0), Some(0), 90)]
    {
        let f = fixture().await;
        f.store.commit_poll(&f.story(0, "1")).await.unwrap();
        f.group(0).await;
        let claimed = f.store.claim("desk", at(0)).await.unwrap().unwrap();
        let state = ChannelState {
            failures: 1,
            failing_since: failed_at.map(at),
            failed_at: failed_at.map(at),
            succeeded_at: succeeded_at.map(at),
            resume_at: at(90),
            bucket_full_at: at(0),
        };
        let next = Next::At { at: at(300), reason: "busy".into() };
        let ended = Ended {
            delivery: claimed.id,
            channel: "desk",
            at: at(0),
            next: &next,
            state: &state,
            notices: &[],
            fallback: None,
        };
        f.store.record_attempt(&ended).await.unwrap();
        assert_eq!(f.store.channel_state("desk").await.unwrap(), state, "it is read back as it was");
        f.store.pull_in(at(90_000), at(5)).await.unwrap();
        let found = f.store.channel_state("desk").await.unwrap();
        assert_eq!(found.resume_at, at(expected), "{state:?}");
        assert!(
            [found.failing_since, found.failed_at, found.succeeded_at]
                .into_iter()
                .flatten()
                .all(|t| t <= at(5))
        );
    }
}

#[tokio::test]
async fn the_most_urgent_goes_first_and_then_what_is_due_longest() {
    let f = fixture().await;
    let mut expected = Vec::new();
    for (number, (priority, due)) in [
        (Priority::Low, 0),
        (Priority::Normal, 5),
        (Priority::Normal, 3),
        (Priority::High, 9),
        (Priority::High, 100),
    ]
    .into_iter()
    .enumerate()
    {
        let guid = number.to_string();
        f.store.commit_poll(&f.story(0, &guid)).await.unwrap();
        let pending = f.store.pending_alerts("desk", "watch", 10).await.unwrap();
        let alerts = vec![pending[0].alert.id];
        let id = DeliveryId::of(f.store.install(), "desk", &alerts);
        let carries = Carried::Alerts(alerts);
        let delivery = NewDelivery {
            id,
            payload: "{}".into(),
            carries,
            priority,
            next_attempt_at: at(due),
            waits_since: at(0),
        };
        f.store.commit_deliveries("desk", &[delivery], at(0), at(0)).await.unwrap();
        expected.push(id);
    }
    assert_eq!(f.store.next_attempt("desk").await.unwrap(), Some(at(0)));
    for (place, number) in [(3, 4), (2, 3), (1, 2), (0, 1)] {
        let claimed = f.store.claim("desk", at(10)).await.unwrap().unwrap();
        assert_eq!((claimed.id, claimed.number), (expected[place], number));
        f.end(claimed.id, 10, &delivered()).await.unwrap();
    }
    assert_eq!(f.store.claim("desk", at(10)).await.unwrap(), None);
    assert_eq!(f.store.next_attempt("desk").await.unwrap(), Some(at(100)));
}

#[tokio::test]
async fn what_waits_is_known_by_watch_and_when_it_was_last_grouped() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(10, "1")).await.unwrap();
    f.store.commit_poll(&f.story(20, "2")).await.unwrap();
    let waiting = |oldest: i64, grouped: Option<i64>| {
        vec![crate::alert::Waiting {
            watch: "watch".into(),
            oldest: at(oldest),
            grouped_at: grouped.map(at),
            storm: None,
        }]
    };
    assert_eq!(f.store.waiting("desk").await.unwrap(), waiting(10, None));
    assert_eq!(f.store.waiting("other").await.unwrap(), []);
    assert_eq!(f.store.oldest_waiting("desk").await.unwrap(), Some(at(10)));
    assert_eq!(f.store.oldest_waiting("other").await.unwrap(), None);
    f.group(30).await;
    assert_eq!(f.store.waiting("desk").await.unwrap(), []);
    let mut storm = f.story(40, "3");
    storm.alerts[0].storm = Some("many".into());
    f.store.commit_poll(&storm).await.unwrap();
    let mut expected = waiting(40, Some(30));
    expected[0].storm = Some("many".into());
    assert_eq!(f.store.waiting("desk").await.unwrap(), expected);
    // A clock that was ahead holds nothing up.
    f.store.pull_in(at(90_000), at(5)).await.unwrap();
    let mut expected = waiting(5, Some(5));
    expected[0].storm = Some("many".into());
    assert_eq!(f.store.waiting("desk").await.unwrap(), expected);
}

#[tokio::test]
async fn what_a_channel_does_not_take_is_passed_on_once() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let notice = |channel: &str| {
        let incident = Incident {
            kind: NoticeKind::ChannelDead,
            subject: "desk".into(),
            occasion: "1".into(),
            title: "gone".into(),
            text: String::new(),
        };
        incident.tell(&[channel.to_owned()], at(1)).next().unwrap()
    };
    let id = f.group(0).await[0].id;
    let dead = Next::Dead { reason: "gone".into(), because: Death::Rejected };
    let state = ChannelState::default();
    for _ in 0..2 {
        // Once more on request, in vain.
        f.store.claim("desk", at(0)).await.unwrap().unwrap();
        let ended = Ended {
            delivery: id,
            channel: "desk",
            at: at(1),
            next: &dead,
            state: &state,
            notices: &[notice("night")],
            fallback: Some("night"),
        };
        f.store.record_attempt(&ended).await.unwrap();
        assert_eq!(f.store.pending_alerts("night", "watch", 10).await.unwrap().len(), 1);
        assert_eq!(f.store.waiting_notices("night", 10).await.unwrap(), [notice("night")]);
        f.store.retry(Chosen::Dead { channel: Some("desk") }, at(0)).await.unwrap();
    }
    assert_eq!(f.store.attempts(id).await.unwrap().len(), 2);
    assert_eq!(f.store.retry(Chosen::Dead { channel: Some("night") }, at(0)).await.unwrap().again, 0);
    assert_eq!(f.store.record_notices(&[notice("night")]).await.unwrap(), 0, "it is recorded already");
}

#[tokio::test]
async fn one_step_of_giving_up_takes_few_alerts_however_many_a_delivery_carries() {
    for (limit, expected) in [(1, [1, 1, 1, 0]), (3, [1, 1, 1, 0]), (4, [2, 1, 0, 0]), (100, [3, 0, 0, 0])] {
        for is_passed_on in [true, false] {
            let f = fixture().await;
            for delivery in 0..3 {
                for article in 0..3 {
                    f.store.commit_poll(&f.story(0, &format!("{delivery}/{article}"))).await.unwrap();
                }
                let pending = f.store.pending_alerts("desk", "watch", 10).await.unwrap();
                let alerts: Vec<AlertId> = pending.iter().map(|pending| pending.alert.id).collect();
                f.put_in_one("desk", alerts).await;
            }
            let mut steps = [0; 4];
            for step in &mut steps {
                *step = match is_passed_on {
                    true => f.store.pass_on_overdue(&overdue("desk", 0, true), limit).await.unwrap(),
                    false => f.store.bury("desk", "gone", Some("night"), limit, at(0)).await.unwrap(),
                };
            }
            assert_eq!(steps, expected, "{limit} {is_passed_on}");
            assert_eq!(f.store.pending_alerts("night", "watch", 100).await.unwrap().len(), 9);
        }
    }
}

#[tokio::test]
async fn a_watch_begins_when_it_first_asks_what_it_asks() {
    let f = fixture().await;
    let (a, b) = (watch("a"), watch("b"));
    let since = async || {
        let mut since: Vec<_> = f.store.watch_baselines().await.unwrap().into_iter().collect();
        since.sort_unstable();
        since
    };
    f.store.sync_watches(&[(&a, [1; 32]), (&b, [1; 32])], at(0)).await.unwrap();
    f.store.sync_watches(&[(&a, [1; 32]), (&b, [2; 32])], at(10)).await.unwrap();
    assert_eq!(since().await, [("a".to_owned(), at(0)), ("b".to_owned(), at(10))]);
    f.store.sync_watches(&[(&a, [1; 32])], at(20)).await.unwrap();
    f.store.sync_watches(&[(&a, [1; 32]), (&b, [2; 32])], at(30)).await.unwrap();
    assert_eq!(since().await, [("a".to_owned(), at(0)), ("b".to_owned(), at(30))]);
}

#[tokio::test]
async fn what_waits_of_a_watch_that_is_renamed_waits_on_under_its_new_name() {
    let f = fixture().await;
    f.store.sync_watches(&[(&watch("watch"), [1; 32])], at(0)).await.unwrap();
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    f.group(5).await;
    f.store.commit_poll(&f.story(10, "2")).await.unwrap();
    let waiting = async || {
        let waiting = f.store.waiting("desk").await.unwrap();
        waiting.into_iter().map(|waiting| (waiting.watch, waiting.grouped_at)).collect::<Vec<_>>()
    };
    // Another one of the same words is no new name while the first is there.
    f.store.sync_watches(&[(&watch("watch"), [1; 32]), (&watch("copy"), [1; 32])], at(20)).await.unwrap();
    assert_eq!(waiting().await, [("watch".to_owned(), Some(at(5)))]);
    f.store.sync_watches(&[(&watch("copy"), [1; 32]), (&watch("new"), [1; 32])], at(30)).await.unwrap();
    assert_eq!(waiting().await, [("new".to_owned(), Some(at(5)))]);
    let pending = f.store.pending_alerts("desk", "new", 10).await.unwrap();
    assert_eq!((pending.len(), pending[0].matched.watch.as_str()), (1, "new"), "and is told under it");
    // One that asks something else is another watch.
    f.store.sync_watches(&[(&watch("other"), [2; 32])], at(40)).await.unwrap();
    assert_eq!(waiting().await, [("new".to_owned(), Some(at(5)))]);
}

#[tokio::test]
async fn a_renamed_watch_goes_on_and_tells_of_no_edit_what_it_told() {
    let f = fixture().await;
    let told = f.story(10, "1");
    f.store.sync_watches(&[(&watch("watch"), [1; 32])], at(0)).await.unwrap();
    f.store.commit_poll(&told).await.unwrap();
    f.store.sync_watches(&[(&watch("new"), [1; 32])], at(20)).await.unwrap();
    assert_eq!(f.store.watch_baselines().await.unwrap(), [("new".to_owned(), at(0))].into());

    let edited = Match {
        id: MatchId::of("new", told.new[0].article.id),
        watch: "new".into(),
        spans: vec![Span { field: Field::Body, start: 0, end: 6, text: "Первый".into() }],
        ..told.matches[0].clone()
    };
    let edit = PollIntent {
        changed: vec![f.write("1", "Another story")],
        alerts: vec![alert(&edited, 30)],
        matches: vec![edited.clone()],
        ..f.intent(30)
    };
    let committed = f.store.commit_poll(&edit).await.unwrap();
    assert_eq!((committed.matches, committed.alerts), (vec![], 0));
    let kept = f.store.matches(&MatchFilter::default()).await.unwrap();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!((kept[0].matched.watch.as_str(), &kept[0].matched.spans), ("new", &edited.spans));
}

#[tokio::test]
async fn what_is_in_a_delivery_is_put_in_no_other() {
    let f = fixture().await;
    for (seconds, guid) in [(0, "1"), (10, "2")] {
        f.store.commit_poll(&f.story(seconds, guid)).await.unwrap();
    }
    let pending = f.store.pending_alerts("desk", "watch", 10).await.unwrap();
    let ids: Vec<AlertId> = pending.iter().map(|pending| pending.alert.id).collect();
    let delivery = |alerts: &[AlertId]| NewDelivery {
        id: DeliveryId::of(f.store.install(), "desk", alerts),
        payload: "{}".into(),
        carries: Carried::Alerts(alerts.to_vec()),
        priority: Priority::Normal,
        next_attempt_at: at(20),
        waits_since: at(20),
    };
    let commit = async |alerts| f.store.commit_deliveries("desk", &[delivery(alerts)], at(0), at(20)).await;
    // Two read what waits; one is slower, and knows of one more.
    assert_eq!(commit(&ids[..1]).await.unwrap(), 1);
    assert_eq!(commit(&ids[..1]).await.unwrap(), 0);
    assert_eq!(commit(&ids).await.unwrap(), 0);
    assert_eq!(f.states().await, [DeliveryState::Pending]);
    let left = f.store.pending_alerts("desk", "watch", 10).await.unwrap();
    assert_eq!(left.iter().map(|left| left.alert.id).collect::<Vec<_>>(), ids[1..]);
    assert_eq!(f.store.claim("desk", at(20)).await.unwrap().map(|claimed| claimed.number), Some(1));
}

#[tokio::test]
async fn all_attempts_are_counted_though_a_retry_begins_anew() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let id = f.group(0).await[0].id;
    let dead = Next::Dead { reason: "gone".into(), because: Death::Rejected };
    for (number, since_retry, in_all) in [(1, 0, 0), (2, 0, 1), (3, 0, 2)] {
        let claimed = f.store.claim("desk", at(number)).await.unwrap().unwrap();
        assert_eq!((claimed.attempts, claimed.attempts_in_all), (since_retry, in_all));
        f.end(id, number, &dead).await.unwrap();
        let row = f.store.delivery(id).await.unwrap().unwrap().delivery;
        assert_eq!((row.attempts, row.attempts_in_all), (1, in_all + 1));
        f.store.retry(Chosen::Ids(&[id]), at(number)).await.unwrap();
    }
}

#[tokio::test]
async fn what_waits_too_long_for_a_channel_goes_to_its_fallback_once() {
    let f = fixture().await;
    let overdue = |since, is_failing| overdue("desk", since, is_failing);
    let longest = async |is_failing| f.store.longest_waiting("desk", is_failing).await.unwrap();
    for (seconds, guid) in [(0, "1"), (100, "2")] {
        f.store.commit_poll(&f.story(seconds, guid)).await.unwrap();
        f.group(seconds).await;
    }
    let first = f.store.claim("desk", at(0)).await.unwrap().unwrap();
    assert_eq!(longest(true).await, Some((at(100), None)), "what is on its way does not wait");
    assert_eq!(f.store.pass_on_overdue(&overdue(50, true), 10).await.unwrap(), 0);
    f.end(first.id, 1, &Next::At { at: at(300), reason: "busy".into() }).await.unwrap();
    // The second was not tried: alone it is no sign that the channel fails.
    assert_eq!(longest(false).await, Some((at(0), Some("busy".to_owned()))));
    assert_eq!(f.store.pass_on_overdue(&overdue(200, false), 10).await.unwrap(), 1);
    assert_eq!(longest(false).await, None);
    let row = f.store.delivery(first.id).await.unwrap().unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (DeliveryState::Dead, Some("passed on: busy")));
    assert_eq!(f.store.pass_on_overdue(&overdue(200, true), 1).await.unwrap(), 1);
    assert_eq!(f.store.pass_on_overdue(&overdue(200, true), 1).await.unwrap(), 0);
    assert_eq!(f.store.pending_alerts("night", "watch", 10).await.unwrap().len(), 2);
    // Who asks for a retry waits anew, and nothing is told twice.
    assert_eq!(f.store.retry(Chosen::Dead { channel: None }, at(2_000)).await.unwrap().again, 2);
    assert_eq!(longest(true).await.map(|(since, _)| since), Some(at(2_000)));
    assert_eq!(f.store.pass_on_overdue(&overdue(3_000, true), 10).await.unwrap(), 2);
    assert_eq!(f.store.pending_alerts("night", "watch", 10).await.unwrap().len(), 2);
}
