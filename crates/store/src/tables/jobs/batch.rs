//! Jobs that are asked for together.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::Connection;

use super::{Job, JobBatch, Jobs, insert, query};
use crate::Store;
use crate::change::Changes;
use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId};
use crate::money::Money;
use crate::tables::holds::{self, Limit, Reserved};
use crate::tables::past_prompts;

impl Jobs<'_> {
    /// Writes jobs down and sets aside what each of them holds, if all of it together exceeds no limit; `instead_of` are
    /// dismissed for them. All of it is kept, or nothing, and once this returns it survives a power cut. Jobs that hold
    /// something hold it in one currency and at one account.
    pub fn insert_all(&self, jobs: Vec<Job>, limits: &[Limit], instead_of: Vec<JobId>) -> Result<Reserved> {
        let together = Together::new(self.store, jobs, limits, instead_of)?;
        self.store.database().write(move |db, changes| together.insert(db, changes))
    }

    /// The jobs of a batch, in their order.
    pub fn of_batch(&self, batch: &str) -> Result<Vec<Job>> {
        self.store.database().read(|db| query(db, "batch = ? ORDER BY batch_index, id", [batch]))
    }

    /// The ids of the items that jobs made, in order; trashed ones too. A job that made none is left out.
    pub fn item_ids(&self, jobs: &[JobId]) -> Result<HashMap<JobId, Vec<ItemId>>> {
        self.store.database().read(|db| {
            let mut statement = db.prepare_cached("SELECT id FROM items WHERE job = ? ORDER BY job_index")?;
            let mut found = HashMap::new();
            for job in jobs {
                let ids: Vec<ItemId> =
                    statement.query_map([job], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
                if !ids.is_empty() {
                    found.insert(*job, ids);
                }
            }
            Ok(found)
        })
    }
}

/// Jobs that are to be written down together, perhaps with what shows them.
pub(crate) struct Together {
    jobs: Vec<Job>,
    total: Option<Money>,
    limits: Vec<Limit>,
    instead_of: Vec<JobId>,
    now: Timestamp,
    day: Date,
}

impl Together {
    pub(crate) fn new(
        store: &Store,
        jobs: Vec<Job>,
        limits: &[Limit],
        instead_of: Vec<JobId>,
    ) -> Result<Self> {
        let now = store.clock().now();
        let day = crate::clock::day_of(store.clock(), now);
        Ok(Self { total: total(&jobs)?, jobs, limits: limits.to_vec(), instead_of, now, day })
    }

    /// Within a transaction, which is to be given up where this fails.
    pub(crate) fn insert(self, db: &Connection, changes: &mut Changes) -> Result<Reserved> {
        let Self { jobs, total, limits, instead_of, now, day } = self;
        if let (Some(first), Some(total)) = (jobs.first(), total)
            && let Some(over) = holds::exceeded(db, &first.account, total, first.pretend, &limits)?
        {
            return Ok(over);
        }
        let mut said = BTreeSet::new();
        for job in &jobs {
            if let Some(held) = job.held {
                holds::put(db, job.id, &job.account, held, job.pretend, now, day)?;
            }
            insert(db, job)?;
            // However many pictures are made of them, they were said once.
            if past_prompts::words_of(job).is_some_and(|words| said.insert(words)) {
                past_prompts::remember(db, job)?;
            }
            changes.job(job.id);
        }
        for id in instead_of {
            db.prepare_cached("UPDATE jobs SET dismissed = 1 WHERE id = ?")?.execute([id])?;
            changes.job(id);
        }
        Ok(Reserved::Yes)
    }
}

/// What jobs hold together; none where none holds anything.
fn total(jobs: &[Job]) -> Result<Option<Money>> {
    let mut total: Option<Money> = None;
    for held in jobs.iter().filter_map(|job| job.held) {
        total = Some(match total {
            None => held,
            Some(sum) if sum.currency == held.currency => Money { amount: sum.amount + held.amount, ..sum },
            Some(_) => return Err(Error::OutOfRange { what: "currency" }),
        });
    }
    Ok(total)
}

pub(super) fn read(id: Option<String>, index: Option<u32>, of: Option<u32>) -> Option<JobBatch> {
    Some(JobBatch { id: id?, index: index?, of: of? })
}
