//! Which work a charge is for.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Charges;
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::tables::{text_enum, to_amount};

text_enum! {
    /// How a charge was brought together with its work.
    MatchHow {
        /// Both bear the same id.
        Id = "id",
        /// Model, time and amount fit, and fit no other.
        Guess = "guess",
        /// The user said so.
        User = "user",
    }
}

/// What the charges of a job come to in a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSum {
    /// The job.
    pub job: JobId,
    /// The currency.
    pub currency: String,
    /// The sum.
    pub amount: rust_decimal::Decimal,
    /// Whether one of them is matched by a guess.
    pub guessed: bool,
}

type Changed = (i64, i64, Option<JobId>, Option<MatchHow>);

impl Charges<'_> {
    /// Brings charges of an account together with the work whose answer had their id, for work of `by` that was sent since then and for
    /// charges since then of any work. What the user said stays. Answers how many were.
    pub fn match_by_id(&self, account: &str, by: &str, since: Timestamp) -> Result<u32> {
        let (account, by) = (account.to_owned(), by.to_owned());
        self.match_all(move |db| {
            // From the jobs to their charges: there are fewer, and by the ledger each would be looked for among all. What is given
            // back may come long after the work.
            let mut statement = db.prepare_cached(
                "SELECT c.row, c.at, j.id FROM jobs j
                 CROSS JOIN charges c ON c.request_id = j.answer_id
                 CROSS JOIN ledgers l ON l.row = c.ledger AND l.account = ?1
                 LEFT JOIN charge_matches m ON m.charge = c.row
                 WHERE j.account = ?2 AND j.sent_at >= ?3 AND j.answer_id IS NOT NULL
                    AND (m.charge IS NULL OR m.how = 'guess')
                 UNION
                 SELECT c.row, c.at, j.id FROM ledgers l
                 CROSS JOIN charges c ON c.ledger = l.row AND c.at >= ?3 AND c.request_id IS NOT NULL
                 CROSS JOIN jobs j ON j.answer_id = c.request_id AND j.account = ?2
                 LEFT JOIN charge_matches m ON m.charge = c.row
                 WHERE l.account = ?1 AND (m.charge IS NULL OR m.how = 'guess')",
            )?;
            let rows = statement.query_map(params![account, by, since.as_millisecond()], |row| {
                Ok((row.get(0)?, row.get(1)?, Some(row.get(2)?), Some(MatchHow::Id)))
            })?;
            Ok(rows.collect::<rusqlite::Result<Vec<Changed>>>()?)
        })
    }

    /// Replaces the guesses at charges of an account since a moment: those that aren't among these are taken back. What is known
    /// better stays.
    pub fn replace_guesses(
        &self,
        account: &str,
        since: Timestamp,
        guesses: Vec<(i64, JobId)>,
    ) -> Result<u32> {
        let account = account.to_owned();
        self.match_all(move |db| {
            let mut before: BTreeMap<i64, (i64, JobId)> = BTreeMap::new();
            let mut statement = db.prepare_cached(
                "SELECT c.row, c.at, m.job FROM charges c JOIN ledgers l ON l.row = c.ledger
                 JOIN charge_matches m ON m.charge = c.row
                 WHERE l.account = ? AND c.at >= ? AND m.how = 'guess' AND m.job IS NOT NULL",
            )?;
            let mut rows = statement.query(params![account, since.as_millisecond()])?;
            while let Some(row) = rows.next()? {
                before.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
            }
            let mut changed = Vec::new();
            for (charge, job) in guesses {
                match before.remove(&charge) {
                    Some((_, known)) if known == job => {}
                    Some((at, _)) => changed.push((charge, at, Some(job), Some(MatchHow::Guess))),
                    None => {
                        let free = "SELECT at FROM charges c WHERE row = ?
                            AND NOT EXISTS (SELECT 1 FROM charge_matches m WHERE m.charge = c.row)";
                        let at = db.prepare_cached(free)?.query_row([charge], |row| row.get(0)).optional()?;
                        changed.extend(at.map(|at| (charge, at, Some(job), Some(MatchHow::Guess))));
                    }
                }
            }
            changed.extend(before.into_iter().map(|(charge, (at, _))| (charge, at, None, None)));
            Ok(changed)
        })
    }

    /// Notes what the user says a charge is for; none = for none of ours.
    pub fn match_by_user(&self, charge: i64, job: Option<JobId>) -> Result<()> {
        self.match_all(move |db| {
            let at = db
                .prepare_cached("SELECT at FROM charges WHERE row = ?")?
                .query_row([charge], |row| row.get(0))
                .optional()?
                .ok_or_else(|| Error::NotFound { what: "charge", id: charge.to_string() })?;
            Ok(vec![(charge, at, job, Some(MatchHow::User))])
        })?;
        Ok(())
    }

    /// What the charges of an account's work that was sent or charged since then come to: job by job, and of each job one sum for each
    /// currency.
    pub fn sums_of_jobs(&self, account: &str, since: Timestamp) -> Result<Vec<JobSum>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "WITH wanted AS (
                    SELECT id FROM jobs WHERE account = ?1 AND sent_at >= ?2
                    UNION
                    SELECT m.job FROM charges c CROSS JOIN charge_matches m ON m.charge = c.row
                    CROSS JOIN jobs j ON j.id = m.job AND j.account = ?1
                    WHERE c.ledger IN (SELECT row FROM ledgers) AND c.at >= ?2)
                 SELECT m.job, c.currency, c.amount, m.how FROM wanted
                 CROSS JOIN charge_matches m ON m.job = wanted.id JOIN charges c ON c.row = m.charge
                 WHERE c.source = 'history'",
            )?;
            let mut rows = statement.query(params![account, since.as_millisecond()])?;
            let mut sums: BTreeMap<(JobId, String), JobSum> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (job, currency): (JobId, String) = (row.get(0)?, row.get(1)?);
                let amount = to_amount(&row.get::<_, String>(2)?)?;
                let guessed = row.get::<_, MatchHow>(3)? == MatchHow::Guess;
                let sum = sums.entry((job, currency.clone())).or_insert(JobSum {
                    job,
                    currency,
                    amount: rust_decimal::Decimal::ZERO,
                    guessed: false,
                });
                sum.amount += amount;
                sum.guessed |= guessed;
            }
            Ok(sums.into_values().collect())
        })
    }

    fn match_all(
        &self,
        find: impl FnOnce(&Connection) -> Result<Vec<Changed>> + Send + 'static,
    ) -> Result<u32> {
        let _turn = self.store.charge_columns().turn();
        let (changed, works) = self.store.database().write(move |db, _| {
            let changed = find(db)?;
            let mut works: HashMap<JobId, (String, Option<i64>)> = HashMap::new();
            for (charge, _, job, how) in &changed {
                if let Some(job) = job.filter(|job| !works.contains_key(job)) {
                    let work = "SELECT account, sent_at FROM jobs WHERE id = ?";
                    let work = db
                        .prepare_cached(work)?
                        .query_row([job], |row| Ok((row.get(0)?, row.get(1)?)))
                        .optional()?;
                    works.extend(work.map(|work| (job, work)));
                }
                match how {
                    Some(how) => put(db, *charge, *job, *how)?,
                    None => {
                        db.prepare_cached("DELETE FROM charge_matches WHERE charge = ?")?
                            .execute([charge])?;
                    }
                }
            }
            Ok((changed, works))
        })?;
        self.store.charge_columns().matched(&changed, &works);
        Ok(u32::try_from(changed.len()).unwrap_or(u32::MAX))
    }
}

pub(super) fn put(db: &Connection, charge: i64, job: Option<JobId>, how: MatchHow) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO charge_matches (charge, job, how) VALUES (?1, ?2, ?3)
         ON CONFLICT (charge) DO UPDATE SET job = ?2, how = ?3",
    )?
    .execute(params![charge, job, how])?;
    Ok(())
}
