//! What is told of a channel that did not take something.

use super::{Death, one_line};
use crate::model::{Incident, NoticeKind, Timestamp};

/// A delivery of `channel` ended without arriving, for `reason`. `fallback` gets what it carried;
/// `succeeded_at` is when the channel last took something: until it does so again, it is told once.
pub fn undelivered(
    channel: &str,
    because: Death,
    reason: &str,
    fallback: Option<&str>,
    succeeded_at: Option<Timestamp>,
) -> Incident {
    let title = match because {
        Death::Rejected => format!("channel '{channel}' refused an alert"),
        Death::Exhausted => format!("channel '{channel}' does not answer: alerts were given up on"),
        Death::Disabled => format!("channel '{channel}' is gone for good: it gets nothing more"),
    };
    let then = match fallback {
        Some(fallback) => format!("Channel '{fallback}' gets what it did not take."),
        None => "What it did not take stands in the dead letters: `feedwatch alerts list --state dead`."
            .to_owned(),
    };
    incident(channel, title, reason, &then, succeeded_at)
}

/// What waited for `channel` too long goes to `fallback`: all of it when the channel `is_failing`, else what it
/// did not take while it took others. `reason` is why the last attempt failed; the rest is as in
/// [`undelivered`], of which it is another occasion for the same incident.
pub fn passed_on(
    channel: &str,
    is_failing: bool,
    reason: &str,
    fallback: &str,
    succeeded_at: Option<Timestamp>,
) -> Incident {
    let (title, then) = if is_failing {
        (
            format!("channel '{channel}' does not answer: its alerts go to channel '{fallback}'"),
            format!(
                "Channel '{fallback}' gets what it did not take in time, until it takes something again."
            ),
        )
    } else {
        (
            format!("what channel '{channel}' did not take in time goes to channel '{fallback}'"),
            "It takes other messages.".to_owned(),
        )
    };
    incident(channel, title, reason, &then, succeeded_at)
}

fn incident(
    channel: &str,
    title: String,
    reason: &str,
    then: &str,
    succeeded_at: Option<Timestamp>,
) -> Incident {
    let way_out =
        format!("Once it is mended, `feedwatch alerts retry --dead --channel {channel}` sends it again.");
    Incident {
        kind: NoticeKind::ChannelDead,
        subject: channel.to_owned(),
        occasion: succeeded_at.map_or_else(|| "never".to_owned(), |at| at.timestamp_millis().to_string()),
        title,
        text: format!("{}\n\n{then} {way_out}", one_line(reason)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture::now;

    #[test]
    fn it_names_the_channel_the_reason_and_the_way_out() {
        let told = undelivered("desk", Death::Disabled, "410 Gone\r\n", Some("night"), None);
        assert_eq!(told.title, "channel 'desk' is gone for good: it gets nothing more");
        assert_eq!(
            told.text,
            "410 Gone\n\nChannel 'night' gets what it did not take. Once it is mended, \
             `feedwatch alerts retry --dead --channel desk` sends it again."
        );
    }

    #[test]
    fn only_a_channel_that_takes_nothing_is_said_not_to_answer() {
        for (is_failing, title, then) in [
            (true, "channel 'desk' does not answer: its alerts go to channel 'night'", "until it takes"),
            (
                false,
                "what channel 'desk' did not take in time goes to channel 'night'",
                "takes other messages",
            ),
        ] {
            let told = passed_on("desk", is_failing, "503", "night", Some(now()));
            assert_eq!(told.title, title);
            assert!(told.text.starts_with("503\n\n") && told.text.contains(then), "{}", told.text);
        }
    }

    #[test]
    fn it_is_one_occasion_until_the_channel_takes_something() {
        let occasion =
            |because, reason, succeeded| undelivered("desk", because, reason, None, succeeded).occasion;
        let first = occasion(Death::Rejected, "400", None);
        assert_eq!(first, occasion(Death::Exhausted, "500", None));
        assert_eq!(first, passed_on("desk", true, "500", "night", None).occasion);
        assert_ne!(first, occasion(Death::Rejected, "400", Some(now())));
    }
}
