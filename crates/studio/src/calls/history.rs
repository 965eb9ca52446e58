//! What was called before.

use store::{CallId, CallNote};

use super::{
    Files,
    view::{CallRecord, CallRow, CallsPage},
};
use crate::{AppError, Result, Studio, jobs::view::Billing};

impl Studio {
    /// Calls of one operation, or of all, newest first.
    pub async fn calls(
        &self,
        operation: Option<String>,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<CallsPage> {
        self.store(move |store| {
            let page = store.calls().page(operation.as_deref(), cursor.as_deref(), limit)?;
            let rows = page.calls.iter().map(|note| row(store, note)).collect::<store::Result<_>>()?;
            Ok(CallsPage { calls: rows, next: page.next })
        })
        .await
    }

    /// All that is known of a call.
    pub async fn call_record(&self, id: &str) -> Result<CallRecord> {
        let id = parse(id)?;
        let (note, row) = self
            .store(move |store| {
                let note = store.calls().get(id)?;
                let row = row(store, &note)?;
                Ok((note, row))
            })
            .await?;
        let files: Files = serde_json::from_value(note.files).unwrap_or_default();
        Ok(CallRecord {
            row,
            request: note.request,
            files: self.name_again(files),
            answer: note.answer,
            answer_cut: note.answer_cut,
            receipt: note.receipt.and_then(|receipt| serde_json::from_value(receipt).ok()),
        })
    }

    /// Says of each call that an earlier run left without an end how it stands. Those whose answers are on disk are
    /// being kept and say it themselves.
    pub(crate) async fn close_history(&self) -> Result<()> {
        let open = self
            .store(|store| {
                let mut open = Vec::new();
                for note in store.calls().unanswered()? {
                    let job = match note.job.map(|id| store.jobs().get(id)).transpose() {
                        Err(error) if error.is_not_found() => None,
                        found => found?,
                    };
                    open.push((note, job));
                }
                Ok(open)
            })
            .await?;
        for (mut note, job) in open {
            if job
                .as_ref()
                .is_some_and(|job| matches!(job.state, store::JobState::Ready | store::JobState::Saved))
            {
                continue;
            }
            let error = match job {
                Some(job) => job.error,
                None => serde_json::to_value(super::done_unknown()).ok(),
            };
            note.error = error.or_else(|| serde_json::to_value(super::stopped()).ok());
            self.store(move |store| store.calls().finish(note)).await?;
        }
        Ok(())
    }

    /// Forgets these calls, or all. What they made stays.
    pub async fn forget_calls(&self, ids: Option<Vec<String>>) -> Result<()> {
        let ids = ids.map(|ids| ids.iter().map(|id| parse(id)).collect::<Result<Vec<_>>>()).transpose()?;
        self.store(move |store| store.calls().forget(ids)).await
    }
}

fn parse(id: &str) -> Result<CallId> {
    id.parse().map_err(|_| AppError::not_found("call"))
}

fn row(store: &store::Store, note: &CallNote) -> store::Result<CallRow> {
    // A job that was refused before it was written down is none.
    let job = match note.job.map(|id| store.jobs().get(id)).transpose() {
        Err(error) if error.is_not_found() => None,
        found => found?,
    };
    Ok(CallRow {
        id: note.id.to_string(),
        at: note.at.to_string(),
        operation: note.operation.clone(),
        account: note.account.clone(),
        pretend: note.pretend,
        status: note.status,
        took_ms: note.took_ms,
        estimate: job.as_ref().and_then(|job| job.estimate),
        charged: job.as_ref().and_then(|job| job.charged),
        billing: job.as_ref().map_or(Billing::Nothing, Billing::of),
        job: job.map(|job| job.id.to_string()),
        items: note.items.clone(),
        error: note.error.clone().and_then(|error| serde_json::from_value(error).ok()),
    })
}
