//! The line of what isn't sent yet: who is next, how many are under way at once, and whether anybody is called at all.
//!
//! A job takes its place when it is set off, and holds it until what it does at Venice no longer counts: dropping the
//! place gives the turn to the next. Of a batch only one at a time stands at the door, where the rate is waited for, so that
//! pictures are asked for in their order.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use store::{Job, JobId};
use tokio::sync::{Notify, oneshot};

use crate::{calls, conversations};

/// Requests under way at once; more wait their turn as *planned*.
const AT_ONCE: usize = 4;
/// Of these, those of a batch: whoever asks for one picture meanwhile doesn't wait for a hundred.
const BATCH_AT_ONCE: usize = 3;
/// Conversations that are written at once. They have turns of their own: nobody waits for pictures to be spoken to.
const CHATS_AT_ONCE: usize = 16;

/// What a job is to the line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lane {
    /// An answer in a conversation: somebody sits before it, and the pause isn't meant.
    Talk,
    /// A call by hand: somebody sits before it, too.
    Call,
    /// One alone.
    Alone,
    /// One of the batch of this name.
    Batch(String),
}

impl Lane {
    fn of(job: &Job) -> Self {
        match &job.batch {
            _ if job.kind == conversations::KIND => Self::Talk,
            _ if job.kind == calls::KIND => Self::Call,
            // One alone is waited for as such.
            Some(batch) if batch.of > 1 => Self::Batch(batch.id.clone()),
            _ => Self::Alone,
        }
    }

    fn waits_in_a_pause(&self) -> bool {
        matches!(self, Self::Alone | Self::Batch(_))
    }
}

/// One who waits to be called.
struct Standing {
    id: JobId,
    lane: Lane,
    call: oneshot::Sender<()>,
}

#[derive(Default)]
struct Row {
    standing: Vec<Standing>,
    /// Batches of which one is at the door.
    doors: HashSet<String>,
    talks: usize,
    others: usize,
    of_batches: usize,
    open: bool,
    paused: bool,
    closing: bool,
}

impl Row {
    fn may_go(&self, lane: &Lane) -> bool {
        if !self.open || self.closing || (self.paused && lane.waits_in_a_pause()) {
            return false;
        }
        match lane {
            Lane::Talk => self.talks < CHATS_AT_ONCE,
            Lane::Call | Lane::Alone => self.others < AT_ONCE,
            Lane::Batch(batch) => {
                self.others < AT_ONCE && self.of_batches < BATCH_AT_ONCE && !self.doors.contains(batch)
            }
        }
    }

    /// Calls all who may go, in their order.
    fn call_up(&mut self) {
        let mut at = 0;
        while let Some(next) = self.standing.get(at) {
            if !self.may_go(&next.lane) {
                at += 1;
                continue;
            }
            let Standing { lane, call, .. } = self.standing.remove(at);
            self.count(&lane, 1);
            if let Lane::Batch(batch) = lane {
                self.doors.insert(batch);
            }
            let _ = call.send(());
        }
    }

    fn count(&mut self, lane: &Lane, more: isize) {
        let add = |count: &mut usize| *count = count.saturating_add_signed(more);
        match lane {
            Lane::Talk => add(&mut self.talks),
            Lane::Call | Lane::Alone => add(&mut self.others),
            Lane::Batch(_) => {
                add(&mut self.others);
                add(&mut self.of_batches);
            }
        }
    }
}

/// The line. Nobody is called before it is opened.
#[derive(Clone, Default)]
pub(crate) struct Line {
    row: Arc<Mutex<Row>>,
    goes_on: Arc<Notify>,
}

impl Line {
    fn row(&self) -> MutexGuard<'_, Row> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place at the end.
    pub(crate) fn join(&self, job: &Job) -> Place {
        let (call, called) = oneshot::channel();
        let lane = Lane::of(job);
        let mut row = self.row();
        row.standing.push(Standing { id: job.id, lane: lane.clone(), call });
        row.call_up();
        drop(row);
        Place { line: self.clone(), id: job.id, lane, called: Some(called), at_door: true }
    }

    /// From now on people are called, unless it is paused.
    pub(crate) fn open(&self) {
        let mut row = self.row();
        row.open = true;
        row.call_up();
    }

    /// Nobody is called while it is paused, but for those whom somebody sits and waits for.
    pub(crate) fn pause(&self, paused: bool) {
        let mut row = self.row();
        row.paused = paused;
        row.call_up();
        drop(row);
        self.goes_on.notify_waiters();
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.row().paused
    }

    /// From now on nobody is called any more.
    pub(crate) fn close(&self) {
        self.row().closing = true;
    }

    fn is_closing(&self) -> bool {
        self.row().closing
    }

    /// Puts those who stand in it in this order; whoever isn't named stays behind them.
    pub(crate) fn put_in_order(&self, order: &[JobId]) {
        let places: std::collections::HashMap<_, _> = order.iter().zip(0..).collect();
        let mut row = self.row();
        row.standing.sort_by_key(|standing| places.get(&standing.id).copied().unwrap_or(usize::MAX));
        row.call_up();
    }
}

/// A place in the line, and then a turn. It is left by being dropped.
pub(crate) struct Place {
    line: Line,
    id: JobId,
    lane: Lane,
    called: Option<oneshot::Receiver<()>>,
    at_door: bool,
}

impl Place {
    /// Waits for its turn.
    pub(super) async fn reached(&mut self) {
        if let Some(called) = &mut self.called {
            let _ = called.await;
            self.called = None;
        }
        if self.line.is_closing() {
            // It was called just before the end: unsent, and surely free.
            std::future::pending::<()>().await;
        }
    }

    /// Leaves the door, where the rate was waited for, unless there is a pause by now. The next of its batch may come there.
    pub(super) async fn pass_door(&mut self) {
        if self.lane.waits_in_a_pause() {
            loop {
                let mut told = std::pin::pin!(self.line.goes_on.notified());
                told.as_mut().enable();
                if !self.line.is_paused() {
                    break;
                }
                told.await;
            }
        }
        if let Lane::Batch(batch) = &self.lane
            && std::mem::take(&mut self.at_door)
        {
            let mut row = self.line.row();
            row.doors.remove(batch);
            row.call_up();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut row = self.line.row();
        let before = row.standing.len();
        row.standing.retain(|standing| standing.id != self.id);
        if row.standing.len() == before {
            row.count(&self.lane, -1);
            if let Lane::Batch(batch) = &self.lane
                && self.at_door
            {
                row.doors.remove(batch);
            }
        }
        row.call_up();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use jiff::Timestamp;
    use store::JobBatch;

    use super::*;

    fn job(kind: &str) -> Job {
        let now = Timestamp::now();
        Job::new(JobId::new(now), kind, "sandbox", "generateImage", serde_json::Value::Null, now)
    }

    fn batch(of: u32) -> Vec<Job> {
        let place = |index| Some(JobBatch { id: "b".into(), index, of });
        (0..of).map(|index| Job { batch: place(index), ..job("make") }).collect()
    }

    fn open() -> Line {
        let line = Line::default();
        line.open();
        line
    }

    fn has_turn(place: &mut Place) -> bool {
        place.reached().now_or_never().is_some()
    }

    fn passes(place: &mut Place) {
        assert!(place.pass_door().now_or_never().is_some());
    }

    #[test]
    fn of_a_batch_each_comes_to_the_door_after_the_one_before() {
        let line = open();
        let mut places: Vec<_> = batch(5).iter().map(|job| line.join(job)).collect();
        assert!(has_turn(&mut places[0]));
        assert!(!has_turn(&mut places[1]));
        passes(&mut places[0]);
        assert!(has_turn(&mut places[1]));
        passes(&mut places[1]);
        assert!(has_turn(&mut places[2]));
        passes(&mut places[2]);
        assert!(!has_turn(&mut places[3]), "three of a batch are under way");
        let mut alone = line.join(&job("make"));
        assert!(has_turn(&mut alone), "the fourth turn isn't for batches");
        drop(places.remove(0));
        assert!(has_turn(&mut places[2]), "it was the fourth of the batch");
        drop(places.remove(2));
        assert!(has_turn(&mut places[2]), "whoever leaves at the door lets the next one come there");
    }

    #[test]
    fn no_more_than_four_are_under_way() {
        let line = open();
        let mut places: Vec<_> = (0..5).map(|_| line.join(&job("make"))).collect();
        assert_eq!(places.iter_mut().filter_map(|place| has_turn(place).then_some(())).count(), 4);
        drop(places.remove(4));
        let mut last = line.join(&job("make"));
        assert!(!has_turn(&mut last), "one who left before its turn frees none");
        places.clear();
        assert!(has_turn(&mut last));
    }

    #[test]
    fn a_pause_holds_work_back_and_not_talk() {
        let line = Line::default();
        let mut work = line.join(&job("make"));
        assert!(!has_turn(&mut work), "it isn't open yet");
        line.pause(true);
        line.open();
        assert!(!has_turn(&mut work));
        for kind in [conversations::KIND, calls::KIND] {
            assert!(has_turn(&mut line.join(&job(kind))), "{kind}");
        }
        line.pause(false);
        assert!(has_turn(&mut work));
        line.pause(true);
        assert!(work.pass_door().now_or_never().is_none(), "it was called, and isn't sent yet");
        line.pause(false);
        passes(&mut work);
    }

    #[test]
    fn the_order_is_what_was_asked_for() {
        let line = open();
        line.pause(true);
        let jobs: Vec<_> = (0..6).map(|_| job("make")).collect();
        let mut places: Vec<_> = jobs.iter().map(|job| line.join(job)).collect();
        let order: Vec<_> = [5, 4, 3, 2].map(|at| jobs[at].id).to_vec();
        line.put_in_order(&order);
        line.pause(false);
        let called: Vec<_> = (0..6).filter(|at| has_turn(&mut places[*at])).collect();
        assert_eq!(called, [2, 3, 4, 5]);
    }

    #[test]
    fn at_the_end_nobody_is_called() {
        let line = open();
        let mut called = line.join(&job("make"));
        line.close();
        assert!(!has_turn(&mut called), "not even who was called just before");
        assert!(!has_turn(&mut line.join(&job(conversations::KIND))));
    }
}
