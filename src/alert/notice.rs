//! Notices that wait together → messages.

use super::{Message, NoticeData, Payload, shorten};
use crate::model::{Notice, NoticeId, NoticeKind, Timestamp};

/// Notices in one message at most; the others come in the next.
const MAX_NOTICES: usize = 100;

/// Characters of what stands for many subjects.
const SUBJECT_WIDTH: usize = 200;

/// Notices of one kind that travel in one delivery: at least one, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeBatch<'a>(Vec<&'a Notice>);

impl NoticeBatch<'_> {
    /// What the delivery's id is made of.
    pub fn ids(&self) -> Vec<NoticeId> {
        self.0.iter().map(|notice| notice.id).collect()
    }

    /// The message that tells of them, written at `timestamp`.
    pub fn payload(&self, timestamp: Timestamp) -> Payload {
        Payload { timestamp, message: Message::Notice(self.data()) }
    }

    fn data(&self) -> NoticeData {
        let first = self.0[0];
        let (subject, title, text) = if let [notice] = self.0.as_slice() {
            (notice.subject.clone(), notice.title.clone(), notice.text.clone())
        } else {
            let subjects: Vec<&str> = self.0.iter().map(|notice| notice.subject.as_str()).collect();
            let told = self.0.iter().map(|notice| format!("{}\n{}", notice.title, notice.text));
            (
                shorten(&subjects.join(", "), SUBJECT_WIDTH),
                format!("{} (and {} more)", first.title, self.0.len() - 1),
                told.collect::<Vec<_>>().join("\n\n"),
            )
        };
        NoticeData { notice: first.kind, subject, title, text }
    }
}

/// Notices of one channel, of one kind each; a hundred feeds that fail at once are one message.
pub fn group_notices(notices: &[Notice]) -> Vec<NoticeBatch<'_>> {
    let of_kind =
        |kind: NoticeKind| -> Vec<&Notice> { notices.iter().filter(|notice| notice.kind == kind).collect() };
    NoticeKind::NAMES
        .iter()
        .flat_map(|(kind, _)| {
            let batches: Vec<_> = of_kind(*kind).chunks(MAX_NOTICES).map(<[_]>::to_vec).collect();
            batches
        })
        .map(NoticeBatch)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture::now;
    use crate::model::Incident;

    fn notices(kind: NoticeKind, count: usize) -> Vec<Notice> {
        let told = |number: usize| {
            let incident = Incident {
                kind,
                subject: format!("https://example.org/{number}"),
                occasion: "1".to_owned(),
                title: format!("Feed {number} fails"),
                text: "It answered 500.".to_owned(),
            };
            incident.tell(&["desk".to_owned()], now()).next()
        };
        (0..count).filter_map(told).collect()
    }

    #[test]
    fn one_notice_is_told_as_it_is_and_many_in_one_message() {
        let data = |count| {
            let notices = notices(NoticeKind::FeedFailing, count);
            group_notices(&notices)[0].data()
        };
        assert_eq!((data(1).title.as_str(), data(1).text.as_str()), ("Feed 0 fails", "It answered 500."));
        assert_eq!(data(3).title, "Feed 0 fails (and 2 more)");
        assert_eq!(data(2).text, "Feed 0 fails\nIt answered 500.\n\nFeed 1 fails\nIt answered 500.");
        assert!(data(50).subject.chars().count() <= SUBJECT_WIDTH);
    }

    #[test]
    fn kinds_are_told_apart_and_floods_cut() {
        let mut all = notices(NoticeKind::FeedFailing, 120);
        all.extend(notices(NoticeKind::FeedRecovered, 1));
        let sizes: Vec<usize> = group_notices(&all).iter().map(|batch| batch.ids().len()).collect();
        assert_eq!(sizes, [100, 20, 1]);
        assert_eq!(group_notices(&[]), []);
    }

    #[test]
    fn the_same_occasion_is_the_same_notice() {
        let incident = Incident {
            kind: NoticeKind::Outage,
            subject: "feeds".to_owned(),
            occasion: "1".to_owned(),
            title: "down".to_owned(),
            text: String::new(),
        };
        let id = |incident: &Incident, channel: &str| NoticeId::of(incident, channel);
        let reworded = Incident { title: "all down".to_owned(), ..incident.clone() };
        let again = Incident { occasion: "2".to_owned(), ..incident.clone() };
        assert_eq!(id(&incident, "desk"), id(&reworded, "desk"));
        assert_ne!(id(&incident, "desk"), id(&again, "desk"));
        assert_ne!(id(&incident, "desk"), id(&incident, "night"));
    }
}
