//! A page for each command, from what its `--help` says.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{FILES, NO_DATE, Page, heading, see_also, terms};
use crate::cli::Cli;

/// The exit codes of every command.
const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "It went well."),
    ("1", "It failed, or what was tried is not as it should be."),
    ("2", "Wrong usage, or a wrong configuration."),
    ("3", "The database is damaged; it is left as it is."),
];

const ENVIRONMENT: [(&str, &str); 4] = [
    ("FEEDWATCH_CONFIG", "The configuration file; --config goes before it."),
    ("FEEDWATCH_DATA_DIR", "The directory of the database; --data-dir goes before it."),
    (
        "FEEDWATCH_SECTION_KEY",
        "A key of a section of the configuration, as FEEDWATCH_FETCH_TIMEOUT=1m; it goes before the file.",
    ),
    (
        "FEEDWATCH_CHANNEL_NAME_KEY",
        "A key of a channel; with _FILE at the end, where the key is a secret, the file that holds it.",
    ),
];

/// Those that are shown, in the order of the help.
pub(super) fn pages() -> Vec<Page> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = vec![main_page(&root)];
    below(&root, &mut pages);
    pages
}

fn below(command: &Command, pages: &mut Vec<Page>) {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let mut more = Roff::new();
        see_also(&mut more, &[("feedwatch", 1), ("feedwatch.toml", 5), ("feedwatch-query", 7)]);
        pages.push(page(command, &more));
        below(command, pages);
    }
}

fn main_page(root: &Command) -> Page {
    let mut roff = Roff::new();
    heading(&mut roff, "EXIT STATUS");
    terms(&mut roff, EXIT_CODES);
    heading(&mut roff, "ENVIRONMENT");
    terms(&mut roff, ENVIRONMENT);
    heading(&mut roff, "FILES");
    terms(&mut roff, FILES);
    heading(&mut roff, "SIGNALS");
    roff.text([

            roman("Of "),
            bold("feedwatch run"),
            roman(
                ": SIGTERM and SIGINT stop it, which takes up to 25 seconds for what is under way; SIGHUP makes it \
                 read the configuration again, which it also does by itself.",
            ),
        ]);
    see_also(&mut roff, &[("feedwatch.toml", 5), ("feedwatch-query", 7)]);
    page(root, &roff)
}

/// `feedwatch-feed-list`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// What the help says of `command`, then `more`.
fn page(command: &Command, more: &Roff) -> Page {
    let source = concat!("feedwatch ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).section("1").date(NO_DATE).source(source).manual("feedwatch");
    let mut help = Vec::new();
    let _memory_takes_it = man.render(&mut help);
    let text = String::from_utf8_lossy(&help).into_owned() + &more.to_roff();
    Page { name: name(command).to_owned(), section: 1, text }
}
