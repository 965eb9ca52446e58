//! Results on their way to disk: cut, damaged, too large for the disk.

use std::{path::PathBuf, process::Command};

use serde_json::json;
use studio::jobs::{
    queue::view::Prune,
    view::{Billing, JobState, JobView, RemoteStage},
};

use crate::{
    bench::Bench,
    following::{BY_LINK, IN_ANSWER, film, noise},
};

impl Bench {
    /// The only item's file, which is all of a film.
    async fn whole_film(&self, job: &JobView) -> Vec<u8> {
        let item = self.studio.item(job.items[0].clone()).await.unwrap();
        let path = item.file.path;
        let bytes = std::fs::read(path).unwrap();
        let (mut at, mut boxes) = (0, Vec::new());
        while at < bytes.len() {
            let size = match u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) {
                0 => bytes.len() - at,
                1 => u64::from_be_bytes(bytes[at + 8..at + 16].try_into().unwrap()) as usize,
                size => size as usize,
            };
            boxes.push(String::from_utf8_lossy(&bytes[at + 4..at + 8]).into_owned());
            at += size;
        }
        assert_eq!(at, bytes.len(), "{boxes:?}");
        bytes
    }

    /// How many requests of an operation were answered so.
    async fn answered_with(&self, operation: &str, status: u16) -> u64 {
        let seen = self.control("requests").await;
        let seen = seen.as_array().unwrap().iter();
        seen.filter(|row| row["operation"] == operation && row["status"] == status)
            .map(|row| row["count"].as_u64().unwrap())
            .sum()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_off_twice_is_gone_on_with() {
    let bench = Bench::new().await;
    bench.tune(json!({"padding_mb": 20})).await;
    bench.arm(json!({"operation": "downloadFilm", "kind": "cut_body", "times": 2})).await;
    let job = bench.shoot(film(BY_LINK)).await;
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.error.clone()), (JobState::Saved, None));
    let bytes = bench.whole_film(&saved).await;
    assert!(bytes.len() > 20 << 20);
    assert_eq!(
        (bench.answered_with("downloadFilm", 200).await, bench.answered_with("downloadFilm", 206).await),
        (1, 2),
        "the first from the start, the others from where it broke off"
    );
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_cut_is_asked_for_anew() {
    let bench = Bench::with(vec!["retrieveVideo:cut_body:1", "retrieveAudio:cut_body:1"]).await;
    let film = bench.shoot(film(IN_ANSWER)).await;
    let sound = bench.play(noise("rain")).await;
    let film = bench.ended(&film.id).await;
    assert_eq!((film.state, film.error.clone()), (JobState::Saved, None));
    bench.whole_film(&film).await;
    let sound = bench.ended(&sound.id).await;
    assert_eq!((sound.state, sound.error), (JobState::Saved, None));
    assert_eq!(bench.charges().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_complete_and_is_not_is_asked_for_anew() {
    for fault in
        ["retrieveVideo:stop_without_done:1", "retrieveVideo:error_in_stream:1", "retrieveVideo:garbage:1"]
    {
        let bench = Bench::with(vec![fault]).await;
        let job = bench.shoot(film(IN_ANSWER)).await;
        let saved = bench.ended(&job.id).await;
        assert_eq!((saved.state, saved.error.clone()), (JobState::Saved, None), "{fault}");
        bench.whole_film(&saved).await;
        assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1), "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_is_damaged_each_time_is_not_thrown_away() {
    let bench = Bench::with(vec!["retrieveVideo:garbage:0"]).await;
    let job = bench.shoot(film(IN_ANSWER)).await;
    let failed = bench.ended(&job.id).await;
    let error = failed.error.unwrap();
    assert_eq!((failed.state, error.code.as_str()), (JobState::Failed, "answer_unreadable"));
    assert_eq!((failed.billing, bench.charges().await.len()), (Billing::Expected, 1));
    let part = bench.home().join("work").join(format!("{}.part", job.id));
    assert!(std::fs::metadata(part).unwrap().len() > 0, "it was paid for");
    assert_eq!(bench.posts("completeVideo").await, 0, "nor is the provider's copy cleared away");
    assert_eq!(bench.studio.prune_jobs(Prune::default()).await.unwrap().forgotten, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_good_any_more_is_said_and_can_be_tried_again() {
    let bench = Bench::with(vec!["downloadFilm:status=403:3"]).await;
    let job = bench.shoot(film(BY_LINK)).await;
    bench.is_of_yesterday(&job.id).await;
    let gone = bench.ended(&job.id).await;
    let error = gone.error.unwrap();
    assert_eq!(
        (gone.state, error.code.as_str(), gone.can_look_again),
        (JobState::Unknown, "result_gone", true)
    );
    assert!(bench.queue_note(&job.id).exists(), "the address was told once");
    bench.studio.resume_job(job.id.clone()).await.unwrap();
    let saved = bench.hear_of(&job.id, |job| (job.state == JobState::Saved).then(|| job.clone())).await;
    bench.whole_film(&saved).await;
}

/// A disk of its own for what is received, full at once, for as long as this lives.
struct FullDisk(PathBuf);

impl FullDisk {
    /// `None` where nobody may mount.
    fn over(folder: PathBuf) -> Option<Self> {
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&folder).output();
        status.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_waited_for() {
    for model in [BY_LINK, IN_ANSWER] {
        let bench = Bench::new().await;
        bench.tune(json!({"seconds": 3})).await;
        let job = bench.shoot(film(model)).await;
        bench.in_state(&job.id, JobState::Accepted).await;
        let Some(full) = FullDisk::over(bench.home().join("work")) else {
            return println!("skipped: without the right to mount there is no full disk");
        };
        let waiting = bench.hear_of(&job.id, |job| job.error.clone().map(|error| (job.clone(), error))).await;
        assert_eq!(
            (waiting.0.state, waiting.1.code.as_str()),
            (JobState::Accepted, "waits_for_room"),
            "{model}"
        );
        assert_eq!(waiting.0.progress.unwrap().stage, RemoteStage::Waiting, "{model}");
        drop(full);
        let saved = bench.ended(&job.id).await;
        assert_eq!((saved.state, saved.error.clone()), (JobState::Saved, None), "{model}");
        bench.whole_film(&saved).await;
        assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1), "{model}");
    }
}
