//! Finished files, the last few of them; others are made anew.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use tokio::sync::Mutex;

use super::Job;
use crate::refusal::Refusal;

/// How many bytes of finished files are kept.
const ROOM: usize = 96 << 20;

/// The finished files. They are made one after the other: each takes a processor for a while.
#[derive(Debug, Default)]
pub(super) struct Works(Mutex<VecDeque<(String, Bytes)>>);

impl Works {
    pub(super) async fn of(&self, job: &Arc<Job>) -> Result<Bytes, Refusal> {
        let mut kept = self.0.lock().await;
        if let Some((_, file)) = kept.iter().find(|(id, _)| *id == job.id) {
            return Ok(file.clone());
        }
        let making = Arc::clone(job);
        let file: Bytes = tokio::task::spawn_blocking(move || making.make())
            .await
            .unwrap_or_else(|_| Err(Refusal::broken("INFERENCE_FAILED", "Inference processing failed")))?
            .into();
        kept.push_back((job.id.clone(), file.clone()));
        while kept.len() > 1 && kept.iter().map(|(_, file)| file.len()).sum::<usize>() > ROOM {
            kept.pop_front();
        }
        Ok(file)
    }
}
