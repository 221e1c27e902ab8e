//! When a story is worth an alert: first, and again as the watch wants it.

use super::Placement;
use crate::model::{Match, Occasion, StoryPolicy, Telling};

/// What the alerts of a match tell; `None` when its watch wants every article. The article stands where
/// `placement` says.
///
/// An article that alerted nobody (it was there before its feed was added, or its watch named no channel)
/// leaves its story untold: the next one is the first that its reader hears of.
pub fn telling(found: &Match, policy: &StoryPolicy, placement: &Placement) -> Option<Telling> {
    if !policy.per_story {
        return None;
    }
    let reached = policy.again_at_sources.iter().take_while(|count| **count <= placement.sources);
    let mut news = vec![Occasion::First];
    news.extend(reached.map(|count| Occasion::Sources(*count)));
    let mut known = Vec::new();
    if policy.again_on_lang {
        news.extend(placement.lang.map(Occasion::Lang));
        known.extend(placement.langs.iter().copied().map(Occasion::Lang));
    }
    if policy.again_on_country {
        news.extend(placement.country.clone().map(Occasion::Country));
        known.extend(placement.countries.iter().cloned().map(Occasion::Country));
    }
    Some(Telling { matched: found.id, watch: found.watch.clone(), story: placement.story, news, known })
}
