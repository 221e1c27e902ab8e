//! Messages for tests.

use super::Attempt;
use crate::alert::fixture::{self, now, pending};
use crate::alert::{Message, Payload};
use crate::model::{AlertId, DeliveryId, Field};

/// One article of the watch `asean-cyber` under `title`, with a match in its summary.
pub(super) fn payload(title: &str) -> Payload {
    let mut alert = pending("desk", "asean-cyber", "1");
    alert.article.title = title.to_owned();
    alert.matched.spans.retain(|span| span.field != Field::Title);
    fixture::payload(&[alert])
}

/// The first attempt to deliver `payload`.
pub(super) fn attempt(payload: &Payload) -> Attempt<'_> {
    let id = DeliveryId::of("install", "desk", &[alert_id(payload)]);
    Attempt { id, number: 1, sequence: 7, timestamp: now(), payload }
}

fn alert_id(payload: &Payload) -> AlertId {
    match &payload.message {
        Message::Match(data) | Message::Test(data) => data.alert_id,
        Message::Digest(data) => data.alert_id,
        Message::Notice(_) => pending("desk", "notice", "1").alert.id,
    }
}
