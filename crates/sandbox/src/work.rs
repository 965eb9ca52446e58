//! Paid work: money is held, the work is done, the charge is on disk, and only then is anybody answered.

use std::time::Instant;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{ledger::Charge, operations::Call, refusal::Refusal};

/// What a request costs, line by line.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    pub(crate) model: String,
    lines: Vec<(&'static str, u32, Decimal)>,
}

impl Bill {
    /// `units` of something at a price each.
    pub(crate) fn new(model: &str, unit: &'static str, units: u32, each: Decimal) -> Self {
        Self { model: model.to_owned(), lines: vec![(unit, units, each * Decimal::from(units))] }
    }

    /// Adds a line, where it costs anything.
    pub(crate) fn and(mut self, unit: &'static str, units: u32, each: Decimal) -> Self {
        let amount = each * Decimal::from(units);
        if !amount.is_zero() {
            self.lines.push((unit, units, amount));
        }
        self
    }

    fn total(&self) -> Decimal {
        self.lines.iter().map(|(_, _, amount)| amount).sum()
    }
}

impl Call {
    /// Does `work` off the async threads and charges for it. Refused work costs nothing.
    pub(crate) async fn paid<T: Send + 'static>(
        &self,
        bill: Bill,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let hold = self.house.ledger.hold(bill.total()).ok_or_else(Refusal::no_money)?;
        self.house.pictures.take(Instant::now()).map_err(|wait| {
            Refusal::too_often(wait.as_secs() + 1, "Rate limit exceeded: too many image requests in a minute")
        })?;
        tokio::time::sleep(self.house.next_work_time()).await;
        let charges = bill
            .lines
            .iter()
            .map(|(unit, units, amount)| Charge {
                request_id: self.id.clone(),
                cf_ray: self.ray.clone(),
                operation: self.operation.id.to_owned(),
                model: bill.model.clone(),
                unit: (*unit).to_owned(),
                units: *units,
                amount: *amount,
                currency: hold.currency,
                at: Timestamp::now(),
            })
            .collect();
        let ledger = self.house.ledger.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work()?;
            ledger.settle(charges).map_err(|error| {
                tracing::error!(%error, "the ledger can't be written");
                Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its ledger")
            })?;
            drop(hold);
            Ok(done)
        });
        done.await.unwrap_or_else(|_| Err(Refusal::broken("INFERENCE_FAILED", "Inference processing failed")))
    }
}
