//! One run: a sandbox, a home, lives that are killed and one that isn't, and what must be so at the end.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use studio::jobs::view::{Billing, JobState, JobView};
use tempfile::TempDir;

use super::{
    child::{Found, Orders, Report},
    full_disk::FullDisk,
    life::Life,
    plan::{Plan, Trouble, Work},
    provider,
    remains::Remains,
};
use crate::sandbox::Sandbox;

/// How a run must end, as far as it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All that was wanted is in the library.
    Saved,
    /// Nobody knows whether it was charged, and nothing is sent again.
    Unknown,
    /// The provider had it and has it no more.
    Gone,
    /// It was never sent, and says so.
    NotSent,
    /// The provider said no, and took nothing.
    Refused,
}

/// What a run came to.
pub struct Outcome {
    pub end: End,
    /// In which state the row was at each kill.
    pub landed: Vec<String>,
}

pub struct Scene {
    plan: Plan,
    folder: TempDir,
    sandbox: Sandbox,
    full_disk: Option<FullDisk>,
    /// The job waited for room.
    has_waited: bool,
    /// The provider was told to let go of it.
    is_gone: bool,
    /// The ends that a kill has decided.
    decided: Option<End>,
    landed: Vec<String>,
}

impl Scene {
    /// Plays a run to its end, and fails where something is not as it must be.
    pub fn play(plan: Plan) -> Outcome {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = Sandbox::start(&folder.path().join("sandbox"));
        provider::arm(&sandbox, &plan);
        let kills = plan.kills.clone();
        let mut scene = Self {
            plan,
            folder,
            sandbox,
            full_disk: None,
            has_waited: false,
            is_gone: false,
            decided: None,
            landed: Vec::new(),
        };
        for kill in kills {
            Life::begin(&scene.orders()).kill_at(&kill, |job| scene.hear(job));
            scene.look_at_remains();
        }
        let mut life = Life::begin(&scene.orders());
        let report = life.settle(|job| scene.hear(job));
        let end = scene.expected();
        scene.check_job(&report, end);
        if end == End::Saved {
            scene.wait_for_tidiness(&report.jobs[0].id);
        }
        life.end();
        if end == End::Saved {
            scene.check_result(&report);
        }
        scene.check_money(end);
        Outcome { end, landed: std::mem::take(&mut scene.landed) }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    fn orders(&self) -> Orders {
        Orders {
            home: self.home(),
            base_url: self.sandbox.base_url.clone(),
            api_key: self.sandbox.api_key.clone(),
            admin_key: self.sandbox.admin_key.clone(),
            work: self.plan.work,
            clears: self.plan.clears,
            pauses: self.plan.pauses && self.landed.is_empty(),
        }
    }

    /// What happens around the job as it goes on.
    fn hear(&mut self, job: &JobView) {
        match self.plan.trouble {
            Trouble::Gone if job.state == JobState::Accepted => self.let_go(false),
            Trouble::FullDisk if job.state == JobState::Accepted => {
                if job.error.as_ref().is_some_and(|error| error.code == "waits_for_room") {
                    self.has_waited = true;
                    self.full_disk = None;
                } else if !self.has_waited && self.full_disk.is_none() {
                    self.full_disk = FullDisk::over(&self.home().join("work"));
                }
            }
            _ => {}
        }
    }

    fn let_go(&mut self, is_dead: bool) {
        if !self.is_gone
            && let Some(job) = provider::queued(&self.sandbox)
        {
            provider::let_go(&self.sandbox, &job, self.plan.work);
            Remains::age(&self.home(), is_dead);
            self.is_gone = true;
        }
    }

    /// What the dead process left decides what must become of the job.
    fn look_at_remains(&mut self) {
        let remains = Remains::of(&self.home());
        let posts = self.posts();
        let is_part = matches!(remains.state.as_str(), "sent" | "accepted") && remains.has_part;
        self.landed.push(remains.state.clone() + if is_part { ", downloading" } else { "" });
        let may_be_lost = remains.state == "sent" && !remains.has_note && !remains.has_answer;
        match remains.state.as_str() {
            "planned" => {
                assert_eq!(posts, 0, "nothing is sent before that is written down");
                // What waited in a pause waits on; a line of a reading alone is tried again with the reading.
                let goes_on = self.plan.pauses && self.plan.work != Work::Speech;
                self.decided = self.decided.or((!goes_on).then_some(End::NotSent));
            }
            "sent" if may_be_lost => self.decided = self.decided.or(Some(End::Unknown)),
            "accepted" | "ready" if self.plan.work.is_remote() => {
                assert!(remains.has_id, "the provider's id is in the row of what is {}", remains.state);
            }
            _ => {}
        }
        let was_accepted = remains.state == "accepted" || (remains.state == "sent" && remains.has_note);
        if self.plan.trouble == Trouble::Gone && was_accepted {
            self.let_go(true);
        }
        if remains.state == "saved" {
            self.check_files(&remains);
        }
        let is_cleared =
            !self.is_gone && provider::queued(&self.sandbox).is_some_and(|job| job["deleted"] == true);
        if is_cleared {
            assert!(self.plan.clears, "the user wants the provider to keep its copy");
            assert_eq!(remains.state, "saved", "the provider's copy is given up when the result is kept");
        }
    }

    /// What is kept is whole, whenever the process died.
    fn check_files(&self, remains: &Remains) {
        assert!(!remains.files.is_empty() || self.plan.work == Work::Speech, "an item for what is saved");
        for (path, hash) in &remains.files {
            let bytes = fs::read(self.home().join("library").join(path)).expect("the file of an item");
            assert_eq!(&blake3::hash(&bytes).to_hex().to_string(), hash, "{path} is whole");
        }
    }

    fn expected(&self) -> End {
        let of_trouble = match self.plan.trouble {
            Trouble::LostAnswer => End::Unknown,
            // What breaks off here can't be asked for again.
            Trouble::Cut if !self.plan.work.is_remote() => End::Unknown,
            Trouble::Refused | Trouble::TurnedDown => End::Refused,
            Trouble::Gone => End::Gone,
            _ => End::Saved,
        };
        self.decided.unwrap_or(of_trouble)
    }

    fn check_job(&self, report: &Report, end: End) {
        let [job] = &report.jobs[..] else { panic!("one job, not {:?}", report.jobs) };
        let code = job.error.as_ref().map_or("", |error| error.code.as_str());
        let expected = match end {
            End::Saved => JobState::Saved,
            End::Unknown | End::Gone => JobState::Unknown,
            End::NotSent | End::Refused => JobState::Failed,
        };
        assert_eq!(job.state, expected, "{end:?}: {:?}", job.error);
        match end {
            End::NotSent => assert_eq!(code, "not_sent"),
            End::Gone => assert_eq!(code, "result_gone"),
            End::Refused => assert_eq!(job.billing, self.expected_billing(), "{code}"),
            End::Saved => assert_eq!(job.error, None),
            End::Unknown => {}
        }
        let wanted = if end == End::Saved { self.plan.work.wanted() } else { 0 };
        assert_eq!(report.items.len(), wanted, "items: {:?}", report.items);
        assert_eq!(report.readings, usize::from(self.plan.work == Work::Speech), "readings");
        if self.plan.trouble == Trouble::FullDisk && end == End::Saved {
            assert!(self.has_waited, "there was no room, and nobody said so");
        }
    }

    /// Of films the provider says that it gave the money back; of music it says nothing, and nobody makes it up.
    fn expected_billing(&self) -> Billing {
        let is_said = self.plan.trouble == Trouble::Refused || self.plan.work != Work::Music;
        if is_said { Billing::Nothing } else { Billing::Unknown }
    }

    /// Nothing is left over while the process still lives, and the provider's copy is as the user wants it.
    fn wait_for_tidiness(&self, id: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let leftovers = Remains::leftovers(&self.home(), id);
            let is_cleared = !self.plan.work.is_remote()
                || !self.plan.clears
                || (provider::queued(&self.sandbox).is_some_and(|job| job["deleted"] == true)
                    && Remains::of(&self.home()).is_cleared);
            if leftovers.is_empty() && is_cleared {
                return;
            }
            assert!(
                Instant::now() < until,
                "left: {leftovers:?}; the provider's copy is cleared: {is_cleared}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn check_result(&self, report: &Report) {
        let remains = Remains::of(&self.home());
        self.check_files(&remains);
        for found in &report.items {
            self.check_item(found);
        }
        let cleared = self.sandbox.requests(self.plan.work.clearing());
        if !self.plan.work.is_remote() {
            return;
        }
        assert!(cleared <= self.plan.kills.len() as u64 + 1, "it is cleared away once in a life: {cleared}");
        if !self.plan.clears {
            assert_eq!(cleared, 0, "the user wants the provider to keep its copy");
            let job = provider::queued(&self.sandbox).expect("its job");
            assert_eq!(job["deleted"], Value::Bool(false));
            let there = provider::copy(&self.sandbox, &job, self.plan.work, remains.address.as_deref());
            let here = &report.items[0].file.blake3;
            assert_eq!(&blake3::hash(&there).to_hex().to_string(), here, "here is what the provider has");
        }
    }

    fn check_item(&self, found: &Found) {
        let path = Path::new(&found.file.path);
        let bytes = fs::read(path).expect("the file");
        assert_eq!(blake3::hash(&bytes).to_hex().to_string(), found.file.blake3);
        let sidecar = fs::read(path.with_extension("json")).expect("a sidecar");
        let sidecar: Value = serde_json::from_slice(&sidecar).expect("a sidecar of JSON");
        assert_eq!(sidecar["file"]["blake3"], Value::from(found.file.blake3.as_str()));
        let decoded = found.decoded.as_ref().expect("it can be decoded");
        let size = (decoded.width, decoded.height);
        let is_about = |ms: u64| decoded.length_ms.abs_diff(ms) < 150;
        match self.plan.work {
            Work::Picture => assert_eq!(size, (512, 512)),
            Work::Film => assert!(size == (720, 720) && is_about(5_000), "{decoded:?}"),
            Work::PrivateFilm => assert!(size == (480, 480) && is_about(5_000), "{decoded:?}"),
            Work::Music => assert!(is_about(2_000), "{decoded:?}"),
            Work::Speech => assert!((1_000..10_000).contains(&decoded.length_ms), "{decoded:?}"),
        }
    }

    fn posts(&self) -> u64 {
        self.sandbox.requests(self.plan.work.paid())
    }

    /// By the sandbox's own ledger.
    fn check_money(&self, end: End) {
        let (posts, charges) = (self.posts(), self.sandbox.charges());
        assert!(posts <= 1, "it is asked for once, not {posts} times");
        // What is given back is a line of its own, of the same request.
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for charge in &charges {
            *sums.entry(charge["request_id"].as_str().expect("an id")).or_default() +=
                charge["amount"].as_f64().expect("an amount");
        }
        let paid = sums.values().filter(|sum| sum.abs() > 1e-9).count();
        match end {
            End::Saved | End::Gone => assert_eq!((posts, paid), (1, 1), "{charges:?}"),
            End::Unknown => assert!(paid <= 1, "{charges:?}"),
            End::NotSent => assert_eq!((posts, charges.len()), (0, 0), "{charges:?}"),
            End::Refused => assert_eq!(paid, 0, "{charges:?}"),
        }
    }
}

impl Drop for Scene {
    /// What a failed run leaves is worth looking at.
    fn drop(&mut self) {
        self.full_disk = None;
        if thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("what this run had is kept in {}", self.folder.path().display());
        }
    }
}
