//! The history of a wallet: what it paid, the newest first.

use jiff::{Timestamp, ToSpan};
use store::{Balance, ChargeSource, Ledger, LedgerPatch, NewCharge};
use venice::x402::{GetX402Transactions, TransactionType, X402Transaction};

use crate::{AppError, Result, Studio, accounts::view::AccountView};

/// The most that are told at once.
const ROWS: u32 = 100;
/// A list that doesn't end is read no further.
const PAGES: u32 = 1_000;
/// What was read is read again so far back.
const OVERLAP_HOURS: i64 = 72;

impl Studio {
    pub(super) async fn read_wallet(&self, account: &AccountView, ledger: &Ledger) -> Result<()> {
        let payer = self.payer(&account.id).await?;
        let wallet = self.wallet_of(&account.id).ok_or_else(|| AppError::not_found("wallet"))?;
        let begun = Timestamp::now();
        let known = ledger.complete_to.and_then(|to| to.checked_sub(OVERLAP_HOURS.hours()).ok());
        let mut charges = Vec::new();
        for page in 0..PAGES {
            let request = GetX402Transactions::of(&wallet).limit(ROWS).offset(page * ROWS);
            let found = payer.client.get_x402_transactions(&request).await?.value;
            if page == 0
                && let Some(left) = found.current_balance
            {
                let (id, currency) = (account.id.clone(), "usd".to_owned());
                let left = Balance { currency, at: begun, amount: left.normalize(), allocation: None };
                self.store(move |store| store.charges().note_balances(&id, vec![left])).await?;
            }
            let oldest = found.transactions.iter().filter_map(|change| change.created_at).min();
            charges.extend(found.transactions.into_iter().filter_map(charge));
            if !found.pagination.has_more || known.is_some_and(|known| oldest.is_some_and(|at| at < known)) {
                break;
            }
        }
        // All of it at once: the walk goes backwards, and half of it would leave a gap.
        let patch = LedgerPatch {
            has_history: Some(true),
            complete_to: Some(begun),
            synced_at: Some(begun),
            problem: Some(serde_json::Value::Null),
            ..LedgerPatch::default()
        };
        let id = account.id.clone();
        self.store(move |store| {
            store.charges().add(&id, charges, patch)?;
            store.charges().forget_answers(&id, None)
        })
        .await?;
        self.match_charges(&account.id, known.unwrap_or(Timestamp::UNIX_EPOCH)).await
    }
}

/// What was paid or came back; money that came in is none.
fn charge(change: X402Transaction) -> Option<(NewCharge, u32)> {
    if !matches!(change.kind, TransactionType::Charge | TransactionType::Refund) {
        return None;
    }
    let at = change.created_at?;
    let charge = NewCharge {
        at: Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at),
        source: ChargeSource::History,
        sku: format!("x402 {}", change.model_id.unwrap_or_default()),
        amount: (-change.amount).normalize(),
        currency: "usd".to_owned(),
        units: None,
        price: None,
        request_id: change.request_id,
        // Its id tells it from others that are equal.
        notes: Some(change.id),
    };
    Some((charge, 0))
}
