//! What a call's answer is made into: items of the library, and a note in the history.

use serde::Serialize;
use store::{CallNote, Certainty, Cost, Job, JobPatch, NewItem, Origin, Parent, Role};
use venice::Receipt;

use super::{CallRequest, ResultFile, kinds};
use crate::{
    AppError, Result, Studio,
    jobs::{Kept, Sent, share},
    library::KeptReceipt,
    recipe::Recipe,
};

/// The most of an answer's text that the history keeps, in bytes.
const LONGEST: usize = 256 * 1024;

impl Studio {
    /// Keeps every file of a paid answer. What is kept already stays the one it is.
    pub(crate) async fn keep_call(&self, job: &Job, sent: Sent, took_ms: u64) -> Result<Kept> {
        let kind = kinds::of(&job.operation)?;
        let (receipt, content_type, bytes) =
            (sent.receipt.clone(), sent.content_type.clone(), sent.bytes.clone());
        let asked: CallRequest = serde_json::from_value(job.request.clone()).map_err(AppError::internal)?;
        let request = asked.request.clone();
        let reading = tokio::task::spawn_blocking(move || {
            (kind.results)(request, &receipt, content_type.as_deref(), bytes)
        });
        let results = reading.await.map_err(AppError::internal)??;
        if let Some((remote_id, download_url)) = results.remote {
            // Told once: it is written down before anything else is done.
            let id = job.id;
            let patch = JobPatch { remote_id: Some(remote_id), download_url, ..JobPatch::default() };
            self.store(move |store| store.jobs().change(id, patch)).await?;
        }
        let answer_id = results.answer_id.or_else(|| sent.receipt.answer_id.clone());
        let mut said = sent.receipt.clone();
        said.answer_id.clone_from(&answer_id);
        let shown = results.shown;
        let receipt = KeptReceipt {
            answer_id: answer_id.clone(),
            cf_ray: sent.receipt.cf_ray.clone(),
            model: sent.receipt.model.id.clone(),
            took_ms: Some(took_ms),
            estimate: job.estimate,
            warnings: Vec::new(),
            enhanced_prompt: sent.receipt.picture.enhanced_prompt.clone(),
            blurred: sent.receipt.picture.is_blurred == Some(true),
        };
        let count = u32::try_from(results.files.len()).unwrap_or(u32::MAX);
        let parents: Vec<Parent> = asked
            .files
            .values()
            .filter_map(|file| file.item)
            .map(|item| Parent { item, role: Role::Source })
            .collect();
        let title = if job.title.is_empty() { job.operation.clone() } else { job.title.clone() };
        let recipe = Recipe::of_call(&job.operation, &asked.request);
        let id = job.id;
        let job = job.clone();
        self.store(move |store| {
            // One that can't be kept doesn't cost the others; they are tried again with the whole answer.
            let mut outcome = Ok(());
            for (index, file) in results.files.into_iter().enumerate() {
                let new = NewItem {
                    kind: file.kind,
                    format: Some((file.mime, file.extension)),
                    prompt: (!job.title.is_empty()).then(|| job.title.clone()),
                    model: job.model.clone().or_else(|| receipt.model.clone()),
                    cost: Cost {
                        money: job.estimate.map(|money| share(money, count)),
                        certainty: if job.estimate.is_some() {
                            Certainty::Estimate
                        } else {
                            Certainty::Unknown
                        },
                        pretend: job.pretend,
                    },
                    account: Some(job.account.clone()),
                    job: Some(job.id),
                    job_index: u32::try_from(index).unwrap_or(u32::MAX),
                    parents: parents.clone(),
                    recipe: serde_json::to_value(&recipe).ok(),
                    receipt: serde_json::to_value(&receipt).ok(),
                    ..NewItem::new(Origin::Made, &title)
                };
                outcome = outcome.and(store.keep(file.bytes.to_vec(), new).map(drop));
            }
            outcome?;
            // The words of an answer are kept before its bytes may go: a restart can come between.
            if let Some(mut note) = store.calls().of_job(job.id)? {
                let items = store.jobs().items(job.id)?;
                answered(&mut note, shown, &said, items.iter().map(|item| item.id.to_string()).collect());
                store.calls().finish(note)?;
            }
            Ok(())
        })
        .await?;
        self.inner.running.answered(id, sent);
        Ok(Kept { answer_id, problem: None, ..Kept::default() })
    }

    /// Keeps the files of an answer that cost nothing, such as a film that was paid for when it was queued.
    pub(super) async fn keep_results(
        &self,
        files: Vec<ResultFile>,
        note: &CallNote,
        receipt: &Receipt,
    ) -> Result<Vec<String>> {
        let kept_receipt = KeptReceipt {
            cf_ray: receipt.cf_ray.clone(),
            model: receipt.model.id.clone(),
            took_ms: note.took_ms,
            ..KeptReceipt::default()
        };
        let recipe = Recipe::of_call(&note.operation, &note.request);
        let note = note.clone();
        self.store(move |store| {
            let kept = files.into_iter().map(|file| {
                let new = NewItem {
                    kind: file.kind,
                    format: Some((file.mime, file.extension)),
                    model: recipe.model.clone(),
                    cost: Cost { pretend: note.pretend, ..Cost::default() },
                    account: Some(note.account.clone()),
                    recipe: serde_json::to_value(&recipe).ok(),
                    receipt: serde_json::to_value(&kept_receipt).ok(),
                    ..NewItem::new(Origin::Made, &note.operation)
                };
                store.keep(file.bytes.to_vec(), new).map(|item| item.id.to_string())
            });
            kept.collect()
        })
        .await
    }

    /// Writes into the history what went wrong.
    pub(super) async fn note_error(&self, mut note: CallNote, error: &AppError) -> Result<()> {
        note.error = serde_json::to_value(error).ok();
        self.store(
            move |store| {
                if is_noted_before(&note) { store.calls().finish(note) } else { store.calls().put(note) }
            },
        )
        .await
    }

    /// Writes into the history what came back.
    pub(super) async fn note_answer(
        &self,
        mut note: CallNote,
        answer: &impl Serialize,
        receipt: &Receipt,
        items: &[String],
    ) -> Result<()> {
        let text = serde_json::to_string_pretty(answer).map_err(AppError::internal)?;
        answered(&mut note, text, receipt, items.to_vec());
        self.store(
            move |store| {
                if is_noted_before(&note) { store.calls().finish(note) } else { store.calls().put(note) }
            },
        )
        .await
    }
}

/// Whether a call is written down before it is sent: what may be charged, and what makes or changes something.
fn is_noted_before(note: &CallNote) -> bool {
    kinds::of(&note.operation).is_ok_and(|kind| kind.operation.paid || !kind.operation.is_repeatable())
}

/// Notes what came back.
fn answered(note: &mut CallNote, mut text: String, receipt: &Receipt, items: Vec<String>) {
    note.answer_cut = text.len() > LONGEST;
    text.truncate(text.floor_char_boundary(LONGEST));
    note.answer = Some(text);
    note.status = Some(receipt.status);
    note.took_ms = Some(u64::from(receipt.duration_ms));
    note.items = items;
    note.receipt = serde_json::to_value(receipt).ok();
    note.error = None;
}
