//! What accounts had left, over time.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use rust_decimal::Decimal;

use super::Charges;
use crate::error::Result;
use crate::tables::{to_amount, to_time};

/// What an account had left at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The currency.
    pub currency: String,
    /// When it was told.
    pub at: Timestamp,
    /// How much.
    pub amount: Decimal,
    /// All there is in an epoch, where that was told.
    pub allocation: Option<Decimal>,
}

impl Charges<'_> {
    /// Notes what an account has left, where that isn't what was noted last.
    pub fn note_balances(&self, account: &str, balances: Vec<Balance>) -> Result<()> {
        let account = account.to_owned();
        self.store.database().write(move |db, _| {
            for balance in balances {
                let last = latest(db, &account, Some(&balance.currency), i64::MAX)?.pop();
                let allocation = balance.allocation.or(last.as_ref().and_then(|last| last.allocation));
                if last.is_some_and(|last| last.amount == balance.amount && last.allocation == allocation) {
                    continue;
                }
                db.prepare_cached(
                    "INSERT OR REPLACE INTO balances (account, currency, at, amount, allocation) VALUES (?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    account,
                    balance.currency,
                    balance.at.as_millisecond(),
                    balance.amount.to_string(),
                    allocation.map(|amount| amount.to_string()),
                ])?;
            }
            Ok(())
        })
    }

    /// What an account had left last, one entry for each currency.
    pub fn balances(&self, account: &str) -> Result<Vec<Balance>> {
        self.store.database().read(|db| latest(db, account, None, i64::MAX))
    }

    /// What was noted in a time, in its order, and before it the last of each currency that was noted earlier.
    pub fn balances_between(&self, account: &str, from: Timestamp, to: Timestamp) -> Result<Vec<Balance>> {
        self.store.database().read(|db| {
            let mut all = latest(db, account, None, from.as_millisecond() - 1)?;
            let mut statement = db.prepare_cached(
                "SELECT currency, at, amount, allocation FROM balances
                 WHERE account = ? AND at >= ? AND at < ? ORDER BY at",
            )?;
            let mut rows = statement.query(params![account, from.as_millisecond(), to.as_millisecond()])?;
            while let Some(row) = rows.next()? {
                all.push(read_balance(row)?);
            }
            Ok(all)
        })
    }
}

fn latest(db: &Connection, account: &str, currency: Option<&str>, until: i64) -> Result<Vec<Balance>> {
    let mut statement = db.prepare_cached(
        "SELECT currency, max(at), amount, allocation FROM balances
         WHERE account = ?1 AND at <= ?2 AND (?3 IS NULL OR currency = ?3) GROUP BY currency",
    )?;
    let mut rows = statement.query(params![account, until, currency])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read_balance(row)?);
    }
    Ok(all)
}

fn read_balance(row: &Row<'_>) -> Result<Balance> {
    Ok(Balance {
        currency: row.get(0)?,
        at: to_time(row.get(1)?)?,
        amount: to_amount(&row.get::<_, String>(2)?)?,
        allocation: row.get::<_, Option<String>>(3)?.map(|text| to_amount(&text)).transpose()?,
    })
}
