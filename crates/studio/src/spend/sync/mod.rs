//! The history of charges is read after paid work, at the start, each hour and by hand.
//!
//! It is kept on disk page by page together with how far the walk has got, so that it goes on where it was broken off, and what
//! is known can be looked at without a network.

mod answers;
mod compare;
mod history;
mod wallet;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::Value;
use store::{Balance, Ledger, LedgerPatch};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};

use super::{
    sku::SkuReader,
    view::{AccountLedger, ChargeSource, SpendDifference, SpendStatus},
};
use crate::{
    AppError, Result, Studio,
    accounts::{
        Payer,
        view::{AccountKind, AccountView},
    },
    error::Code,
    events::AppEvent,
};

/// After the start: the first pictures of the window don't wait for it.
const AT_START: Duration = Duration::from_secs(10);
/// After paid work: Venice writes its charges down a moment later, and much work at once is looked up once.
const AFTER_WORK: Duration = Duration::from_secs(20);
const EACH: Duration = Duration::from_hours(1);
/// Venice's own sums aren't asked for after each piece of work.
const COMPARED_EACH: SignedDuration = SignedDuration::from_mins(50);
/// How long the names of models are taken for known.
const NAMES_HOLD: Duration = Duration::from_mins(10);

/// What goes on with the history.
#[derive(Default)]
pub(crate) struct Spending {
    /// How often somebody asked for it, and how many of these wishes are fulfilled.
    asked: AtomicU64,
    fulfilled: AtomicU64,
    /// The account whose history is being read.
    reading: Mutex<Option<String>>,
    now: Notify,
    soon: Notify,
    names: Mutex<Option<(Instant, Arc<SkuReader>)>>,
}

impl Spending {
    fn reading(&self) -> Option<String> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_reading(&self, account: Option<&str>) {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner) = account.map(str::to_owned);
    }
}

impl Studio {
    /// Begins to read what was charged since the last time; events tell how it goes on.
    pub async fn sync_spend(&self) -> Result<SpendStatus> {
        self.inner.spending.asked.fetch_add(1, Ordering::SeqCst);
        self.inner.spending.now.notify_one();
        self.spend_status().await
    }

    /// Something was paid: its charge is looked up in a while.
    pub(crate) fn spend_changes_soon(&self) {
        self.inner.spending.soon.notify_one();
    }

    /// Reads the histories whenever it is time to.
    pub(crate) fn watch_spending(&self) {
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            let spending = &studio.inner.spending;
            let mut next = Instant::now() + AT_START;
            loop {
                let by_hand = tokio::select! {
                    () = spending.now.notified() => true,
                    () = sleep_until(next) => false,
                    () = spending.soon.notified() => tokio::select! {
                        () = spending.now.notified() => true,
                        () = sleep(AFTER_WORK) => false,
                    },
                };
                studio.sync_all(by_hand).await;
                next = Instant::now() + EACH;
            }
        });
    }

    async fn sync_all(&self, by_hand: bool) {
        let spending = &self.inner.spending;
        let asked = spending.asked.load(Ordering::SeqCst);
        match self.accounts().await {
            Ok(mut accounts) => {
                // Those with an admin key first: the charges of others may stand in their histories.
                accounts.sort_by_key(|account| (!account.admin, !account.selected));
                for account in accounts {
                    spending.set_reading(Some(&account.id));
                    self.tell(AppEvent::SpendChanged);
                    if let Err(error) = self.sync_account(&account, by_hand).await {
                        tracing::info!(code = error.code, "a history was not read to its end");
                        self.note_sync_problem(&account.id, &error).await;
                    }
                }
            }
            Err(error) => tracing::warn!(code = error.code, "the accounts were not read"),
        }
        spending.fulfilled.store(asked, Ordering::SeqCst);
        spending.set_reading(None);
        self.tell(AppEvent::SpendChanged);
    }

    async fn sync_account(&self, account: &AccountView, by_hand: bool) -> Result<()> {
        let (id, name, pretend) = (account.id.clone(), account.name.clone(), account.pretend);
        let ledgers = self
            .store(move |store| {
                store.charges().begin(&id, &name, pretend)?;
                store.charges().ledgers()
            })
            .await?;
        let of_account = |ledger: &&Ledger| ledger.account == account.id;
        let ledger = ledgers.iter().find(of_account).ok_or_else(|| AppError::not_found("account"))?;
        let cover = covering(&ledgers, ledger, account).map(|other| other.account.clone());
        if cover != ledger.covered_by {
            let (id, cover) = (account.id.clone(), cover.clone());
            let patch = LedgerPatch { covered_by: Some(cover), ..LedgerPatch::default() };
            self.store(move |store| store.charges().note(&id, patch)).await?;
        }
        if let Some(other) = &cover {
            self.leave_to_cover(account).await?;
            if cover != ledger.covered_by {
                // The other's charges were looked at without this account's work.
                self.match_charges(other, Timestamp::UNIX_EPOCH).await?;
            }
            let payer = self.payer(&account.id).await?;
            return self.note_left(&payer).await;
        }
        let read = match account.kind {
            AccountKind::Wallet => self.read_wallet(account, ledger).await,
            _ => match self.admin_payer(&account.id).await {
                Ok(payer) => self.read_account(&payer, account, ledger, by_hand).await,
                Err(error) => Err(error),
            },
        };
        let error = match read {
            Ok(()) => return Ok(()),
            Err(error) if isnt_let_in(&error) => error,
            Err(error) => return Err(error),
        };
        // Without an admin key there is no history. What was known of one stays.
        if let Ok(payer) = self.payer(&account.id).await
            && let Err(error) = self.note_left(&payer).await
        {
            tracing::info!(code = error.code, "the balance was not read");
        }
        self.read_answers(ledger).await?;
        if ledger.has_history { Err(error) } else { Ok(()) }
    }

    /// What is charged for this account's work stands in the history of another: counted here too, it would be there twice.
    async fn leave_to_cover(&self, account: &AccountView) -> Result<()> {
        let id = account.id.clone();
        self.store(move |store| {
            store.charges().forget_answers(&id, None)?;
            let patch = LedgerPatch {
                synced_at: Some(Timestamp::now()),
                problem: Some(Value::Null),
                ..LedgerPatch::default()
            };
            store.charges().note(&id, patch)
        })
        .await
    }

    async fn read_account(
        &self,
        payer: &Payer,
        account: &AccountView,
        ledger: &Ledger,
        by_hand: bool,
    ) -> Result<()> {
        let since = self.read_history(payer, ledger).await?;
        // What was read is of use also where what follows fails.
        if let Err(error) = self.note_billing(payer).await {
            tracing::info!(code = error.code, "the balance was not read");
        }
        self.match_charges(&account.id, since).await?;
        let is_old = |at: Timestamp| Timestamp::now().duration_since(at) >= COMPARED_EACH;
        let is_due = by_hand || ledger.compared_at.is_none_or(is_old);
        // Whose charges stand here too doesn't hang on Venice's sums. A key that was just put in another's place is learned at once.
        if (is_due || ledger.key_at(Timestamp::now()).is_none())
            && let Err(error) = self.read_keys(payer, account, ledger).await
        {
            tracing::info!(code = error.code, "the keys were not read");
        }
        if !is_due {
            return Ok(());
        }
        if let Err(error) = self.compare(payer, ledger).await {
            tracing::info!(code = error.code, "the history was not compared");
        }
        Ok(())
    }

    /// Notes what is left, as any key may ask.
    async fn note_left(&self, payer: &Payer) -> Result<()> {
        let limits = payer.client.get_api_key_rate_limits().await?.value;
        let now = Timestamp::now();
        let left = limits.balances.iter().map(|(currency, amount)| Balance {
            currency: currency_word(currency),
            at: now,
            amount: amount.normalize(),
            allocation: None,
        });
        let (left, id) = (left.collect::<Vec<_>>(), payer.id.clone());
        let patch = LedgerPatch { next_epoch: limits.next_epoch_begins, ..LedgerPatch::default() };
        self.store(move |store| {
            store.charges().note_balances(&id, left)?;
            store.charges().note(&id, patch)
        })
        .await
    }

    /// Notes what is left and how much DIEM there is in an epoch, as an admin key may ask.
    async fn note_billing(&self, payer: &Payer) -> Result<()> {
        let billing = payer.client.get_billing_balance().await?.value;
        let now = Timestamp::now();
        let usd = billing.balances.usd.map(|amount| ("usd", amount, None));
        let diem = billing.balances.diem.map(|amount| ("diem", amount, billing.diem_epoch_allocation));
        let left = usd.into_iter().chain(diem).map(|(currency, amount, allocation)| Balance {
            currency: currency.to_owned(),
            at: now,
            amount: amount.normalize(),
            allocation: allocation.map(|amount| amount.normalize()),
        });
        let (left, id) = (left.collect::<Vec<_>>(), payer.id.clone());
        self.store(move |store| store.charges().note_balances(&id, left)).await?;
        self.note_left(payer).await
    }

    async fn note_sync_problem(&self, account: &str, error: &AppError) {
        let account = account.to_owned();
        let patch = LedgerPatch { problem: serde_json::to_value(error).ok(), ..LedgerPatch::default() };
        if let Err(error) = self.store(move |store| store.charges().note(&account, patch)).await {
            tracing::warn!(code = error.code, "nor could that be written down");
        }
    }

    /// How far what was spent is known, account by account.
    pub async fn spend_status(&self) -> Result<SpendStatus> {
        let accounts = self.accounts().await?;
        let (ledgers, spans) =
            self.store(|store| Ok((store.charges().ledgers()?, store.charges().look(spans)?))).await?;
        let reading = self.inner.spending.reading();
        let spending = &self.inner.spending;
        let asked = spending.asked.load(Ordering::SeqCst) > spending.fulfilled.load(Ordering::SeqCst);
        let mut views: Vec<AccountLedger> = Vec::new();
        for account in &accounts {
            let ledger = ledgers.iter().find(|ledger| ledger.account == account.id);
            let mut view = view_of(&account.id, &account.name, account.pretend, ledger, &spans);
            view.syncing = reading.as_ref() == Some(&account.id);
            views.push(view);
        }
        for ledger in &ledgers {
            let known = accounts.iter().any(|account| account.id == ledger.account);
            if !known && spans.contains_key(&ledger.account) {
                views.push(view_of(&ledger.account, &ledger.name, ledger.pretend, Some(ledger), &spans));
            }
        }
        let zone = TimeZone::system();
        Ok(SpendStatus {
            accounts: views,
            syncing: asked || reading.is_some(),
            time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            today: Timestamp::now().to_zoned(zone).date().to_string(),
        })
    }

    /// What names of things that were bought are read with: the models of all accounts, as they were last read.
    pub(crate) async fn sku_reader(&self) -> Result<Arc<SkuReader>> {
        let place = || self.inner.spending.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, reader)) = place().as_ref().filter(|(at, _)| at.elapsed() < NAMES_HOLD) {
            return Ok(Arc::clone(reader));
        }
        let ledgers = self.store(|store| store.charges().ledgers()).await?;
        let mut lists = Vec::new();
        for ledger in &ledgers {
            lists.extend(self.known_models(&ledger.account).await?);
        }
        let reader = Arc::new(SkuReader::new(lists.iter().flat_map(|listed| listed.models.iter())));
        // Before any list was read there is nothing worth keeping.
        if !lists.is_empty() {
            *place() = Some((Instant::now(), Arc::clone(&reader)));
        }
        Ok(reader)
    }
}

/// How many charges there are of each account, and the first and last of them.
fn spans(columns: &store::ChargeColumns) -> BTreeMap<String, (u32, i64, i64)> {
    let mut spans: Vec<Option<(u32, i64, i64)>> = vec![None; columns.ledgers.len()];
    for (ledger, at) in columns.ledger.iter().zip(&columns.at) {
        if let Some(place) = spans.get_mut(usize::from(*ledger)) {
            let span = place.get_or_insert((0, *at, *at));
            *span = (span.0 + 1, span.1.min(*at), span.2.max(*at));
        }
    }
    let named = columns.ledgers.iter().zip(spans);
    named.filter_map(|((account, _), span)| Some((account.clone(), span?))).collect()
}

fn view_of(
    id: &str,
    name: &str,
    pretend: bool,
    ledger: Option<&Ledger>,
    spans: &BTreeMap<String, (u32, i64, i64)>,
) -> AccountLedger {
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let span = spans.get(id);
    let moment = |at: i64| Timestamp::from_millisecond(at).ok().map(|at| at.to_string());
    let read = |value: Option<&Value>| value.cloned().unwrap_or_default();
    let has_history = ledger.is_some_and(|ledger| ledger.has_history);
    AccountLedger {
        account: id.to_owned(),
        name: name.to_owned(),
        pretend,
        source: if has_history { ChargeSource::Ledger } else { ChargeSource::Answers },
        syncing: false,
        synced_at: text(ledger.and_then(|ledger| ledger.synced_at)),
        charges: span.map_or(0, |span| span.0),
        first_at: span.and_then(|span| moment(span.1)),
        last_at: span.and_then(|span| moment(span.2)),
        problem: ledger
            .and_then(|ledger| ledger.problem.clone())
            .and_then(|problem| serde_json::from_value(problem).ok())
            .or_else(|| ledger.and_then(history::unread_problem)),
        differences: serde_json::from_value::<Vec<SpendDifference>>(read(
            ledger.and_then(|ledger| ledger.differences.as_ref()),
        ))
        .unwrap_or_default(),
        compared_at: text(ledger.and_then(|ledger| ledger.compared_at)),
        covered_by: ledger.and_then(|ledger| ledger.covered_by.clone()),
    }
}

/// The account whose history has the charges of this one: it knows a key that ends like its own. One that has a history itself is
/// left to none.
fn covering<'a>(ledgers: &'a [Ledger], ledger: &Ledger, account: &AccountView) -> Option<&'a Ledger> {
    let ends_with = account.ends_with.as_ref().filter(|_| !ledger.has_history)?;
    ledgers.iter().find(|other| {
        other.account != ledger.account
            && other.has_history
            && other.pretend == ledger.pretend
            && other.key_ends.contains(ends_with)
    })
}

/// Whether a key isn't one that may ask for the history.
fn isnt_let_in(error: &AppError) -> bool {
    let status = error.params.get("status").map(String::as_str);
    error.is(Code::NeedsAdminKey) || matches!(status, Some("401" | "403"))
}

/// How we write a currency; one that we don't know as Venice does.
pub(crate) fn currency_word(currency: &venice::account::Currency) -> String {
    use venice::account::Currency;
    match currency {
        Currency::Usd => "usd".to_owned(),
        Currency::Diem | Currency::Vcu => "diem".to_owned(),
        Currency::BundledCredits => "credits".to_owned(),
        other => other.to_string(),
    }
}
