//! What people and programs read: aligned tables, JSON lines, errors.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::alert::{one_line, shorten};
use crate::model::Timestamp;
use crate::store::OpenError;

/// What makes a spreadsheet take a cell for a formula (OWASP, "CSV injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The same of an address, which is to be copied.
const PART_OF_ADDRESS: usize = 32;

/// Spaces between the columns of a table.
const GAP: u16 = 2;

/// Longer words may be broken: they are addresses, or of scripts that have no spaces.
const LONGEST_WORD: usize = 24;

/// Where so much of a long word stands on a line, it can be read.
const PART_OF_WORD: usize = 12;

/// Where a command's result goes.
pub(super) struct Output {
    /// Whether programs read it.
    pub(super) json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a person sees it at once.
    pub(super) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// The progress of `steps` steps of `doing`.
    pub(super) fn progress(&self, steps: usize, doing: &'static str) -> Progress {
        Progress::new(steps, doing)
    }

    /// One line for people.
    pub(super) fn line(&self, text: impl Display) -> anyhow::Result<()> {
        writeln!(anstream::stdout().lock(), "{text}").context("cannot write to standard output")
    }

    /// What to say to a person where there is nothing to list; programs get no lines.
    pub(super) fn note(&self, text: &str) -> anyhow::Result<()> {
        if self.is_terminal() { self.line(text) } else { Ok(()) }
    }

    /// One object for programs.
    pub(super) fn object(&self, value: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(value)?;
        writeln!(io::stdout().lock(), "{text}").context("cannot write to standard output")
    }

    /// Comma-separated values (RFC 4180). A cell that a spreadsheet would run as a formula gets an
    /// apostrophe in front.
    pub(super) fn csv<const N: usize>(
        &self,
        header: &[&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) -> anyhow::Result<()> {
        let mut writer = csv::Writer::from_writer(io::stdout().lock());
        writer.write_record(header).map_err(io::Error::from)?;
        for row in rows {
            let inert = row.map(|cell| if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell });
            writer.write_record(inert).map_err(io::Error::from)?;
        }
        writer.flush().context("cannot write to standard output")
    }

    /// A text as one line; on a terminal, of at most `most` characters.
    pub(super) fn brief(&self, text: &str, most: usize) -> String {
        if self.is_terminal() { shorten(text, most) } else { one_line(text) }
    }

    /// Rows under a header, as wide as the terminal; unwrapped when it is none, for `grep`, and where it is too
    /// narrow, or does not say how wide it is.
    pub(super) fn table(&self, header: &[&str], rows: Vec<Vec<String>>) -> anyhow::Result<()> {
        let least = least_widths(header, &rows);
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(header.to_vec()).add_rows(rows);
        let needed: u16 = least.iter().fold(0, |sum, width| sum.saturating_add(*width));
        let fits = self.is_terminal() && table.width().is_some_and(|width| width >= needed);
        table.set_content_arrangement(if fits {
            ContentArrangement::Dynamic
        } else {
            ContentArrangement::Disabled
        });
        for (column, least) in table.column_iter_mut().zip(least) {
            column.set_padding((0, GAP)).set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
        self.line(table.trim_fmt())
    }
}

/// How wide each column must be with its gap, so that no id, number or common word is broken.
fn least_widths(header: &[&str], rows: &[Vec<String>]) -> Vec<u16> {
    let mut least: Vec<usize> = header.iter().map(|name| longest_word(name)).collect();
    for row in rows {
        for (least, cell) in least.iter_mut().zip(row) {
            *least = (*least).max(longest_word(cell));
        }
    }
    least.into_iter().map(|width| u16::try_from(width).unwrap_or(u16::MAX).saturating_add(GAP)).collect()
}

fn longest_word(text: &str) -> usize {
    let least = |word: &str| match word.chars().count() {
        length if word.contains("://") => length.min(PART_OF_ADDRESS),
        length if length > LONGEST_WORD => PART_OF_WORD,
        length => length,
    };
    text.split_whitespace().map(least).max().unwrap_or(0)
}

/// A bar on a terminal's standard error, for what takes longer than a second; elsewhere none.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// What ends sooner is not worth a bar that flickers.
    const PATIENCE: Duration = Duration::from_secs(1);

    fn new(steps: usize, doing: &'static str) -> Self {
        let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len}");
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
        Self { bar: bar.with_message(doing), started: Instant::now() }
    }

    /// One step more is done.
    pub(super) fn step(&self) {
        self.at(self.bar.position() + 1);
    }

    /// So many steps are done.
    pub(super) fn at(&self, step: u64) {
        self.bar.set_position(step);
        if self.bar.is_hidden() && self.started.elapsed() > Self::PATIENCE && io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

/// The bar leaves the terminal with the work.
impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A moment as tables show it, to the second.
pub(super) fn second(at: Timestamp) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A moment as tables show it, to the minute.
pub(super) fn minute(at: Timestamp) -> String {
    at.format("%Y-%m-%d %H:%MZ").to_string()
}

/// A span of time as people say it, in its two largest units: `2d 3h`, `15m`, `40s`.
pub(super) fn span(length: Duration) -> String {
    const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = length.as_secs();
    let parts = UNITS.iter().map(|(unit, seconds)| {
        let count = rest / seconds;
        rest %= seconds;
        (count, unit)
    });
    let parts = parts.skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    let said: Vec<String> = parts.map(|(count, unit)| format!("{count}{unit}")).collect();
    if said.is_empty() { "0s".to_owned() } else { said.join(" ") }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was asked wrongly; the text is complete.
    Usage(String),
    /// The database is damaged.
    Damaged(String),
    /// It went wrong.
    Failed(anyhow::Error),
}

impl Failure {
    /// Tells the user and gives the exit code. A reader that closed the pipe wanted no more.
    pub(super) fn report(self) -> ExitCode {
        let (text, code) = match self {
            Self::Usage(text) => (text, 2),
            Self::Damaged(text) => (format!("error: {text}"), 3),
            Self::Failed(error) => {
                if closed_pipe(&error) {
                    return ExitCode::SUCCESS;
                }
                (format!("error: {error:#}"), 1)
            }
        };
        write_error(&text);
        ExitCode::from(code)
    }
}

/// Tells a person what is wrong; there is nobody to tell when even that fails.
pub(super) fn write_error(text: &str) {
    let _unwritable = writeln!(anstream::stderr().lock(), "{}", text.trim_end());
}

fn closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<OpenError>() {
            Ok(error) => error.into(),
            Err(error) => Self::Failed(error),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Damaged { .. } => Self::Damaged(error.to_string()),
            other => Self::Failed(other.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_longest_word_unless_that_is_very_long() {
        let rows = [
            [
                "2026-11-26 19:14:31Z",
                "a062c327",
                "Storm closes ports",
                "https://example.org/a/very/long/address",
            ],
            ["", "-", "東京で開かれた会合で日本と東南アジア諸国連合が協力", ""],
        ];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).into()).collect();
        assert_eq!(least_widths(&["AT", "ARTICLE", "TITLE", "URL"], &rows), [12, 10, 14, 34]);
        assert_eq!(least_widths(&["HEADER", ""], &[]), [8, 2]);
    }

    #[test]
    fn spans_are_said_in_two_units() {
        for (seconds, said) in
            [(0, "0s"), (59, "59s"), (900, "15m"), (3_661, "1h 1m"), (3_605, "1h"), (183_600, "2d 3h")]
        {
            assert_eq!(span(Duration::from_secs(seconds)), said);
        }
    }
}
