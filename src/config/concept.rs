//! `[[concept]]`, shipped and the user's own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::code;
use super::reader::{Reader, Reference};
use super::section::Section;
use super::value::{Place, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{Concept, Lang};
use crate::query::{self, Query};

/// Concepts by name. A second set replaces those of the same name in the first.
#[derive(Default)]
pub(super) struct Concepts<'a> {
    by_name: BTreeMap<String, Written<'a>>,
    /// The names of all, of those too that cannot be read.
    pub(super) names: HashSet<String>,
}

/// A concept as one file has it, and the concepts that it names.
struct Written<'a> {
    concept: Concept,
    references: Vec<Reference<'a>>,
}

impl<'a> Concepts<'a> {
    /// Adds the concepts of one set of files, in which no name may come twice.
    pub(super) fn add(&mut self, reader: &mut Reader<'a>, sections: Vec<Section<'a>>) {
        let mut seen = HashMap::new();
        for section in sections {
            if let Some(written) = self.read(reader, section, &mut seen) {
                self.by_name.insert(written.concept.name.clone(), written);
            }
        }
    }

    fn read(
        &mut self,
        reader: &mut Reader<'a>,
        mut section: Section<'a>,
        seen: &mut HashMap<String, Place>,
    ) -> Option<Written<'a>> {
        let name = section.name(reader, "concept", seen);
        if let Some(name) = &name {
            self.names.insert(name.clone());
            check_name(reader, &section, name);
        }
        let mut references = Vec::new();
        let concept = Concept {
            description: section.text(reader, "description").unwrap_or_default(),
            includes: read_includes(reader, &mut section, &mut references),
            except: read_except(reader, &mut section, &mut references),
            terms: read_terms(reader, &mut section, &mut references),
            name: name.unwrap_or_default(),
        };
        if concept.terms.is_empty() && concept.includes.is_empty() {
            section.missing(reader, "terms");
        }
        section.finish(reader, |_| None);
        (!concept.name.is_empty()).then_some(Written { concept, references })
    }

    /// Checks what the concepts say of each other, and gives them out.
    pub(super) fn finish(self, reader: &mut Reader<'a>) -> Vec<Concept> {
        for written in self.by_name.values() {
            for reference in &written.references {
                reader.check_reference(reference, "concept", &self.names);
            }
        }
        self.check_cycles(reader);
        self.by_name.into_values().map(|written| written.concept).collect()
    }

    /// Reports each reference that leads back to the concept it stands in.
    fn check_cycles(&self, reader: &mut Reader<'a>) {
        let mut done: HashSet<&str> = HashSet::new();
        for start in self.by_name.keys() {
            let mut path: Vec<(&str, usize)> = vec![(start, 0)];
            let mut on_path: HashSet<&str> = HashSet::from([start.as_str()]);
            while let Some((name, next)) = path.last_mut() {
                let references = self.by_name.get(*name).map_or(&[][..], |written| &written.references);
                let Some(reference) = references.get(*next).filter(|_| !done.contains(name)) else {
                    on_path.remove(*name);
                    done.insert(name);
                    path.pop();
                    continue;
                };
                *next += 1;
                if on_path.contains(reference.name.as_str()) {
                    let error =
                        Diagnostic::error(format!("the concept `{}` contains itself", reference.name));
                    let names = path.iter().map(|(name, _)| *name);
                    let names = names.skip_while(|name| *name != reference.name).chain([&*reference.name]);
                    let chain = names.collect::<Vec<_>>().join(" → ");
                    let error = error.at(reference.part.clone()).help(format!("break the circle {chain}"));
                    reference.text.report(reader, error);
                } else {
                    on_path.insert(&reference.name);
                    path.push((&reference.name, 0));
                }
            }
        }
    }
}

fn check_name<'a>(reader: &mut Reader<'a>, section: &Section<'a>, name: &str) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.chars().all(allowed) {
        let error = Diagnostic::error(format!("`{name}` cannot name a concept"));
        section.report(reader, error.help("write lower-case letters, digits and hyphens"));
    }
}

fn read_includes<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    references: &mut Vec<Reference<'a>>,
) -> Vec<String> {
    let texts = section.take(reader, "includes").and_then(|value| value.texts(reader)).unwrap_or_default();
    let included = texts.into_iter().map(|text| Reference {
        name: text.value.trim_start_matches('@').to_owned(),
        part: 0..text.value.len(),
        text,
    });
    let start = references.len();
    references.extend(included);
    references[start..].iter().map(|reference| reference.name.clone()).collect()
}

fn read_except<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    references: &mut Vec<Reference<'a>>,
) -> Vec<Query> {
    let value = section.take(reader, "except");
    value.map(|value| read_term_list(reader, &value, references)).unwrap_or_default()
}

fn read_terms<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    references: &mut Vec<Reference<'a>>,
) -> BTreeMap<Lang, Vec<Query>> {
    let mut terms: BTreeMap<Lang, Vec<Query>> = BTreeMap::new();
    for (lang, value) in section.table(reader, "terms", "[concept.terms]").entries() {
        let read = read_term_list(reader, &value, references);
        if let Some(lang) = code::lang(reader, &lang) {
            terms.entry(lang).or_default().extend(read);
        }
    }
    terms
}

fn read_term_list<'a>(
    reader: &mut Reader<'a>,
    value: &Value<'a>,
    references: &mut Vec<Reference<'a>>,
) -> Vec<Query> {
    let texts = value.texts(reader).unwrap_or_default();
    let mut terms = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(term) = text.parse_all(reader, query::parse_term) else { continue };
        references.extend(term.concepts().map(|(name, part)| Reference {
            name: name.to_owned(),
            part,
            text: text.clone(),
        }));
        terms.push(term);
    }
    terms
}
