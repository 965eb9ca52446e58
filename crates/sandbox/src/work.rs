//! Paid work: money is held, the work is done, the charge is on disk, and only then is anybody answered.

use std::{borrow::Cow, time::Instant};

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{
    config::Currency,
    gate::Caller,
    ledger::{Charge, Hold, Inference, Measure, NoMoney, Payer},
    moment,
    operations::Call,
    payment_required,
    rates::{Exceeded, LimitKind},
    refusal::Refusal,
};

/// One line of a bill.
#[derive(Debug, Clone)]
struct Item {
    unit: &'static str,
    measure: Measure,
    surcharge: bool,
    units: Decimal,
    amount: Decimal,
}

/// The request that a bill is for.
pub(crate) struct Charged {
    pub(crate) request_id: String,
    pub(crate) cf_ray: String,
    pub(crate) operation: Cow<'static, str>,
    pub(crate) payer: Payer,
    pub(crate) currency: Currency,
    pub(crate) at: Timestamp,
    /// How long the work took.
    pub(crate) milliseconds: u32,
}

/// What a request costs, line by line.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    model: String,
    items: Vec<Item>,
    tokens: Option<(Option<u32>, Option<u32>)>,
}

impl Bill {
    /// A bill without lines.
    pub(crate) fn of(model: &str) -> Self {
        Self { model: model.to_owned(), items: Vec::new(), tokens: None }
    }

    /// So many pieces at a price each, such as pictures.
    pub(crate) fn new(model: &str, unit: &'static str, pieces: u32, each: Decimal) -> Self {
        Self::of(model).line(unit, Measure::Unit, pieces.into(), each)
    }

    /// Adds pieces on top, where they cost anything.
    pub(crate) fn and(mut self, unit: &'static str, pieces: u32, each: Decimal) -> Self {
        if pieces == 0 || each.is_zero() {
            return self;
        }
        let (units, amount) = (pieces.into(), (Decimal::from(pieces) * each).normalize());
        self.items.push(Item { unit, measure: Measure::Unit, surcharge: true, units, amount });
        self
    }

    /// Adds tokens at a price per million, where there are any.
    pub(crate) fn tokens(self, unit: &'static str, tokens: u32, per_million: Decimal) -> Self {
        if tokens == 0 {
            return self;
        }
        let millions = Decimal::from_i128_with_scale(tokens.into(), 6);
        self.line(unit, Measure::MillionTokens, millions.normalize(), per_million)
    }

    /// Adds a line: `units` in what is measured, at a price for each.
    pub(crate) fn line(
        mut self,
        unit: &'static str,
        measure: Measure,
        units: Decimal,
        each: Decimal,
    ) -> Self {
        let amount = (units * each).normalize();
        self.items.push(Item { unit, measure, surcharge: false, units, amount });
        self
    }

    /// Says that this is inference that the usage history tells of, and its tokens where it has any.
    pub(crate) fn inference(mut self, prompt: Option<u32>, completion: Option<u32>) -> Self {
        self.tokens = Some((prompt, completion));
        self
    }

    pub(crate) fn total(&self) -> Decimal {
        self.items.iter().map(|item| item.amount).sum()
    }

    pub(crate) fn lines(&self) -> usize {
        self.items.len()
    }

    /// Keeps no more than so many lines.
    pub(crate) fn at_most(&mut self, lines: usize) {
        self.items.truncate(lines);
    }

    /// The rows of the ledger.
    pub(crate) fn charges(self, of: &Charged) -> Vec<Charge> {
        let milliseconds = of.milliseconds;
        let inference = self.tokens.map(|(prompt_tokens, completion_tokens)| Inference {
            prompt_tokens,
            completion_tokens,
            milliseconds,
        });
        let items = self.items.into_iter();
        items
            .map(|item| Charge {
                request_id: of.request_id.clone(),
                cf_ray: of.cf_ray.clone(),
                operation: of.operation.clone(),
                model: Cow::Owned(self.model.clone()),
                unit: Cow::Borrowed(item.unit),
                measure: item.measure,
                surcharge: item.surcharge,
                units: item.units,
                amount: item.amount,
                currency: of.currency,
                at: of.at,
                payer: of.payer.clone(),
                inference,
            })
            .collect()
    }
}

impl Call {
    /// Counts this request against the limit of its operation's group, or refuses it.
    pub(crate) fn take_turn(&self, model: &str) -> Result<(), Refusal> {
        let Some(group) = self.operation.group else { return Ok(()) };
        self.house.rates.take(group, Instant::now()).map_err(|(kind, wait)| {
            self.exceeded(model, kind);
            let what = if kind == LimitKind::Tokens { "tokens" } else { "requests" };
            let message = format!("Rate limit exceeded: too many {what} in a minute");
            Refusal::too_often(wait.as_secs() + 1, &message)
        })
    }

    /// Writes into the log that a limit was exceeded.
    pub(crate) fn exceeded(&self, model: &str, kind: LimitKind) {
        let key = self.caller.key().map(|key| key.id.clone()).unwrap_or_default();
        self.house.rates.log(Exceeded { key, model: model.to_owned(), kind, at: Timestamp::now() });
    }

    /// Why the caller can't pay.
    pub(crate) fn unpaid(&self, reason: NoMoney) -> Refusal {
        match (reason, &self.caller) {
            (NoMoney::OverLimit(currency), _) => Refusal::over_limit(currency),
            (NoMoney::Insufficient, Caller::Wallet(wallet)) => {
                payment_required::to_a_wallet(&self.house, &self.asked, *wallet)
            }
            (NoMoney::Insufficient, _) => Refusal::no_money(),
        }
    }

    /// Does `work` off the async threads and charges `bill` for it. Refused work costs nothing.
    pub(crate) async fn paid<T: Send + 'static>(
        &self,
        bill: Bill,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (model, most) = (bill.model.clone(), bill.total());
        self.paid_by_result(&model, most, move || Ok((work()?, bill))).await
    }

    /// Like [`Self::paid`], where only the work tells what it costs: `most` is held meanwhile.
    pub(crate) async fn paid_by_result<T: Send + 'static>(
        &self,
        model: &str,
        most: Decimal,
        work: impl FnOnce() -> Result<(T, Bill), Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let tab = self.open_tab(model, most)?;
        tokio::time::sleep(self.house.next_work_time(self.operation.natural)).await;
        let done = tokio::task::spawn_blocking(move || {
            let (done, bill) = work()?;
            tab.settle(bill)?;
            Ok(done)
        });
        done.await.unwrap_or_else(|_| Err(Refusal::broken("INFERENCE_FAILED", "Inference processing failed")))
    }

    /// Sets `most` aside and counts the request: for work that settles its bill by itself.
    pub(crate) fn open_tab(&self, model: &str, most: Decimal) -> Result<Tab, Refusal> {
        let payer = self.caller.payer();
        let cap = self.caller.cap(Timestamp::now());
        let hold = self.house.ledger.hold(&payer, cap, most).map_err(|reason| self.unpaid(reason))?;
        self.take_turn(model)?;
        Ok(Tab { call: self.clone(), hold, begun: Instant::now() })
    }
}

/// Money set aside for work under way. Dropped, it is given back.
pub(crate) struct Tab {
    call: Call,
    hold: Hold,
    begun: Instant,
}

impl Tab {
    /// The balance that will be charged.
    pub(crate) fn currency(&self) -> Currency {
        self.hold.currency
    }

    /// Charges for what was done, on disk before this returns.
    pub(crate) fn settle(self, bill: Bill) -> Result<(), Refusal> {
        let took = u32::try_from(self.begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let house = &self.call.house;
        if let Some((prompt, completion)) = bill.tokens {
            let tokens = prompt.unwrap_or_default().saturating_add(completion.unwrap_or_default());
            house.rates.used(tokens, Instant::now());
        }
        let charges = bill.charges(&Charged {
            request_id: self.call.id.clone(),
            cf_ray: self.call.ray.clone(),
            operation: Cow::Borrowed(self.call.operation.id),
            payer: self.call.caller.payer(),
            currency: self.hold.currency,
            at: moment::to_millisecond(Timestamp::now()),
            milliseconds: took,
        });
        house.ledger.settle(charges).map_err(|error| {
            tracing::error!(%error, "the ledger can't be written");
            Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its ledger")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_charged_to_the_last_digit() {
        let bill = Bill::of("zai-org-glm-5-2")
            .tokens("llm-input", 339, Decimal::new(9, 1))
            .tokens("llm-cache-read", 0, Decimal::new(18, 2))
            .tokens("llm-output", 227, Decimal::from(3));
        assert_eq!(bill.items.len(), 2, "nothing was read from the cache");
        assert_eq!(bill.total().to_string(), "0.0009861");
        assert_eq!(bill.items[1].units.to_string(), "0.000227");
    }

    #[test]
    fn what_costs_nothing_is_no_line() {
        let bill = Bill::new("m", "image", 2, Decimal::new(1, 2)).and("web-search", 0, Decimal::ONE);
        assert_eq!((bill.items.len(), bill.total()), (1, Decimal::new(2, 2)));
    }
}
