//! What was charged, as Venice reports it, and what each charge is for.
//!
//! A history has no ids for its rows. A row is known by its account, its moment and all that is said of it; where several are
//! equal in everything, by which of them it is. So a page can be read again, and neither a gap nor a double comes of it.

mod balances;
pub(crate) mod columns;
mod ledgers;
mod matches;
pub(crate) mod own_keys;
mod work;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use rust_decimal::Decimal;

use super::{text_enum, to_amount, to_time};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::JobId;
pub use balances::Balance;
pub use columns::{ChargeColumns, DECIMALS, from_fixed, to_fixed};
pub use ledgers::{KeyDay, Ledger, LedgerPatch, Walk};
pub use matches::{JobSum, MatchHow};
pub use own_keys::OwnKey;
pub use work::{SentJob, Settled};

text_enum! {
    /// Where a charge is known from.
    ChargeSource {
        /// From Venice's history.
        History = "history",
        /// From the answer to our own work.
        Answer = "answer",
        /// From nowhere: it is what our own work was expected to cost.
        Estimate = "estimate",
    }
}

/// A charge that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCharge {
    /// When.
    pub at: Timestamp,
    /// Where it is known from.
    pub source: ChargeSource,
    /// What was bought.
    pub sku: String,
    /// Above nothing was spent, below nothing was given back. At most 18 places.
    pub amount: Decimal,
    /// Of what; any word.
    pub currency: String,
    /// How much was used.
    pub units: Option<Decimal>,
    /// US dollars for a unit.
    pub price: Option<Decimal>,
    /// The id of the answer.
    pub request_id: Option<String>,
    /// What was noted.
    pub notes: Option<String>,
}

impl NewCharge {
    /// Equal for charges of which all that is said is equal.
    pub fn hash(&self) -> i64 {
        let mut hasher = blake3::Hasher::new();
        let amount = |amount: &Decimal| amount.normalize().to_string();
        let (units, price) = (self.units.as_ref().map(amount), self.price.as_ref().map(amount));
        let fields = [
            Some(self.source.as_str()),
            Some(self.sku.as_str()),
            Some(self.currency.as_str()),
            units.as_deref(),
            price.as_deref(),
            self.request_id.as_deref(),
            self.notes.as_deref(),
        ];
        hasher.update(amount(&self.amount).as_bytes());
        for field in fields {
            // What is missing differs from what is empty, and no field runs into the next.
            let length = field.map_or(u64::MAX, |field| field.len() as u64);
            hasher.update(&length.to_be_bytes());
            hasher.update(field.unwrap_or_default().as_bytes());
        }
        let bytes = hasher.finalize();
        i64::from_be_bytes(std::array::from_fn(|at| bytes.as_bytes()[at]))
    }
}

/// A charge as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Its number here.
    pub row: i64,
    /// The account.
    pub account: String,
    /// Whether its money is pretend.
    pub pretend: bool,
    /// What it says.
    pub said: NewCharge,
    /// What it is for.
    pub matched: Option<(Option<JobId>, MatchHow)>,
}

/// What was charged.
pub struct Charges<'a> {
    store: &'a Store,
}

impl Store {
    /// What was charged.
    pub fn charges(&self) -> Charges<'_> {
        Charges { store: self }
    }
}

/// A row that was just written, for the columns.
pub(crate) struct Written {
    pub(crate) row: i64,
    pub(crate) sku: i64,
    pub(crate) charge: NewCharge,
}

impl Charges<'_> {
    /// Keeps charges of an account, each with its number among equal ones of its moment, and how far the walk they came of has
    /// got, in one step. Those that are there already stay. Answers how many are new.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an amount with more than 18 places or beyond 10^12.
    pub fn add(&self, account: &str, charges: Vec<(NewCharge, u32)>, patch: LedgerPatch) -> Result<u32> {
        if charges.iter().any(|(charge, _)| to_fixed(charge.amount).is_none()) {
            return Err(Error::OutOfRange { what: "amount" });
        }
        let account = account.to_owned();
        let _turn = self.store.charge_columns().turn();
        let (ledger, written) = self.store.database().write(move |db, _| {
            let ledger = ledgers::row_of(db, &account)?;
            let mut written = Vec::with_capacity(charges.len());
            for (charge, number) in charges {
                let sku = sku_of(db, &charge.sku)?;
                if let Some(row) = insert(db, ledger, sku, &charge, number)? {
                    written.push(Written { row, sku, charge });
                }
            }
            ledgers::change(db, ledger, &patch)?;
            Ok((ledger, written))
        })?;
        let count = u32::try_from(written.len()).unwrap_or(u32::MAX);
        self.store.charge_columns().add(ledger, &written);
        Ok(count)
    }

    /// Puts what answers told of an account's work, or what it was expected to cost, in the place of what stood there of the
    /// same work.
    pub fn put_answers(
        &self,
        account: &str,
        charges: Vec<(JobId, NewCharge)>,
        patch: LedgerPatch,
    ) -> Result<u32> {
        let account = account.to_owned();
        let _turn = self.store.charge_columns().turn();
        let changed = self.store.database().write(move |db, _| {
            let ledger = ledgers::row_of(db, &account)?;
            let mut changed = 0_u32;
            for (job, charge) in charges {
                let known = "SELECT c.row FROM charge_matches m JOIN charges c ON c.row = m.charge
                    WHERE m.job = ? AND c.ledger = ? AND c.source <> 'history'";
                let known: Option<i64> =
                    db.prepare_cached(known)?.query_row(params![job, ledger], |row| row.get(0)).optional()?;
                if let Some(row) = known {
                    if read_rows(db, &[row])?.pop().is_some_and(|before| before.said == charge) {
                        continue;
                    }
                    db.prepare_cached("DELETE FROM charges WHERE row = ?")?.execute([row])?;
                }
                let sku = sku_of(db, &charge.sku)?;
                // Equal ones of one moment are those of different jobs.
                let number = "SELECT coalesce(max(number) + 1, 0) FROM charges WHERE ledger = ? AND at = ? AND hash = ?";
                let number: u32 = db
                    .prepare_cached(number)?
                    .query_row(params![ledger, charge.at.as_millisecond(), charge.hash()], |row| row.get(0))?;
                if let Some(row) = insert(db, ledger, sku, &charge, number)? {
                    matches::put(db, row, Some(job), MatchHow::Id)?;
                    changed += 1;
                }
            }
            ledgers::change(db, ledger, &patch)?;
            Ok(changed)
        })?;
        if changed > 0 {
            self.store.charge_columns().forget();
        }
        Ok(changed)
    }

    /// Forgets what stood in for the history of an account up to a moment, which is part of it, or all of it: that is known now.
    pub fn forget_answers(&self, account: &str, until: Option<Timestamp>) -> Result<()> {
        let account = account.to_owned();
        let until = until.map_or(i64::MAX, Timestamp::as_millisecond);
        let _turn = self.store.charge_columns().turn();
        let gone = self.store.database().write(move |db, _| {
            let ledger = ledgers::row_of(db, &account)?;
            Ok(db
                .prepare_cached("DELETE FROM charges WHERE ledger = ? AND source <> 'history' AND at <= ?")?
                .execute(params![ledger, until])?)
        })?;
        if gone > 0 {
            self.store.charge_columns().forget();
        }
        Ok(())
    }

    /// Looks at all charges at once, in the order of time. They are read from disk the first time.
    pub fn look<T>(&self, look: impl FnOnce(&ChargeColumns) -> T) -> Result<T> {
        self.store.charge_columns().look(self.store.database(), look)
    }

    /// Some charges, in the order of `rows`; what isn't there is left out.
    pub fn rows(&self, rows: &[i64]) -> Result<Vec<Charge>> {
        self.store.database().read(|db| read_rows(db, rows))
    }

    /// The charges of an account in a time, its end not included, in the order of time.
    pub fn between(&self, account: &str, from: Timestamp, to: Timestamp) -> Result<Vec<Charge>> {
        self.store.database().read(|db| {
            let condition = "l.account = ? AND c.at >= ? AND c.at < ? ORDER BY c.at, c.row";
            query(db, condition, params![account, from.as_millisecond(), to.as_millisecond()])
        })
    }

    /// The rows of the charges with this request id.
    pub fn of_request(&self, request_id: &str) -> Result<Vec<i64>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached("SELECT row FROM charges WHERE request_id = ?")?;
            let rows = statement.query_map([request_id], |row| row.get(0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The charges of some jobs, in the order of time.
    pub fn of_jobs(&self, jobs: &[JobId]) -> Result<Vec<Charge>> {
        let mut all = self.store.database().read(|db| {
            let mut all = Vec::new();
            for job in jobs {
                all.extend(query(db, "m.job = ?", [job])?);
            }
            Ok(all)
        })?;
        all.sort_by_key(|charge| (charge.said.at, charge.row));
        Ok(all)
    }
}

fn insert(db: &Connection, ledger: i64, sku: i64, charge: &NewCharge, number: u32) -> Result<Option<i64>> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO charges
                (ledger, at, hash, number, source, sku, amount, currency, units, price, request_id, notes)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            ledger,
            charge.at.as_millisecond(),
            charge.hash(),
            number,
            charge.source,
            sku,
            charge.amount.to_string(),
            charge.currency,
            charge.units.map(|units| units.to_string()),
            charge.price.map(|price| price.to_string()),
            charge.request_id,
            charge.notes,
        ])?;
    Ok((added > 0).then(|| db.last_insert_rowid()))
}

fn sku_of(db: &Connection, sku: &str) -> Result<i64> {
    let known = db
        .prepare_cached("SELECT row FROM skus WHERE sku = ?")?
        .query_row([sku], |row| row.get(0))
        .optional()?;
    if let Some(row) = known {
        return Ok(row);
    }
    db.prepare_cached("INSERT INTO skus (sku) VALUES (?)")?.execute([sku])?;
    Ok(db.last_insert_rowid())
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Charge>> {
    let sql = format!(
        "SELECT c.row, l.account, l.pretend, c.at, c.source, s.sku, c.amount, c.currency, c.units, c.price,
            c.request_id, c.notes, m.how, m.job
         FROM charges c JOIN ledgers l ON l.row = c.ledger JOIN skus s ON s.row = c.sku
         LEFT JOIN charge_matches m ON m.charge = c.row WHERE {condition}"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read_rows(db: &Connection, rows: &[i64]) -> Result<Vec<Charge>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.extend(query(db, "c.row = ?", [row])?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Charge> {
    let amount = |text: Option<String>| text.map(|text| to_amount(&text)).transpose();
    let how: Option<MatchHow> = row.get(12)?;
    let job: Option<JobId> = row.get(13)?;
    Ok(Charge {
        row: row.get(0)?,
        account: row.get(1)?,
        pretend: row.get(2)?,
        said: NewCharge {
            at: to_time(row.get(3)?)?,
            source: row.get(4)?,
            sku: row.get(5)?,
            amount: to_amount(&row.get::<_, String>(6)?)?,
            currency: row.get(7)?,
            units: amount(row.get(8)?)?,
            price: amount(row.get(9)?)?,
            request_id: row.get(10)?,
            notes: row.get(11)?,
        },
        matched: how.map(|how| (job, how)),
    })
}

#[cfg(test)]
mod tests;
