//! All watches at once.

use rustc_hash::FxHashMap;

use super::anchor::{Anchor, Anchors, Chooser, Guard};
use super::atom::{AtomId, Dictionary};
use super::compile::{CompiledConcept, Compiler};
use super::document::Document;
use super::error::{CompileError, Subject};
use super::evaluate::Evaluator;
use super::frequency::Frequencies;
use super::node::{ConceptId, Node, PatternId};
use super::occurrence::Scope;
use super::pattern::Patterns;
use super::scan::Scan;
use super::spans::spans;
use crate::analysis::Analyzer;
use crate::diagnostic::Diagnostic;
use crate::model::{Concept, Span, Watch};

/// Watches and concepts, compiled to an index. It never changes: after an edit, compile another.
pub struct Matcher {
    dictionary: Dictionary,
    patterns: Patterns,
    concepts: Vec<CompiledConcept>,
    watches: Vec<Node>,
    /// Who is to be looked at where an atom occurs.
    by_atom: Postings,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Vec<Vec<u32>>,
    /// Watches that only ask for metadata.
    by_metadata: Vec<u32>,
    /// Concepts with a term that is a pattern.
    pattern_concepts: Vec<ConceptId>,
}

/// A watch that matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// Index into the watches that the matcher was compiled from.
    pub watch: usize,
    /// The places that prove it, in reading order; empty when only metadata was asked for.
    pub spans: Vec<Span>,
}

/// Lists of watches and concepts by atom, in two arrays.
struct Postings {
    starts: Vec<u32>,
    targets: Vec<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Watch(u32, Guard),
    Concept(ConceptId),
}

impl Matcher {
    /// Compiles `watches` and all `concepts`; `frequencies` decide which terms are rare.
    ///
    /// # Errors
    ///
    /// Every watch and concept that cannot work, with the reason: unknown concepts, concepts that
    /// include each other, bad patterns, queries that ask only for absence.
    pub fn compile(
        watches: &[Watch],
        concepts: &[Concept],
        analyzer: &Analyzer,
        frequencies: &Frequencies,
    ) -> Result<Self, Vec<CompileError>> {
        let mut compiler = Compiler::new(concepts, analyzer);
        for concept in concepts {
            compiler.concept(&concept.name);
        }
        let mut nodes = Vec::with_capacity(watches.len());
        for watch in watches {
            nodes.extend(compiler.query(&watch.query, &Subject::Watch(watch.name.clone())));
        }
        if !compiler.errors.is_empty() {
            return Err(compiler.errors);
        }
        let dictionary = Dictionary::build(&compiler.atoms, analyzer).map_err(|error| vec![error])?;
        let costs: Vec<f32> =
            compiler.atoms.list().iter().map(|atom| frequencies.expect(atom, analyzer)).collect();
        let chooser = Chooser { costs: &costs, concepts: &compiler.concepts };
        let index = Index::build(&nodes, watches, &chooser, dictionary.len())?;
        for node in &mut nodes {
            sort_operands(node, &chooser);
        }
        Ok(Self {
            dictionary,
            patterns: compiler.patterns,
            concepts: compiler.concepts,
            watches: nodes,
            by_atom: index.by_atom,
            by_pattern: index.by_pattern,
            by_concept: index.by_concept,
            by_metadata: index.by_metadata,
            pattern_concepts: index.pattern_concepts,
        })
    }

    /// The watches that match `document`, in the order in which they were given.
    pub fn matches(&self, document: &Document<'_>) -> Vec<Matched> {
        let scan = Scan::new(document, &self.dictionary);
        let evaluator = self.evaluator(&scan);
        let mut candidates = self.candidates(&scan, &evaluator);
        candidates.retain(|watch| evaluator.holds(&self.watches[*watch as usize], Scope::TEXT));
        let mut proof = Vec::new();
        let matched = candidates.into_iter().map(|watch| {
            proof.clear();
            evaluator.prove(&self.watches[watch as usize], Scope::TEXT, &mut proof);
            Matched { watch: watch as usize, spans: spans(document, &mut proof) }
        });
        matched.collect()
    }

    /// The names of the concepts that `document` mentions, sorted.
    pub fn concepts_in(&self, document: &Document<'_>) -> Vec<&str> {
        let scan = Scan::new(document, &self.dictionary);
        let evaluator = self.evaluator(&scan);
        let touched = self.touched_concepts(&scan);
        let found = touched.into_iter().filter(|id| evaluator.holds(&Node::Concept(*id), Scope::TEXT));
        let mut names: Vec<&str> = found.map(|id| self.concepts[id as usize].name.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn evaluator<'e, 'd>(&'e self, scan: &'e Scan<'d>) -> Evaluator<'e, 'd> {
        Evaluator { scan, patterns: &self.patterns, concepts: &self.concepts }
    }

    /// The watches that may match, ascending.
    fn candidates(&self, scan: &Scan<'_>, evaluator: &Evaluator<'_, '_>) -> Vec<u32> {
        let mut candidates = WatchSet::new(self.watches.len());
        candidates.extend(&self.by_metadata);
        let mut touched = Vec::new();
        for atom in scan.atoms() {
            for target in self.by_atom.of(atom) {
                match target {
                    Target::Watch(watch, guard) => {
                        if guard.lets_through(|atom| scan.contains(atom)) {
                            candidates.insert(*watch);
                        }
                    }
                    Target::Concept(concept) => touched.push(*concept),
                }
            }
        }
        touched.extend(&self.pattern_concepts);
        touched.sort_unstable();
        touched.dedup();
        for concept in touched {
            if evaluator.holds(&Node::Concept(concept), Scope::ALL) {
                candidates.extend(&self.by_concept[concept as usize]);
            }
        }
        for pattern in scan.possible_patterns(&self.patterns) {
            candidates.extend(self.by_pattern.get(&pattern).into_iter().flatten());
        }
        candidates.ascending()
    }

    /// Concepts of which a term may occur.
    fn touched_concepts(&self, scan: &Scan<'_>) -> Vec<ConceptId> {
        let mut touched = self.pattern_concepts.clone();
        for atom in scan.atoms() {
            touched.extend(self.by_atom.of(atom).iter().filter_map(|target| match target {
                Target::Concept(concept) => Some(*concept),
                Target::Watch(..) => None,
            }));
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

/// A set of watches, as bits.
struct WatchSet(Vec<u64>);

impl WatchSet {
    fn new(watches: usize) -> Self {
        Self(vec![0; watches.div_ceil(64)])
    }

    fn insert(&mut self, watch: u32) {
        self.0[watch as usize / 64] |= 1 << (watch % 64);
    }

    fn extend<'w>(&mut self, watches: impl IntoIterator<Item = &'w u32>) {
        watches.into_iter().for_each(|watch| self.insert(*watch));
    }

    fn ascending(&self) -> Vec<u32> {
        let mut all = Vec::new();
        for (word, mut bits) in self.0.iter().copied().enumerate() {
            while bits != 0 {
                all.push(word as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        all
    }
}

/// What to look at when something occurs, while it is built.
struct Index {
    by_atom: Postings,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Vec<Vec<u32>>,
    by_metadata: Vec<u32>,
    pattern_concepts: Vec<ConceptId>,
}

impl Index {
    fn build(
        nodes: &[Node],
        watches: &[Watch],
        chooser: &Chooser<'_>,
        atoms: usize,
    ) -> Result<Self, Vec<CompileError>> {
        let mut errors = Vec::new();
        let mut by_atom = Vec::new();
        let mut by_pattern: FxHashMap<PatternId, Vec<u32>> = FxHashMap::default();
        let mut by_concept = vec![Vec::new(); chooser.concepts.len()];
        let mut by_metadata = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let watch = index as u32;
            match chooser.anchors(node) {
                Anchors::AnyOf(anchors, _) => {
                    let guard = chooser.guard(node);
                    for anchor in anchors {
                        match anchor {
                            Anchor::Atom(atom) => by_atom.push((atom, Target::Watch(watch, guard))),
                            Anchor::Pattern(pattern) => by_pattern.entry(pattern).or_default().push(watch),
                            Anchor::Concept(concept) => by_concept[concept as usize].push(watch),
                        }
                    }
                }
                Anchors::Metadata => by_metadata.push(watch),
                Anchors::None => errors.push(unanchored(&watches[index])),
            }
        }
        let mut pattern_concepts = Vec::new();
        for (concept, id) in chooser.concepts.iter().zip(0..) {
            let mut atom_of = |atom| by_atom.push((atom, Target::Concept(id)));
            if !chooser.atoms_within(&concept.terms, &mut atom_of) {
                pattern_concepts.push(id);
            }
        }
        if errors.is_empty() {
            let by_atom = Postings::build(by_atom, atoms);
            Ok(Self { by_atom, by_pattern, by_concept, by_metadata, pattern_concepts })
        } else {
            Err(errors)
        }
    }
}

fn unanchored(watch: &Watch) -> CompileError {
    let message =
        "nothing that must be present is asked for, so it would match almost every article".to_owned();
    let help = "add a word, or a field such as lang: or source:, that an article must have";
    let diagnostic = Diagnostic::error(message).at(watch.query.root.span.clone()).help(help);
    CompileError { subject: Subject::Watch(watch.name.clone()), diagnostic }
}

impl Postings {
    fn build(mut pairs: Vec<(AtomId, Target)>, atoms: usize) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = vec![0; atoms + 1];
        for (atom, _) in &pairs {
            starts[*atom as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        Self { starts, targets: pairs.into_iter().map(|(_, target)| target).collect() }
    }

    fn of(&self, atom: AtomId) -> &[Target] {
        let bounds = &self.starts[atom as usize..atom as usize + 2];
        &self.targets[bounds[0] as usize..bounds[1] as usize]
    }
}

/// Puts the operands that fail most often, and cheapest, first.
fn sort_operands(node: &mut Node, chooser: &Chooser<'_>) {
    match node {
        Node::And(operands) => {
            operands.iter_mut().for_each(|operand| sort_operands(operand, chooser));
            operands.sort_by(|a, b| rank(a, chooser).total_cmp(&rank(b, chooser)));
        }
        Node::Or(operands) | Node::SomeOf(_, operands) => {
            operands.iter_mut().for_each(|operand| sort_operands(operand, chooser));
        }
        Node::Not(operand) | Node::In(_, operand) | Node::AtLeast(_, operand) => {
            sort_operands(operand, chooser)
        }
        _ => {}
    }
}

fn rank(node: &Node, chooser: &Chooser<'_>) -> f32 {
    match node {
        Node::Meta(_) => 0.0,
        Node::Pattern(_) => 3.0,
        Node::Not(_) => 2.0,
        _ => chooser.anchors(node).cost(),
    }
}
