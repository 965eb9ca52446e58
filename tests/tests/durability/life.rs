//! One life of the process: begun, listened to, killed or brought to its end.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use studio::jobs::view::JobView;

use super::{
    child::{self, Orders, Report, Told},
    plan::{Kill, Moment},
};

/// A job that says nothing of an end in this time is stuck: no pause of the studio is half as long.
const PATIENCE: Duration = Duration::from_secs(150);

pub struct Life {
    process: Child,
    input: Option<ChildStdin>,
    told: Receiver<Told>,
}

impl Life {
    pub fn begin(orders: &Orders) -> Self {
        let mut process = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", child::NAME, "--ignored", "--nocapture", "--test-threads=1"])
            .env(child::ORDERS, serde_json::to_string(orders).expect("JSON"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let (tell, told) = channel();
        thread::spawn(move || {
            // The test runner has something to say too; the last line may be cut.
            let told = lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok());
            for told in told {
                if tell.send(told).is_err() {
                    break;
                }
            }
        });
        Self { input: process.stdin.take(), process, told }
    }

    fn next(&mut self, until: Instant) -> Told {
        let left = until.saturating_duration_since(Instant::now());
        match self.told.recv_timeout(left) {
            Ok(told) => told,
            Err(RecvTimeoutError::Timeout) => {
                panic!("a job is stuck: nothing came to an end in {PATIENCE:?}")
            }
            Err(RecvTimeoutError::Disconnected) => {
                panic!("the process ended by itself: {}", self.process.wait().expect("its status"))
            }
        }
    }

    /// Lives up to a moment, and is killed then.
    pub fn kill_at(mut self, kill: &Kill, mut hear: impl FnMut(&JobView)) {
        let (until, mut times) = (Instant::now() + PATIENCE, 0);
        while times < kill.nth {
            match self.next(until) {
                Told::Job(job) => {
                    hear(&job);
                    // The copy of what is kept is cleared away once it is.
                    times += u32::from(Moment::of(&job) >= kill.moment.min(Moment::Saved));
                }
                Told::Done(_) => break,
            }
        }
        thread::sleep(kill.delay);
        // The dropped end is dead.
        drop(self);
    }

    /// Lives until nothing is under way, and goes on living.
    pub fn settle(&mut self, mut hear: impl FnMut(&JobView)) -> Report {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.next(until) {
                Told::Job(job) => hear(&job),
                Told::Done(report) => return *report,
            }
        }
    }

    /// Ends as a program does that is closed.
    pub fn end(mut self) {
        drop(self.input.take());
        let status = self.process.wait().expect("its status");
        assert!(status.success(), "the process ends with {status}");
    }
}

impl Drop for Life {
    /// With SIGKILL, and not before it is dead.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
