//! Charging for what is told: all of it at the end, or what there was when the client left.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Prepared, Usage};
use crate::{config::Currency, refusal::Refusal, work::Tab};

/// Counts what is told, and charges for it once.
pub(crate) struct Meter {
    prepared: Arc<Prepared>,
    /// What the whole answer uses.
    usage: Usage,
    /// Open until the charge is booked.
    tab: Option<Tab>,
    told: u64,
    begun: bool,
}

impl Meter {
    pub(crate) fn new(prepared: Arc<Prepared>, usage: Usage, tab: Tab) -> Self {
        Self { prepared, usage, tab: Some(tab), told: 0, begun: false }
    }

    /// More was told.
    pub(crate) fn tell(&mut self, tokens: u64) {
        self.begun = true;
        self.told += tokens;
    }

    /// Whether the charge is booked, and nothing is to follow.
    pub(crate) fn is_over(&self) -> bool {
        self.tab.is_none()
    }

    /// Charges for the whole answer, on disk when this returns; says what it cost and who paid.
    pub(crate) async fn settle(&mut self) -> Result<(Decimal, Currency), Refusal> {
        let failed = || Refusal::broken("INFERENCE_FAILED", "Inference processing failed");
        let tab = self.tab.take().ok_or_else(failed)?;
        let (bill, currency) = (self.usage.bill(&self.prepared), tab.currency());
        let total = bill.total();
        let settling = tokio::task::spawn_blocking(move || tab.settle(bill));
        settling.await.unwrap_or_else(|_| Err(failed()))?;
        Ok((total, currency))
    }
}

impl Drop for Meter {
    /// The client is gone, or a fault struck: what was told is charged. Nothing told yet means that a finished answer
    /// was lost on its way, and then it is charged as a whole.
    fn drop(&mut self) {
        let Some(tab) = self.tab.take() else { return };
        let whole = self.usage;
        let usage = if self.begun {
            let completion = self.told.min(whole.completion);
            Usage { completion, reasoning: whole.reasoning.min(completion), ..whole }
        } else {
            whole
        };
        // A few milliseconds at most, and it must be on disk even when everything is ending. A failure was logged.
        let _ = tab.settle(usage.bill(&self.prepared));
    }
}
