//! Who asked the blockchains how much, and the answers that are kept for whoever asks again.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    journal::Journal,
    ledger::Payer,
    rate::{Rate, Standing},
};

/// The most credits that a caller may use in 24 hours.
pub(crate) const CREDITS_A_DAY: u64 = 10_000_000;
/// How long an answer is kept for its key, and credits count.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An answer that is kept for its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) payer: Payer,
    pub(crate) key: String,
    /// The network and the body that were asked with, in a hash.
    pub(crate) asked: String,
    pub(crate) at: Timestamp,
    pub(crate) body: String,
    pub(crate) credits: u32,
    pub(crate) request_id: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Line {
    Answer { kept: Kept },
    Forgotten,
}

type Answers = BTreeMap<(Payer, String), Kept>;

fn apply(answers: &mut Answers, line: Line) {
    match line {
        Line::Answer { kept } => {
            answers.insert((kept.payer.clone(), kept.key.clone()), kept);
        }
        Line::Forgotten => answers.clear(),
    }
}

/// What one caller did lately.
#[derive(Debug)]
struct Visitor {
    requests: Arc<Rate>,
    /// Credits by the minute in which they were used.
    credits: BTreeMap<i64, u64>,
    /// Held while a request of the caller is answered.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Desk {
    visitors: BTreeMap<Payer, Visitor>,
    answers: Answers,
    journal: Journal,
}

/// The desk in front of the blockchains.
#[derive(Debug)]
pub(crate) struct RpcDesk {
    per_minute: u32,
    desk: Mutex<Desk>,
}

impl RpcDesk {
    pub(crate) fn open(folder: Option<&Path>, per_minute: u32) -> std::io::Result<Self> {
        let mut answers = Answers::new();
        let journal = Journal::open(folder, "rpc.jsonl", |line| apply(&mut answers, line))?;
        Ok(Self { per_minute, desk: Mutex::new(Desk { visitors: BTreeMap::new(), answers, journal }) })
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visitor<T>(&self, payer: &Payer, read: impl FnOnce(&mut Visitor) -> T) -> T {
        let mut desk = self.desk();
        let visitor = desk.visitors.entry(payer.clone()).or_insert_with(|| Visitor {
            requests: Arc::new(Rate::per_minute(self.per_minute)),
            credits: BTreeMap::new(),
            turn: Arc::default(),
        });
        read(visitor)
    }

    /// Counts a request, or says how long to wait.
    pub(crate) fn enter(&self, payer: &Payer, now: Instant) -> Result<(), Duration> {
        self.visitor(payer, |visitor| visitor.requests.take(now))
    }

    pub(crate) fn standing(&self, payer: &Payer, now: Instant) -> Standing {
        self.visitor(payer, |visitor| visitor.requests.standing(now))
    }

    /// What a caller's requests wait for: they are answered one after the other.
    pub(crate) fn turn(&self, payer: &Payer) -> Arc<tokio::sync::Mutex<()>> {
        self.visitor(payer, |visitor| Arc::clone(&visitor.turn))
    }

    /// Whether so many credits more are within what a day allows.
    pub(crate) fn allows(&self, payer: &Payer, credits: u32, now: Timestamp) -> bool {
        self.visitor(payer, |visitor| {
            let oldest = minute(now - DAY);
            visitor.credits = visitor.credits.split_off(&(oldest + 1));
            visitor.credits.values().sum::<u64>() + u64::from(credits) <= CREDITS_A_DAY
        })
    }

    /// Counts credits that were used.
    pub(crate) fn used(&self, payer: &Payer, credits: u32, now: Timestamp) {
        self.visitor(payer, |visitor| *visitor.credits.entry(minute(now)).or_default() += u64::from(credits));
    }

    /// The answer that was given under a key in the last 24 hours.
    pub(crate) fn kept(&self, payer: &Payer, key: &str, now: Timestamp) -> Option<Kept> {
        let desk = self.desk();
        desk.answers.get(&(payer.clone(), key.to_owned())).filter(|kept| now - DAY < kept.at).cloned()
    }

    /// Keeps an answer, on disk before this returns.
    pub(crate) fn keep(&self, kept: Kept) -> std::io::Result<()> {
        let mut desk = self.desk();
        let now = kept.at;
        desk.answers.retain(|_, kept| now - DAY < kept.at);
        let line = Line::Answer { kept };
        desk.journal.write(&line)?;
        apply(&mut desk.answers, line);
        Ok(())
    }

    /// Forgets everybody and every answer.
    pub(crate) fn forget(&self) -> std::io::Result<()> {
        let mut desk = self.desk();
        desk.visitors.clear();
        desk.journal.write(&Line::Forgotten)?;
        apply(&mut desk.answers, Line::Forgotten);
        Ok(())
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(id: &str) -> Payer {
        Payer::Key { id: id.into() }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_caller_has_a_limit_of_its_own() {
        let desk = RpcDesk::open(None, 2).unwrap();
        let now = Instant::now();
        assert!(desk.enter(&payer("a"), now).is_ok() && desk.enter(&payer("a"), now).is_ok());
        assert!(desk.enter(&payer("a"), now).is_err());
        assert!(desk.enter(&payer("b"), now).is_ok());
        assert_eq!(desk.standing(&payer("b"), now).remaining, 1);
    }

    #[test]
    fn credits_come_back_after_a_day() {
        let desk = RpcDesk::open(None, 2).unwrap();
        let (noon, evening, next) =
            (at("2026-11-21T12:00:00Z"), at("2026-11-21T20:00:00Z"), at("2026-11-22T12:00:00Z"));
        desk.used(&payer("a"), 9_999_000, noon);
        assert!(desk.allows(&payer("a"), 1_000, evening));
        assert!(!desk.allows(&payer("a"), 1_001, evening));
        assert!(desk.allows(&payer("b"), 1_001, evening));
        assert!(desk.allows(&payer("a"), 10_000_000, next));
    }

    #[test]
    fn answers_are_kept_for_a_day_and_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let noon = at("2026-11-21T12:00:00Z");
        let answer = Kept {
            payer: payer("a"),
            key: "k".into(),
            asked: "0x1".into(),
            at: noon,
            body: "{}".into(),
            credits: 20,
            request_id: "r".into(),
        };
        let desk = RpcDesk::open(Some(folder.path()), 2).unwrap();
        desk.keep(answer.clone()).unwrap();
        drop(desk);
        let desk = RpcDesk::open(Some(folder.path()), 2).unwrap();
        assert_eq!(desk.kept(&payer("a"), "k", at("2026-11-22T11:59:59Z")), Some(answer));
        assert_eq!(desk.kept(&payer("a"), "k", at("2026-11-22T12:00:00Z")), None);
        assert_eq!(desk.kept(&payer("b"), "k", noon), None);
        desk.forget().unwrap();
        drop(desk);
        assert_eq!(RpcDesk::open(Some(folder.path()), 2).unwrap().kept(&payer("a"), "k", noon), None);
    }
}
