//! Films and music that were asked for: each takes its time by the clock, over restarts too.

mod job;
mod works;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use job::{Fate, FilmOrder, Job, MusicKind, MusicOrder, Order, packed};

use crate::{journal::Journal, refusal::Refusal};

/// How long what is ready is kept, in hours.
const KEPT: i64 = 24;
/// How often a link can be followed.
const FETCHES: u32 = 10;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Line {
    Queued {
        job: Box<Job>,
    },
    /// Deleted, by its owner or because it was handed over.
    Over {
        id: String,
    },
    /// Of older queues, and without effect: whether a price was given back is the ledger's to say, or a kill between two
    /// journals could lose it.
    Refunded,
    Fetched {
        id: String,
    },
    Reset,
}

#[derive(Debug)]
struct Standing {
    job: Arc<Job>,
    over: bool,
    fetched: u32,
}

#[derive(Debug)]
struct Desk {
    jobs: BTreeMap<String, Standing>,
    journal: Journal,
}

/// What the control routes ask of the queue.
#[derive(Debug, Clone)]
pub(crate) struct Orders {
    /// What becomes of the next jobs.
    pub(crate) fates: VecDeque<Fate>,
    /// Every film is made larger by so many bytes.
    pub(crate) padding: u64,
    /// How long the next jobs take, in seconds.
    pub(crate) seconds: Option<f64>,
    /// The country that callers seem to be in.
    pub(crate) region: String,
}

impl Default for Orders {
    fn default() -> Self {
        Self { fates: VecDeque::new(), padding: 0, seconds: None, region: "US".into() }
    }
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Queue {
    desk: Mutex<Desk>,
    works: works::Works,
    orders: Mutex<Orders>,
}

/// What can be fetched by a link.
#[derive(Debug)]
pub(crate) enum Link {
    Ready(Arc<Job>),
    NotYet,
    /// It was valid once.
    Spent,
    Unknown,
}

impl Desk {
    fn apply(jobs: &mut BTreeMap<String, Standing>, line: Line) {
        match line {
            Line::Queued { job } => {
                let standing = Standing { job: Arc::from(job), over: false, fetched: 0 };
                jobs.insert(standing.job.id.clone(), standing);
            }
            Line::Over { id } => {
                if let Some(standing) = jobs.get_mut(&id) {
                    standing.over = true;
                }
            }
            Line::Fetched { id } => {
                if let Some(standing) = jobs.get_mut(&id) {
                    standing.fetched += 1;
                }
            }
            Line::Refunded => {}
            Line::Reset => jobs.clear(),
        }
    }

    fn note(&mut self, line: Line) -> std::io::Result<()> {
        self.journal.write(&line)?;
        Self::apply(&mut self.jobs, line);
        Ok(())
    }
}

impl Queue {
    /// What `folder` keeps, or an empty queue.
    pub(crate) fn open(folder: Option<&Path>) -> std::io::Result<Self> {
        let mut jobs = BTreeMap::new();
        let journal = Journal::open(folder, "queue.jsonl", |line| Desk::apply(&mut jobs, line))?;
        Ok(Self {
            desk: Mutex::new(Desk { jobs, journal }),
            works: works::Works::default(),
            orders: Mutex::new(Orders::default()),
        })
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads or changes what the control routes asked for.
    pub(crate) fn orders<T>(&self, with: impl FnOnce(&mut Orders) -> T) -> T {
        with(&mut self.orders.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a job, on disk before this returns.
    pub(crate) fn put(&self, job: Job) -> Result<(), Refusal> {
        self.desk().note(Line::Queued { job: Box::new(job) }).map_err(unwritable)
    }

    /// A job of this caller that is not deleted and not expired.
    pub(crate) fn find(&self, id: &str, wallet: Option<&str>, now: Timestamp) -> Option<Arc<Job>> {
        let desk = self.desk();
        let standing = desk.jobs.get(id)?;
        let kept = !standing.over && !expired(&standing.job, now);
        (kept && standing.job.wallet.as_deref() == wallet).then(|| Arc::clone(&standing.job))
    }

    /// Deletes a job of this caller that is `meant`; says whether there ever was one.
    pub(crate) fn delete(
        &self,
        id: &str,
        wallet: Option<&str>,
        meant: impl FnOnce(&Job) -> bool,
    ) -> Result<bool, Refusal> {
        let mut desk = self.desk();
        match desk.jobs.get(id) {
            Some(standing) if standing.job.wallet.as_deref() == wallet && meant(&standing.job) => {
                if !standing.over {
                    desk.note(Line::Over { id: id.to_owned() }).map_err(unwritable)?;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Follows a link, which can't be done often.
    pub(crate) fn follow(&self, token: &str, now: Timestamp) -> Result<Link, Refusal> {
        let mut desk = self.desk();
        let found = desk.jobs.values().find(|standing| standing.job.token.as_deref() == Some(token));
        let Some(standing) = found else { return Ok(Link::Unknown) };
        let job = Arc::clone(&standing.job);
        if standing.over {
            return Ok(Link::Unknown);
        }
        if expired(&job, now) || standing.fetched >= FETCHES {
            return Ok(Link::Spent);
        }
        if now < job.ready || job.fate != Fate::Good {
            return Ok(Link::NotYet);
        }
        desk.note(Line::Fetched { id: job.id.clone() }).map_err(unwritable)?;
        Ok(Link::Ready(job))
    }

    /// Deletes what a link leads to; says whether there was anything.
    pub(crate) fn delete_link(&self, token: &str) -> Result<bool, Refusal> {
        let mut desk = self.desk();
        let mut jobs = desk.jobs.values();
        let found = jobs.find(|standing| !standing.over && standing.job.token.as_deref() == Some(token));
        let Some(id) = found.map(|standing| standing.job.id.clone()) else { return Ok(false) };
        desk.note(Line::Over { id }).map_err(unwritable)?;
        Ok(true)
    }

    /// The finished file: made when it is first asked for, and the same each time.
    pub(crate) async fn work(&self, job: &Arc<Job>) -> Result<Bytes, Refusal> {
        self.works.of(job).await
    }

    pub(crate) fn reset(&self) -> std::io::Result<()> {
        *self.orders.lock().unwrap_or_else(PoisonError::into_inner) = Orders::default();
        self.desk().note(Line::Reset)
    }

    /// The jobs, without a word of what was asked for. `refunded` holds the requests whose price was given back.
    pub(crate) fn to_json(&self, refunded: &BTreeSet<String>) -> Value {
        let desk = self.desk();
        let told = desk.jobs.values().map(|standing| {
            let job = &standing.job;
            json!({"queue_id": job.id, "model": job.model, "queued": job.queued.to_string(),
                "ready": job.ready.to_string(), "fate": job.fate.name(), "deleted": standing.over,
                "refunded": refunded.contains(&job.id), "fetched": standing.fetched})
        });
        told.collect()
    }
}

fn expired(job: &Job, now: Timestamp) -> bool {
    job.ready.saturating_add(KEPT.hours()).is_ok_and(|end| now >= end)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn unwritable(error: std::io::Error) -> Refusal {
    tracing::error!(%error, "the queue can't be written");
    Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its state")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: &str, wallet: Option<&str>) -> Job {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let order = MusicOrder {
            prompt: "a waltz".into(),
            lyrics: String::new(),
            seconds: 1.0,
            seed: 1,
            loops: false,
            kind: MusicKind::Piece,
            format: "wav".into(),
        };
        Job {
            id: id.into(),
            model: "ace-step-15".into(),
            wallet: wallet.map(str::to_owned),
            queued: start,
            ready: start.checked_add(30.seconds()).unwrap(),
            order: Order::Music(order),
            fate: Fate::Good,
            token: Some(format!("link-{id}")),
            average: 30_000,
        }
    }

    fn after(seconds: i64) -> Timestamp {
        "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap().checked_add(seconds.seconds()).unwrap()
    }

    #[test]
    fn jobs_are_kept_over_a_restart_and_belong_to_their_caller() {
        let folder = tempfile::tempdir().unwrap();
        {
            let queue = Queue::open(Some(folder.path())).unwrap();
            queue.put(job("a", None)).unwrap();
            queue.put(job("b", Some("0xabc"))).unwrap();
            queue.put(job("c", None)).unwrap();
            assert!(!queue.delete("c", None, |_| false).unwrap(), "another is meant");
            assert!(queue.delete("c", None, |_| true).unwrap());
        }
        let queue = Queue::open(Some(folder.path())).unwrap();
        assert!(queue.find("a", None, after(5)).is_some());
        assert!(queue.find("b", None, after(5)).is_none(), "a wallet's");
        assert!(queue.find("b", Some("0xabc"), after(5)).is_some());
        assert!(queue.find("c", None, after(5)).is_none(), "deleted");
        assert!(queue.find("a", None, after(30 + 24 * 3600)).is_none(), "expired");
        assert!(!queue.delete("b", None, |_| true).unwrap());
    }

    #[test]
    fn a_refund_that_an_older_queue_noted_is_read_over() {
        let folder = tempfile::tempdir().unwrap();
        Queue::open(Some(folder.path())).unwrap().put(job("a", None)).unwrap();
        let path = folder.path().join("queue.jsonl");
        let older = std::fs::read_to_string(&path).unwrap() + "{\"entry\":\"refunded\",\"id\":\"a\"}\n";
        std::fs::write(&path, older).unwrap();
        let queue = Queue::open(Some(folder.path())).unwrap();
        assert_eq!(queue.to_json(&BTreeSet::new())[0]["refunded"], false);
        assert_eq!(queue.to_json(&BTreeSet::from(["a".to_owned()]))[0]["refunded"], true);
    }

    #[test]
    fn a_link_opens_when_the_work_is_ready_and_not_for_ever() {
        let queue = Queue::open(None).unwrap();
        queue.put(job("a", None)).unwrap();
        assert!(matches!(queue.follow("link-a", after(29)).unwrap(), Link::NotYet));
        for _ in 0..FETCHES {
            assert!(matches!(queue.follow("link-a", after(30)).unwrap(), Link::Ready(_)));
        }
        assert!(matches!(queue.follow("link-a", after(31)).unwrap(), Link::Spent));
        assert!(matches!(queue.follow("link-b", after(31)).unwrap(), Link::Unknown));
        assert!(queue.delete_link("link-a").unwrap());
        assert!(!queue.delete_link("link-a").unwrap());
        assert!(matches!(queue.follow("link-a", after(31)).unwrap(), Link::Unknown));
    }

    #[tokio::test]
    async fn the_work_is_the_same_each_time() {
        let queue = Queue::open(None).unwrap();
        let job = Arc::new(job("a", None));
        let first = queue.work(&job).await.unwrap();
        assert_eq!(first, queue.work(&job).await.unwrap());
        assert_eq!(first, Queue::open(None).unwrap().work(&job).await.unwrap());
    }
}
