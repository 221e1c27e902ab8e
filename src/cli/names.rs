//! Names that were given on the command line and that nothing has.

use super::output::Failure;
use crate::alert::one_line;
use crate::config::nearest;

/// There is no `noun` of this `name`; `listing` is the command that shows those that there are.
pub(super) fn unknown<'n>(
    noun: &str,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
    listing: &str,
) -> Failure {
    let help = match nearest(name, known) {
        Some(nearest) => format!("did you mean '{nearest}'?"),
        None => format!("see `feedwatch {listing}`"),
    };
    Failure::Usage(format!("error: there is no {noun} '{}': {help}", one_line(name)))
}
