//! Stopping work that Venice is just taking on: what it tells is told once, and is heard out.

use serde_json::json;
use studio::jobs::view::{Billing, JobState, JobView};

use crate::{
    bench::Bench,
    following::{BY_LINK, IN_ANSWER, film, noise},
};

/// A job whose request has arrived and is answered late.
async fn on_its_way(bench: &Bench, model: Option<&str>) -> JobView {
    let operation = if model.is_some() { "queueVideo" } else { "queueAudio" };
    bench.arm(json!({"operation": operation, "kind": "latency", "ms": 3_000})).await;
    let job = match model {
        Some(model) => bench.shoot(film(model)).await,
        None => bench.play(noise("bells far away")).await,
    };
    bench.in_state(&job.id, JobState::Sent).await;
    bench.faults_met().await;
    job
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_on_meanwhile_is_not_waited_for_and_can_be_looked_for() {
    for model in [Some(BY_LINK), Some(IN_ANSWER), None] {
        let bench = Bench::new().await;
        let job = on_its_way(&bench, model).await;
        let stopped = bench.studio.cancel_job(job.id.clone()).await.unwrap();
        let error = stopped.error.unwrap();
        assert_eq!((stopped.state, error.code.as_str()), (JobState::Cancelled, "stopped_waiting"));
        assert_eq!((stopped.billing, stopped.can_look_again), (Billing::Expected, true), "{model:?}");
        assert!(bench.queue_note(&job.id).exists(), "{model:?}");

        let bench = bench.reopen().await;
        bench.studio.resume_job(job.id.clone()).await.unwrap();
        let saved = bench.ended(&job.id).await;
        assert_eq!((saved.state, saved.items.len()), (JobState::Saved, 1), "{:?}", saved.error);
        let posts = bench.posts("queueVideo").await + bench.posts("queueAudio").await;
        assert_eq!((posts, bench.charges().await.len()), (1, 1), "{model:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_meanwhile_is_cancelled_and_costs_nothing() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "queueAudio", "kind": "latency", "ms": 3_000})).await;
    let quoted = bench.studio.quote_music(&noise("oars")).await.unwrap();
    let expected = studio::pictures::estimate::Expected {
        account: quoted.account,
        amount: quoted.amount,
        over_budgets: Vec::new(),
    };
    let url = format!("{}/balance", bench.sandbox.control_url());
    reqwest::Client::new().post(url).json(&json!({"usd": 0, "diem": 0})).send().await.unwrap();
    let job = bench.studio.start_music(noise("oars"), expected).await.unwrap();
    bench.in_state(&job.id, JobState::Sent).await;
    bench.faults_met().await;
    let stopped = bench.studio.cancel_job(job.id).await.unwrap();
    assert_eq!((stopped.state, stopped.error.unwrap().code.as_str()), (JobState::Cancelled, "not_taken"));
    assert_eq!((stopped.billing, stopped.can_look_again), (Billing::Nothing, false));
    assert!(bench.charges().await.is_empty());
    let today = bench.studio.budget_state().await.unwrap().today;
    assert!(today.iter().all(|money| money.amount.is_zero()), "nothing is set aside for it: {today:?}");
}
