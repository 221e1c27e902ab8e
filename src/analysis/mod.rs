//! Text → tokens with offsets back into the source text: segment, fold, stem, identify the language.
