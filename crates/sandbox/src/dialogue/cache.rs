//! What is remembered of prompts, so that a conversation which goes on pays less for its beginning.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use super::{Ask, Part};
use crate::{chance::mix, words::count};

/// How many conversations are remembered.
const KEPT: usize = 500;

/// The beginnings of prompts: for each turn a hash of all up to it.
#[derive(Debug, Default)]
pub(crate) struct PromptCache(Mutex<VecDeque<(u64, Vec<u64>)>>);

impl PromptCache {
    /// Remembers the turns of a conversation, and says how many of them were known. `key` tells callers, models and
    /// conversations apart.
    pub(crate) fn meet(&self, key: &str, ask: &Ask) -> usize {
        let key = mix(0x0ca0_c4e5, key);
        let mut hash = key;
        let turns: Vec<u64> = ask
            .turns
            .iter()
            .map(|turn| {
                hash = mix(hash, &format!("{:?}", turn.role));
                for part in &turn.parts {
                    hash = match part {
                        Part::Text(text) | Part::Image(text) | Part::Video(text) => mix(hash, text),
                        Part::Audio { data, .. } | Part::File { data, .. } => mix(hash, data),
                    };
                }
                hash
            })
            .collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| *known == key);
        let before = place.and_then(|place| kept.remove(place)).map(|(_, turns)| turns).unwrap_or_default();
        let known = before.iter().zip(&turns).take_while(|(one, two)| one == two).count();
        kept.push_front((key, turns));
        kept.truncate(KEPT);
        known
    }

    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The tokens of the first turns, attachments left out.
pub(super) fn tokens_of(ask: &Ask, turns: usize) -> u64 {
    ask.turns.iter().take(turns).map(|turn| 4 + count(&turn.text())).sum()
}
