//! The table of all jobs: filtered, counted, a page at a time.
//!
//! It shows what is under way first, then what waits in the order it will be sent, then what has ended, newest first. A page
//! starts at a key and not at a number, so that nothing is skipped or shown twice while jobs come and go.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{Job, JobState, Jobs, query};
use crate::error::{Error, Result};
use crate::ids::JobId;

/// Which jobs are asked for. What is empty or none doesn't narrow the list.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// In one of these states.
    pub states: Vec<JobState>,
    /// Of one of these kinds.
    pub kinds: Vec<String>,
    /// Paid by this account.
    pub account: Option<String>,
    /// Each of these words is in the title or in the model's id; small and capital letters of ASCII are the same.
    pub words: Vec<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// 1 to 500.
    pub limit: u32,
}

/// Some jobs of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct JobList {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// A part of the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    UnderWay,
    Waiting,
    Ended,
}

/// Where a planned job stands: places that were given are small, and all others are moments.
const IN_LINE: &str = "coalesce(line, created_at), coalesce(batch_index, 0), id";

impl Part {
    const ALL: [Self; 3] = [Self::UnderWay, Self::Waiting, Self::Ended];

    fn states(self) -> &'static [JobState] {
        match self {
            Self::UnderWay => &[JobState::Sent, JobState::Accepted, JobState::Ready],
            Self::Waiting => &[JobState::Planned],
            Self::Ended => &[JobState::Saved, JobState::Failed, JobState::Cancelled, JobState::Unknown],
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::UnderWay | Self::Ended => "created_at, 0, id",
            Self::Waiting => IN_LINE,
        }
    }

    fn order(self) -> &'static str {
        match self {
            Self::UnderWay => "created_at, id",
            Self::Waiting => IN_LINE,
            Self::Ended => "created_at DESC, id DESC",
        }
    }

    fn beyond(self) -> char {
        if self == Self::Ended { '<' } else { '>' }
    }
}

/// Where a page begins.
struct Cursor {
    part: Part,
    key: (i64, i64, JobId),
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.split('.');
        let mut next = || words.next();
        let part = *Part::ALL.get(next()?.parse::<usize>().ok()?)?;
        Some(Self { part, key: (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?) })
    }
}

/// A condition with its values.
#[derive(Default)]
struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(condition);
        self.values.extend(values);
    }

    fn one_of(&mut self, column: &str, values: Vec<Value>) {
        let marks = vec!["?"; values.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), values);
    }
}

impl JobQuery {
    /// The states of a part that are asked for.
    fn states_of(&self, part: Part) -> Vec<JobState> {
        let wanted = |state: &&JobState| self.states.is_empty() || self.states.contains(state);
        part.states().iter().filter(wanted).copied().collect()
    }

    /// All but the state.
    fn narrow(&self, condition: &mut Where) {
        if !self.kinds.is_empty() {
            condition.one_of("kind", self.kinds.iter().cloned().map(Value::Text).collect());
        }
        if let Some(account) = &self.account {
            condition.and("account = ?", [Value::Text(account.clone())]);
        }
        for word in &self.words {
            let like = Value::Text(format!("%{}%", escaped(word)));
            condition.and("(title LIKE ? ESCAPE '\\' OR model LIKE ? ESCAPE '\\')", [like.clone(), like]);
        }
    }

    fn count(&self, db: &Connection) -> Result<u32> {
        let mut condition = Where::default();
        let states = if self.states.is_empty() {
            Part::ALL.iter().flat_map(|part| part.states()).copied().collect()
        } else {
            self.states.clone()
        };
        condition.one_of("state", values_of(&states));
        self.narrow(&mut condition);
        let mut statement =
            db.prepare_cached(&format!("SELECT count(*) FROM jobs WHERE {}", condition.text))?;
        Ok(statement.query_row(params_from_iter(condition.values), |row| row.get(0))?)
    }

    fn read(&self, db: &Connection, part: Part, from: Option<&Cursor>, limit: usize) -> Result<Vec<Job>> {
        let states = self.states_of(part);
        let mut condition = Where::default();
        // Nearly all jobs have ended: of several states they are walked by their time, of one by the index of states.
        let column = if part == Part::Ended && states.len() > 1 { "+state" } else { "state" };
        condition.one_of(column, values_of(&states));
        self.narrow(&mut condition);
        if let Some(Cursor { key: (first, second, id), .. }) = from {
            let values = [Value::Integer(*first), Value::Integer(*second), Value::Text(id.to_string())];
            condition.and(&format!("({}) {} (?, ?, ?)", part.key(), part.beyond()), values);
            if part == Part::Ended {
                // The same once more, as the index can use it.
                condition.and("created_at <= ?", [Value::Integer(*first)]);
            }
        }
        let text = format!("{} ORDER BY {} LIMIT {limit}", condition.text, part.order());
        query(db, &text, params_from_iter(condition.values))
    }
}

impl Jobs<'_> {
    /// Some rows of the table.
    pub fn list(&self, wanted: &JobQuery) -> Result<JobList> {
        let from =
            wanted.cursor.as_deref().map(|text| Cursor::read(text).ok_or(Error::BadCursor)).transpose()?;
        let limit = wanted.limit.clamp(1, 500) as usize;
        self.store.database().read(|db| {
            let mut jobs = Vec::new();
            for part in Part::ALL {
                let from = from.as_ref().filter(|from| from.part >= part);
                if from.is_some_and(|from| from.part > part) || wanted.states_of(part).is_empty() {
                    continue;
                }
                jobs.extend(wanted.read(db, part, from, limit + 1 - jobs.len())?);
                if jobs.len() > limit {
                    break;
                }
            }
            let more = jobs.len() > limit;
            jobs.truncate(limit);
            let next = match jobs.last() {
                Some(last) if more => Some(cursor_of(db, last)?),
                _ => None,
            };
            Ok(JobList { jobs, next, total: wanted.count(db)? })
        })
    }

    /// How many jobs stand in each state; those that nobody stands in are left out.
    pub fn counts(&self) -> Result<Vec<(JobState, u32)>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached("SELECT state, count(*) FROM jobs GROUP BY state")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The jobs that aren't sent yet, in the order they will be.
    pub fn in_line(&self) -> Result<Vec<JobId>> {
        self.store.database().read(in_line)
    }

    /// Puts a job that isn't sent yet before another of them, or last; before one that was sent meanwhile, first. Answers all
    /// of them in their order. Once this returns it survives a power cut.
    pub fn move_in_line(&self, id: JobId, before: Option<JobId>) -> Result<Vec<JobId>> {
        self.store.database().write(move |db, _| {
            let mut line = in_line(db)?;
            // Before itself it stands already.
            if before == Some(id) && line.contains(&id) {
                return Ok(line);
            }
            let at = line.iter().position(|other| *other == id);
            line.remove(at.ok_or_else(|| Error::NotFound { what: "job", id: id.to_string() })?);
            let to = match before {
                Some(before) => line.iter().position(|other| *other == before).unwrap_or(0),
                None => line.len(),
            };
            line.insert(to, id);
            let mut statement = db.prepare_cached("UPDATE jobs SET line = ? WHERE id = ?")?;
            for (place, id) in (1_i64..).zip(&line) {
                statement.execute((place, id))?;
            }
            Ok(line)
        })
    }
}

fn in_line(db: &Connection) -> Result<Vec<JobId>> {
    let text = format!("SELECT id FROM jobs WHERE state = 'planned' ORDER BY {IN_LINE}");
    let mut statement = db.prepare_cached(&text)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn cursor_of(db: &Connection, last: &Job) -> Result<String> {
    let at = Part::ALL.into_iter().position(|part| part.states().contains(&last.state)).unwrap_or(2);
    let text = format!("SELECT {} FROM jobs WHERE id = ?", Part::ALL[at].key());
    let mut statement = db.prepare_cached(&text)?;
    let (first, second): (i64, i64) = statement.query_row([last.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(format!("{at}.{first}.{second}.{}", last.id))
}

fn values_of(states: &[JobState]) -> Vec<Value> {
    states.iter().map(|state| Value::Text(state.as_str().to_owned())).collect()
}

fn escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use serde_json::json;

    use super::*;
    use crate::tables::jobs::JobBatch;
    use crate::testing::{self, Home};

    fn job(n: u128, state: JobState) -> Job {
        let at = testing::START + i64::try_from(n / 2).unwrap().milliseconds();
        let id = JobId(uuid::Uuid::from_u128(n));
        let job = Job::new(id, if n.is_multiple_of(2) { "make" } else { "film" }, "a", "o", json!({}), at);
        Job { state, title: format!("Job {n}"), model: Some("wan_2.5".into()), ..job }
    }

    fn all(store: &crate::Store, wanted: &JobQuery) -> Vec<u128> {
        let mut wanted = JobQuery { limit: 2, ..wanted.clone() };
        let mut seen = Vec::new();
        loop {
            let page = store.jobs().list(&wanted).unwrap();
            seen.extend(page.jobs.iter().map(|job| job.id.0.as_u128()));
            let Some(next) = page.next else {
                assert_eq!(seen.len(), page.total as usize);
                return seen;
            };
            wanted.cursor = Some(next);
        }
    }

    fn filled(states: &[JobState]) -> crate::Store {
        let store = Home::new().open();
        for (n, state) in (0..).zip(states) {
            store.jobs().insert(job(n, *state), Vec::new()).unwrap();
        }
        store
    }

    use JobState::{Accepted, Cancelled, Failed, Planned, Ready, Saved, Sent, Unknown};

    #[test]
    fn under_way_comes_first_then_the_line_then_what_has_ended() {
        let store = filled(&[
            Saved, Planned, Failed, Sent, Planned, Accepted, Unknown, Ready, Cancelled, Planned, Saved,
        ]);
        assert_eq!(all(&store, &JobQuery::default()), [3, 5, 7, 1, 4, 9, 10, 8, 6, 2, 0]);
        let of = |states: &[JobState]| JobQuery { states: states.to_vec(), ..JobQuery::default() };
        assert_eq!(all(&store, &of(&[Saved])), [10, 0]);
        assert_eq!(all(&store, &of(&[Saved, Planned, Unknown])), [1, 4, 9, 10, 6, 0]);
        assert_eq!(all(&store, &JobQuery { kinds: vec!["film".into()], ..of(&[]) }), [3, 5, 7, 1, 9]);
        assert_eq!(all(&store, &JobQuery { account: Some("b".into()), ..of(&[]) }), [0; 0]);
        let counts: Vec<_> = store.jobs().counts().unwrap();
        assert!(counts.contains(&(Planned, 3)) && counts.contains(&(Saved, 2)), "{counts:?}");
    }

    #[test]
    fn words_are_found_in_title_and_model_as_they_are_written() {
        let store = filled(&[Saved; 12]);
        let of = |words: &[&str]| JobQuery {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..JobQuery::default()
        };
        assert_eq!(all(&store, &of(&["JOB 1"])), [11, 10, 1]);
        assert_eq!(all(&store, &of(&["job", "WAN_2.5", "7"])), [7]);
        assert_eq!(all(&store, &of(&["wan%"])), [0; 0]);
        assert_eq!(all(&store, &of(&["n_2"])).len(), 12);
        assert_eq!(all(&store, &of(&["na2"])), [0; 0]);
    }

    #[test]
    fn what_waits_is_moved_and_stays_so() {
        let home = Home::new();
        let store = home.open();
        for n in 0..5_u32 {
            let batch = Some(JobBatch { id: "b".into(), index: 4 - n, of: 5 });
            let at = testing::START;
            let one = Job { batch, created_at: at, ..job(n.into(), Planned) };
            store.jobs().insert(one, Vec::new()).unwrap();
        }
        let id = |n: u128| JobId(uuid::Uuid::from_u128(n));
        let line = |ids: Vec<JobId>| ids.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(line(store.jobs().in_line().unwrap()), [4, 3, 2, 1, 0], "by their place in the batch");
        assert_eq!(line(store.jobs().move_in_line(id(1), Some(id(4))).unwrap()), [1, 4, 3, 2, 0]);
        assert_eq!(line(store.jobs().move_in_line(id(3), None).unwrap()), [1, 4, 2, 0, 3]);
        assert_eq!(line(store.jobs().move_in_line(id(2), Some(id(2))).unwrap()), [1, 4, 2, 0, 3]);
        let late = Job { created_at: testing::START + 1.hours(), ..job(9, Planned) };
        store.jobs().insert(late, Vec::new()).unwrap();
        assert_eq!(all(&store, &JobQuery::default()), [1, 4, 2, 0, 3, 9]);
        drop(store);
        let store = home.open();
        assert_eq!(all(&store, &JobQuery::default()), [1, 4, 2, 0, 3, 9]);
        let sent = |n| store.jobs().advance(id(n), Planned, Sent, super::super::JobPatch::default());
        sent(1).unwrap().unwrap();
        assert!(store.jobs().move_in_line(id(1), None).unwrap_err().is_not_found(), "it is sent");
        let line = line(store.jobs().move_in_line(id(9), Some(id(1))).unwrap());
        assert_eq!(line, [9, 4, 2, 0, 3], "what it was put before is sent");
    }

    #[test]
    fn rubbish_is_no_cursor() {
        let store = filled(&[]);
        for rubbish in ["", "3.1.1.a", "0.x.0.y", "1.2"] {
            let wanted = JobQuery { cursor: Some(rubbish.into()), ..JobQuery::default() };
            assert!(matches!(store.jobs().list(&wanted), Err(Error::BadCursor)), "{rubbish}");
        }
    }
}
