//! All charges in memory, column by column: sums over a million of them take milliseconds, whatever they are filtered by.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::Connection;
use rust_decimal::Decimal;

use super::matches::MatchHow;
use super::{ChargeSource, Written};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::tables::to_amount;

/// Places after the point of amounts in the columns.
pub const DECIMALS: u32 = 18;
/// The same of units, which are no money.
const UNIT_DECIMALS: u32 = 9;

/// All charges, in the order of time. Each column has one entry for each charge.
#[derive(Debug, Default)]
pub struct ChargeColumns {
    /// Their numbers.
    pub row: Vec<u32>,
    /// When, in milliseconds since 1970.
    pub at: Vec<i64>,
    /// Amounts, as whole numbers of 10^-18: their sums are exact.
    pub amount: Vec<i128>,
    /// What was used, as whole numbers of 10^-9; 0 where it isn't told.
    pub units: Vec<i64>,
    /// What was bought: a place in `skus`.
    pub sku: Vec<u32>,
    /// A place in `ledgers`.
    pub ledger: Vec<u16>,
    /// A place in `currencies`.
    pub currency: Vec<u16>,
    /// What was noted: a place in `notes`.
    pub note: Vec<u32>,
    /// The work: a place in `jobs`; 0 = none.
    pub job: Vec<u32>,
    /// Where it is known from.
    pub source: Vec<ChargeSource>,
    /// How it was brought together with its work; none = not at all.
    pub how: Vec<Option<MatchHow>>,

    /// The accounts, and whether their money is pretend.
    pub ledgers: Vec<(String, bool)>,
    /// What things are called.
    pub skus: Vec<String>,
    /// The currencies.
    pub currencies: Vec<String>,
    /// What was noted; the first is nothing.
    pub notes: Vec<String>,
    /// The jobs; the first is none.
    pub jobs: Vec<JobId>,
    /// The account that each job was paid from, which may not be the one whose history has its charges: a place in `ledgers`.
    pub job_ledger: Vec<Option<u16>>,
    /// When each job was sent, in milliseconds since 1970; none where it isn't there any more.
    pub job_sent: Vec<Option<i64>>,

    ledger_rows: HashMap<i64, u16>,
    sku_rows: HashMap<i64, u32>,
    currency_places: HashMap<String, u16>,
    note_places: HashMap<String, u32>,
    job_places: HashMap<JobId, u32>,
}

/// Beyond this many 10^-18 nothing is an amount: sums of a hundred million of them stay within their number.
const MOST: i128 = 10_i128.pow(DECIMALS + 12);

/// An amount as a whole number of 10^-18; none where that isn't exact, or where it is beyond 10^12.
pub fn to_fixed(amount: Decimal) -> Option<i128> {
    let amount = amount.normalize();
    let places = DECIMALS.checked_sub(amount.scale())?;
    let fixed = amount.mantissa().checked_mul(10_i128.checked_pow(places)?)?;
    (-MOST..=MOST).contains(&fixed).then_some(fixed)
}

/// The amount that is so many 10^-18, without trailing zeros. Beyond the digits of a decimal it is rounded.
pub fn from_fixed(value: i128) -> Decimal {
    let (mut value, mut places) = (value, DECIMALS);
    while places > 0 && value % 10 == 0 {
        (value, places) = (value / 10, places - 1);
    }
    loop {
        match Decimal::try_from_i128_with_scale(value, places) {
            Ok(amount) => return amount,
            Err(_) if places > 0 => (value, places) = (value / 10, places - 1),
            Err(_) => return if value < 0 { Decimal::MIN } else { Decimal::MAX },
        }
    }
}

fn to_units(units: Option<Decimal>) -> i64 {
    let Some(units) = units else { return 0 };
    let units = units.round_dp(UNIT_DECIMALS);
    let places = UNIT_DECIMALS - units.scale().min(UNIT_DECIMALS);
    let scaled = units.mantissa().saturating_mul(10_i128.pow(places));
    i64::try_from(scaled).unwrap_or(i64::MAX)
}

fn arrange<T: Copy>(column: &mut [T], from: usize, order: &[usize]) {
    let arranged: Vec<T> = order.iter().map(|place| column[*place]).collect();
    column[from..].copy_from_slice(&arranged);
}

impl ChargeColumns {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// What was used, from an entry of `units` or a sum of them.
    pub fn units_of(sum: i128) -> Decimal {
        from_fixed(sum.saturating_mul(10_i128.pow(DECIMALS - UNIT_DECIMALS)))
    }

    /// The place of a job in `jobs`.
    pub fn place_of_job(&self, job: JobId) -> Option<u32> {
        self.job_places.get(&job).copied()
    }

    fn read(db: &Connection) -> Result<Self> {
        let mut columns = Self { notes: vec![String::new()], ..Self::default() };
        columns.note_places.insert(String::new(), 0);
        columns.jobs.push(JobId(uuid::Uuid::nil()));
        columns.job_ledger.push(None);
        columns.job_sent.push(None);
        let mut ledgers = db.prepare("SELECT row, account, pretend FROM ledgers ORDER BY row")?;
        let mut rows = ledgers.query([])?;
        while let Some(row) = rows.next()? {
            columns.put_ledger(row.get(0)?, row.get(1)?, row.get(2)?);
        }
        let mut skus = db.prepare("SELECT row, sku FROM skus")?;
        let mut rows = skus.query([])?;
        while let Some(row) = rows.next()? {
            columns.put_sku(row.get(0)?, row.get::<_, String>(1)?);
        }
        let mut matched: HashMap<i64, (u32, MatchHow)> = HashMap::new();
        let mut matches = db.prepare(
            "SELECT m.charge, m.job, m.how, j.account, j.sent_at
             FROM charge_matches m LEFT JOIN jobs j ON j.id = m.job",
        )?;
        let mut rows = matches.query([])?;
        while let Some(row) = rows.next()? {
            let account = row.get_ref(3)?.as_str_or_null().map_err(|_| Error::Unreadable { what: "job" })?;
            let sent = row.get(4)?;
            let job = row.get::<_, Option<JobId>>(1)?.map_or(0, |job| columns.put_job(job, account, sent));
            matched.insert(row.get(0)?, (job, row.get(2)?));
        }
        columns.read_charges(db, &matched)?;
        columns.sort();
        Ok(columns)
    }

    fn read_charges(&mut self, db: &Connection, matched: &HashMap<i64, (u32, MatchHow)>) -> Result<()> {
        let mut charges = db.prepare(
            "SELECT row, at, amount, units, sku, ledger, currency, notes, source FROM charges ORDER BY row",
        )?;
        let mut rows = charges.query([])?;
        let unreadable = |_| Error::Unreadable { what: "charge" };
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let amount = to_amount(row.get_ref(2)?.as_str().map_err(unreadable)?)?;
            let units = row.get_ref(3)?.as_str_or_null().map_err(unreadable)?.map(to_amount).transpose()?;
            let currency = row.get_ref(6)?.as_str().map_err(unreadable)?;
            let note = row.get_ref(7)?.as_str_or_null().map_err(unreadable)?.unwrap_or_default();
            let (job, how) = matched.get(&id).map_or((0, None), |(job, how)| (*job, Some(*how)));
            let (sku, ledger) = (row.get(4)?, row.get(5)?);
            self.row.push(u32::try_from(id).map_err(|_| Error::OutOfRange { what: "charge" })?);
            self.at.push(row.get(1)?);
            self.amount.push(to_fixed(amount).ok_or(Error::Unreadable { what: "amount" })?);
            self.units.push(to_units(units));
            self.sku.push(self.sku_rows.get(&sku).copied().unwrap_or(0));
            self.ledger.push(self.ledger_rows.get(&ledger).copied().unwrap_or(0));
            let currency = self.put_currency(currency);
            self.currency.push(currency);
            let note = self.put_note(note);
            self.note.push(note);
            self.job.push(job);
            self.source.push(row.get(8)?);
            self.how.push(how);
        }
        Ok(())
    }

    fn put_ledger(&mut self, row: i64, account: String, pretend: bool) {
        // More accounts than this nobody has; a further one would be counted to the last.
        let place = u16::try_from(self.ledgers.len()).unwrap_or(u16::MAX);
        self.ledgers.push((account, pretend));
        self.ledger_rows.insert(row, place);
    }

    fn put_sku(&mut self, row: i64, sku: String) -> u32 {
        if let Some(place) = self.sku_rows.get(&row) {
            return *place;
        }
        let place = u32::try_from(self.skus.len()).unwrap_or(u32::MAX);
        self.skus.push(sku);
        self.sku_rows.insert(row, place);
        place
    }

    fn put_currency(&mut self, currency: &str) -> u16 {
        if let Some(place) = self.currency_places.get(currency) {
            return *place;
        }
        let place = u16::try_from(self.currencies.len()).unwrap_or(u16::MAX);
        self.currencies.push(currency.to_owned());
        self.currency_places.insert(currency.to_owned(), place);
        place
    }

    fn put_note(&mut self, note: &str) -> u32 {
        if let Some(place) = self.note_places.get(note) {
            return *place;
        }
        let place = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
        self.notes.push(note.to_owned());
        self.note_places.insert(note.to_owned(), place);
        place
    }

    fn put_job(&mut self, job: JobId, account: Option<&str>, sent: Option<i64>) -> u32 {
        if let Some(place) = self.job_places.get(&job) {
            return *place;
        }
        let ledger = self.ledgers.iter().position(|(id, _)| Some(id.as_str()) == account);
        self.job_ledger.push(ledger.and_then(|place| u16::try_from(place).ok()));
        self.job_sent.push(sent);
        let place = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX);
        self.jobs.push(job);
        self.job_places.insert(job, place);
        place
    }

    fn push(&mut self, ledger: u16, written: &Written) -> Result<()> {
        let charge = &written.charge;
        let row = u32::try_from(written.row).map_err(|_| Error::OutOfRange { what: "charge" })?;
        let amount = to_fixed(charge.amount).ok_or(Error::OutOfRange { what: "amount" })?;
        let sku = self.put_sku(written.sku, charge.sku.clone());
        let (currency, note) =
            (self.put_currency(&charge.currency), self.put_note(charge.notes.as_deref().unwrap_or_default()));
        self.row.push(row);
        self.at.push(charge.at.as_millisecond());
        self.amount.push(amount);
        self.units.push(to_units(charge.units));
        self.sku.push(sku);
        self.ledger.push(ledger);
        self.currency.push(currency);
        self.note.push(note);
        self.job.push(0);
        self.source.push(charge.source);
        self.how.push(None);
        Ok(())
    }

    /// Puts all in the order of time, where they aren't. New ones mostly are the last, so only the end is looked at where
    /// the beginning stands in order.
    fn sort(&mut self) {
        let Some(ordered) = self.at.windows(2).position(|pair| pair[0] > pair[1]) else { return };
        let least = self.at[ordered + 1..].iter().copied().min().unwrap_or(i64::MIN);
        let from = self.at[..=ordered].partition_point(|at| *at <= least);
        let mut order: Vec<usize> = (from..self.len()).collect();
        order.sort_by_key(|place| (self.at[*place], self.row[*place]));
        arrange(&mut self.row, from, &order);
        arrange(&mut self.at, from, &order);
        arrange(&mut self.amount, from, &order);
        arrange(&mut self.units, from, &order);
        arrange(&mut self.sku, from, &order);
        arrange(&mut self.ledger, from, &order);
        arrange(&mut self.currency, from, &order);
        arrange(&mut self.note, from, &order);
        arrange(&mut self.job, from, &order);
        arrange(&mut self.source, from, &order);
        arrange(&mut self.how, from, &order);
    }

    fn place(&self, row: i64, at: i64) -> Option<usize> {
        let from = self.at.partition_point(|other| *other < at);
        (from..self.len())
            .take_while(|place| self.at[*place] == at)
            .find(|place| i64::from(self.row[*place]) == row)
    }
}

/// The columns, once somebody has looked, and the turn of whoever changes charges: what is on disk and what is here change in the
/// same order.
#[derive(Default)]
pub(crate) struct KeptColumns {
    columns: RwLock<Option<ChargeColumns>>,
    turn: Mutex<()>,
}

impl KeptColumns {
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn look<T>(&self, database: &Database, look: impl FnOnce(&ChargeColumns) -> T) -> Result<T> {
        // They may be forgotten again before they are looked at.
        loop {
            if let Some(columns) = self.columns.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
                return Ok(look(columns));
            }
            let _turn = self.turn();
            let mut place = self.columns.write().unwrap_or_else(PoisonError::into_inner);
            if place.is_none() {
                *place = Some(database.read(ChargeColumns::read)?);
            }
        }
    }

    /// To be read anew by whoever looks next. The caller has the turn.
    pub(super) fn forget(&self) {
        *self.columns.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The caller has the turn.
    pub(super) fn add(&self, ledger: i64, written: &[Written]) {
        let mut place = self.columns.write().unwrap_or_else(PoisonError::into_inner);
        let Some(columns) = place.as_mut() else { return };
        let Some(ledger) = columns.ledger_rows.get(&ledger).copied() else {
            // An account that wasn't there when they were read.
            *place = None;
            return;
        };
        if written.iter().any(|written| columns.push(ledger, written).is_err()) {
            *place = None;
            return;
        }
        columns.sort();
    }

    /// The caller has the turn.
    pub(super) fn matched(
        &self,
        changed: &[(i64, i64, Option<JobId>, Option<MatchHow>)],
        works: &HashMap<JobId, (String, Option<i64>)>,
    ) {
        let mut place = self.columns.write().unwrap_or_else(PoisonError::into_inner);
        let Some(columns) = place.as_mut() else { return };
        for (row, at, job, how) in changed {
            let job = job.map_or(0, |job| {
                let work = works.get(&job);
                columns.put_job(
                    job,
                    work.map(|(account, _)| account.as_str()),
                    work.and_then(|(_, sent)| *sent),
                )
            });
            if let Some(place) = columns.place(*row, *at) {
                (columns.job[place], columns.how[place]) = (job, *how);
            }
        }
    }
}
