//! Nothing paid is lost, nothing is paid twice.

use std::{path::PathBuf, process::Command};

use serde_json::json;
use studio::{events::AppEvent, jobs::view::JobState};

use crate::bench::{Bench, make};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_unknown_and_sent_again_only_when_confirmed() {
    let bench = Bench::with(vec!["generateImage:lost_answer:1"]).await;
    let job = bench.run(make("a canal", 2)).await;
    assert_eq!(job.state, JobState::Unknown);
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (1, 1));
    let refused = bench.studio.retry_job(job.id.clone(), false).await.unwrap_err();
    assert_eq!(refused.code, "needs_confirmation");
    assert_eq!(bench.posts("generateImage").await, 1);

    let bench = bench.reopen().await;
    let still = bench.studio.open_jobs().await.unwrap();
    assert_eq!(still[0].state, JobState::Unknown, "a new start changes nothing");
    let again = bench.studio.retry_job(job.id, true).await.unwrap();
    assert_eq!(bench.ended(&again.id).await.state, JobState::Saved);
    assert_eq!(bench.posts("generateImage").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_answer_is_unknown() {
    let bench = Bench::with(vec!["generateImage:cut_body:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Unknown, "cut_off"));
    assert_eq!(bench.charges().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_picture_is_said_and_its_bytes_stay() {
    let bench = Bench::with(vec!["editImage:garbage:1", "generateImage:garbage:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!(job.error.unwrap().code, "unexpected_answer");
    let left = std::fs::read_dir(bench.home().join("work")).unwrap().flatten();
    assert!(left.into_iter().any(|file| file.path().extension().is_some_and(|ending| ending == "part")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_is_not_an_answer() {
    let bench = Bench::with(vec!["generateImage:html:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_ne!(job.state, JobState::Saved);
    let error = job.error.unwrap();
    assert!(!error.message.contains('<'), "{}", error.message);
    assert_eq!(
        bench.posts("generateImage").await,
        1,
        "a gateway's page says nothing about the work behind it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_costs_nothing_and_gives_the_hold_back() {
    let bench = Bench::with(vec!["generateImage:status=500:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "INFERENCE_FAILED"));
    assert!(bench.charges().await.is_empty());
    let again = bench.studio.retry_job(job.id, false).await.unwrap();
    assert_eq!(bench.ended(&again.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_money_is_said_with_what_to_do() {
    let bench = Bench::new().await;
    let url = format!("{}/balance", bench.sandbox.control_url());
    reqwest::Client::new().post(url).json(&json!({"usd": 0, "diem": 0})).send().await.unwrap();
    let job = bench.run(make("a canal", 1)).await;
    let error = job.error.unwrap();
    assert_eq!(error.code, "INSUFFICIENT_BALANCE");
    assert!(error.hint.is_some());
    assert!(bench.charges().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_stopped_says_that_it_may_cost() {
    let bench = Bench::new().await;
    bench.arm_latency("generateImage").await;
    let job = bench.start(make("a canal", 1)).await.unwrap();
    bench.in_state(&job.id, JobState::Sent).await;
    let stopped = bench.studio.cancel_job(job.id).await.unwrap();
    assert_eq!(
        (stopped.state, stopped.error.unwrap().code.as_str()),
        (JobState::Cancelled, "charged_unknown")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_its_turn_is_cancelled_for_nothing() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 60_000, "times": 4})).await;
    let mut jobs = Vec::new();
    for n in 0..5 {
        jobs.push(bench.start(make(&format!("canal {n}"), 1)).await.unwrap());
    }
    for job in &jobs[..4] {
        bench.in_state(&job.id, JobState::Sent).await;
    }
    let waiting = bench.studio.cancel_job(jobs[4].id.clone()).await.unwrap();
    assert_eq!((waiting.state, waiting.error, waiting.sent_at), (JobState::Cancelled, None, None));
    for job in &jobs[..4] {
        bench.studio.cancel_job(job.id.clone()).await.unwrap();
    }
    assert!(bench.studio.cancel_job(jobs[4].id.clone()).await.is_err(), "it has ended");
}

/// A folder on a disk that is full at once, for as long as this lives.
struct FullDisk(PathBuf);

impl FullDisk {
    /// `None` where nobody may mount. It bears the library's mark: without it, it would be another disk.
    fn over(folder: PathBuf) -> Option<Self> {
        let mark = std::fs::read(folder.join(".canaletto/library.json")).ok()?;
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"]).arg(&folder).output();
        let full = status.is_ok_and(|output| output.status.success()).then_some(Self(folder))?;
        let own = full.0.join(".canaletto");
        std::fs::create_dir(&own).and_then(|()| std::fs::write(own.join("library.json"), mark)).ok()?;
        Some(full)
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_finds_no_room_waits_and_is_kept_again_for_nothing() {
    let bench = Bench::new().await;
    // The disk fills up after the work was sent: before, the job would not begin.
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 5_000})).await;
    let job = bench.start(make("a canal", 2)).await.unwrap();
    bench.in_state(&job.id, JobState::Sent).await;
    let Some(full) = FullDisk::over(bench.home().join("library")) else {
        return println!("skipped: without the right to mount there is no full disk");
    };
    let stalled = bench
        .hear(|event| match event {
            AppEvent::Job { job: now } if now.id == job.id => {
                now.error.clone().map(|error| (now.state, error))
            }
            _ => None,
        })
        .await;
    assert_eq!((stalled.0, stalled.1.code.as_str()), (JobState::Ready, "disk_full"));
    drop(full);
    for _ in 0..2 {
        let again = bench.studio.retry_job(job.id.clone(), false).await.unwrap();
        assert_eq!(again.id, job.id, "the same job goes on, however often it is asked for");
    }
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len(), saved.error), (JobState::Saved, 2, None));
    assert_eq!((bench.posts("generateImage").await, bench.charges().await.len()), (1, 1));
}
