//! What is on disk of the only job of a home, whether a process lives on it or has been killed.

use std::{fs, path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, config::DbConfig};
use serde_json::Value;

/// What can be seen of the only job.
#[derive(Debug)]
pub struct Remains {
    pub id: String,
    pub state: String,
    /// The row knows by what the provider is asked for it.
    pub has_id: bool,
    /// Where the result is fetched from, if it has an address of its own.
    pub address: Option<String>,
    /// The provider's copy is given up.
    pub is_cleared: bool,
    /// There is a note of what the provider told.
    pub has_note: bool,
    /// Some of the result is here.
    pub has_part: bool,
    /// All bytes of the answer are here.
    pub has_answer: bool,
    /// Paths below the library, and the hashes the files should have.
    pub files: Vec<(String, String)>,
}

impl Remains {
    pub fn of(home: &Path) -> Self {
        Self::find(home).expect("a job")
    }

    /// None before the job is written down.
    pub fn find(home: &Path) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(home.join("canaletto.db"), flags).expect("the database");
        // It is left as the dead left it.
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("a setting");
        let row = "SELECT id, state, remote_id IS NOT NULL, download_url, cleared_at IS NOT NULL FROM jobs";
        let mut remains = database
            .query_row(row, [], |row| {
                Ok(Self {
                    id: row.get(0)?,
                    state: row.get(1)?,
                    has_id: row.get(2)?,
                    address: row.get(3)?,
                    is_cleared: row.get(4)?,
                    has_note: false,
                    has_part: false,
                    has_answer: false,
                    files: Vec::new(),
                })
            })
            .optional()
            .expect("the table of jobs")?;
        let mut files = database
            .prepare(
                "SELECT f.path, f.blake3 FROM items i JOIN files f ON f.id = i.file WHERE i.job IS NOT NULL",
            )
            .expect("a query");
        let files = files.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("items");
        remains.files = files.collect::<Result<_, _>>().expect("items");
        let part = home.join("work").join(&remains.id);
        remains.has_note = home.join("queue").join(format!("{}.json", remains.id)).exists();
        remains.has_part = fs::metadata(part.with_extension("part")).is_ok_and(|part| part.len() > 0);
        remains.has_answer = is_whole(&part).unwrap_or(false);
        Some(remains)
    }

    /// The job was taken on so long ago that no provider has its result any more, which is then believed soon. A note is
    /// changed where nobody lives who writes it.
    pub fn age(home: &Path, is_dead: bool) {
        const HOURS: i64 = 27;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = Connection::open_with_flags(home.join("canaletto.db"), flags).expect("the database");
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).expect("a setting");
        database.busy_timeout(Duration::from_mins(1)).expect("a setting");
        let earlier = "UPDATE jobs SET accepted_at = accepted_at - ? WHERE accepted_at IS NOT NULL";
        database.execute(earlier, [HOURS * 3_600_000]).expect("the table of jobs");
        for note in fs::read_dir(home.join("queue")).into_iter().flatten().flatten().filter(|_| is_dead) {
            let mut told: Value =
                serde_json::from_slice(&fs::read(note.path()).expect("a note")).expect("JSON");
            let accepted: Timestamp =
                told["accepted_at"].as_str().expect("a moment").parse().expect("a moment");
            told["accepted_at"] = (accepted - SignedDuration::from_hours(HOURS)).to_string().into();
            fs::write(note.path(), told.to_string()).expect("a note");
        }
    }

    /// Files of this job that aren't of use once its result is kept.
    pub fn leftovers(home: &Path, id: &str) -> Vec<String> {
        let folders = ["queue", "work"].map(|folder| fs::read_dir(home.join(folder)));
        let entries = folders.into_iter().flatten().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.contains(id)).collect()
    }
}

/// Whether what is noted of an answer is so.
fn is_whole(part: &Path) -> Option<bool> {
    let note = fs::read(part.with_extension("answer.json")).ok()?;
    let note: serde_json::Value = serde_json::from_slice(&note).ok()?;
    Some(fs::metadata(part.with_extension("part")).ok()?.len() == note["bytes"].as_u64()?)
}
