//! Speech when things go wrong: refused, lost, cut off, noise.

use rust_decimal::Decimal;
use serde_json::json;
use studio::{
    jobs::view::{Billing, JobState},
    library::view::LibraryQuery,
    voice::speech::{ReadingState, ReadingView, SpeechRequest},
};

use crate::bench::{Bench, said};

/// A text of so many pieces: each is a chapter of two sentences.
fn long(pieces: usize) -> SpeechRequest {
    let chapter = |number| format!("# {number}\n\nNobody spoke. The water lay still.\n\n");
    said(&(1..=pieces).map(chapter).collect::<String>())
}

async fn read_out(bench: &Bench, request: SpeechRequest) -> ReadingView {
    let reading = bench.speak(request).await.unwrap();
    bench.read_out(&reading.id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_hold_the_pieces_up_and_fail_none() {
    let bench = Bench::with(vec!["createSpeech:status=429:3"]).await;
    let reading = read_out(&bench, long(3)).await;
    assert_eq!((reading.state, reading.problem), (ReadingState::Done, None));
    assert_eq!((bench.posts("createSpeech").await, bench.charges().await.len()), (6, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_tried_again_and_costs_once() {
    let bench = Bench::with(vec!["createSpeech:status=400:1:1"]).await;
    let reading = read_out(&bench, long(3)).await;
    assert_eq!(reading.state, ReadingState::Incomplete);
    assert_eq!(reading.problem.unwrap().code, "INVALID_REQUEST");
    let failed: Vec<_> = reading.jobs.iter().filter(|job| job.state == JobState::Failed).collect();
    assert_eq!((failed.len(), failed[0].billing), (1, Billing::Nothing));
    // From the queue, as any other job.
    let new = bench.studio.retry_job(failed[0].id.clone(), false).await.unwrap();
    assert_eq!(new.batch, failed[0].batch);
    let reading = bench.read_out(&reading.id).await;
    assert_eq!((reading.state, reading.problem), (ReadingState::Done, None));
    assert_eq!(bench.charges().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_in_doubt_and_never_sent_again_by_itself() {
    for kind in ["lost_answer", "cut_body"] {
        let bench = Bench::new().await;
        bench.arm(json!({"operation": "createSpeech", "kind": kind, "after": 1})).await;
        let reading = read_out(&bench, long(3)).await;
        assert_eq!(reading.state, ReadingState::Incomplete, "{kind}");
        let lost: Vec<_> = reading.jobs.iter().filter(|job| job.state == JobState::Unknown).collect();
        assert_eq!((lost.len(), lost[0].billing), (1, Billing::Unknown), "{kind}");
        let doubt = bench.studio.retry_reading(reading.id.clone(), false, None).await.unwrap_err();
        assert_eq!(doubt.code, "needs_confirmation");
        let doubt = bench.studio.retry_job(lost[0].id.clone(), false).await.unwrap_err();
        assert_eq!(doubt.code, "needs_confirmation");
        // Whoever pays for it was shown less than it costs.
        let less = Some(studio::money::usd(Decimal::new(1, 9)));
        let refused = bench.studio.retry_reading(reading.id.clone(), true, less).await.unwrap_err();
        assert_eq!(refused.code, "price_changed");
        assert_eq!(refused.params["amount"], lost[0].estimate.unwrap().amount.normalize().to_string());
        assert_eq!(bench.posts("createSpeech").await, 3);
        bench.studio.retry_reading(reading.id.clone(), true, None).await.unwrap();
        assert_eq!(bench.read_out(&reading.id).await.state, ReadingState::Done, "{kind}");
        assert_eq!(bench.charges().await.len(), 4, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_is_no_sound_and_stays_on_disk() {
    for request in [said("Good evening."), long(2)] {
        let bench = Bench::new().await;
        bench.arm(json!({"operation": "createSpeech", "kind": "garbage"})).await;
        let reading = read_out(&bench, request).await;
        assert_eq!(reading.state, ReadingState::Incomplete);
        assert_eq!(reading.problem.unwrap().code, "answer_unreadable");
        let bad = reading.jobs.iter().find(|job| job.state == JobState::Failed).unwrap();
        assert_eq!(bad.billing, Billing::Expected, "it was paid for");
        assert!(bench.home().join("work").join(format!("{}.part", bad.id)).is_file());
        bench.studio.retry_reading(reading.id.clone(), true, None).await.unwrap();
        let whole = bench.read_out(&reading.id).await;
        assert_eq!(whole.state, ReadingState::Done);
        if whole.jobs.len() > 1 {
            // What was paid for in vain is a part of what the whole cost.
            let charges = bench.charges().await;
            let paid =
                charges.iter().map(|(_, amount)| amount.trim_start_matches('-').parse::<Decimal>().unwrap());
            let cost =
                bench.studio.library_page(LibraryQuery::default()).await.unwrap().items[0].cost.unwrap();
            assert_eq!((charges.len(), cost.amount), (3, paid.sum::<Decimal>().normalize()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_that_ends_in_the_middle_is_kept_with_a_word_and_never_joined() {
    let bench = Bench::new().await;
    let stop = json!({"operation": "createSpeech", "kind": "stop_without_done"});
    bench.arm(stop.clone()).await;
    let wav = |request: SpeechRequest| SpeechRequest { format: Some("wav".into()), ..request };
    let line = read_out(&bench, wav(said("Good evening. The tide is coming in."))).await;
    assert_eq!((line.state, line.problem.unwrap().code.as_str()), (ReadingState::Done, "cut_off"));
    assert_eq!(bench.studio.library_page(LibraryQuery::default()).await.unwrap().total, 1);

    bench.arm(stop).await;
    let book = read_out(&bench, wav(long(2))).await;
    assert_eq!((book.state, book.problem.unwrap().code.as_str()), (ReadingState::Incomplete, "cut_off"));
    bench.studio.retry_reading(book.id.clone(), true, None).await.unwrap();
    assert_eq!(bench.read_out(&book.id).await.state, ReadingState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_audition_that_was_refused_is_tried_again_at_once() {
    use studio::{pictures::estimate::Expected, voice::speech::VoiceChoice};
    let bench = Bench::with(vec!["createSpeech:status=400:3"]).await;
    let choice = |voice: &str| VoiceChoice { model: "tts-kokoro".into(), voice: voice.into() };
    let voices: Vec<_> = ["af_sky", "am_adam", "bf_emma"].map(choice).into();
    let request = said("Good evening.");
    let estimate = bench.studio.estimate_audition(&request, voices.clone()).await.unwrap();
    let expected = Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
    let readings = bench.studio.start_audition(request, voices, expected).await.unwrap();
    for reading in &readings {
        assert_eq!(bench.read_out(&reading.id).await.state, ReadingState::Incomplete);
    }
    let again = bench.studio.retry_batch(readings[0].audition.clone().unwrap()).await.unwrap();
    assert_eq!(again.len(), 3);
    for reading in &readings {
        assert_eq!(bench.read_out(&reading.id).await.state, ReadingState::Done);
    }
    assert_eq!(bench.charges().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_library_a_reading_waits_for_it() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createSpeech", "kind": "latency", "ms": 1_500, "times": 2})).await;
    let reading = bench.speak(long(2)).await.unwrap();
    bench
        .until(async || {
            let sent = bench.reading(&reading.id).await;
            sent.jobs.iter().all(|job| job.state == JobState::Sent).then_some(())
        })
        .await;
    let library = bench.studio.library_folder();
    let away = library.with_extension("away");
    std::fs::rename(&library, &away).unwrap();
    let left = bench.read_out(&reading.id).await;
    assert_eq!((left.state, left.problem.unwrap().code.as_str()), (ReadingState::Incomplete, "library_gone"));
    std::fs::rename(&away, &library).unwrap();
    let whole = bench.until(async || {
        Some(bench.reading(&reading.id).await).filter(|reading| reading.state == ReadingState::Done)
    });
    assert_eq!(whole.await.problem, None, "it is joined when the library is there again");
    assert_eq!(bench.charges().await.len(), 2);
}
