//! Quiet hours of watches and of the channels that they tell: together they must leave alerts a moment to
//! leave in.

use std::collections::{HashMap, HashSet};

use super::ChannelSettings;
use super::reader::Reader;
use super::value::Value;
use crate::diagnostic::Diagnostic;
use crate::model::{ChannelRules, Timestamp, WatchRules};
use crate::schedule::{Quiet, covered_from};

/// Knows the channels, and what was found out already: watches mostly say the same.
pub(super) struct Hours<'k> {
    channels: HashMap<&'k str, &'k ChannelRules>,
    covered: HashMap<[Quiet; 2], Option<Timestamp>>,
}

impl<'k> Hours<'k> {
    pub(super) fn of(channels: &'k [ChannelSettings]) -> Self {
        let channels = channels.iter().map(|channel| (channel.name.as_str(), &channel.rules)).collect();
        Self { channels, covered: HashMap::new() }
    }

    /// Reports at `value`, the quiet hours of a watch with these `rules`, the first of its `channels` on which
    /// its alerts would be held day and night. Fallbacks are channels of the watch too.
    pub(super) fn check<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        value: &Value<'a>,
        rules: &WatchRules,
        channels: &[String],
    ) {
        let Some(own) = rules.quiet else { return };
        for name in self.reached(channels) {
            let Some(channel) = self.channels.get(name) else { continue };
            let Some(theirs) = channel.quiet else { continue };
            if channel.breaks_quiet.is_some_and(|least| rules.priority >= least) {
                continue;
            }
            let hours = [own, theirs];
            let covered = *self.covered.entry(hours).or_insert_with(|| covered_from(&hours));
            let Some(from) = covered else { continue };
            let error = Diagnostic::error(format!(
                "these quiet hours ({}) and those of channel '{name}' ({}) together leave no moment of the day, \
                 as of {}: alerts would never leave",
                own.with_timezone(),
                theirs.with_timezone(),
                from.format("%Y-%m-%d"),
            ));
            let help = format!(
                "shorten one of them, or let the watch through with a `priority` that is `breaks_quiet` of \
                 channel '{name}'"
            );
            return value.report(reader, error.help(help));
        }
    }

    /// `channels` and what they fall back to. Configurations in which that goes round are refused elsewhere.
    fn reached(&self, channels: &[String]) -> Vec<&'k str> {
        let mut seen = HashSet::new();
        let mut reached = Vec::new();
        let known = |name: &str| self.channels.get_key_value(name).map(|(name, rules)| (*name, *rules));
        for channel in channels {
            let mut next = known(channel);
            while let Some((name, rules)) = next.filter(|(name, _)| seen.insert(*name)) {
                reached.push(name);
                next = rules.fallback.as_deref().and_then(known);
            }
        }
        reached
    }
}
