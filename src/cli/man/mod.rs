//! `feedwatch man DIR`: the manual pages, made of what they describe, so that they cannot say anything else: the
//! commands' own help, the sample configuration, the manual of the watch language.

mod commands;
mod markdown;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use serde_json::json;

use super::output::{Failure, Output};
use crate::config::SAMPLE;

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The root of the manual, such as /usr/local/share/man; its folders man1, man5 and man7 are made
    dir: PathBuf,
}

/// The manual of the watch language, in Markdown.
const LANGUAGE: &str = include_str!("../../../docs/query-language.md");

/// Pages of one version are the same whenever they are made.
const NO_DATE: &str = "\"\"";

/// A page as a file.
struct Page {
    name: String,
    section: u8,
    /// In roff.
    text: String,
}

impl Page {
    /// Where it belongs below the root of the manual.
    fn path(&self) -> PathBuf {
        Path::new(&format!("man{}", self.section)).join(format!("{}.{}", self.name, self.section))
    }
}

pub(super) fn man(args: &ManArgs, output: &Output) -> Result<ExitCode, Failure> {
    for page in pages() {
        let path = args.dir.join(page.path());
        let folder = path.parent().unwrap_or(&args.dir);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&path, &page.text).with_context(|| format!("cannot write {}", path.display()))?;
        if output.json {
            output.object(&json!({"written": path}))?;
        } else {
            output.line(path.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn pages() -> Vec<Page> {
    let mut pages = commands::pages();
    pages.push(configuration());
    pages.push(language());
    pages
}

/// The title of a page and the line of its name.
fn title(name: &str, section: u8, about: &str) -> Roff {
    let mut roff = Roff::new();
    let source = concat!("feedwatch ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [name, &section.to_string(), NO_DATE, source, "feedwatch"]);
    heading(&mut roff, "NAME");
    roff.text([roman(format!("{name} - {about}"))]);
    roff
}

fn heading(roff: &mut Roff, name: &str) {
    roff.control("SH", [name]);
}

fn paragraph(roff: &mut Roff, text: impl Into<Vec<Inline>>) {
    roff.control("PP", []);
    roff.text(text);
}

/// Terms, each with what it means.
fn terms<'t>(roff: &mut Roff, terms: impl IntoIterator<Item = (&'t str, &'t str)>) {
    for (term, meaning) in terms {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(meaning)]);
    }
}

/// Lines that stay as they are.
fn verbatim<'t>(roff: &mut Roff, lines: impl IntoIterator<Item = &'t str>) {
    roff.control("nf", []);
    for line in lines {
        // An empty line is a request for space, which some renderers warn of.
        if line.is_empty() {
            roff.control("sp", [])
        } else {
            roff.text([roman(line)])
        };
    }
    roff.control("fi", []);
}

fn see_also(roff: &mut Roff, pages: &[(&str, u8)]) {
    heading(roff, "SEE ALSO");
    let mut names = Vec::new();
    for (at, (name, section)) in pages.iter().enumerate() {
        let end = if at + 1 == pages.len() { "" } else { ", " };
        names.extend([bold(*name), roman(format!("({section}){end}"))]);
    }
    roff.text(names);
}

/// feedwatch.toml(5): the sample, which explains every key.
fn configuration() -> Page {
    let roff = &mut title("feedwatch.toml", 5, "the configuration of feedwatch");
    heading(roff, "SYNOPSIS");
    terms(roff, FILES.into_iter().take(3));
    heading(roff, "DESCRIPTION");
    roff.text([
        roman("A file in TOML: feeds that are polled, watches that are asked of every new article, channels that are told. "),
        bold("feedwatch check"),
        roman(" says what it resolves to, or what is wrong with it and where. A running daemon takes a change over by itself."),
    ]);
    paragraph(
        roff,
        [
            roman("What follows is the built-in sample. It shows every key: a line that begins with "),
            bold("# key ="),
            roman(" has the default. How queries are written is told by "),
            bold("feedwatch-query"),
            roman("(7)."),
        ],
    );
    heading(roff, "THE SAMPLE");
    verbatim(roff, SAMPLE.lines());
    see_also(roff, &[("feedwatch", 1), ("feedwatch-check", 1), ("feedwatch-query", 7)]);
    Page { name: "feedwatch.toml".to_owned(), section: 5, text: roff.render() }
}

/// feedwatch-query(7).
fn language() -> Page {
    let roff = &mut title("feedwatch-query", 7, "the language in which feedwatch is asked for articles");
    heading(roff, "DESCRIPTION");
    markdown::write(roff, LANGUAGE);
    see_also(roff, &[("feedwatch-watch-test", 1), ("feedwatch-search", 1), ("feedwatch.toml", 5)]);
    Page { name: "feedwatch-query".to_owned(), section: 7, text: roff.render() }
}

/// Where the configuration and the database are, the first of each that there is.
const FILES: [(&str, &str); 5] = [
    (
        "$XDG_CONFIG_HOME/feedwatch/feedwatch.toml",
        "The configuration; ~/.config where the variable is not set.",
    ),
    ("/etc/feedwatch/feedwatch.toml", "The configuration of the machine, where there is no such file."),
    (
        "concepts/*.toml",
        "Beside the configuration: concepts of one's own, which go before the shipped ones of their name.",
    ),
    ("$XDG_DATA_HOME/feedwatch/feedwatch.db", "The database; ~/.local/share where the variable is not set."),
    ("/var/lib/feedwatch/feedwatch.db", "The database of root."),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader would see of the page, as far as words go.
    fn words(name: &str) -> String {
        let pages = pages();
        let page = pages.iter().find(|page| page.path().ends_with(name));
        let mut text = page.unwrap_or_else(|| panic!("no {name}")).text.clone();
        for (roff, plain) in [
            ("\\fB", ""),
            ("\\fI", ""),
            ("\\fR", ""),
            ("\\-", "-"),
            ("\\*(Aq", "'"),
            ("\\&", ""),
            ("\\\\", "\\"),
        ] {
            text = text.replace(roff, plain);
        }
        text
    }

    #[test]
    fn pages_say_all_of_what_they_are_made_of() {
        let configuration = words("man5/feedwatch.toml.5");
        for line in SAMPLE.lines() {
            assert!(configuration.contains(line), "{line}");
        }
        let language = words("man7/feedwatch-query.7");
        for line in LANGUAGE.lines().filter(|line| line.starts_with("yes: ") || line.starts_with("query: ")) {
            assert!(language.contains(line), "{line}");
        }
        for said in [".SH CONCEPTS", "sourcecountry:jp", "\"two words\""] {
            assert!(language.contains(said), "{said}");
        }
        for markup in ["```", "|---|", "](", "`"] {
            assert!(!language.contains(markup), "{markup} is Markdown");
        }
    }

    #[test]
    fn no_text_is_taken_for_a_request() {
        let mut roff = Roff::new();
        verbatim(&mut roff, [".SH of no heading", "'quoted", "back\\slash", "", "last"]);
        let requests: Vec<String> =
            roff.to_roff().lines().filter(|line| line.starts_with(['.', '\''])).map(str::to_owned).collect();
        assert_eq!(requests, [".nf", ".sp", ".fi"]);
        assert!(roff.to_roff().contains("back\\\\slash"), "{}", roff.to_roff());
    }
}
