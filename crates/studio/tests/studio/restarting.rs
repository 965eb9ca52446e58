//! A new start, and a database that was set back, lose nothing that was accepted.

use serde_json::json;
use studio::jobs::view::{JobState, RemoteStage};

use crate::{
    bench::Bench,
    following::{BY_LINK, IN_ANSWER, film, noise},
};

#[tokio::test(flavor = "multi_thread")]
async fn accepted_work_is_followed_after_a_new_start() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3})).await;
    let mut jobs = vec![bench.play(noise("rain")).await];
    for model in [BY_LINK, IN_ANSWER] {
        jobs.push(bench.shoot(film(model)).await);
    }
    for job in &jobs {
        bench.in_state(&job.id, JobState::Accepted).await;
    }
    let bench = bench.reopen().await;
    for job in &jobs {
        let saved = bench.ended(&job.id).await;
        assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    }
    assert_eq!(bench.charges().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_set_back_learns_again_what_was_accepted() {
    let bench = Bench::new().await;
    bench.tune(json!({"seconds": 3})).await;
    let earlier = bench.play(noise("wind")).await;
    assert_eq!(bench.ended(&earlier.id).await.state, JobState::Saved);
    let bench = bench.reopen().await;
    let database = bench.home().join("canaletto.db");
    let before = bench.folder.path().join("before.db");
    let (folder, sandbox) = (bench.folder.clone(), bench.sandbox.clone());
    bench.studio.close().await;
    drop(bench);
    let copied = std::fs::copy(&database, &before).unwrap();
    assert!(copied > 0);

    let bench = Bench::open(folder.clone(), sandbox.clone()).await;
    bench.tune(json!({"seconds": 5})).await;
    let job = bench.shoot(film(BY_LINK)).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    bench.studio.close().await;
    drop(bench);
    for ending in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(database.with_extension(ending));
    }
    std::fs::copy(&before, &database).unwrap();

    let bench = Bench::open(folder, sandbox).await;
    let again = bench.studio.job(job.id.parse().unwrap()).await.unwrap();
    assert_eq!((again.state, again.estimate), (JobState::Accepted, job.estimate));
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_after_a_new_start() {
    let bench = Bench::new().await;
    bench.tune(json!({"padding_mb": 24})).await;
    // It breaks off in its middle, and then nobody answers until the next start.
    bench.arm(json!({"operation": "downloadFilm", "kind": "cut_body", "times": 1})).await;
    bench.arm(json!({"operation": "downloadFilm", "kind": "status", "status": 503, "times": 0})).await;
    let job = bench.shoot(film(BY_LINK)).await;
    bench
        .hear_of(&job.id, |job| {
            job.progress.filter(|progress| progress.stage == RemoteStage::Waiting && job.error.is_some())
        })
        .await;
    let part = bench.home().join("work").join(format!("{}.part", job.id));
    assert!(std::fs::metadata(&part).unwrap().len() > 10 << 20);
    let bench = bench.reopen().await;
    bench.disarm().await;
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.error), (JobState::Saved, None));
    let seen = bench.control("requests").await;
    let parts = seen.as_array().unwrap().iter();
    let parts: u64 = parts
        .filter(|row| row["operation"] == "downloadFilm" && row["status"] == 206)
        .map(|row| row["count"].as_u64().unwrap())
        .sum();
    assert_eq!(parts, 1, "it goes on where it broke off");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_stopped_by_the_end_of_the_program_is_not_waited_for() {
    let bench = Bench::new().await;
    bench.arm_latency("retrieveAudio").await;
    let job = bench.play(noise("rain")).await;
    bench.in_state(&job.id, JobState::Accepted).await;
    bench.faults_met().await;
    let bench = bench.reopen().await;
    let saved = bench.ended(&job.id).await;
    assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1));
    assert_eq!(bench.charges().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_what_is_kept_are_let_go_of_at_the_next_start() {
    let bench = Bench::new().await;
    let job = bench.play(noise("rain")).await;
    assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
    let unknown = "01890000-0000-7000-8000-000000000000";
    let work = |id: &str, ending: &str| bench.home().join("work").join(format!("{id}.{ending}"));
    let left = [work(&job.id, "part"), work(&job.id, "answer.json")];
    let foreign = work(unknown, "part");
    // As if the program had been killed right after it had kept them.
    let bench = bench
        .reopened_after(|| {
            for path in left.iter().chain([&foreign]) {
                std::fs::write(path, b"{}").unwrap();
            }
        })
        .await;
    assert!(left.iter().all(|path| !path.exists()));
    assert!(foreign.exists(), "nobody knows what it is");
    assert_eq!(bench.studio.job(job.id.parse().unwrap()).await.unwrap().state, JobState::Saved);
}
