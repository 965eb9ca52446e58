//! The answers that enclaves gave, so that their signatures can be asked for.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// How many answers are remembered.
const KEPT: usize = 1000;

/// Answers by their ids.
#[derive(Debug, Default)]
pub(crate) struct Signed(Mutex<VecDeque<Record>>);

#[derive(Debug, Clone)]
struct Record {
    id: String,
    model: &'static str,
    /// SHA-256 of the request's body and of the answer's, in hex, with a colon between.
    text: String,
}

impl Signed {
    pub(crate) fn remember(&self, id: &str, model: &'static str, text: String) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Record { id: id.to_owned(), model, text });
        kept.truncate(KEPT);
    }

    /// What was signed for an answer of a model.
    pub(crate) fn text(&self, id: &str, model: &str) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|record| record.id == id && record.model == model).map(|record| record.text.clone())
    }
}
