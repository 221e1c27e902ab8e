//! Syntax tree → [`Node`]: words to atoms, concepts to numbers; all that cannot work is reported.

use rustc_hash::FxHashMap;

use super::atom::{Atom, AtomId, Atoms};
use super::error::{CompileError, Subject};
use super::metadata::MetaTest;
use super::node::{ConceptId, Near, Node, Phrase};
use super::occurrence::Scope;
use super::pattern::Patterns;
use crate::analysis::{Analyzer, Kind, LangSet, Mode, compound_apart, compound_together, is_hyphen, pieces};
use crate::diagnostic::Diagnostic;
use crate::model::{self, Concept};
use crate::query::{self, Expr, Field, Query, Term};

/// A prefix of one letter occurs in every text.
const SHORTEST_PREFIX: usize = 2;

/// How deep concepts may include each other, and queries nest.
const DEEPEST: usize = 200;

/// A concept, compiled.
#[derive(Debug)]
pub(super) struct CompiledConcept {
    pub(super) name: String,
    pub(super) terms: Node,
    /// Takes away the places that it covers.
    pub(super) except: Option<Node>,
}

/// Compiles queries that share atoms, patterns and concepts.
pub(super) struct Compiler<'a> {
    analyzer: &'a Analyzer,
    definitions: FxHashMap<&'a str, &'a Concept>,
    pub(super) atoms: Atoms,
    pub(super) patterns: Patterns,
    pub(super) concepts: Vec<CompiledConcept>,
    /// What words were compiled to, by their mode and slop: most are in many watches.
    words: FxHashMap<(Mode, u32), FxHashMap<String, Node>>,
    progress: FxHashMap<&'a str, Progress>,
    /// Names of the concepts being compiled, outermost first.
    path: Vec<&'a str>,
    pub(super) errors: Vec<CompileError>,
}

#[derive(Clone, Copy)]
enum Progress {
    UnderWay,
    Done(ConceptId),
    Failed,
}

/// Where in a query a node stands.
#[derive(Clone, Copy)]
struct Context<'s> {
    subject: &'s Subject,
    /// Whose stemmers to use; `None` takes all of a word's script.
    langs: Option<LangSet>,
    /// The metadata field that the node is asked of; `None` for text.
    meta: Option<Field>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(concepts: &'a [Concept], analyzer: &'a Analyzer) -> Self {
        Self {
            analyzer,
            definitions: concepts.iter().map(|concept| (concept.name.as_str(), concept)).collect(),
            atoms: Atoms::default(),
            patterns: Patterns::default(),
            concepts: Vec::new(),
            words: FxHashMap::default(),
            progress: FxHashMap::default(),
            path: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Compiles `query`; `None` when it cannot work, which is then among the errors.
    pub(super) fn query(&mut self, query: &Query, subject: &Subject) -> Option<Node> {
        let context = Context { subject, langs: None, meta: None, depth: 0 };
        self.node(&query.root, context)
    }

    /// Compiles the concept `name`, unless it is already; `None` when it does not exist or cannot work.
    pub(super) fn concept(&mut self, name: &str) -> Option<ConceptId> {
        let (&name, &concept) = self.definitions.get_key_value(name)?;
        match self.progress.get(name) {
            Some(Progress::Done(id)) => return Some(*id),
            Some(Progress::Failed) => return None,
            Some(Progress::UnderWay) => {
                let cycle = [self.path.as_slice(), &[name]].concat().join("' includes '");
                let message = format!("concept '{cycle}': the concepts include each other in a circle");
                self.fail(
                    &Subject::Concept(name.to_owned()),
                    message,
                    None,
                    "take one of them out of `includes`",
                );
                return None;
            }
            None => {}
        }
        if self.path.len() >= DEEPEST {
            let message = format!("concept '{name}' is included through more than {DEEPEST} others");
            self.fail(&Subject::Concept(name.to_owned()), message, None, "include it directly");
            return None;
        }
        self.progress.insert(name, Progress::UnderWay);
        self.path.push(name);
        let compiled = self.define(concept);
        self.path.pop();
        let progress = match compiled {
            Some(compiled) => {
                self.concepts.push(compiled);
                Progress::Done(self.concepts.len() as ConceptId - 1)
            }
            None => Progress::Failed,
        };
        self.progress.insert(name, progress);
        match progress {
            Progress::Done(id) => Some(id),
            _ => None,
        }
    }

    fn define(&mut self, concept: &'a Concept) -> Option<CompiledConcept> {
        let subject = Subject::Concept(concept.name.clone());
        let known_errors = self.errors.len();
        let mut terms = Vec::new();
        for (lang, queries) in &concept.terms {
            let langs = Some(LangSet::of(*lang));
            for query in queries {
                let context = Context { subject: &subject, langs, meta: None, depth: 0 };
                terms.extend(self.node(&query.root, context));
            }
        }
        for included in &concept.includes {
            match self.concept(included) {
                Some(id) => terms.push(Node::Concept(id)),
                None if !self.definitions.contains_key(included.as_str()) => {
                    let message =
                        format!("concept '{}' includes '{included}', which does not exist", concept.name);
                    self.fail(&subject, message, None, "`feedwatch concept list` shows those that do");
                }
                None => {
                    let message =
                        format!("concept '{}' includes '{included}', which cannot be used", concept.name);
                    self.fail(&subject, message, None, "mend that concept first");
                }
            }
        }
        let mut except = Vec::new();
        for query in &concept.except {
            except.extend(self.query(query, &subject));
        }
        if terms.is_empty() && self.errors.len() == known_errors {
            let message = format!("concept '{}' has no terms", concept.name);
            self.fail(&subject, message, None, "add at least one term or include another concept");
        }
        if self.errors.len() > known_errors {
            return None;
        }
        let except = if except.is_empty() { None } else { Some(any(except)) };
        Some(CompiledConcept { name: concept.name.clone(), terms: any(terms), except })
    }

    fn node(&mut self, node: &query::Node, context: Context<'_>) -> Option<Node> {
        if context.depth > DEEPEST {
            self.fail_at(
                node,
                context,
                format!("the query nests deeper than {DEEPEST} levels"),
                "simplify it",
            );
            return None;
        }
        let inner = Context { depth: context.depth + 1, ..context };
        match &node.expr {
            Expr::And(operands) => Some(Node::And(self.nodes(operands, inner)?)),
            Expr::Or(operands) => Some(Node::Or(self.nodes(operands, inner)?)),
            Expr::Not(operand) => Some(Node::Not(Box::new(self.node(operand, inner)?))),
            Expr::SomeOf(count, operands) => Some(Node::SomeOf(*count, self.nodes(operands, inner)?)),
            Expr::AtLeast(count, operand) => {
                self.refuse_in_metadata(node, context, "ATLEAST")?;
                Some(Node::AtLeast(*count, Box::new(self.node(operand, inner)?)))
            }
            Expr::Near { operands, within, ordered } => {
                self.refuse_in_metadata(node, context, "NEAR")?;
                let operands = self.nodes(operands, inner)?;
                Some(Node::Near(Box::new(Near { operands, within: *within, ordered: *ordered })))
            }
            Expr::In(field, operand) => self.field(node, *field, operand, inner),
            Expr::Term(term) => match context.meta {
                Some(field) => self.metadata(node, field, term, context),
                None => self.term(node, term, context),
            },
        }
    }

    /// All of `nodes`, so that every error is reported at once.
    fn nodes(&mut self, nodes: &[query::Node], context: Context<'_>) -> Option<Box<[Node]>> {
        let compiled: Vec<Option<Node>> = nodes.iter().map(|node| self.node(node, context)).collect();
        compiled.into_iter().collect()
    }

    fn field(
        &mut self,
        at: &query::Node,
        field: Field,
        operand: &query::Node,
        context: Context<'_>,
    ) -> Option<Node> {
        let scope = match field {
            Field::Title => Scope::of(model::Field::Title),
            Field::Summary => Scope::of(model::Field::Summary),
            Field::Body => Scope::of(model::Field::Body),
            Field::Author => Scope::of(model::Field::Author),
            Field::All => Scope::ALL,
            Field::Source | Field::Site | Field::Url | Field::Lang | Field::Country | Field::Tag => {
                return self.node(operand, Context { meta: Some(field), ..context });
            }
        };
        if context.meta.is_some() {
            self.fail_at(
                at,
                context,
                "a text field cannot stand inside source:, lang: or the like".to_owned(),
                "move it out",
            );
            return None;
        }
        Some(Node::In(scope, Box::new(self.node(operand, context)?)))
    }

    fn refuse_in_metadata(&mut self, at: &query::Node, context: Context<'_>, operator: &str) -> Option<()> {
        if context.meta.is_none() {
            return Some(());
        }
        let message =
            format!("{operator} counts words of the text and cannot be asked of source:, lang: or the like");
        self.fail_at(at, context, message, "move it out of the field");
        None
    }

    fn metadata(
        &mut self,
        at: &query::Node,
        field: Field,
        term: &Term,
        context: Context<'_>,
    ) -> Option<Node> {
        let (text, prefix) = match term {
            Term::Word { text, .. } | Term::Phrase { text, .. } | Term::CaseSensitive { text } => {
                (text, false)
            }
            Term::Prefix { text } => (text, true),
            Term::Regex { .. } | Term::Concept { .. } => {
                let message = "patterns and concepts are asked of the text only".to_owned();
                self.fail_at(at, context, message, "write the value itself, as in source:Reuters");
                return None;
            }
        };
        match MetaTest::new(field, text, prefix) {
            Ok(test) => Some(Node::Meta(Box::new(test))),
            Err(message) => {
                self.fail_at(at, context, message, "`feedwatch feed list` shows what the feeds have");
                None
            }
        }
    }

    fn term(&mut self, at: &query::Node, term: &Term, context: Context<'_>) -> Option<Node> {
        let inflected = Mode::Inflected(context.langs);
        match term {
            Term::Word { text, exact } => {
                self.words(at, text, if *exact { Mode::Exact } else { inflected }, 0, context)
            }
            Term::Phrase { text, exact, slop } => {
                self.words(at, text, if *exact { Mode::Exact } else { inflected }, *slop, context)
            }
            Term::CaseSensitive { text } => self.words(at, text, Mode::Case, 0, context),
            Term::Prefix { text } => self.prefix(at, text, context),
            Term::Regex { pattern, ignore_case } => match self.patterns.intern(pattern, *ignore_case) {
                Ok(id) => Some(Node::Pattern(id)),
                Err(message) => {
                    self.fail_at(
                        at,
                        context,
                        message,
                        "or use words, `word*` and NEAR, which need no pattern",
                    );
                    None
                }
            },
            Term::Concept { name } => match self.concept(name) {
                Some(id) => Some(Node::Concept(id)),
                None if !self.definitions.contains_key(name.as_str()) => {
                    let help = self.similar_concept(name);
                    self.fail_at(at, context, format!("concept '@{name}' does not exist"), &help);
                    None
                }
                None => {
                    self.fail_at(
                        at,
                        context,
                        format!("concept '@{name}' cannot be used"),
                        "mend that concept first",
                    );
                    None
                }
            },
        }
    }

    fn similar_concept(&self, name: &str) -> String {
        let distance = |known: &&&str| strsim::damerau_levenshtein(known, name);
        match self.definitions.keys().min_by_key(distance).filter(|known| distance(known) <= 2) {
            Some(known) => format!("did you mean @{known}?"),
            None => "`feedwatch concept list` shows those that do".to_owned(),
        }
    }

    fn words(
        &mut self,
        at: &query::Node,
        text: &str,
        mode: Mode,
        slop: u32,
        context: Context<'_>,
    ) -> Option<Node> {
        if let Some(known) = self.words.get(&(mode, slop)).and_then(|known| known.get(text)) {
            return Some(known.clone());
        }
        let parts = self.parts(text, mode);
        if parts.is_empty() {
            self.fail_at(
                at,
                context,
                format!("'{text}' contains no letter or digit to match"),
                "write a word",
            );
            return None;
        }
        let other = match mode {
            Mode::Inflected(_) => other_spelling(text),
            Mode::Exact | Mode::Case => None,
        };
        let node = sequence(parts, slop);
        let node = match other {
            Some(other) => Node::Or(Box::new([node, sequence(self.parts(&other, mode), slop)])),
            None => node,
        };
        self.words.entry((mode, slop)).or_default().insert(text.to_owned(), node.clone());
        Some(node)
    }

    fn prefix(&mut self, at: &query::Node, text: &str, context: Context<'_>) -> Option<Node> {
        let mut parts = self.parts(text, Mode::Exact);
        let last = last_piece(text);
        let Some((kind, last)) = last.filter(|_| !parts.is_empty()) else {
            self.fail_at(
                at,
                context,
                format!("'{text}*' contains no letter or digit to match"),
                "write a word",
            );
            return None;
        };
        // Characters of scripts without spaces match inside longer runs anyway.
        if kind == Kind::Word {
            if last.chars().count() < SHORTEST_PREFIX && parts.len() == 1 {
                let message = format!("'{text}*' is too short: it matches words of every text");
                self.fail_at(at, context, message, "write at least two letters before the star");
                return None;
            }
            parts.pop();
            parts.push(self.atoms.intern(Atom::Prefix(last.to_owned())));
        }
        Some(sequence(parts, 0))
    }

    /// The atoms of the words of `text`.
    fn parts(&mut self, text: &str, mode: Mode) -> Vec<AtomId> {
        let folder = &self.analyzer.lexicon().folder;
        // In Vietnamese, a syllable without a mark differs from one with, and one mark in a term
        // shows that its writer types them.
        let strict = folder.strip(&folder.fold(text)).is_some();
        let mut parts = Vec::new();
        pieces(text, |piece| {
            let text = text[piece.start..piece.end].to_owned();
            parts.push(self.atoms.intern(match piece.kind {
                Kind::Word => Atom::Word { text, mode, strict },
                Kind::Run => Atom::Dense(text),
            }));
        });
        parts
    }

    fn fail_at(&mut self, at: &query::Node, context: Context<'_>, message: String, help: &str) {
        self.fail(context.subject, message, Some(at.span.clone()), help);
    }

    fn fail(&mut self, subject: &Subject, message: String, span: Option<std::ops::Range<usize>>, help: &str) {
        let diagnostic = Diagnostic { span, ..Diagnostic::error(message).help(help) };
        self.errors.push(CompileError { subject: subject.clone(), diagnostic });
    }
}

fn last_piece(text: &str) -> Option<(Kind, &str)> {
    let mut last = None;
    pieces(text, |piece| last = Some((piece.kind, &text[piece.start..piece.end])));
    last
}

fn other_spelling(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let compound = compound_apart(&lower).or_else(|| compound_together(&lower));
    compound.map(str::to_owned).or_else(|| without_hyphen(text))
}

/// `cyber-attack` → `cyberattack`, which some write for it.
fn without_hyphen(text: &str) -> Option<String> {
    let (first, second) = text.split_once(is_hyphen)?;
    let is_word = |part: &str| !part.is_empty() && part.chars().all(char::is_alphanumeric);
    (is_word(first) && is_word(second)).then(|| [first, second].concat())
}

fn sequence(parts: Vec<AtomId>, slop: u32) -> Node {
    match parts[..] {
        [atom] => Node::Atom(atom),
        _ => Node::Phrase(Box::new(Phrase { parts: parts.into(), slop })),
    }
}

fn any(mut nodes: Vec<Node>) -> Node {
    match nodes.len() {
        1 => nodes.remove(0),
        _ => Node::Or(nodes.into()),
    }
}
