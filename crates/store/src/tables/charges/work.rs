//! The work that charges may be for, and what comes of it where that is known.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::Charges;
use crate::error::Result;
use crate::ids::{ConversationId, ItemId, JobId};
use crate::money::Money;
use crate::tables::jobs::JobState;
use crate::tables::{from_json, from_sql_count, from_time_if, holds, to_money, to_time, to_time_if};

/// A job that was sent, without what it asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SentJob {
    /// Its id.
    pub id: JobId,
    /// What kind of work.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// The account that pays.
    pub account: String,
    /// The API operation.
    pub operation: String,
    /// What it is called.
    pub title: String,
    /// The model's id.
    pub model: Option<String>,
    /// How many results were asked for.
    pub wanted: u32,
    /// What it should cost.
    pub estimate: Option<Money>,
    /// What it did cost.
    pub charged: Option<Money>,
    /// What it counts for under the user's limits, once it has ended.
    pub settled: Option<Money>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it came to an end.
    pub finished_at: Option<Timestamp>,
    /// The answer's own id.
    pub answer_id: Option<String>,
    /// Whether its answer was a success: then it was most likely charged.
    pub arrived: bool,
    /// The code of what is said to have gone wrong.
    pub problem: Option<String>,
    /// Whether the provider took it on, and may still have its result.
    pub is_remote: bool,
    /// The conversation it is part of.
    pub conversation: Option<ConversationId>,
}

/// What came of a job by the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The job.
    pub job: JobId,
    /// The state it must be in.
    pub from: JobState,
    /// The state it is in then.
    pub to: JobState,
    /// What it did cost, where that is certain; `Some(None)` = that isn't known any more; none = as before.
    pub charged: Option<Option<Money>>,
    /// What it counts for under the user's limits from now on, in the currency that it was paid in; none = as before.
    pub held: Option<Money>,
    /// What is to be said of it; opaque here; none = as before.
    pub error: Option<Value>,
}

const COLUMNS: &str = "j.id, j.kind, j.state, j.account, j.operation, j.title, j.model, j.wanted, j.estimate,
    j.estimate_currency, j.charged, j.charged_currency, j.sent_at, j.finished_at, j.answer_id, j.took_ms,
    (SELECT v.id FROM messages t JOIN conversations v ON v.row = t.conversation WHERE t.job = j.id LIMIT 1),
    h.settled, CASE WHEN h.settled IS NOT NULL THEN h.currency END, json_extract(j.error, '$.code'),
    j.remote_id IS NOT NULL";

impl Charges<'_> {
    /// The jobs of an account that were sent in a time, its end not included, in the order they were.
    pub fn sent_jobs(&self, account: &str, from: Timestamp, to: Timestamp) -> Result<Vec<SentJob>> {
        self.store.database().read(|db| {
            let condition = "j.account = ? AND j.sent_at >= ? AND j.sent_at < ? ORDER BY j.sent_at, j.id";
            query(db, condition, params![account, from.as_millisecond(), to.as_millisecond()])
        })
    }

    /// Some jobs that were sent; what isn't there is left out.
    pub fn jobs(&self, jobs: &[JobId]) -> Result<Vec<SentJob>> {
        self.store.database().read(|db| {
            let mut all = Vec::with_capacity(jobs.len());
            for job in jobs {
                all.extend(query(db, "j.id = ? AND j.sent_at IS NOT NULL", [job])?);
            }
            Ok(all)
        })
    }

    /// The jobs with these words in their titles, as small letters.
    pub fn jobs_with_words(&self, words: &[String]) -> Result<Vec<JobId>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, title FROM jobs WHERE sent_at IS NOT NULL
                    AND id IN (SELECT job FROM charge_matches WHERE job IS NOT NULL)",
            )?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                // SQLite knows the small letters of English only.
                let title = row.get_ref(1)?.as_str().unwrap_or_default().to_lowercase();
                if words.iter().all(|word| title.contains(word.as_str())) {
                    all.push(row.get(0)?);
                }
            }
            Ok(all)
        })
    }

    /// The jobs that made an item, and how many other items they made. A reading was made by those of its pieces.
    pub fn jobs_of_item(&self, item: ItemId) -> Result<(Vec<JobId>, u32)> {
        self.store.database().read(|db| {
            let job: Option<Option<JobId>> = db
                .prepare_cached("SELECT job FROM items WHERE id = ?")?
                .query_row([item], |row| row.get(0))
                .optional()?;
            if let Some(job) = job.flatten() {
                let others: u32 = db
                    .prepare_cached("SELECT count(*) FROM items WHERE job = ? AND id <> ?")?
                    .query_row(params![job, item], |row| row.get(0))?;
                return Ok((vec![job], others));
            }
            let mut pieces = db.prepare_cached(
                "SELECT p.job FROM reading_pieces p JOIN readings r ON r.row = p.reading WHERE r.item = ?
                 ORDER BY p.position",
            )?;
            let jobs = pieces.query_map([item], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((jobs, 0))
        })
    }

    /// How long the sounds and films are that jobs made, in milliseconds; jobs without any are left out.
    pub fn lengths_of_jobs(&self, jobs: &[JobId]) -> Result<Vec<(JobId, u64)>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT sum(f.duration_ms) FROM items i JOIN files f ON f.id = i.file WHERE i.job = ?",
            )?;
            let mut all = Vec::new();
            for job in jobs {
                let length: Option<i64> = statement.query_row([job], |row| row.get(0))?;
                all.extend(length.map(|length| (*job, from_sql_count(length))));
            }
            Ok(all)
        })
    }

    /// Writes down what came of jobs: their charge, what is set aside for them, and the price of their messages, which is an estimate no
    /// longer, or again. A job that isn't where it was supposed to be is left alone. Answers how many weren't.
    pub fn settle(&self, settled: Vec<Settled>) -> Result<u32> {
        let now = crate::clock::to_millisecond(self.store.clock().now());
        let zone = self.store.clock().time_zone();
        self.store.database().write(move |db, changes| {
            let mut count = 0;
            for job in settled {
                let moved = db
                    .prepare_cached(
                        "UPDATE jobs SET state = ?1, charged = CASE WHEN ?2 THEN ?3 ELSE charged END,
                            charged_currency = CASE WHEN ?2 THEN ?4 ELSE charged_currency END,
                            error = coalesce(?5, error)
                         WHERE id = ?6 AND state = ?7",
                    )?
                    .execute(params![
                        job.to,
                        job.charged.is_some(),
                        job.charged.flatten().map(|money| money.amount.to_string()),
                        job.charged.flatten().map(|money| money.currency),
                        from_json(job.error.as_ref()),
                        job.job,
                        job.from,
                    ])?;
                if moved == 0 {
                    continue;
                }
                count += 1;
                changes.job(job.job);
                if let Some(held) = job.held {
                    count_for(db, job.job, held, now, &zone)?;
                }
                if let Some(charged) = job.charged {
                    let of_job = "UPDATE messages SET cost = ?, currency = ?, cost_is_estimate = ? WHERE job = ?";
                    let cost = charged.or(job.held);
                    db.prepare_cached(of_job)?.execute(params![
                        cost.map(|cost| cost.amount.to_string()),
                        cost.map(|cost| cost.currency),
                        charged.is_none(),
                        job.job
                    ])?;
                    let told = "SELECT v.id FROM messages t JOIN conversations v ON v.row = t.conversation WHERE t.job = ?";
                    let mut told = db.prepare_cached(told)?;
                    let mut rows = told.query([job.job])?;
                    while let Some(row) = rows.next()? {
                        changes.conversation(row.get(0)?);
                    }
                }
            }
            Ok(count)
        })
    }

    /// The work that still may have been charged, sent before a moment: what is unknown, and what was stopped after it was sent
    /// and has no charge that is certain. What the provider took on before it was stopped is not among it.
    pub fn doubtful_jobs(&self, account: &str, before: Timestamp) -> Result<Vec<SentJob>> {
        self.store.database().read(|db| {
            let condition = "j.account = ? AND j.sent_at < ? AND j.state IN ('unknown', 'cancelled')
                AND (j.state = 'unknown' OR (j.remote_id IS NULL AND j.charged IS NULL)) ORDER BY j.sent_at, j.id";
            query(db, condition, params![account, before.as_millisecond()])
        })
    }
}

/// Sets what a job counts for. One that nothing was set aside for, because nobody knew its price, counts from when it was sent.
fn count_for(db: &Connection, job: JobId, held: Money, now: Timestamp, zone: &TimeZone) -> Result<()> {
    let update = "UPDATE holds SET settled_at = ?, settled = ?, currency = ? WHERE job = ?";
    let mut update = db.prepare_cached(update)?;
    let settled = params![from_time_if(Some(now)), held.amount.to_string(), held.currency, job];
    if update.execute(settled)? > 0 || held.amount.is_zero() {
        return Ok(());
    }
    let (account, pretend, at): (String, bool, i64) = db
        .prepare_cached("SELECT account, pretend, coalesce(sent_at, created_at) FROM jobs WHERE id = ?")?
        .query_row([job], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let at = to_time(at)?;
    holds::put(db, job, &account, held, pretend, at, at.to_zoned(zone.clone()).date())?;
    update.execute(settled)?;
    Ok(())
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<SentJob>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM jobs j LEFT JOIN holds h ON h.job = j.id WHERE {condition}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.extend(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Option<SentJob>> {
    let Some(sent_at) = to_time_if(row.get(12)?)? else { return Ok(None) };
    Ok(Some(SentJob {
        id: row.get(0)?,
        kind: row.get(1)?,
        state: row.get(2)?,
        account: row.get(3)?,
        operation: row.get(4)?,
        title: row.get(5)?,
        model: row.get(6)?,
        wanted: row.get(7)?,
        estimate: to_money(row.get(8)?, row.get(9)?)?,
        charged: to_money(row.get(10)?, row.get(11)?)?,
        sent_at,
        finished_at: to_time_if(row.get(13)?)?,
        answer_id: row.get(14)?,
        arrived: row.get::<_, Option<i64>>(15)?.is_some(),
        conversation: row.get(16)?,
        settled: to_money(row.get(17)?, row.get(18)?)?,
        problem: row.get(19)?,
        is_remote: row.get(20)?,
    }))
}
