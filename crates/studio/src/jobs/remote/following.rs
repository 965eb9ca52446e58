//! What is known just now of the jobs that are followed, and whose turn it is.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use store::{Job, JobId, JobState};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use venice::queue::{Progress, QueueStatus};

use super::{
    denials::Denials,
    pace::{self, Budget},
};
use crate::{
    AppError,
    jobs::view::{RemoteProgress, RemoteStage},
};

/// Questions of one account that are under way at once.
const ASKING: usize = 3;
/// Results of one account that are downloaded at once.
const FETCHING: usize = 3;

/// The jobs that are followed. What stands here is forgotten at the end: it can all be heard again.
#[derive(Default)]
pub(crate) struct Following {
    state: Mutex<State>,
    /// Rung when something may be due earlier than was thought.
    pub(super) bell: Notify,
    /// Rung when a result is safe, so that the provider's copy isn't needed.
    pub(super) saved: Notify,
}

#[derive(Default)]
pub(super) struct State {
    jobs: HashMap<JobId, Followed>,
    lines: HashMap<String, Line>,
}

/// A job that is followed.
pub(super) struct Followed {
    account: String,
    due: Instant,
    asked: u32,
    /// Set while it is looked after; by it that is stopped.
    at_work: Option<watch::Sender<bool>>,
    stage: RemoteStage,
    average_ms: Option<u64>,
    /// How long it has taken there, and when that was heard.
    elapsed: Option<(u64, Instant)>,
    received: Option<u64>,
    pub(super) total: Option<u64>,
    problem: Option<AppError>,
    failures: u32,
    pub(super) denials: Denials,
    /// How many times what came was damaged.
    pub(super) damaged: u32,
    /// Another account, whose key is taken where that of the job's own isn't.
    pub(super) asker: Option<String>,
    /// The provider said that it is done: there is nothing more to ask, only to fetch.
    pub(super) is_done: bool,
}

/// What is under way at one account.
struct Line {
    asking: usize,
    fetching: usize,
    budget: Budget,
    held_until: Option<Instant>,
    failures: u32,
    problem: Option<AppError>,
}

impl Line {
    fn new(now: Instant) -> Self {
        Self {
            asking: 0,
            fetching: 0,
            budget: Budget::new(now),
            held_until: None,
            failures: 0,
            problem: None,
        }
    }
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A job's turn has come.
    Job(JobId),
    /// Nothing is due before.
    At(Instant),
    /// Nothing is due until the bell rings.
    Bell,
}

/// What came of looking after a job once, where it goes on.
pub(super) enum Heard {
    /// The provider told how far it is, and whether the result is to be fetched from elsewhere.
    Progress(Progress, bool),
    /// It has to wait its turn for this long.
    Later(Duration),
    /// This job can't be gone on with just now, for this long or the usual pause.
    Job(Option<AppError>, Option<Duration>),
    /// Nothing of this account can, for this long or the usual pause. Without an error nobody needs to know.
    Account(Option<AppError>, Option<Duration>),
}

impl Following {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this job is asked after. One that is followed already stays as it is.
    pub(super) fn follow(&self, job: &Job) {
        self.state().follow(job, Instant::now());
        self.bell.notify_one();
    }

    /// Leaves a job alone; what looks after it just now is told to stop, and waited for with what is answered.
    pub(super) fn leave(&self, id: JobId) -> Option<watch::Sender<bool>> {
        let left = self.state().jobs.remove(&id)?.at_work?;
        left.send_replace(true);
        Some(left)
    }

    pub(super) fn next(&self, now: Instant) -> Next {
        self.state().next(now)
    }

    /// Marks a job as looked after. Answers by what that is to be stopped, and the account.
    pub(super) fn begin(&self, id: JobId) -> Option<(watch::Receiver<bool>, String)> {
        self.state().begin(id)
    }

    /// It is not asked any more, its result is being fetched. False where enough are fetched already.
    pub(super) fn begin_fetching(&self, account: &str) -> bool {
        let mut state = self.state();
        let Some(line) = state.lines.get_mut(account).filter(|line| line.fetching < FETCHING) else {
            return false;
        };
        line.asking = line.asking.saturating_sub(1);
        line.fetching += 1;
        // The account is let in.
        (line.problem, line.failures, line.held_until) = (None, 0, None);
        line.budget.heard(false, Instant::now());
        drop(state);
        self.bell.notify_one();
        true
    }

    /// Nobody looks after this job any more.
    pub(super) fn end(&self, id: JobId, account: &str, was_fetching: bool) {
        let mut state = self.state();
        if let Some(line) = state.lines.get_mut(account) {
            let count = if was_fetching { &mut line.fetching } else { &mut line.asking };
            *count = count.saturating_sub(1);
        }
        if let Some(job) = state.jobs.get_mut(&id) {
            job.at_work = None;
            job.received = None;
        }
        drop(state);
        self.bell.notify_one();
    }

    /// Takes in what was heard. Answers the jobs of which there is something new to show.
    pub(super) fn heard(&self, id: JobId, heard: Heard) -> Vec<JobId> {
        self.state().heard(id, heard, Instant::now())
    }

    /// Reads or changes what is known of a job.
    pub(super) fn with<T>(&self, id: JobId, change: impl FnOnce(&mut Followed) -> T) -> Option<T> {
        self.state().jobs.get_mut(&id).map(change)
    }

    /// How far the provider is with a job.
    pub(crate) fn progress(&self, job: &Job) -> Option<RemoteProgress> {
        if job.state != JobState::Accepted || !super::is_remote(&job.kind) {
            return None;
        }
        let state = self.state();
        let known = state.jobs.get(&job.id);
        let is_stuck = known.is_some_and(|known| state.problem_of(known).is_some());
        Some(RemoteProgress {
            stage: match known {
                Some(known) if known.received.is_some() => RemoteStage::Downloading,
                _ if is_stuck => RemoteStage::Waiting,
                known => known.map_or(RemoteStage::Queued, |known| known.stage),
            },
            average_ms: known.and_then(|known| known.average_ms).or(job.average_ms),
            elapsed_ms: known.and_then(|known| known.elapsed).map(|(elapsed, _)| elapsed),
            total_bytes: known.and_then(|known| known.total),
        })
    }

    /// Why a job can't be gone on with just now.
    pub(crate) fn problem(&self, id: JobId) -> Option<AppError> {
        let state = self.state();
        state.jobs.get(&id).and_then(|known| state.problem_of(known)).cloned()
    }

    /// The bytes of a result that are here, while it is fetched.
    pub(crate) fn received(&self, id: JobId) -> Option<u64> {
        self.state().jobs.get(&id)?.received
    }
}

impl Followed {
    /// Notes how much of the result is here.
    pub(super) fn receive(&mut self, received: u64) {
        self.received = Some(received);
        self.problem = None;
    }

    /// What of an answer is to be seen; the time that passes is reckoned by whoever looks.
    fn shown(&self) -> (RemoteStage, Option<u64>, bool, bool) {
        (self.stage, self.average_ms, self.elapsed.is_some(), self.problem.is_some())
    }

    /// How long it took: by the provider's word, and since that was heard; `None` where nothing was.
    pub(super) fn took_ms(&self) -> Option<u64> {
        let (elapsed, heard) = self.elapsed?;
        Some(elapsed.saturating_add(u64::try_from(heard.elapsed().as_millis()).unwrap_or(0)))
    }
}

impl State {
    fn follow(&mut self, job: &Job, now: Instant) {
        self.lines.entry(job.account.clone()).or_insert_with(|| Line::new(now));
        self.jobs.entry(job.id).or_insert_with(|| Followed {
            account: job.account.clone(),
            due: now + pace::until_next(1),
            asked: 0,
            at_work: None,
            stage: RemoteStage::Queued,
            average_ms: job.average_ms,
            elapsed: None,
            received: None,
            total: None,
            problem: None,
            failures: 0,
            denials: Denials::default(),
            damaged: 0,
            asker: None,
            is_done: false,
        });
    }

    fn problem_of<'a>(&'a self, job: &'a Followed) -> Option<&'a AppError> {
        let of_line = self.lines.get(&job.account).and_then(|line| line.problem.as_ref());
        job.problem.as_ref().or(of_line)
    }

    /// The job that has waited longest, of an account that may be asked.
    fn next(&mut self, now: Instant) -> Next {
        let Self { jobs, lines } = self;
        let mut soonest: Option<Instant> = None;
        let mut found: Option<(Instant, JobId)> = None;
        // When each account may be asked, and whether something of it may be fetched; none while enough is under way.
        let open: HashMap<&str, (Instant, bool)> = lines
            .iter_mut()
            .filter(|(_, line)| line.asking < ASKING)
            .map(|(account, line)| {
                let next = line.held_until.map_or(now, |until| until.max(now)).max(line.budget.next(now));
                (account.as_str(), (next, line.fetching < FETCHING))
            })
            .collect();
        for (id, job) in jobs.iter().filter(|(_, job)| job.at_work.is_none()) {
            let Some((open_at, may_fetch)) = open.get(job.account.as_str()) else { continue };
            if job.is_done && !may_fetch {
                continue;
            }
            let at = job.due.max(*open_at);
            if at > now {
                soonest = Some(soonest.map_or(at, |soonest| soonest.min(at)));
            } else if found.is_none_or(|(due, other)| (job.due, *id) < (due, other)) {
                found = Some((job.due, *id));
            }
        }
        match (found, soonest) {
            (Some((_, id)), _) => Next::Job(id),
            (None, Some(at)) => Next::At(at),
            (None, None) => Next::Bell,
        }
    }

    fn begin(&mut self, id: JobId) -> Option<(watch::Receiver<bool>, String)> {
        let job = self.jobs.get_mut(&id)?;
        let line = self.lines.get_mut(&job.account)?;
        line.asking += 1;
        line.budget.take();
        job.asked = job.asked.saturating_add(1);
        let (stop, stopped) = watch::channel(false);
        job.at_work = Some(stop);
        Some((stopped, job.account.clone()))
    }

    fn heard(&mut self, id: JobId, heard: Heard, now: Instant) -> Vec<JobId> {
        let Some(job) = self.jobs.get_mut(&id) else { return Vec::new() };
        let Some(line) = self.lines.get_mut(&job.account) else { return Vec::new() };
        let (mut line_changed, mut is_news) = (false, true);
        match heard {
            Heard::Later(pause) => job.due = now + pause,
            Heard::Progress(progress, is_elsewhere) => {
                let before = job.shown();
                line_changed = line.problem.take().is_some();
                (line.failures, line.held_until) = (0, None);
                line.budget.heard(false, now);
                (job.problem, job.failures) = (None, 0);
                if !is_elsewhere {
                    // Where it is done, its own address may deny it yet.
                    job.denials = Denials::default();
                }
                job.stage = match progress.status {
                    QueueStatus::Queued => RemoteStage::Queued,
                    _ => RemoteStage::Processing,
                };
                job.average_ms = progress.average_execution_time.map(milliseconds).or(job.average_ms);
                job.elapsed = progress.execution_duration.map(|elapsed| (milliseconds(elapsed), now));
                job.is_done = is_elsewhere;
                // What is done is fetched at once.
                job.due = if job.is_done { now } else { now + pace::until_next(job.asked) };
                // With hundreds of jobs most answers say what was known.
                is_news = job.shown() != before;
            }
            Heard::Job(problem, pause) => {
                job.failures = job.failures.saturating_add(1);
                job.problem = problem;
                job.due = now + pause.unwrap_or_else(|| pace::after_failures(job.failures));
                // The account itself answers.
                line_changed = line.problem.take().is_some();
                (line.failures, line.held_until) = (0, None);
                line.budget.heard(true, now);
            }
            Heard::Account(problem, pause) => {
                job.due = now;
                if problem.is_some() {
                    line.failures = line.failures.saturating_add(1);
                    line_changed = code_of(line.problem.as_ref()) != code_of(problem.as_ref());
                    line.problem = problem;
                    line.budget.heard(true, now);
                }
                line.held_until =
                    Some(now + pause.unwrap_or_else(|| pace::after_failures(line.failures.max(1))));
            }
        }
        if line_changed {
            let account = job.account.clone();
            return self.jobs.iter().filter(|(_, job)| job.account == account).map(|(id, _)| *id).collect();
        }
        if is_news { vec![id] } else { Vec::new() }
    }
}

fn code_of(error: Option<&AppError>) -> Option<&str> {
    error.map(|error| error.code.as_str())
}

fn milliseconds(said: f64) -> u64 {
    if said.is_finite() { said.clamp(0.0, 1e15) as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use venice::queue::Progress;

    use super::*;
    use crate::error::Code;

    fn job(n: u128, account: &str) -> Job {
        let id = JobId(uuid::Uuid::from_u128(n));
        Job {
            state: JobState::Accepted,
            ..Job::new(id, super::super::FILM, account, "queueVideo", json!({}), jiff::Timestamp::UNIX_EPOCH)
        }
    }

    fn progress(status: &str) -> Heard {
        let json = json!({"status": status, "average_execution_time": 145_000, "execution_duration": 2_000});
        Heard::Progress(serde_json::from_value::<Progress>(json).unwrap(), status == "COMPLETED")
    }

    fn problem() -> AppError {
        AppError::new(Code::NetworkDown, "m", "h")
    }

    /// The jobs whose turn comes until then, each answered as `answer` says.
    fn turns(state: &mut State, start: Instant, span: Duration, answer: impl Fn() -> Heard) -> Vec<JobId> {
        let (mut now, mut seen) = (start, Vec::new());
        while now < start + span {
            match state.next(now) {
                Next::Job(id) => {
                    let (_, account) = state.begin(id).unwrap();
                    seen.push(id);
                    state.heard(id, answer(), now);
                    state.lines.get_mut(&account).unwrap().asking -= 1;
                    if let Some(job) = state.jobs.get_mut(&id) {
                        job.at_work = None;
                    }
                }
                Next::At(at) => now = at,
                Next::Bell => break,
            }
        }
        seen
    }

    #[test]
    fn all_of_two_hundred_are_asked_after_in_turn_and_within_the_limit() {
        let (mut state, start) = (State::default(), Instant::now());
        for n in 0..200 {
            state.follow(&job(n, "a"), start);
        }
        let seen = turns(&mut state, start, Duration::from_mins(4), || progress("PROCESSING"));
        assert!((380..=412).contains(&seen.len()), "{}", seen.len());
        for n in 0..200 {
            let times = seen.iter().filter(|id| **id == job(n, "a").id).count();
            assert!((1..=3).contains(&times), "{n}: {times}");
        }
    }

    #[test]
    fn one_job_is_asked_after_every_five_seconds() {
        let (mut state, start) = (State::default(), Instant::now());
        state.follow(&job(1, "a"), start);
        let seen = turns(&mut state, start, Duration::from_mins(1), || progress("PROCESSING"));
        assert!((13..=14).contains(&seen.len()), "{}", seen.len());
    }

    #[test]
    fn an_account_that_fails_is_tried_with_one_job_and_holds_up_no_other() {
        let (mut state, start) = (State::default(), Instant::now());
        for n in 0..50 {
            state.follow(&job(n, "a"), start);
        }
        state.follow(&job(99, "b"), start);
        let failing = || Heard::Account(Some(problem()), None);
        let now = start + Duration::from_secs(2);
        let Next::Job(id) = state.next(now) else { panic!("one is due") };
        let first = state.jobs[&id].account.clone();
        state.begin(id).unwrap();
        let told = state.heard(id, failing(), now);
        assert_eq!(told.len(), if first == "a" { 50 } else { 1 }, "all of the account wait");
        let seen = turns(&mut state, now, Duration::from_mins(10), failing);
        assert!(seen.len() < 2 * 16, "at most once a minute each: {}", seen.len());
        assert!(seen.contains(&job(99, "b").id));
    }

    #[test]
    fn what_was_known_is_not_told_again() {
        let (mut state, now) = (State::default(), Instant::now());
        state.follow(&job(1, "a"), now);
        let id = job(1, "a").id;
        assert_eq!(state.heard(id, progress("PROCESSING"), now), [id]);
        assert_eq!(state.heard(id, progress("PROCESSING"), now), []);
        assert_eq!(state.heard(id, Heard::Job(Some(problem()), None), now), [id]);
        assert_eq!(state.heard(id, progress("PROCESSING"), now), [id], "nothing is wrong any more");
        assert_eq!(state.heard(id, progress("QUEUED"), now), [id]);
    }

    #[test]
    fn what_is_done_is_fetched_at_once_and_not_too_many() {
        let (mut state, now) = (State::default(), Instant::now() + Duration::from_secs(9));
        for n in 0..5 {
            state.follow(&job(n, "a"), now.checked_sub(Duration::from_secs(9)).unwrap());
        }
        let following = Following { state: Mutex::new(state), ..Following::default() };
        let mut fetched = 0;
        for n in 0..5 {
            let id = job(n, "a").id;
            following.begin(id).unwrap();
            following.heard(id, progress("COMPLETED"));
            let begun = following.begin_fetching("a");
            fetched += usize::from(begun);
            if !begun {
                following.end(id, "a", false);
            }
        }
        assert_eq!(fetched, FETCHING);
        let later = Instant::now() + Duration::from_mins(1);
        assert_eq!(following.next(later), Next::Bell, "the others wait for one of them");
        following.end(job(0, "a").id, "a", true);
        assert!(matches!(following.next(later), Next::Job(_)));
    }

    #[test]
    fn what_is_known_is_shown() {
        let following = Following::default();
        let job = job(1, "a");
        assert_eq!(following.progress(&job).unwrap().stage, RemoteStage::Queued);
        following.follow(&job);
        following.begin(job.id).unwrap();
        following.heard(job.id, progress("PROCESSING"));
        let shown = following.progress(&job).unwrap();
        assert_eq!((shown.stage, shown.average_ms), (RemoteStage::Processing, Some(145_000)));
        following.heard(job.id, Heard::Account(Some(problem()), None));
        assert_eq!(following.progress(&job).unwrap().stage, RemoteStage::Waiting);
        assert_eq!(following.problem(job.id).unwrap().code, "network_down");
        following.with(job.id, |known| known.receive(7));
        assert_eq!(following.progress(&job).unwrap().stage, RemoteStage::Downloading);
        assert_eq!(following.received(job.id), Some(7));
        let stop = following.leave(job.id).unwrap();
        assert!(*stop.borrow());
        assert_eq!(following.progress(&Job { state: JobState::Saved, ..job }), None);
    }
}
