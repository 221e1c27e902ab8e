//! The moments at which a crash test may stop the process, as a power cut would.
//!
//! `FAILPOINT=claimed:3` in the environment of a debug build makes the process kill itself the third time
//! that it passes [`Failpoint::Claimed`]. There is nothing of it in a build without debug assertions: the
//! functions below are empty there and the variable is never read. It goes by `debug_assertions` and not by
//! a feature of the package, since features are united over a build and could find their way into a release.
//!
//! Pure modules have no moments: they do nothing that could be interrupted.

use std::future::Future;

macro_rules! failpoints {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)*) => {
        /// See the module's documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Failpoint {
            $($(#[$doc])* $point,)*
        }

        impl Failpoint {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$point),*];

            /// Its name in the environment.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$point => $name,)*
                }
            }
        }
    };
}

failpoints! {
    /// A feed has answered; nothing is stored.
    Fetched = "fetched",
    /// Inside T1: the articles are written, their matches are not.
    PollStoring = "poll-storing",
    /// T1 is complete and not committed.
    PollBeforeCommit = "poll-before-commit",
    /// T1 is committed; the channels were not woken.
    PollCommitted = "poll-committed",
    /// T2 is complete and not committed.
    GroupBeforeCommit = "group-before-commit",
    /// T2 is committed.
    GroupCommitted = "group-committed",
    /// T3 is committed; nothing was sent.
    Claimed = "claimed",
    /// An attempt is on its way to the channel.
    InFlight = "in-flight",
    /// The attempt has ended; the outcome is not recorded.
    Sent = "sent",
    /// T4 is committed: delivered.
    SuccessRecorded = "success-recorded",
    /// T4 is committed: to be tried again, or dead.
    FailureRecorded = "failure-recorded",
    /// What a channel does not take is given to its fallback, not committed.
    PassingOn = "passing-on",
    /// That is committed; the fallback was not woken.
    PassedOn = "passed-on",
    /// Dead letters are made pending again, not committed.
    Replaying = "replaying",
    /// Old articles are deleted, not committed.
    Pruning = "pruning",
    /// Articles are indexed anew, not committed.
    Reindexing = "reindexing",
    /// A migration is about to commit.
    Migrating = "migrating",
    /// The write-ahead log is being folded into the database.
    Checkpointing = "checkpointing",
    /// The copy for a backup is being written.
    BackupCopying = "backup-copying",
    /// The copy is complete and checked, and has not its name yet.
    BackupBeforeRename = "backup-before-rename",
    /// The feeds of a new configuration are stored; the old parts still work.
    Reloading = "reloading",
    /// The daemon was told to stop, and lets end what is under way.
    Draining = "draining",
}

/// Here the process may die.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn pass(_point: Failpoint) {}

/// Here the process may die.
#[cfg(debug_assertions)]
pub fn pass(point: Failpoint) {
    armed::pass(point);
}

/// While `work` goes on, the process may die.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn during<W: Future>(_point: Failpoint, work: W) -> W {
    work
}

/// While `work` goes on, the process may die: each time that it has to wait is a passage.
#[cfg(debug_assertions)]
pub async fn during<W: Future>(point: Failpoint, work: W) -> W::Output {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            armed::pass_waiting(point);
        }
        polled
    })
    .await
}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;
    use std::time::Duration;

    use rustix::process::{Signal, getpid, kill_process};

    use super::Failpoint;

    /// `FAILPOINT=name[:passage[:microseconds]]`
    struct Armed {
        point: Failpoint,
        /// Passages left.
        left: AtomicU32,
        /// How far into a wait.
        delay: Duration,
    }

    impl Armed {
        /// # Panics
        /// On a text that names no failpoint: a crash test would wait for a crash that never comes.
        fn parse(text: &str) -> Self {
            let mut parts = text.split(':');
            let name = parts.next().unwrap_or_default();
            let mut number = |default: u32| parts.next().map_or(Some(default), |text| text.parse().ok());
            let (passage, delay) = (number(1), number(0));
            let point = Failpoint::ALL.iter().find(|point| point.name() == name);
            match (point, passage, delay) {
                (Some(&point), Some(passage @ 1..), Some(delay)) => {
                    Self { point, left: AtomicU32::new(passage), delay: Duration::from_micros(delay.into()) }
                }
                _ => panic!("FAILPOINT='{text}' is not NAME[:PASSAGE[:MICROSECONDS]] of a failpoint"),
            }
        }

        /// Whether this passage of `point` is the last one.
        fn is_last(&self, point: Failpoint) -> bool {
            self.point == point && self.left.fetch_sub(1, Ordering::Relaxed) == 1
        }
    }

    fn armed() -> Option<&'static Armed> {
        static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
        ARMED.get_or_init(|| std::env::var("FAILPOINT").ok().map(|text| Armed::parse(&text))).as_ref()
    }

    pub(super) fn pass(point: Failpoint) {
        if armed().is_some_and(|armed| armed.is_last(point)) {
            die();
        }
    }

    /// The work goes on for a moment on other threads.
    pub(super) fn pass_waiting(point: Failpoint) {
        let Some(armed) = armed().filter(|armed| armed.is_last(point)) else { return };
        if armed.delay.is_zero() {
            die();
        }
        thread::spawn(|| {
            thread::sleep(armed.delay);
            die();
        });
    }

    /// No destructor runs, and nothing is flushed.
    fn die() -> ! {
        let _killed = kill_process(getpid(), Signal::KILL);
        std::process::abort();
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_last_passage_of_the_named_moment_and_no_other_is_deadly() {
            for (text, passes, expected) in [
                ("sent", [Failpoint::Sent; 3], [true, false, false]),
                ("sent:2", [Failpoint::Sent; 3], [false, true, false]),
                ("sent:2", [Failpoint::Sent, Failpoint::Claimed, Failpoint::Sent], [false, false, true]),
                (
                    "claimed:1:500",
                    [Failpoint::Sent, Failpoint::Claimed, Failpoint::Sent],
                    [false, true, false],
                ),
            ] {
                let armed = Armed::parse(text);
                assert_eq!(passes.map(|point| armed.is_last(point)), expected, "{text}");
            }
            assert_eq!(Armed::parse("claimed:1:500").delay, Duration::from_micros(500));
        }

        #[test]
        fn a_name_that_is_none_is_refused() {
            for text in ["", "snet", "sent:0", "sent:x", "sent:1:x"] {
                assert!(std::panic::catch_unwind(|| Armed::parse(text)).is_err(), "{text}");
            }
        }
    }
}
