//! Where there is no history: what the answers to our own work told, and else what that work was expected to cost.

use jiff::{Timestamp, ToSpan};
use store::{ChargeSource, JobState, Ledger, LedgerPatch, NewCharge, SentJob};

use super::history::reached;
use crate::{Result, Studio};

impl Studio {
    /// Puts down what the work of an account cost, as far as that is known, since its history ends or the last time.
    pub(super) async fn read_answers(&self, ledger: &Ledger) -> Result<()> {
        let now = Timestamp::now();
        let account = ledger.account.clone();
        // Work that was under way the last time has ended meanwhile, or was charged.
        let again = ledger.synced_at.and_then(|at| at.checked_sub(48.hours()).ok());
        let since = ledger.complete_to.or(again).unwrap_or(Timestamp::UNIX_EPOCH);
        // So far the history was read before it couldn't be any more.
        let since = ledger.walk.as_ref().and_then(reached).map_or(since, |reached| reached.max(since));
        let has_history = ledger.has_history;
        let changed = self
            .store(move |store| {
                let jobs = store.charges().sent_jobs(&account, since, now)?;
                let charges = jobs.iter().filter_map(|job| Some((job.id, charge(job)?))).collect();
                let patch = LedgerPatch {
                    // Of a history that isn't read any more the problem is told instead.
                    synced_at: (!has_history).then_some(now),
                    problem: (!has_history).then_some(serde_json::Value::Null),
                    ..LedgerPatch::default()
                };
                store.charges().put_answers(&account, charges, patch)
            })
            .await?;
        tracing::debug!(changed, "charges that answers told");
        Ok(())
    }
}

fn charge(job: &SentJob) -> Option<NewCharge> {
    // What may have been charged isn't said to have been.
    if !matches!(job.state, JobState::Saved | JobState::Ready) && job.charged.is_none() {
        return None;
    }
    let (money, source) = match job.charged {
        Some(charged) => (charged, ChargeSource::Answer),
        None => (job.settled.or(job.estimate)?, ChargeSource::Estimate),
    };
    let at = job.finished_at.unwrap_or(job.sent_at);
    Some(NewCharge {
        at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
        source,
        sku: format!("{} {}", job.operation, job.model.as_deref().unwrap_or_default()),
        amount: money.amount.normalize().round_dp(store::DECIMALS),
        currency: money.currency.as_str().to_owned(),
        units: None,
        price: None,
        request_id: job.answer_id.clone(),
        notes: None,
    })
}
