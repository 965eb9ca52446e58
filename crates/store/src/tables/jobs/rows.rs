//! Jobs as rows.

use std::path::PathBuf;

use rusqlite::{Connection, Row, params};

use super::{Job, batch};
use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::tables::{
    from_amount, from_json, from_sql_count, from_time_if, to_json, to_money, to_sql_count, to_time,
    to_time_if,
};

const COLUMNS: &str = "id, kind, state, account, operation, title, model, request, source, wanted, ratio, pretend, \
    estimate, estimate_currency, held, held_currency, charged, charged_currency, created_at, sent_at, finished_at, \
    answer_id, cf_ray, remote_id, download_url, error, work_file, attempts, dismissed, expected_ms, took_ms, \
    batch, batch_index, batch_of, accepted_at, average_ms, cleared_at";

pub(super) fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Job>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE {condition}"))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

pub(super) fn get(db: &Connection, id: JobId) -> Result<Job> {
    query(db, "id = ?", [id])?.pop().ok_or_else(|| Error::NotFound { what: "job", id: id.to_string() })
}

/// The ids of all jobs.
pub(crate) fn ids(db: &Connection) -> Result<std::collections::HashSet<JobId>> {
    let mut statement = db.prepare("SELECT id FROM jobs")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        state: row.get(2)?,
        account: row.get(3)?,
        operation: row.get(4)?,
        title: row.get(5)?,
        model: row.get(6)?,
        request: to_json(row.get(7)?, "request")?.ok_or(Error::Unreadable { what: "request" })?,
        source: row.get(8)?,
        wanted: row.get(9)?,
        ratio: row.get(10)?,
        pretend: row.get(11)?,
        estimate: to_money(row.get(12)?, row.get(13)?)?,
        held: to_money(row.get(14)?, row.get(15)?)?,
        charged: to_money(row.get(16)?, row.get(17)?)?,
        created_at: to_time(row.get(18)?)?,
        sent_at: to_time_if(row.get(19)?)?,
        finished_at: to_time_if(row.get(20)?)?,
        answer_id: row.get(21)?,
        cf_ray: row.get(22)?,
        remote_id: row.get(23)?,
        download_url: row.get(24)?,
        error: to_json(row.get(25)?, "error")?.filter(|error| !error.is_null()),
        work_file: row.get::<_, Option<String>>(26)?.map(PathBuf::from),
        attempts: row.get(27)?,
        dismissed: row.get(28)?,
        expected_ms: row.get::<_, Option<i64>>(29)?.map(from_sql_count),
        took_ms: row.get::<_, Option<i64>>(30)?.map(from_sql_count),
        batch: batch::read(row.get(31)?, row.get(32)?, row.get(33)?),
        accepted_at: to_time_if(row.get(34)?)?,
        average_ms: row.get::<_, Option<i64>>(35)?.map(from_sql_count),
        cleared_at: to_time_if(row.get(36)?)?,
    })
}

pub(super) fn insert(db: &Connection, job: &Job) -> Result<()> {
    let added = db
        .prepare_cached(
            "INSERT OR IGNORE INTO jobs (id, kind, state, account, operation, title, model, request, source, wanted,
                ratio, pretend, estimate, estimate_currency, created_at, batch, batch_index, batch_of)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            job.id,
            job.kind,
            job.state,
            job.account,
            job.operation,
            job.title,
            job.model,
            job.request.to_string(),
            job.source,
            job.wanted,
            job.ratio,
            job.pretend,
            from_amount(job.estimate),
            job.estimate.map(|money| money.currency),
            job.created_at.as_millisecond(),
            job.batch.as_ref().map(|batch| &batch.id),
            job.batch.as_ref().map(|batch| batch.index),
            job.batch.as_ref().map(|batch| batch.of),
        ])?;
    if added == 0 {
        return Err(Error::Exists { what: "job", id: job.id.to_string() });
    }
    update(db, job)
}

/// Writes what a job gathers on its way.
pub(super) fn update(db: &Connection, job: &Job) -> Result<()> {
    db.prepare_cached(
        "UPDATE jobs SET state = ?, held = ?, held_currency = ?, charged = ?, charged_currency = ?, sent_at = ?,
            finished_at = ?, answer_id = ?, cf_ray = ?, remote_id = ?, download_url = ?, error = ?, work_file = ?,
            attempts = ?, dismissed = ?, expected_ms = ?, took_ms = ?, accepted_at = ?, average_ms = ?, cleared_at = ?
         WHERE id = ?",
    )?
    .execute(params![
        job.state,
        from_amount(job.held),
        job.held.map(|money| money.currency),
        from_amount(job.charged),
        job.charged.map(|money| money.currency),
        from_time_if(job.sent_at),
        from_time_if(job.finished_at),
        job.answer_id,
        job.cf_ray,
        job.remote_id,
        job.download_url,
        from_json(job.error.as_ref()),
        job.work_file.as_ref().map(|path| path.to_string_lossy().into_owned()),
        job.attempts,
        job.dismissed,
        job.expected_ms.map(to_sql_count),
        job.took_ms.map(to_sql_count),
        from_time_if(job.accepted_at),
        job.average_ms.map(to_sql_count),
        from_time_if(job.cleared_at),
        job.id,
    ])?;
    Ok(())
}
