//! What a feed asks of those who poll it, gathered while its elements go by.

use super::feed::Hints;
use super::names::Ns;

/// Gathers [`Hints`] from the elements of the feed's own level.
#[derive(Default)]
pub(super) struct HintReader {
    hints: Hints,
    period: Option<u32>,
    frequency: Option<u32>,
}

impl HintReader {
    /// Whether the text of the element (local name in lower case) is a hint.
    pub(super) fn wants(ns: Ns, local: &str) -> bool {
        match ns {
            Ns::Rss => matches!(local, "ttl" | "hour" | "day"),
            Ns::Syndication => matches!(local, "updateperiod" | "updatefrequency"),
            _ => false,
        }
    }

    /// Takes the text of an element that it [wants](Self::wants).
    pub(super) fn text(&mut self, local: &str, text: &str) {
        let text = text.trim();
        match local {
            "ttl" => self.hints.ttl_minutes = text.parse().ok(),
            "hour" => {
                // Some write 1 to 24 (RSS 0.91).
                if let Some(hour @ 0..=24) = text.parse::<u8>().ok()
                    && !self.hints.skip_hours.contains(&(hour % 24))
                {
                    self.hints.skip_hours.push(hour % 24);
                }
            }
            "day" => {
                let day = DAYS.iter().position(|day| text.to_ascii_lowercase().starts_with(day));
                if let Some(day) = day.map(|day| day as u8)
                    && !self.hints.skip_days.contains(&day)
                {
                    self.hints.skip_days.push(day);
                }
            }
            "updateperiod" => self.period = period_minutes(text),
            "updatefrequency" => self.frequency = text.parse().ok().filter(|count| *count > 0),
            _ => {}
        }
    }

    /// Takes a link of the feed itself, as `rel` and address.
    pub(super) fn link(&mut self, rel: &str, href: &str) {
        let slot = match rel {
            "hub" => &mut self.hints.hub,
            "self" => &mut self.hints.self_link,
            _ => return,
        };
        slot.get_or_insert_with(|| href.trim().to_owned());
    }

    /// What was gathered; its addresses are absolute where `base` is known.
    pub(super) fn finish(mut self, base: Option<&url::Url>) -> Hints {
        for link in [&mut self.hints.hub, &mut self.hints.self_link].into_iter().flatten() {
            *link = super::absolute(link, base);
        }
        self.hints.update_minutes = self.period.map(|period| (period / self.frequency.unwrap_or(1)).max(1));
        self.hints
    }
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn period_minutes(period: &str) -> Option<u32> {
    Some(match period.to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        "monthly" => 30 * 24 * 60,
        "yearly" => 365 * 24 * 60,
        _ => return None,
    })
}
