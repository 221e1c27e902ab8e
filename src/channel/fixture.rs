//! Messages for tests.

use super::Message;
use crate::alert::Payload;
use crate::alert::fixture::{self, now, pending};
use crate::model::{DeliveryId, Field};

/// One article of the watch `asean-cyber` under `title`, with a match in its summary.
pub(super) fn payload(title: &str) -> Payload {
    let mut alert = pending("desk", "asean-cyber", "1");
    alert.article.title = title.to_owned();
    alert.matched.spans.retain(|span| span.field != Field::Title);
    fixture::payload(&[alert])
}

/// The first attempt to deliver `payload`.
pub(super) fn message(payload: &Payload) -> Message<'_> {
    let id = DeliveryId::of("install", "desk", &[payload.data.alert_id]);
    Message { id, attempt: 1, timestamp: now(), payload }
}
