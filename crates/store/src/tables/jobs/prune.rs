//! Jobs of the past are forgotten when the user says so.

use jiff::Timestamp;

use super::{Job, JobState, Jobs, query};
use crate::error::Result;
use crate::ids::JobId;

/// Nothing else needs the row: no money is in doubt, nobody shows its steps, and no answer to it is being read.
const IS_NOBODYS: &str = "NOT EXISTS (SELECT 1 FROM holds WHERE holds.job = jobs.id AND settled_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM reading_pieces WHERE reading_pieces.job = jobs.id)
    AND NOT EXISTS (SELECT 1 FROM transcript_pieces WHERE transcript_pieces.job = jobs.id)
    AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.job = jobs.id AND messages.state = 'writing')";

impl Jobs<'_> {
    /// Saved, failed and cancelled jobs that came to their end before a moment, oldest first, and whether something else still
    /// needs each.
    pub fn ended_before(&self, moment: Timestamp) -> Result<Vec<(Job, bool)>> {
        let moment = moment.as_millisecond();
        self.store.database().read(|db| {
            let ended = "state IN ('saved', 'failed', 'cancelled') AND coalesce(finished_at, created_at) < ?";
            let all = query(db, &format!("{ended} ORDER BY created_at, id"), [moment])?;
            let mut statement =
                db.prepare_cached(&format!("SELECT id FROM jobs WHERE {ended} AND {IS_NOBODYS}"))?;
            let free = statement.query_map([moment], |row| row.get(0))?;
            let free: std::collections::HashSet<JobId> = free.collect::<rusqlite::Result<_>>()?;
            Ok(all
                .into_iter()
                .map(|job| (!free.contains(&job.id), job))
                .map(|(needed, job)| (job, needed))
                .collect())
        })
    }

    /// Forgets these, as far as they have ended and nothing else has come to need them meanwhile. Answers how many went. What
    /// they made stays, and so does what was spent.
    pub fn forget(&self, ids: Vec<JobId>) -> Result<u32> {
        self.store.database().write(move |db, _| {
            let ended = [JobState::Saved, JobState::Failed, JobState::Cancelled].map(JobState::as_str);
            let mut statement = db.prepare_cached(&format!(
                "DELETE FROM jobs WHERE id = ? AND state IN ('{}') AND {IS_NOBODYS}",
                ended.join("', '")
            ))?;
            let mut gone = 0;
            for id in &ids {
                gone += statement.execute([id])?;
            }
            Ok(u32::try_from(gone).unwrap_or(u32::MAX))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use rust_decimal::Decimal;
    use serde_json::json;

    use super::*;
    use crate::money::{Currency, Money};
    use crate::testing::{self, Home};

    fn put(store: &crate::Store, n: u128, state: JobState, finished: Option<i64>) -> JobId {
        let id = JobId(uuid::Uuid::from_u128(n));
        let at = |seconds: i64| testing::START + seconds.seconds();
        let job = Job::new(id, "make", "a", "generateImage", json!({}), testing::START);
        store.jobs().insert(Job { state, finished_at: finished.map(at), ..job }, Vec::new()).unwrap();
        id
    }

    #[test]
    fn what_is_open_unknown_young_or_of_doubtful_cost_is_never_forgotten() {
        let store = Home::new().open();
        let old = [
            put(&store, 1, JobState::Saved, Some(1)),
            put(&store, 2, JobState::Failed, Some(1)),
            put(&store, 3, JobState::Cancelled, None),
        ];
        let others = [
            put(&store, 4, JobState::Planned, None),
            put(&store, 5, JobState::Sent, None),
            put(&store, 6, JobState::Accepted, None),
            put(&store, 7, JobState::Ready, None),
            put(&store, 8, JobState::Unknown, Some(1)),
        ];
        let young = put(&store, 9, JobState::Saved, Some(100));
        let doubtful = put(&store, 10, JobState::Cancelled, Some(1));
        let held = Money { amount: Decimal::ONE, currency: Currency::Usd };
        store.holds().reserve_within(doubtful, "a", held, false, &[]).unwrap();
        let found = store.jobs().ended_before(testing::START + 50.seconds()).unwrap();
        let found: Vec<_> = found.into_iter().map(|(job, needed)| (job.id, needed)).collect();
        assert_eq!(found, [(old[0], false), (old[1], false), (old[2], false), (doubtful, true)]);

        let everything = old.into_iter().chain(others).chain([doubtful]).collect();
        assert_eq!(store.jobs().forget(everything).unwrap(), 3);
        for id in others.into_iter().chain([young, doubtful]) {
            store.jobs().get(id).unwrap();
        }
        assert!(store.jobs().get(old[0]).unwrap_err().is_not_found());
    }
}
