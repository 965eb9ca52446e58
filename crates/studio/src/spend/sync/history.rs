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

/// What there is in a history that can't be read: it stays until that has been read again without it, and is read again by another
/// version of the program, which may know more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Unread {
    /// Nothing before this was unreadable, in milliseconds since 1970.
    since: i64,
    /// How many rows, at least.
    count: u32,
    /// The version that couldn't.
    version: String,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Unread {
    fn of(ledger: &Ledger) -> Option<Self> {
        ledger.unread.clone().and_then(|unread| serde_json::from_value(unread).ok())
    }

    /// What is known after a walk that found so many such rows, the first after a moment; `whole` is where it began, where it
    /// wasn't broken off.
    fn after(known: Option<Self>, found: Option<(i64, u32)>, whole: Option<i64>) -> Option<Self> {
        let known = known.filter(|known| whole.is_none_or(|from| from > known.since));
        let found = found.map(|(since, count)| Self { since, count, version: VERSION.to_owned() });
        match (known, found) {
            (Some(known), Some(found)) => Some(Self {
                since: known.since.min(found.since),
                count: known.count.max(found.count),
                version: known.version,
            }),
            (known, found) => known.or(found),
        }
    }
}

/// What is said of rows that can't be read.
pub(super) fn unread_problem(ledger: &Ledger) -> Option<AppError> {
    let unread = Unread::of(ledger)?;
    let error = AppError::new(
        Code::ChargesUnread,
        "Some rows of the history can't be read.",
        "The sums here are too small by them. An update of Canaletto may know them.",
    );
    Some(error.param("count", unread.count))
}

/// All before this moment is here of a walk that isn't at its end.
pub(super) fn reached(walk: &Walk) -> Option<Timestamp> {
    let tail: Tail = serde_json::from_value(walk.tail.clone()?).ok()?;
    Timestamp::from_millisecond(tail.at).ok()
}

impl Studio {
    /// Reads the history up to now. Answers from when on charges may be new.
    pub(super) async fn read_history(&self, payer: &Payer, ledger: &Ledger) -> Result<Timestamp> {
        let overlapping =
            |to: Timestamp| to.checked_sub(OVERLAP_HOURS.hours()).unwrap_or(Timestamp::UNIX_EPOCH);
        // A clock that was ahead may have been set back.
        let complete = ledger.complete_to.map(|to| to.min(Timestamp::now()));
        let mut from = complete.map_or(Timestamp::UNIX_EPOCH, overlapping);
        if let Some(unread) = Unread::of(ledger).filter(|unread| unread.version != VERSION) {
            from = from.min(Timestamp::from_millisecond(unread.since).unwrap_or(Timestamp::UNIX_EPOCH));
        }
        let mut since = from;
        if let Some(walk) = ledger.walk.clone() {
            // Broken off: its end comes first, then what was charged since.
            since = since.min(walk.from);
            let reached = walk.to;
            self.walk(payer, walk).await?;
            // What is read again here may reach back further than that walk.
            let from = if complete.is_some() { from.min(overlapping(reached)) } else { overlapping(reached) };
            self.walk_from(payer, from).await?;
        } else {
            self.walk_from(payer, from).await?;
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
        let (mut restarts, mut pages) = (0, 0);
        let account = payer.id.clone();
        let ledgers = self.store(|store| store.charges().ledgers()).await?;
        let known = ledgers.iter().find(|ledger| ledger.account == account).and_then(Unread::of);
        let whole = walk.cursor.is_none().then_some(walk.from.as_millisecond());
        let mut found: Option<(i64, u32)> = None;
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
            let before = reached(&walk).unwrap_or(walk.from).max(walk.from).as_millisecond();
            let (charges, tail, odd) = numbered(page.data, walk.tail.take());
            let unread = odd + page.skipped;
            if unread > 0 {
                let (since, count) = found.unwrap_or((before, 0));
                found = Some((since, count.saturating_add(unread)));
            }
            let last = Timestamp::from_millisecond(tail.at).unwrap_or(walk.from);
            walk.tail = serde_json::to_value(tail).ok();
            walk.cursor = page.next_cursor;
            let ended = walk.cursor.is_none();
            let patch = if ended { at_end(&walk) } else { on_the_way(&walk) };
            // Until the end nothing is taken back.
            let unread = Unread::after(known.clone(), found, whole.filter(|_| ended));
            let patch =
                LedgerPatch { unread: Some(serde_json::to_value(unread).unwrap_or_default()), ..patch };
            let account = payer.id.clone();
            self.store(move |store| {
                store.charges().add(&account, charges, patch)?;
                store.charges().forget_answers(&account, (!ended).then_some(last))
            })
            .await?;
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
    Walk {
        from: reached(&walk).map_or(walk.from, |reached| reached.max(walk.from)),
        cursor: None,
        tail: None,
        ..walk
    }
}

fn on_the_way(walk: &Walk) -> LedgerPatch {
    LedgerPatch { walk: Some(Some(walk.clone())), ..LedgerPatch::default() }
}

fn at_end(walk: &Walk) -> LedgerPatch {
    LedgerPatch {
        walk: Some(None),
        has_history: Some(true),
        complete_to: Some(walk.to),
        synced_at: Some(Timestamp::now()),
        problem: Some(Value::Null),
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
    fn what_cannot_be_read_is_said_until_it_was_read_again_without_it() {
        let known = |since, count| Unread { since, count, version: VERSION.into() };
        assert_eq!(Unread::after(None, None, Some(0)), None);
        assert_eq!(Unread::after(None, Some((500, 2)), Some(0)), Some(known(500, 2)));
        // The last days alone say nothing of what was before them, and see some of it again.
        assert_eq!(Unread::after(Some(known(500, 2)), None, Some(9_000)), Some(known(500, 2)));
        assert_eq!(Unread::after(Some(known(500, 2)), Some((9_100, 1)), Some(9_000)), Some(known(500, 2)));
        assert_eq!(Unread::after(Some(known(500, 2)), None, None), Some(known(500, 2)), "broken off");
        assert_eq!(Unread::after(Some(known(500, 2)), None, Some(500)), None);
        assert_eq!(Unread::after(Some(known(500, 2)), Some((700, 1)), Some(500)), Some(known(700, 1)));
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
