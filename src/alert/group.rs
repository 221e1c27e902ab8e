//! Groups pending alerts into deliveries.

use super::StoryView;
use crate::model::{Alert, AlertId, Article, Match};

/// Articles in one delivery at most, so that a flood stays a message that servers accept.
const MAX_ARTICLES: usize = 500;

/// An alert that is in no delivery yet, with all that its message needs.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingAlert {
    /// The intent.
    pub alert: Alert,
    /// What matched, and why.
    pub matched: Match,
    /// The article as stored.
    pub article: Article,
    /// The outlet's name.
    pub source: String,
    /// The feed's URL as configured.
    pub feed_url: String,
    /// The story that the article tells, as it stands now; `None` when it is of none.
    pub story: Option<StoryView>,
}

/// Alerts that travel in one delivery, of one channel and one watch: at least one, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch<'a> {
    first: &'a PendingAlert,
    alerts: Vec<&'a PendingAlert>,
}

impl<'a> Batch<'a> {
    /// The oldest alert, whose channel and watch are those of all.
    pub fn first(&self) -> &'a PendingAlert {
        self.first
    }

    /// All alerts, oldest first.
    pub fn alerts(&self) -> &[&'a PendingAlert] {
        &self.alerts
    }

    /// What the delivery's id is made of.
    pub fn alert_ids(&self) -> Vec<AlertId> {
        self.alerts.iter().map(|pending| pending.alert.id).collect()
    }
}

/// Groups `alerts` by channel and watch, whatever their order. A flood of matches is thus one
/// delivery that holds many, not many deliveries.
pub fn group(alerts: &[PendingAlert]) -> Vec<Batch<'_>> {
    let mut sorted: Vec<&PendingAlert> = alerts.iter().collect();
    sorted.sort_by_key(|pending| (destination(pending), pending.alert.created_at, pending.alert.id));
    sorted
        .chunk_by(|a, b| destination(a) == destination(b))
        .flat_map(|together| together.chunks(MAX_ARTICLES))
        .filter_map(|alerts| Some(Batch { first: alerts.first()?, alerts: alerts.to_vec() }))
        .collect()
}

fn destination(pending: &PendingAlert) -> (&str, &str) {
    (&pending.alert.channel, &pending.matched.watch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture;

    /// Alerts given as channel and watch → batches as channel, watch and size.
    fn check(alerts: &[(&str, &str)], expected: &[(&str, &str, usize)]) {
        let alerts: Vec<PendingAlert> = alerts
            .iter()
            .enumerate()
            .map(|(index, (channel, watch))| fixture::pending(channel, watch, &index.to_string()))
            .collect();
        let batches = group(&alerts);
        let found: Vec<_> = batches
            .iter()
            .map(|batch| {
                let (channel, watch) = destination(batch.first());
                (channel, watch, batch.alerts().len())
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn alerts_of_one_channel_and_watch_travel_together() {
        check(&[], &[]);
        check(
            &[("desk", "a"), ("mail", "a"), ("desk", "b"), ("desk", "a")],
            &[("desk", "a", 2), ("desk", "b", 1), ("mail", "a", 1)],
        );
    }

    #[test]
    fn a_flood_is_a_few_deliveries_of_bounded_size() {
        check(&[("desk", "a"); 1100], &[("desk", "a", 500), ("desk", "a", 500), ("desk", "a", 100)]);
    }

    #[test]
    fn the_order_of_the_alerts_does_not_matter() {
        let mut alerts = ["1", "2", "3"].map(|key| fixture::pending("desk", "a", key));
        let ids = group(&alerts)[0].alert_ids();
        alerts.reverse();
        assert_eq!(group(&alerts)[0].alert_ids(), ids);
    }
}
