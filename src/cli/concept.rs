//! `feedwatch concept list | show`

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::names::unknown;
use super::output::{Failure, Output};
use crate::alert::one_line;
use crate::model::{Concept, Lang};
use crate::query::Query;

#[derive(Debug, Subcommand)]
pub(super) enum ConceptCommand {
    /// List the concepts with the languages they cover
    List,
    /// Show the terms of a concept, language by language
    Show {
        /// The concept's name, with or without @
        name: String,
    },
}

pub(super) fn concept(
    context: &Context,
    command: &ConceptCommand,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let concepts = context.load()?.config.concepts;
    match command {
        ConceptCommand::List => list(&concepts, output)?,
        ConceptCommand::Show { name } => show(find(&concepts, name)?, &concepts, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(concepts: &[Concept], output: &Output) -> anyhow::Result<()> {
    if output.json {
        return concepts.iter().try_for_each(|concept| {
            output.object(&json!({
                "name": concept.name,
                "description": concept.description,
                "terms": own_terms(concept),
                "languages": languages(concept, concepts),
                "includes": concept.includes,
            }))
        });
    }
    if concepts.is_empty() {
        return output.note("no concepts");
    }
    let rows = concepts.iter().map(|concept| {
        let languages: Vec<String> = languages(concept, concepts).iter().map(Lang::to_string).collect();
        vec![
            format!("@{}", concept.name),
            one_line(&concept.description),
            own_terms(concept).to_string(),
            languages.join(" "),
            concept.includes.join(", "),
        ]
    });
    output.table(&["CONCEPT", "DESCRIPTION", "TERMS", "LANGUAGES", "INCLUDES"], rows.collect())
}

fn show(concept: &Concept, concepts: &[Concept], output: &Output) -> anyhow::Result<()> {
    let terms: BTreeMap<&Lang, Vec<String>> =
        concept.terms.iter().map(|(lang, terms)| (lang, printed(terms))).collect();
    let except = printed(&concept.except);
    if output.json {
        return output.object(&json!({
            "name": concept.name,
            "description": concept.description,
            "languages": languages(concept, concepts),
            "terms": terms,
            "includes": concept.includes,
            "except": except,
        }));
    }
    output.line(format!("@{}  {}", concept.name, one_line(&concept.description)))?;
    for included in &concept.includes {
        let included = concepts.iter().find(|other| other.name == *included);
        let description =
            |concept: &Concept| format!("includes @{}  {}", concept.name, one_line(&concept.description));
        included.map(description).map_or(Ok(()), |line| output.line(line))?;
    }
    output.line("")?;
    let row = |lang: String, terms: &[String]| vec![lang, terms.len().to_string(), terms.join(", ")];
    let mut rows: Vec<_> = terms.iter().map(|(lang, terms)| row(lang.to_string(), terms)).collect();
    if !except.is_empty() {
        rows.push(row("except".to_owned(), &except));
    }
    output.table(&["LANG", "", "TERMS"], rows)
}

fn find<'a>(concepts: &'a [Concept], name: &str) -> Result<&'a Concept, Failure> {
    let name = name.trim_start_matches('@').to_lowercase();
    let names = concepts.iter().map(|concept| concept.name.as_str());
    let found = concepts.iter().find(|concept| concept.name == name);
    found.ok_or_else(|| unknown("concept", &name, names, "concept list"))
}

/// Those of the concepts it includes stand in these.
fn own_terms(concept: &Concept) -> usize {
    concept.terms.values().map(Vec::len).sum()
}

/// The languages in which a concept or one that it includes has terms.
fn languages(concept: &Concept, concepts: &[Concept]) -> BTreeSet<Lang> {
    let mut languages = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![concept.name.as_str()];
    while let Some(name) = waiting.pop() {
        let concept = concepts.iter().find(|concept| concept.name == name);
        let Some(concept) = concept.filter(|_| seen.insert(name)) else { continue };
        languages.extend(concept.terms.keys());
        waiting.extend(concept.includes.iter().map(String::as_str));
    }
    languages
}

fn printed(terms: &[Query]) -> Vec<String> {
    terms.iter().map(Query::to_string).collect()
}
