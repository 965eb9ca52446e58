//! The line of what isn't sent yet: held back, put in another order, and kept over a restart.

use serde_json::json;
use studio::{
    events::AppEvent,
    jobs::view::{Billing, JobState, JobView},
    pictures::request::{MakeRequest, PictureRequest},
};

use crate::{
    bench::{Bench, make},
    films::{film, quoted},
};

/// The ids of what waits, in its order.
async fn line(bench: &Bench) -> Vec<String> {
    let waits = bench.listed().await.into_iter().filter(|job| job.state == JobState::Planned);
    waits.map(|job| job.id).collect()
}

async fn three(bench: &Bench) -> Vec<String> {
    let mut ids = Vec::new();
    for words in ["one", "two", "three"] {
        ids.push(bench.start(make(words, 1)).await.unwrap().id);
    }
    ids
}

/// Jobs that wait for their answers at Venice, each in one of the four turns.
async fn stuck(bench: &Bench, titles: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for title in titles {
        bench.arm_latency("generateImage").await;
        let id = bench.start(make(title, 1)).await.unwrap().id;
        bench.in_state(&id, JobState::Sent).await;
        bench.faults_met().await;
        ids.push(id);
    }
    ids
}

async fn all_ended(bench: &Bench, ids: &[String]) -> Vec<JobView> {
    let mut ended = Vec::new();
    for id in ids {
        ended.push(bench.ended(id).await);
    }
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_back_what_is_not_sent_and_is_kept_over_a_restart() {
    let bench = Bench::new().await;
    assert!(bench.studio.pause_queue(true).await.unwrap().paused);
    let ids = three(&bench).await;
    let counts = bench.studio.queue_counts().await.unwrap();
    assert_eq!((counts.planned, counts.sent, counts.paused), (3, 0, true));
    assert_eq!(line(&bench).await, ids);
    let ids = bench.studio.move_job(ids[2].clone(), Some(ids[0].clone())).await.unwrap();

    let bench = bench.reopen().await;
    assert_eq!(line(&bench).await, ids, "they have their places again");
    assert!(bench.studio.queue_counts().await.unwrap().paused);
    assert_eq!(bench.posts("generateImage").await, 0);
    let told = bench.studio.pause_queue(false).await.unwrap();
    assert!(!told.paused);
    for job in all_ended(&bench, &ids).await {
        assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    }
    assert_eq!(bench.posts("generateImage").await, 3);
    assert_eq!(bench.charges().await.len(), 3, "each was paid once");
    bench
        .hear(|event| match event {
            AppEvent::Queue { paused: false, .. } => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_sent_in_the_order_it_was_put_in() {
    let bench = Bench::new().await;
    // Three of the four turns are taken: the last is passed on from one to the next.
    stuck(&bench, &["a", "b", "c"]).await;
    bench.studio.pause_queue(true).await.unwrap();
    let mut ids = three(&bench).await;
    ids.push(bench.start(make("four", 1)).await.unwrap().id);
    let moved = bench.studio.move_job(ids[3].clone(), Some(ids[0].clone())).await.unwrap();
    assert_eq!(moved, [3, 0, 1, 2].map(|at: usize| ids[at].clone()));
    let moved = bench.studio.move_job(ids[0].clone(), None).await.unwrap();
    let order = [3, 1, 2, 0].map(|at: usize| ids[at].clone());
    assert_eq!(moved, order);
    assert_eq!(line(&bench).await, order);
    bench
        .hear(|event| match event {
            AppEvent::Queue { line, paused: true } if *line == order => Some(()),
            _ => None,
        })
        .await;
    bench.studio.pause_queue(false).await.unwrap();
    let ended = all_ended(&bench, &order).await;
    let sent: Vec<_> =
        ended.iter().map(|job| job.sent_at.as_ref().unwrap().parse::<jiff::Timestamp>().unwrap()).collect();
    assert!(sent.is_sorted(), "{sent:?}");
    let refused = bench.studio.move_job(ids[0].clone(), None).await.unwrap_err();
    assert_eq!(refused.code, "not_found", "it is sent long since");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_called_off_for_free() {
    let bench = Bench::new().await;
    bench.studio.pause_queue(true).await.unwrap();
    let ids = three(&bench).await;
    let off = bench.studio.cancel_job(ids[1].clone()).await.unwrap();
    assert_eq!((off.state, off.billing, off.sent_at), (JobState::Cancelled, Billing::Nothing, None));
    bench.studio.pause_queue(false).await.unwrap();
    assert_eq!(bench.ended(&ids[0]).await.state, JobState::Saved);
    assert_eq!(bench.ended(&ids[2]).await.state, JobState::Saved);
    assert_eq!(bench.posts("generateImage").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_closed_knowingly_goes_on_at_the_next_start_once() {
    let bench = Bench::new().await;
    // Four stand at Venice: whoever comes after them waits.
    let stuck = stuck(&bench, &["a", "b", "c", "d"]).await;
    let ids = three(&bench).await;
    bench.studio.go_on_at_next_start().await.unwrap();
    let bench = bench.reopen().await;
    for job in all_ended(&bench, &ids).await {
        assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
        assert!(matches!(&job.request, Some(PictureRequest::Make(MakeRequest { seed: Some(_), .. }))));
    }
    for id in &stuck {
        let lost = bench.listed().await.into_iter().find(|job| job.id == *id).unwrap();
        assert_eq!(lost.state, JobState::Unknown, "what was sent is never sent again by itself");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_program_ends_without_a_word_is_not_sent() {
    let bench = Bench::new().await;
    // What was said once holds for one start.
    bench.studio.pause_queue(true).await.unwrap();
    let early = bench.start(make("before", 1)).await.unwrap().id;
    bench.studio.go_on_at_next_start().await.unwrap();
    bench.studio.pause_queue(false).await.unwrap();
    bench.ended(&early).await;
    let bench = bench.reopen().await;
    stuck(&bench, &["a", "b", "c", "d"]).await;
    let id = bench.start(make("e", 1)).await.unwrap().id;
    let bench = bench.reopen().await;
    let job = bench.listed().await.into_iter().find(|job| job.id == id).unwrap();
    let code = job.error.as_ref().map(|error| error.code.as_str());
    assert_eq!((job.state, job.billing, code), (JobState::Failed, Billing::Nothing, Some("not_sent")));
    assert_eq!((job.sent_at, job.attempts), (None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn films_wait_too_and_only_go_at_the_price_they_were_agreed_to_at() {
    let bench = Bench::new().await;
    bench.studio.pause_queue(true).await.unwrap();
    let request = film("ltx-2-5-fast-text-to-video", "a gondola");
    let request = studio::films::request::FilmRequest {
        duration: Some("5s".into()),
        resolution: Some("480p".into()),
        aspect_ratio: Some("1:1".into()),
        audio: Some(false),
        ..request
    };
    let expected = quoted(&bench, &request).await;
    let first = bench.studio.start_film(request.clone(), expected.clone()).await.unwrap();
    let bench = bench.reopen().await;
    assert_eq!(bench.posts("queueVideo").await, 0);
    bench.studio.pause_queue(false).await.unwrap();
    let ended = bench.ended(&first.id).await;
    assert_eq!(ended.state, JobState::Saved, "{:?}", ended.error);

    bench.studio.pause_queue(true).await.unwrap();
    let second = bench.studio.start_film(request, expected).await.unwrap();
    let bench = bench.reopen().await;
    // Nobody agreed to a price that isn't told.
    bench.arm(json!({"operation": "quoteVideo", "kind": "status", "status": 402, "times": 0})).await;
    bench.studio.pause_queue(false).await.unwrap();
    let ended = bench.ended(&second.id).await;
    assert_eq!((ended.state, ended.billing, ended.sent_at), (JobState::Failed, Billing::Nothing, None));
    assert_eq!(bench.posts("queueVideo").await, 1);
}

/// A small film, and what its button says.
async fn small(bench: &Bench) -> (studio::films::request::FilmRequest, studio::pictures::estimate::Expected) {
    let request = studio::films::request::FilmRequest {
        duration: Some("5s".into()),
        resolution: Some("480p".into()),
        aspect_ratio: Some("1:1".into()),
        audio: Some(false),
        ..film("ltx-2-5-fast-text-to-video", "a gondola")
    };
    let expected = quoted(bench, &request).await;
    (request, expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_has_waited_is_asked_for_anew() {
    let bench = Bench::new().await;
    let (request, expected) = small(&bench).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waits = bench.studio.start_film(request.clone(), expected.clone()).await.unwrap();
    bench.arm(json!({"operation": "quoteVideo", "kind": "status", "status": 402, "times": 0})).await;
    bench.studio.pause_queue(false).await.unwrap();
    let ended = bench.ended(&waits.id).await;
    assert_eq!((ended.state, ended.billing, ended.sent_at), (JobState::Failed, Billing::Nothing, None));
    assert_eq!(bench.posts("queueVideo").await, 0);
    bench.disarm().await;
    // Who needn't wait goes at the price that was just told.
    let before = bench.posts("quoteVideo").await;
    let goes = bench.studio.start_film(request, expected).await.unwrap();
    assert_eq!(bench.ended(&goes.id).await.state, JobState::Saved);
    assert_eq!(bench.posts("quoteVideo").await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_what_is_being_put_together() {
    let bench = Bench::new().await;
    let (request, expected) = small(&bench).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waits = bench.studio.start_film(request.clone(), expected).await.unwrap();
    let late = |ms: u32| json!({"operation": "quoteVideo", "kind": "latency", "ms": ms});
    bench.arm(late(1_000)).await;
    bench.studio.pause_queue(false).await.unwrap();
    bench.faults_met().await;
    bench.studio.pause_queue(true).await.unwrap();
    // It is answered what it costs, and would be sent next: whoever asks later, and waits longer, is answered too.
    bench.arm(late(2_500)).await;
    bench.studio.quote_film(&request).await.unwrap();
    let counts = bench.studio.queue_counts().await.unwrap();
    assert_eq!((counts.planned, counts.sent, counts.accepted, counts.saved), (1, 0, 0, 0));
    let off = bench.studio.cancel_job(waits.id).await.unwrap();
    assert_eq!((off.state, off.billing, off.sent_at), (JobState::Cancelled, Billing::Nothing, None));
    assert_eq!(bench.posts("queueVideo").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_at_a_start_without_network_waits_for_it() {
    let bench = Bench::new().await;
    let (request, expected) = small(&bench).await;
    bench.studio.pause_queue(true).await.unwrap();
    let waits = bench.studio.start_film(request, expected).await.unwrap();
    let bench = bench.reopen().await;
    // More often than the client asks by itself.
    bench.arm(json!({"operation": "quoteVideo", "kind": "no_answer", "times": 5})).await;
    bench.studio.pause_queue(false).await.unwrap();
    let ended = bench.ended(&waits.id).await;
    assert_eq!(ended.state, JobState::Saved, "{:?}", ended.error);
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (1, 1));
}
