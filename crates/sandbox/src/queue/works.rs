//! Finished files, the last few of them; others are made anew.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

use super::Job;
use crate::refusal::Refusal;

/// How many bytes of finished files are kept.
const ROOM: usize = 96 << 20;

/// The finished files.
#[derive(Debug, Default)]
pub(super) struct Works {
    kept: Mutex<VecDeque<(String, Bytes)>>,
    /// They are made one after the other: each takes a processor for a while.
    turn: tokio::sync::Mutex<()>,
}

impl Works {
    pub(super) async fn of(&self, job: &Arc<Job>) -> Result<Bytes, Refusal> {
        if let Some(file) = self.known(&job.id) {
            return Ok(file);
        }
        let turn = self.turn.lock().await;
        // Somebody else may have asked for the same one meanwhile.
        if let Some(file) = self.known(&job.id) {
            return Ok(file);
        }
        let making = Arc::clone(job);
        let file: Bytes = tokio::task::spawn_blocking(move || making.make())
            .await
            .unwrap_or_else(|_| Err(Refusal::broken("INFERENCE_FAILED", "Inference processing failed")))?
            .into();
        self.keep(&job.id, &file);
        drop(turn);
        Ok(file)
    }

    fn known(&self, id: &str) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == id).map(|(_, file)| file.clone())
    }

    fn keep(&self, id: &str, file: &Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((id.to_owned(), file.clone()));
        while kept.len() > 1 && kept.iter().map(|(_, file)| file.len()).sum::<usize>() > ROOM {
            kept.pop_front();
        }
    }
}
