use std::fmt;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde_json::Value;

use super::{from_json, from_sql_count, to_json, to_sql_count, to_time};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::{CallId, JobId};

/// How many calls are remembered; older ones go.
const MOST: u32 = 2_000;

/// One call that was made by hand, and what came back. `Debug` leaves out what may not be logged.
#[derive(Clone, PartialEq)]
pub struct CallNote {
    /// Its id.
    pub id: CallId,
    /// When it was made.
    pub at: Timestamp,
    /// The API operation.
    pub operation: String,
    /// The account it was made with.
    pub account: String,
    /// Whether the account's money is pretend.
    pub pretend: bool,
    /// What was asked for; opaque here.
    pub request: Value,
    /// The files that went with it; opaque here.
    pub files: Value,
    /// The job, where it may have been charged.
    pub job: Option<JobId>,
    /// The answer's HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// The answer as text, where it is text.
    pub answer: Option<String>,
    /// Whether the answer was longer than is kept here.
    pub answer_cut: bool,
    /// The items that were made of the answer, in order; opaque here.
    pub items: Vec<String>,
    /// What the answer said of itself; opaque here.
    pub receipt: Option<Value>,
    /// What went wrong; opaque here.
    pub error: Option<Value>,
}

impl fmt::Debug for CallNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallNote")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Some calls, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<CallNote>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// The calls that were made by hand.
pub struct Calls<'a> {
    database: &'a Database,
}

impl Store {
    /// The calls that were made by hand.
    pub fn calls(&self) -> Calls<'_> {
        Calls { database: self.database() }
    }
}

impl Calls<'_> {
    /// Remembers a call, or what became of one that is remembered.
    pub fn put(&self, call: CallNote) -> Result<()> {
        self.database.write(move |db, _| {
            put(db, &call)?;
            db.prepare_cached(
                "DELETE FROM calls WHERE id < (SELECT id FROM calls ORDER BY id DESC LIMIT 1 OFFSET ?)",
            )?
            .execute([MOST - 1])?;
            Ok(())
        })
    }

    /// Notes what became of a call. One that was forgotten in the meantime stays forgotten.
    pub fn finish(&self, call: CallNote) -> Result<()> {
        self.database.write(move |db, _| {
            let known: bool =
                db.query_row("SELECT EXISTS (SELECT 1 FROM calls WHERE id = ?)", [call.id], |row| {
                    row.get(0)
                })?;
            if known { put(db, &call) } else { Ok(()) }
        })
    }

    /// Calls of which nobody knows how they ended: neither an answer nor an error was noted.
    pub fn unanswered(&self) -> Result<Vec<CallNote>> {
        self.database.read(|db| query(db, "status IS NULL AND error IS NULL", []))
    }

    /// One call.
    pub fn get(&self, id: CallId) -> Result<CallNote> {
        self.database.read(|db| {
            let found = query(db, "id = ?", params![id])?.pop();
            found.ok_or_else(|| Error::NotFound { what: "call", id: id.to_string() })
        })
    }

    /// A page of calls, newest first: of one operation, or of all. `limit` is 1 to 200.
    pub fn page(&self, operation: Option<&str>, cursor: Option<&str>, limit: u32) -> Result<CallPage> {
        let limit = limit.clamp(1, 200);
        let before = match cursor {
            None => "~".to_owned(),
            Some(cursor) => cursor.parse::<CallId>().map_err(|_| Error::BadCursor)?.to_string(),
        };
        let mut calls = self.database.read(|db| match operation {
            Some(operation) => query(
                db,
                "operation = ? AND id < ? ORDER BY id DESC LIMIT ?",
                params![operation, before, limit + 1],
            ),
            None => query(db, "id < ? ORDER BY id DESC LIMIT ?", params![before, limit + 1]),
        })?;
        let more = calls.len() > limit as usize;
        calls.truncate(limit as usize);
        let next = calls.last().filter(|_| more).map(|call| call.id.to_string());
        Ok(CallPage { calls, next })
    }

    /// The call that a job belongs to.
    pub fn of_job(&self, job: JobId) -> Result<Option<CallNote>> {
        self.database.read(|db| Ok(query(db, "job = ?", params![job])?.pop()))
    }

    /// The latest call of an operation that was answered well.
    pub fn latest(&self, operation: &str) -> Result<Option<CallNote>> {
        self.database.read(|db| {
            let condition = "operation = ? AND error IS NULL AND status IS NOT NULL ORDER BY id DESC LIMIT 1";
            Ok(query(db, condition, [operation])?.pop())
        })
    }

    /// Forgets these calls, or all, with what was asked for by their jobs that have ended. What they made stays.
    pub fn forget(&self, ids: Option<Vec<CallId>>) -> Result<()> {
        const EMPTY: &str = "UPDATE jobs SET request = 'null', title = ''
            WHERE state IN ('saved', 'failed', 'cancelled') AND id IN (SELECT job FROM calls WHERE ?1 IS NULL OR id = ?1)";
        self.database.write(move |db, _| {
            match ids {
                None => {
                    db.execute(EMPTY, [None::<CallId>])?;
                    db.execute("DELETE FROM calls", [])?;
                }
                Some(ids) => {
                    let mut empty = db.prepare_cached(EMPTY)?;
                    let mut delete = db.prepare_cached("DELETE FROM calls WHERE id = ?")?;
                    for id in ids {
                        empty.execute([id])?;
                        delete.execute([id])?;
                    }
                }
            }
            Ok(())
        })
    }
}

const COLUMNS: &str = "id, at, operation, account, pretend, request, files, job, status, took_ms, answer, answer_cut, \
    items, receipt, error";

fn put(db: &Connection, call: &CallNote) -> Result<()> {
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO calls ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(params![
        call.id,
        call.at.as_millisecond(),
        call.operation,
        call.account,
        call.pretend,
        call.request.to_string(),
        call.files.to_string(),
        call.job,
        call.status,
        call.took_ms.map(to_sql_count),
        call.answer,
        call.answer_cut,
        Value::from(call.items.clone()).to_string(),
        from_json(call.receipt.as_ref()),
        from_json(call.error.as_ref()),
    ])?;
    Ok(())
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<CallNote>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM calls WHERE {condition}"))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<CallNote> {
    let json = |text: Option<String>| to_json(text, "call");
    let items = json(row.get(12)?)?.unwrap_or_default();
    Ok(CallNote {
        id: row.get(0)?,
        at: to_time(row.get(1)?)?,
        operation: row.get(2)?,
        account: row.get(3)?,
        pretend: row.get(4)?,
        request: json(row.get(5)?)?.unwrap_or_default(),
        files: json(row.get(6)?)?.unwrap_or_default(),
        job: row.get(7)?,
        status: row.get(8)?,
        took_ms: row.get::<_, Option<i64>>(9)?.map(from_sql_count),
        answer: row.get(10)?,
        answer_cut: row.get(11)?,
        items: serde_json::from_value(items).unwrap_or_default(),
        receipt: json(row.get(13)?)?,
        error: json(row.get(14)?)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Home;

    fn call(operation: &str, second: i64) -> CallNote {
        let at = Timestamp::from_second(second).unwrap();
        CallNote {
            id: CallId::new(at),
            at,
            operation: operation.to_owned(),
            account: "sandbox".to_owned(),
            pretend: true,
            request: json!({"prompt": "a canal"}),
            files: json!({}),
            job: None,
            status: Some(200),
            took_ms: Some(12),
            answer: Some("{}".to_owned()),
            answer_cut: false,
            items: vec!["i".to_owned()],
            receipt: Some(json!({"status": 200})),
            error: None,
        }
    }

    #[test]
    fn calls_come_newest_first_in_pages_and_by_operation() {
        let store = Home::new().open();
        for second in 1..=5 {
            let operation = if second % 2 == 0 { "listModels" } else { "createSpeech" };
            store.calls().put(call(operation, second)).unwrap();
        }
        let seconds = |page: &CallPage| page.calls.iter().map(|call| call.at.as_second()).collect::<Vec<_>>();
        let first = store.calls().page(None, None, 2).unwrap();
        assert_eq!(seconds(&first), [5, 4]);
        let second = store.calls().page(None, first.next.as_deref(), 2).unwrap();
        assert_eq!(seconds(&second), [3, 2]);
        assert_eq!(seconds(&store.calls().page(Some("listModels"), None, 9).unwrap()), [4, 2]);
        assert_eq!(store.calls().latest("createSpeech").unwrap().unwrap().at.as_second(), 5);
        assert!(store.calls().page(None, Some("nonsense"), 2).is_err());
    }

    #[test]
    fn a_call_is_written_again_when_more_is_known_and_can_be_forgotten() {
        let store = Home::new().open();
        let job = JobId::new(Timestamp::UNIX_EPOCH);
        let begun = CallNote { job: Some(job), status: None, answer: None, ..call("createSpeech", 1) };
        store.calls().put(begun.clone()).unwrap();
        assert_eq!(store.calls().latest("createSpeech").unwrap(), None);
        let ended = CallNote { status: Some(200), ..begun.clone() };
        store.calls().put(ended.clone()).unwrap();
        assert_eq!(store.calls().of_job(job).unwrap(), Some(ended.clone()));
        assert_eq!(store.calls().get(begun.id).unwrap(), ended);
        store.calls().forget(Some(vec![begun.id])).unwrap();
        assert!(store.calls().get(begun.id).is_err());
        store.calls().finish(ended).unwrap();
        assert!(store.calls().get(begun.id).is_err(), "what was forgotten doesn't come back");
    }

    #[test]
    fn a_call_without_an_end_is_found() {
        let store = Home::new().open();
        let lost = CallNote { status: None, answer: None, ..call("createApiKey", 1) };
        store.calls().put(lost.clone()).unwrap();
        store.calls().put(call("listModels", 2)).unwrap();
        store.calls().put(CallNote { error: Some(json!({})), ..call("createSpeech", 3) }).unwrap();
        assert_eq!(store.calls().unanswered().unwrap(), [lost]);
    }

    #[test]
    fn old_calls_make_room() {
        let store = Home::new().open();
        for second in 1..=i64::from(MOST) + 3 {
            store.calls().put(call("listModels", second)).unwrap();
        }
        let oldest: i64 = store
            .database()
            .read(|db| Ok(db.query_row("SELECT min(at) FROM calls", [], |row| row.get(0))?))
            .unwrap();
        assert_eq!(oldest, 4_000);
    }
}
