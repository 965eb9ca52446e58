//! Long texts: cut, spoken in pieces, joined; never bought twice.

use rust_decimal::Decimal;
use serde_json::json;
use studio::{
    jobs::view::{Billing, JobState},
    library::view::LibraryQuery,
    voice::speech::{ReadingState, ReadingView, SpeechRequest},
};

use crate::bench::{Bench, said};

const SENTENCE: &str = "The water lay still between the houses, and nobody spoke. ";

/// A text of so many pieces: each is a chapter of a sentence.
fn long(pieces: usize) -> SpeechRequest {
    let chapters: Vec<_> = (1..=pieces).map(|chapter| format!("# {chapter}\n\n{SENTENCE}")).collect();
    said(&chapters.join("\n\n"))
}

fn count(reading: &ReadingView, state: JobState) -> usize {
    reading.jobs.iter().filter(|job| job.state == state).count()
}

fn pieces_on_disk(bench: &Bench, reading: &ReadingView) -> usize {
    std::fs::read_dir(bench.home().join("readings").join(&reading.id)).map_or(0, Iterator::count)
}

/// Waits until so many pieces are kept and nothing else moves: the others are held up by the server.
async fn kept(bench: &Bench, id: &str, pieces: usize, sent: usize) -> ReadingView {
    let reading = bench
        .until(async || {
            let reading = bench.reading(id).await;
            (count(&reading, JobState::Saved) == pieces && count(&reading, JobState::Sent) == sent)
                .then_some(reading)
        })
        .await;
    bench.faults_met().await;
    reading
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_of_sixty_thousand_characters_is_one_sound_with_chapters() {
    let bench = Bench::new().await;
    let chapter = |name: &str| format!("# {name}\n\n{}\n\n", SENTENCE.repeat(259).trim_end());
    let text = ["Dawn", "Noon", "Dusk", "Night"].map(chapter).concat();
    assert!(text.chars().count() > 60_000);
    // Without coding and decoding, which other tests do.
    let request = SpeechRequest {
        speed: Some(4.0),
        title: Some("The Canal".into()),
        format: Some("wav".into()),
        ..said(&text)
    };
    let estimate = bench.studio.estimate_speech(&request).await.unwrap();
    assert_eq!((estimate.pieces, estimate.chapters, &estimate.problem), (16, 4, &None));
    let reading = bench.speak(request.clone()).await.unwrap();
    assert_eq!(reading.jobs.len(), 16);
    for job in &reading.jobs {
        assert_eq!(bench.ended(&job.id).await.state, JobState::Saved);
    }
    let reading = bench.read_out(&reading.id).await;
    assert_eq!((reading.state, &reading.problem), (ReadingState::Done, &None));

    let charges = bench.charges().await;
    let charged: Decimal =
        charges.iter().map(|(_, amount)| amount.trim_start_matches('-').parse::<Decimal>().unwrap()).sum();
    assert_eq!((charges.len(), charged.normalize()), (16, estimate.amount.unwrap().amount.normalize()));
    let page = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
    assert_eq!(
        (page.total, page.items[0].title.as_str(), page.items[0].mime.as_str()),
        (1, "The Canal", "audio/flac")
    );
    assert_eq!(page.items[0].cost, estimate.amount, "what all of it cost");
    assert_eq!(pieces_on_disk(&bench, &reading), 0);

    let names: Vec<_> = reading.chapters.iter().map(|chapter| chapter.label.as_str()).collect();
    assert_eq!(names, ["Dawn", "Noon", "Dusk", "Night"]);
    let length = page.items[0].duration_ms.unwrap();
    let starts: Vec<u64> = reading.chapters.iter().map(|chapter| chapter.at_ms).collect();
    // The chapters are alike, so that each takes a quarter.
    for (index, start) in (0..).zip(&starts) {
        assert!(start.abs_diff(length * index / 4) < length / 50, "{starts:?} of {length}");
    }
    let sound = bench.studio.sound(reading.item.clone().unwrap()).await.unwrap();
    assert_eq!(sound.chapters, reading.chapters);
    assert!(sound.length_ms.abs_diff(length) <= 1 && !sound.is_damaged);
    let details = bench.studio.item(reading.item.unwrap()).await.unwrap();
    assert!(details.recipe.iter().any(|field| field.name == "Chapters" && field.value == "4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_between_the_pieces_loses_none_and_buys_none_twice() {
    let bench = Bench::new().await;
    let late = json!({"operation": "createSpeech", "kind": "latency", "ms": 60_000, "times": 3, "after": 2});
    bench.arm(late).await;
    let reading = bench.speak(long(8)).await.unwrap();
    kept(&bench, &reading.id, 2, 3).await;
    let bench = bench.reopen().await;
    let left = bench.reading(&reading.id).await;
    assert_eq!(left.state, ReadingState::Incomplete);
    assert_eq!(
        (count(&left, JobState::Saved), count(&left, JobState::Unknown), count(&left, JobState::Failed)),
        (2, 3, 3)
    );
    assert_eq!(pieces_on_disk(&bench, &left), 2);

    // What was broken off by the end may or may not have been counted.
    let before = bench.posts("createSpeech").await;
    let saved = left.jobs.iter().filter(|job| job.state == JobState::Saved);
    let bought: Vec<_> = saved.map(|job| job.id.clone()).collect();
    let again = bench.studio.retry_reading(left.id.clone(), false, None).await.unwrap();
    assert_eq!((again.state, count(&again, JobState::Unknown)), (ReadingState::Speaking, 3));
    let left = bench.read_out(&left.id).await;
    assert_eq!((left.state, count(&left, JobState::Saved)), (ReadingState::Incomplete, 5));
    assert_eq!(bench.posts("createSpeech").await - before, 3, "what may have been charged wasn't sent again");
    let doubt = bench.studio.retry_reading(left.id.clone(), false, None).await.unwrap_err();
    assert_eq!(doubt.code, "needs_confirmation");

    bench.studio.retry_reading(left.id.clone(), true, None).await.unwrap();
    let whole = bench.read_out(&left.id).await;
    assert_eq!((whole.state, &whole.problem), (ReadingState::Done, &None));
    assert_eq!(bench.posts("createSpeech").await - before, 6);
    let same = |id: &String| whole.jobs.iter().any(|job| job.id == *id);
    assert!(bought.len() == 2 && bought.iter().all(same), "what was here wasn't asked for again");
    assert_eq!(bench.studio.library_page(LibraryQuery::default()).await.unwrap().total, 1);
    bench.studio.retry_reading(whole.id, true, None).await.unwrap();
    assert_eq!(bench.posts("createSpeech").await - before, 6, "there is nothing left to send");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_that_failed_is_done_again_without_buying_anything() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createSpeech", "kind": "latency", "ms": 1_000, "times": 2})).await;
    let reading = bench.speak(long(2)).await.unwrap();
    let in_the_way = bench.home().join("readings").join(&reading.id).join("whole.flac");
    std::fs::create_dir_all(in_the_way.join("x")).unwrap();
    let stuck = bench.read_out(&reading.id).await;
    assert_eq!((stuck.state, count(&stuck, JobState::Saved)), (ReadingState::Incomplete, 2));
    assert!(stuck.problem.is_some());

    // The next start tries by itself.
    let bench = bench.reopen().await;
    let stuck = bench.read_out(&reading.id).await;
    assert_eq!((stuck.state, stuck.problem.is_some()), (ReadingState::Incomplete, true));
    std::fs::remove_dir_all(&in_the_way).unwrap();
    bench.studio.retry_reading(reading.id.clone(), false, None).await.unwrap();
    let whole = bench.until(async || {
        Some(bench.reading(&reading.id).await).filter(|reading| reading.state == ReadingState::Done)
    });
    assert_eq!(whole.await.problem, None);
    assert_eq!((bench.posts("createSpeech").await, bench.charges().await.len()), (2, 2));
    assert!(!in_the_way.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_joins_what_was_all_there() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createSpeech", "kind": "latency", "ms": 1_000, "times": 2})).await;
    let reading = bench.speak(long(2)).await.unwrap();
    let in_the_way = bench.home().join("readings").join(&reading.id).join("whole.flac");
    std::fs::create_dir_all(in_the_way.join("x")).unwrap();
    bench.read_out(&reading.id).await;
    std::fs::remove_dir_all(&in_the_way).unwrap();
    let bench = bench.reopen().await;
    let whole = bench.until(async || {
        Some(bench.reading(&reading.id).await).filter(|reading| reading.state == ReadingState::Done)
    });
    assert_eq!(whole.await.jobs.len(), 2);
    assert_eq!(bench.charges().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_keeps_what_is_here_and_what_was_never_sent_is_free() {
    let bench = Bench::new().await;
    let late = json!({"operation": "createSpeech", "kind": "latency", "ms": 60_000, "times": 3, "after": 1});
    bench.arm(late).await;
    let reading = bench.speak(long(6)).await.unwrap();
    let left = kept(&bench, &reading.id, 1, 3).await;
    // What is here is heard before the whole is; the others aren't.
    for job in &left.jobs {
        let heard = bench.studio.piece_sound(&job.id).await;
        match job.state {
            JobState::Saved => {
                let (file, mime) = heard.unwrap();
                assert!(file.is_file() && mime.starts_with("audio/"), "{mime}");
            }
            _ => assert_eq!(heard.unwrap_err().code, "not_found"),
        }
    }
    let stopped = bench.studio.cancel_reading(reading.id.clone()).await.unwrap();
    assert_eq!((stopped.state, count(&stopped, JobState::Cancelled)), (ReadingState::Incomplete, 5));
    let of = |billing| stopped.jobs.iter().filter(|job| job.billing == billing).count();
    assert_eq!((of(Billing::Unknown), of(Billing::Nothing)), (3, 2));
    assert_eq!(pieces_on_disk(&bench, &stopped), 1);
    let before = bench.posts("createSpeech").await;
    bench.studio.retry_reading(reading.id.clone(), true, None).await.unwrap();
    let whole = bench.read_out(&reading.id).await;
    assert_eq!(whole.state, ReadingState::Done);
    assert_eq!(bench.posts("createSpeech").await - before, 5);
    // Whoever hears it piece by piece goes on in the whole.
    assert!(whole.starts_ms.len() == 6 && whole.starts_ms.is_sorted() && whole.starts_ms[1] > 0);
    assert_eq!(bench.studio.piece_sound(&whole.jobs[0].id).await.unwrap_err().code, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_of_a_reading_that_is_given_up_go_to_the_library() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createSpeech", "kind": "no_answer", "times": 100, "after": 2})).await;
    let reading = bench.speak(SpeechRequest { title: Some("Canal".into()), ..long(4) }).await.unwrap();
    let left = bench.read_out(&reading.id).await;
    assert_eq!((left.state, count(&left, JobState::Saved)), (ReadingState::Incomplete, 2));
    bench.studio.dismiss_reading(reading.id.clone()).await.unwrap();
    assert!(bench.studio.readings().await.unwrap().is_empty());
    let page = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
    let mut titles: Vec<_> = page.items.iter().map(|item| item.title.as_str()).collect();
    titles.sort_unstable();
    assert!(
        titles.len() == 2
            && titles.iter().all(|title| title.starts_with("Canal (") && title.ends_with("/4)")),
        "{titles:?}"
    );
    assert!(page.items.iter().all(|item| item.cost.is_some() && item.duration_ms.is_some()));
    assert_eq!(pieces_on_disk(&bench, &left), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_whose_file_is_gone_is_bought_again_only_when_asked() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createSpeech", "kind": "status", "status": 400, "after": 1})).await;
    let reading = bench.speak(long(2)).await.unwrap();
    let left = bench.read_out(&reading.id).await;
    assert_eq!(count(&left, JobState::Saved), 1);
    std::fs::remove_dir_all(bench.home().join("readings").join(&left.id)).unwrap();
    bench.studio.retry_reading(reading.id.clone(), false, None).await.unwrap();
    let left = bench.read_out(&reading.id).await;
    assert_eq!((left.state, pieces_on_disk(&bench, &left)), (ReadingState::Incomplete, 1));
    let doubt = bench.studio.retry_reading(reading.id.clone(), false, None).await.unwrap_err();
    assert_eq!(doubt.code, "needs_confirmation");
    bench.studio.retry_reading(reading.id.clone(), true, None).await.unwrap();
    assert_eq!(bench.read_out(&reading.id).await.state, ReadingState::Done);
    assert_eq!(bench.charges().await.len(), 3);
}
