//! html5gum's tokenizer as feeds need it: CDATA sections are text, nothing is built, nothing is cut.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, Span, Tokenizer};

/// Calls `take` with every token of `text` and where it stands, in bytes. With `raw_texts`, the content
/// of `<script>` and the like is one text, as in HTML; without, their tags are as any other.
pub(crate) fn tokenize(text: &str, raw_texts: bool, mut take: impl FnMut(CallbackEvent<'_>, Span<usize>)) {
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        take(event, span);
        None
    });
    emitter.naively_switch_states(raw_texts);
    let Ok(()) = Tokenizer::new_with_emitter(text, CdataIsText(emitter)).try_for_each(|token| token);
}

/// html5gum takes CDATA sections for comments, as they are in HTML.
struct CdataIsText<E>(E);

impl<E: Emitter<Token = ()>> ForwardingEmitter for CdataIsText<E> {
    type Token = ();

    fn inner(&mut self) -> &mut impl Emitter<Token = ()> {
        &mut self.0
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        true
    }
}
