//! The walk through the history of an account: page after page in the order of time, each kept with how far it got.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{ChargeSource, Ledger, LedgerPatch, NewCharge, Walk, to_fixed};
use venice::account::{GetBillingUsageHistory, UsageEntry};

use super::currency_word;
use crate::{AppError, Result, Studio, accounts::Payer, error::Code, events::AppEvent};

/// What was read is read again so far back: charges come late.
const OVERLAP_HOURS: i64 = 72;
/// A page.
const ROWS: u32 = 1_000;
/// How often a walk is begun anew in one go when its cursor isn't taken any more.
const RESTARTS: u32 = 3;
/// The window is told of so many pages at once.
const PAGES_TOLD: u32 = 10;

/// What was seen of the last moment of a page: the next may go on in it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Tail {
    /// Milliseconds since 1970.
    at: i64,
    /// How many there were of each.
    seen: BTreeMap<i64, u32>,
}

impl Studio {
    /// Reads the history up to now. Answers from when on charges may be new.
    pub(super) async fn read_history(&self, payer: &Payer, ledger: &Ledger) -> Result<Timestamp> {
        let overlapping =
            |to: Timestamp| to.checked_sub(OVERLAP_HOURS.hours()).unwrap_or(Timestamp::UNIX_EPOCH);
        // A clock that was ahead may have been set back.
        let complete = ledger.complete_to.map(|to| to.min(Timestamp::now()));
        let from = complete.map_or(Timestamp::UNIX_EPOCH, overlapping);
        let mut since = from;
        if let Some(walk) = ledger.walk.clone() {
            // Broken off: its end comes first, then what was charged since.
            since = since.min(walk.from);
            let reached = walk.to;
            self.walk(payer, walk).await?;
            let from = overlapping(reached);
            self.walk_from(payer, from).await?;
        } else {
            self.walk_from(payer, from).await?;
        }
        if !ledger.has_history {
            let account = payer.id.clone();
            self.store(move |store| store.charges().forget_answers(&account)).await?;
        }
        Ok(since)
    }

    /// Reads what was charged from a moment on.
    pub(super) async fn walk_from(&self, payer: &Payer, from: Timestamp) -> Result<()> {
        let now =
            Timestamp::from_millisecond(Timestamp::now().as_millisecond()).map_err(AppError::internal)?;
        self.walk(payer, Walk { from, to: now, cursor: None, tail: None }).await
    }

    async fn walk(&self, payer: &Payer, mut walk: Walk) -> Result<()> {
        let (mut restarts, mut pages, mut unread) = (0, 0, 0_u32);
        loop {
            let request = request(&walk);
            let page = match payer.client.get_billing_usage_history(&request).await {
                Ok(answer) => answer.value,
                Err(error) => {
                    let rejected = error.api().is_some_and(|api| api.status == 400) && walk.cursor.is_some();
                    if !rejected || restarts == RESTARTS {
                        return Err(error.into());
                    }
                    tracing::info!(
                        "the history's cursor isn't taken any more: the walk goes on from its last moment"
                    );
                    restarts += 1;
                    walk = anew(walk);
                    continue;
                }
            };
            if page.next_cursor.is_some() && page.next_cursor == walk.cursor {
                return Err(AppError::new(
                    Code::UnexpectedAnswer,
                    "The history of charges goes in a circle.",
                    "What was read of it is kept. Try again later.",
                )
                .param("content_type", "—"));
            }
            let (charges, tail, odd) = numbered(page.data, walk.tail.take());
            unread += odd + page.skipped;
            walk.tail = serde_json::to_value(tail).ok();
            walk.cursor = page.next_cursor;
            let ended = walk.cursor.is_none();
            let patch = if ended { at_end(&walk, unread) } else { on_the_way(&walk) };
            let account = payer.id.clone();
            self.store(move |store| store.charges().add(&account, charges, patch)).await?;
            if ended {
                return Ok(());
            }
            pages += 1;
            if pages % PAGES_TOLD == 0 {
                self.tell(AppEvent::SpendChanged);
            }
        }
    }
}

fn request(walk: &Walk) -> GetBillingUsageHistory {
    if let Some(cursor) = &walk.cursor {
        return GetBillingUsageHistory::after(cursor);
    }
    let request = GetBillingUsageHistory::new().end_timestamp(walk.to).page_size(ROWS);
    if walk.from > Timestamp::UNIX_EPOCH { request.start_timestamp(walk.from) } else { request }
}

/// The same walk without its cursor: from the last moment it had reached, all of which is read again.
fn anew(walk: Walk) -> Walk {
    let tail: Option<Tail> = walk.tail.and_then(|tail| serde_json::from_value(tail).ok());
    let reached = tail.and_then(|tail| Timestamp::from_millisecond(tail.at).ok());
    Walk {
        from: reached.map_or(walk.from, |reached| reached.max(walk.from)),
        cursor: None,
        tail: None,
        ..walk
    }
}

fn on_the_way(walk: &Walk) -> LedgerPatch {
    LedgerPatch { walk: Some(Some(walk.clone())), ..LedgerPatch::default() }
}

fn at_end(walk: &Walk, unread: u32) -> LedgerPatch {
    let problem = (unread > 0).then(|| {
        let error = AppError::new(
            Code::ChargesUnread,
            "Some rows of the history can't be read.",
            "The sums here are too small by them. An update of Canaletto may know them.",
        );
        serde_json::to_value(error.param("count", unread)).unwrap_or_default()
    });
    LedgerPatch {
        walk: Some(None),
        has_history: Some(true),
        complete_to: Some(walk.to),
        synced_at: Some(Timestamp::now()),
        problem: Some(problem.unwrap_or(Value::Null)),
        ..LedgerPatch::default()
    }
}

/// Charges, each with its number among equal ones of its moment; what was seen of the last moment; and how many can't be kept.
fn numbered(entries: Vec<UsageEntry>, tail: Option<Value>) -> (Vec<(NewCharge, u32)>, Tail, u32) {
    let before: Tail = tail.and_then(|tail| serde_json::from_value(tail).ok()).unwrap_or_default();
    let mut seen: HashMap<(i64, i64), u32> =
        before.seen.iter().map(|(hash, count)| ((before.at, *hash), *count)).collect();
    let (mut charges, mut odd, mut last) = (Vec::with_capacity(entries.len()), 0, before.at);
    for entry in entries {
        let charge = charge(entry);
        if to_fixed(charge.amount).is_none() {
            odd += 1;
            continue;
        }
        let at = charge.at.as_millisecond();
        last = last.max(at);
        let number = seen.entry((at, charge.hash())).or_default();
        charges.push((charge, *number));
        *number += 1;
    }
    let at_last = seen.into_iter().filter(|((at, _), _)| *at == last);
    let tail = Tail { at: last, seen: at_last.map(|((_, hash), count)| (hash, count)).collect() };
    (charges, tail, odd)
}

fn charge(entry: UsageEntry) -> NewCharge {
    NewCharge {
        at: Timestamp::from_millisecond(entry.timestamp.as_millisecond()).unwrap_or(entry.timestamp),
        source: ChargeSource::History,
        // Of calls that answers told there is a space in it.
        sku: entry.sku.replace(' ', "_"),
        amount: (-entry.amount).normalize(),
        currency: currency_word(&entry.currency),
        units: entry.units,
        price: entry.price_per_unit_usd,
        request_id: entry.inference_details.and_then(|details| details.request_id),
        notes: entry.notes,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(at: &str, amount: f64) -> UsageEntry {
        serde_json::from_value(
            json!({"timestamp": at, "sku": "m-image-unit", "amount": amount, "currency": "USD", "units": 1}),
        )
        .unwrap()
    }

    #[test]
    fn equal_charges_of_a_moment_are_counted_over_the_end_of_a_page() {
        let at = "2026-11-21T12:00:00.500Z";
        let (first, tail, _) = numbered(vec![entry("2026-11-21T11:00:00Z", -0.01), entry(at, -0.01)], None);
        assert_eq!(first.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [0, 0]);
        let tail = serde_json::to_value(tail).unwrap();
        let (second, _, _) = numbered(vec![entry(at, -0.01), entry(at, -0.02), entry(at, -0.01)], Some(tail));
        assert_eq!(second.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(second[0].0.amount.to_string(), "0.01", "what was spent is more than nothing");
    }

    #[test]
    fn a_walk_whose_cursor_is_refused_goes_on_from_its_last_moment() {
        let tail = json!({"at": 1_000, "seen": {"7": 2}});
        let second = |seconds| Timestamp::from_second(seconds).unwrap();
        let walk = Walk { from: second(0), to: second(9), cursor: Some("old".into()), tail: Some(tail) };
        let again = anew(walk);
        assert_eq!((again.from, again.to, again.cursor, again.tail), (second(1), second(9), None, None));
        let fresh = Walk { from: second(3), to: second(9), cursor: Some("old".into()), tail: None };
        assert_eq!(anew(fresh).from, second(3));
    }
}
