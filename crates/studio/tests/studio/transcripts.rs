//! Sounds become text: cut, asked for piece by piece, put back on the clock, edited, found, taken out.

use rust_decimal::Decimal;
use serde_json::json;
use studio::{
    conversations::view::ChatSettings,
    events::AppEvent,
    jobs::view::{Billing, JobKind, JobState},
    money::usd,
    pictures::estimate::Expected,
    settings::SettingsPatch,
    voice::transcripts::{Line, Transcript, TranscriptFormat, TranscriptState, TranscriptText, Word},
};

use crate::{
    bench::Bench,
    spoken::{RATE, asked, flac, wav},
};

/// The sentences over and over, for so many seconds; what is said when.
async fn long(bench: Bench, seconds: usize) -> (Bench, String, Vec<(String, f64)>) {
    let sentences = bench.sentences().await;
    let mut said = Vec::new();
    let mut parts = Vec::new();
    let mut length = 0;
    for n in 0.. {
        let sentence = &sentences[n * 7 % sentences.len()];
        // A pause of its own each time, so that nothing fits by chance.
        let pause = RATE as usize + n * 997 % RATE as usize;
        length += pause + sentence.samples.len();
        if length > seconds * RATE as usize {
            break;
        }
        parts.push((pause, n * 7 % sentences.len()));
    }
    let path = bench.home().join("library").join("long.flac");
    let starts =
        flac(path, parts.iter().map(|(pause, which)| (*pause, sentences[*which].samples.as_slice())));
    for ((_, which), start) in parts.iter().zip(starts) {
        said.extend(sentences[*which].words.iter().map(|(word, at)| (word.clone(), start + at)));
    }
    let (bench, item) = bench.adopted("long.flac", None).await;
    (bench, item, said)
}

fn words(transcript: &Transcript) -> Vec<&Word> {
    transcript.text.lines.iter().flat_map(|line| &line.words).collect()
}

fn bare(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Each word once, and where it was said.
fn assert_true(transcript: &Transcript, said: &[(String, f64)]) {
    let found = words(transcript);
    let texts = |words: &mut dyn Iterator<Item = String>| words.collect::<Vec<_>>().join(" ");
    assert_eq!(
        texts(&mut found.iter().map(|(word, _, _)| bare(word))),
        texts(&mut said.iter().map(|(word, _)| bare(word)))
    );
    for ((word, start, _), (_, at)) in found.iter().zip(said) {
        let off = (f64::from(*start) / 1000.0 - at).abs();
        assert!(off < 0.2, "{word} is {off} s off, at {at}");
    }
}

fn charged(charges: &[(String, String)]) -> Decimal {
    charges
        .iter()
        .filter(|(operation, _)| operation == "createTranscription")
        .map(|(_, amount)| amount.trim_start_matches('-').parse::<Decimal>().unwrap())
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_is_cut_heard_and_put_back_on_the_clock() {
    let (bench, item, said) = long(Bench::new().await, 3_600).await;
    let before = charged(&bench.charges().await);
    let estimate = bench.studio.estimate_transcription(&asked(&item)).await.unwrap();
    assert_eq!((estimate.pieces, &estimate.problem), (12, &None));
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    assert_eq!((begun.state, begun.title.as_str()), (TranscriptState::Preparing, "long"));
    let done = bench.settled(&begun.id).await;
    assert_eq!(done.summary.state, TranscriptState::Done, "{:?}", done.summary.problem);
    assert!(done.has_word_times && done.pieces.len() >= 10, "{}", done.pieces.len());
    assert_true(&done, &said);
    // The price was the most that it could come to, and each piece says what it cost.
    let paid = charged(&bench.charges().await) - before;
    let most = estimate.amount.unwrap().amount;
    assert!(paid <= most && paid > most * Decimal::new(9, 1), "{paid} of {most}");
    // Its words are here a moment before a job has ended.
    let mut jobs = Vec::new();
    for piece in &done.pieces {
        jobs.push(bench.ended(&piece.job.as_ref().unwrap().id).await);
    }
    assert!(jobs.iter().all(|job| job.kind == JobKind::Transcribe && job.state == JobState::Saved));
    let told: Decimal = jobs.iter().map(|job| job.estimate.unwrap().amount).sum();
    assert!((told - paid).abs() < Decimal::new(1, 4), "{told} {paid}");
    assert!(bench.studio.open_jobs().await.unwrap().is_empty(), "all of it is in the transcript");
    // Lines are sentences, in order.
    assert!(done.text.lines.iter().all(|line| line.end_ms() > line.start_ms()));
    assert!(done.text.lines.windows(2).all(|pair| pair[0].end_ms() <= pair[1].start_ms()));
    let left = std::fs::read_dir(bench.home().join("work/pieces")).unwrap().count();
    assert_eq!(left, 0, "what was sent is gone");
    let srt = bench.studio.transcript_words(begun.id.clone(), TranscriptFormat::Srt).await.unwrap();
    assert!(srt.starts_with("1\n00:00:0") && srt.lines().all(|line| line.chars().count() <= 42));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_and_lost_answers_cost_no_word_and_nothing_twice() {
    let (bench, item, said) = long(Bench::new().await, 1_500).await;
    bench.arm(json!({"operation": "createTranscription", "kind": "lost_answer", "times": 1})).await;
    let before = bench.posts("createTranscription").await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let partly = bench.settled(&begun.id).await;
    assert_eq!(partly.summary.state, TranscriptState::Incomplete);
    let missing: Vec<_> = partly.pieces.iter().filter(|piece| !piece.done).collect();
    assert_eq!((missing.len(), partly.pieces.len()), (1, 5));
    let lost = missing[0].job.clone().unwrap();
    assert_eq!((lost.state, lost.billing), (JobState::Unknown, Billing::Unknown));
    assert!(partly.summary.problem.is_some());
    let number = missing[0].index;

    // Somebody edits what is there.
    let mut text = partly.text.clone();
    text.lines[0].words[0].0 = "EDITED".into();
    bench.studio.save_transcript(begun.id.clone(), partly.revision, text).await.unwrap();

    let bench = bench.reopen().await;
    let still = bench.studio.transcript(begun.id.clone()).await.unwrap();
    assert_eq!(still.summary.state, TranscriptState::Incomplete, "a new start sends nothing by itself");
    for piece in [None, Some(number)] {
        let refused =
            bench.studio.retry_pieces(begun.id.clone(), piece, None, false, None).await.unwrap_err();
        assert_eq!(refused.code, "needs_confirmation");
    }
    let refused = bench.studio.retry_job(lost.id.clone(), false).await.unwrap_err();
    assert_eq!(refused.code, "needs_confirmation");
    let other = Some("fal-ai/wizper".to_owned());
    // What it costs now was not shown.
    let less = Some(usd(Decimal::new(1, 6)));
    let sent = bench.posts("createTranscription").await;
    let refused =
        bench.studio.retry_pieces(begun.id.clone(), None, other.clone(), true, less).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.params["currency"].as_str()), ("price_changed", "usd"));
    let most = Some(usd(refused.params["amount"].parse().unwrap()));
    assert_eq!(bench.posts("createTranscription").await, sent);
    let again = bench.studio.retry_pieces(begun.id.clone(), None, other, true, most).await.unwrap();
    assert_eq!(again.summary.model.as_deref(), Some("fal-ai/wizper"));
    let done = bench.settled(&begun.id).await;
    assert_eq!(done.summary.state, TranscriptState::Done, "{:?}", done.summary.problem);
    assert!(!done.has_word_times, "this model tells no times of words");
    // Whichever piece was lost, what was edited lies where it lay.
    let mut found: Vec<String> = words(&done).iter().map(|(word, _, _)| bare(word)).collect();
    let true_words: Vec<String> = said.iter().map(|(word, _)| bare(word)).collect();
    let edited = found.iter().position(|word| word == "edited").unwrap();
    found[edited].clone_from(&true_words[edited]);
    assert_eq!(found.join(" "), true_words.join(" "), "each word once, in its place");
    assert_eq!(bench.posts("createTranscription").await - before, 5 + 1, "the lost one twice");
    assert!(bench.studio.retry_pieces(begun.id.clone(), None, None, true, None).await.is_ok());
    assert_eq!(bench.posts("createTranscription").await - before, 6, "nothing is missing, nothing is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_hold_pieces_up_and_long_silence_is_not_paid() {
    let bench = Bench::with(vec!["createTranscription:status=429:2"]).await;
    // Five seconds of sound, then twenty of silence, three times.
    let tone = |n: u32| if n / 8_000 % 25 < 5 { (n % 20) as f32 / 40.0 - 0.25 } else { 0.0 };
    let (bench, item) = bench.adopted("calls.wav", Some(&wav(8_000, 1, 8, 75 * 8_000, tone))).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let done = bench.settled(&begun.id).await;
    assert_eq!(
        (done.summary.state, done.pieces.len()),
        (TranscriptState::Done, 3),
        "{:?}",
        done.summary.problem
    );
    assert_eq!((bench.posts("createTranscription").await, bench.charges().await.len()), (5, 3));
    let paid = charged(&bench.charges().await);
    assert!(paid < Decimal::new(20, 4), "{paid} for fifteen seconds and their margins");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_in_the_middle_leaves_what_came_and_the_rest_goes_on() {
    let (bench, item, said) = long(Bench::new().await, 1_500).await;
    bench.arm(json!({"operation": "createTranscription", "kind": "latency", "ms": 60_000, "times": 1})).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    // One hangs, the others come.
    let id = begun.id.clone();
    bench
        .until(async || {
            let come = bench.studio.transcript(id.clone()).await.unwrap().summary.pieces_done;
            (come >= 2).then_some(())
        })
        .await;
    let bench = bench.reopen().await;
    let left = bench.studio.transcript(begun.id.clone()).await.unwrap();
    assert_eq!(left.summary.state, TranscriptState::Incomplete);
    assert!(left.summary.pieces_done >= 2);
    let again = bench.studio.retry_pieces(begun.id.clone(), None, None, true, None).await.unwrap();
    assert_ne!(again.summary.state, TranscriptState::Incomplete);
    let done = bench.settled(&begun.id).await;
    assert_eq!(done.summary.state, TranscriptState::Done);
    assert_true(&done, &said);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_that_was_interrupted_begins_anew_and_can_be_stopped() {
    let (bench, item, said) = long(Bench::new().await, 700).await;
    let before = bench.posts("createTranscription").await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let bench = bench.reopen().await;
    let done = bench.settled(&begun.id).await;
    assert_eq!(done.summary.state, TranscriptState::Done, "{:?}", done.summary.problem);
    assert_true(&done, &said);
    let sent = bench.posts("createTranscription").await - before;
    assert!(sent <= done.pieces.len() as u64, "{sent}");

    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let stopped = bench.studio.cancel_transcription(begun.id.clone()).await.unwrap();
    let stopped = if stopped.summary.state == TranscriptState::Incomplete {
        stopped
    } else {
        bench.settled(&begun.id).await
    };
    assert_eq!(stopped.summary.state, TranscriptState::Incomplete);
    bench.studio.retry_pieces(begun.id.clone(), None, None, true, None).await.unwrap();
    assert_true(&bench.settled(&begun.id).await, &said);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_free_and_odd_sounds_are_heard() {
    let mut bench = Bench::new().await;
    let tone = |rate: f32| move |n: u32| (n as f32 / rate * 440.0 * std::f32::consts::TAU).sin() * 0.3;
    // As a voice: loud and quiet in turns.
    let voice = |rate: f32| move |n: u32| tone(rate)(n) * (n as f32 / rate * 3.0).sin().abs();
    for (name, bytes) in [
        ("silent.wav", wav(16_000, 1, 16, 160_000, |_| 0.0)),
        ("telephone.wav", wav(8_000, 1, 8, 40_000, voice(8_000.0))),
        ("cinema.wav", wav(48_000, 6, 16, 240_000, voice(48_000.0))),
        ("music.wav", wav(44_100, 2, 16, 441_000, tone(44_100.0))),
    ] {
        let (next, item) = bench.adopted(name, Some(&bytes)).await;
        bench = next;
        let begun = bench.transcribe(&asked(&item)).await.unwrap();
        let done = bench.settled(&begun.id).await;
        assert_eq!(done.summary.state, TranscriptState::Done, "{name}: {:?}", done.summary.problem);
        let pieces = usize::from(name != "silent.wav");
        assert_eq!(done.pieces.len(), pieces, "{name}");
        if pieces == 0 {
            assert!(done.text.lines.is_empty() && bench.charges().await.is_empty(), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_heard_is_refused_before_any_price() {
    let mut bench = Bench::new().await;
    let picture = crate::bench::picture(64, 64, image::ImageFormat::Png);
    for (name, bytes, code) in [
        ("text.wav", &b"This is no sound at all, whatever its name says."[..], "input_not_sound"),
        ("nothing.mp3", &b""[..], "sound_empty"),
        ("still.png", &picture[..], "input_not_sound"),
    ] {
        let (next, item) = bench.adopted(name, Some(bytes)).await;
        bench = next;
        let estimate = bench.studio.estimate_transcription(&asked(&item)).await.unwrap();
        assert_eq!((estimate.problem.unwrap().code.as_str(), estimate.amount), (code, None), "{name}");
        assert_eq!(bench.transcribe(&asked(&item)).await.unwrap_err().code, code, "{name}");
    }
    let (bench, item) =
        bench.adopted("short.wav", Some(&wav(16_000, 1, 16, 32_000, |n| (n % 40) as f32 / 80.0))).await;
    for (change, code) in [
        (
            (|request| request.model = "tts-kokoro".into())
                as fn(&mut studio::voice::transcripts::TranscribeRequest),
            "MODEL_NOT_FOUND",
        ),
        (|request| request.language = Some("English".into()), "field_invalid"),
    ] {
        let mut request = asked(&item);
        change(&mut request);
        assert_eq!(bench.studio.estimate_transcription(&request).await.unwrap().problem.unwrap().code, code);
        assert_eq!(bench.transcribe(&request).await.unwrap_err().code, code);
    }
    let estimate = bench.studio.estimate_transcription(&asked(&item)).await.unwrap();
    let cheaper =
        estimate.amount.map(|money| studio::money::Money { amount: money.amount / Decimal::TWO, ..money });
    let expected = Expected { account: estimate.account, amount: cheaper, over_budgets: Vec::new() };
    let refused = bench.studio.start_transcription(asked(&item), expected).await.unwrap_err();
    assert_eq!(refused.code, "price_changed");
    let patch = SettingsPatch { per_click_limit_usd: Some("0.0001".into()), ..SettingsPatch::default() };
    bench.studio.change_settings(patch).await.unwrap();
    assert_eq!(bench.transcribe(&asked(&item)).await.unwrap_err().code, "limit_per_click");
    let page = bench.studio.transcripts(None, None, false, None, 50).await.unwrap();
    assert!(page.transcripts.is_empty() && bench.charges().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_an_address_have_no_times() {
    let bench = Bench::new().await;
    let url = "https://youtu.be/dQw4w9WgXcQ";
    // Nobody knows the price before the ledger tells it: a limit can't be kept.
    let estimate = bench.studio.estimate_address(url.into()).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "price_unknown");
    let without = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(without).await.unwrap();
    let estimate = bench.studio.estimate_address(url.into()).await.unwrap();
    assert_eq!((estimate.amount, &estimate.problem), (None, &None));
    let wrong = bench.studio.estimate_address("https://vimeo.com/1".into()).await.unwrap();
    assert_eq!(wrong.problem.unwrap().code, "not_a_film_address");
    let expected = Expected { account: estimate.account, amount: None, over_budgets: Vec::new() };
    bench
        .arm(json!({"operation": "createVideoTranscription", "kind": "status", "status": 500, "times": 1}))
        .await;
    let begun = bench.studio.transcribe_address(url.into(), expected).await.unwrap();
    let failed = bench.settled(&begun.id).await;
    assert_eq!((failed.summary.state, failed.pieces.len()), (TranscriptState::Incomplete, 0));
    bench.studio.retry_pieces(begun.id.clone(), None, None, true, None).await.unwrap();
    let done = bench.settled(&begun.id).await;
    assert_eq!((done.summary.state, done.has_word_times), (TranscriptState::Done, false));
    assert_eq!((done.summary.language.as_deref(), done.summary.url.as_deref()), (Some("en"), Some(url)));
    assert!(done.summary.words > 20 && done.text.lines.len() > 3);
    let words = |format| bench.studio.transcript_words(begun.id.clone(), format);
    assert_eq!(words(TranscriptFormat::Vtt).await.unwrap_err().code, "times_unknown");
    assert!(words(TranscriptFormat::Txt).await.unwrap().contains("always the same"));
}

/// Looks at a transcript as often as can be, until it stands still; each look has to be true in itself.
async fn watched(bench: &Bench, id: &str) -> Transcript {
    loop {
        let seen = bench.studio.transcript(id.to_owned()).await.unwrap();
        let words: usize = seen.text.lines.iter().map(|line| line.words.len()).sum();
        assert_eq!(seen.summary.words as usize, words, "the text and what is said of it are of one moment");
        let listed = bench.studio.transcripts(None, None, false, None, 10).await.unwrap().transcripts;
        let listed = listed.into_iter().find(|row| row.id == id).unwrap();
        assert!(listed.state != TranscriptState::Done || listed.pieces == listed.pieces_done, "{listed:?}");
        for (state, problem) in [(seen.summary.state, &seen.summary.problem), (listed.state, &listed.problem)]
        {
            assert!(state != TranscriptState::Incomplete || problem.is_some(), "nothing holds it up");
        }
        if matches!(seen.summary.state, TranscriptState::Done | TranscriptState::Incomplete) {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_while_it_ends_sees_it_whole() {
    let bench = Bench::new().await;
    let without = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(without).await.unwrap();
    let tone = |n: u32| (n % 40) as f32 / 80.0 * (n as f32 / 16_000.0 * 3.0).sin().abs();
    let (bench, item) = bench.adopted("short.wav", Some(&wav(16_000, 1, 16, 32_000, tone))).await;
    for round in 0..10 {
        let url = "https://youtu.be/dQw4w9WgXcQ".to_owned();
        let expected = Expected {
            account: bench.studio.estimate_address(url.clone()).await.unwrap().account,
            amount: None,
            over_budgets: Vec::new(),
        };
        if round % 2 == 0 {
            bench
                .arm(json!({"operation": "createVideoTranscription", "kind": "status", "status": 500, "times": 1}))
                .await;
        }
        let begun = bench.studio.transcribe_address(url, expected).await.unwrap();
        let seen = watched(&bench, &begun.id).await;
        if round % 2 == 0 {
            assert_eq!(seen.summary.state, TranscriptState::Incomplete);
            bench.studio.retry_pieces(begun.id.clone(), None, None, true, None).await.unwrap();
        }
        assert_eq!(watched(&bench, &begun.id).await.summary.state, TranscriptState::Done);
        let begun = bench.transcribe(&asked(&item)).await.unwrap();
        assert_eq!(watched(&bench, &begun.id).await.summary.state, TranscriptState::Done);
    }
}

/// Changes the database of a studio that is closed.
async fn altered(bench: Bench, sql: &str) -> Bench {
    let database = bench.home().join("canaletto.db");
    bench
        .reopened_after(|| {
            rusqlite::Connection::open(&database).unwrap().execute_batch(sql).unwrap();
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_never_sent_is_sent_when_asked_again() {
    let bench = Bench::new().await;
    let without = SettingsPatch { per_click_limit_usd: Some(String::new()), ..SettingsPatch::default() };
    bench.studio.change_settings(without).await.unwrap();
    let url = "https://youtu.be/dQw4w9WgXcQ".to_owned();
    let account = bench.studio.estimate_address(url.clone()).await.unwrap().account;
    bench
        .arm(json!({"operation": "createVideoTranscription", "kind": "status", "status": 400, "times": 1}))
        .await;
    let begun = bench
        .studio
        .transcribe_address(url, Expected { account, amount: None, over_budgets: Vec::new() })
        .await
        .unwrap();
    bench.settled(&begun.id).await;
    // As an end of the program between the transcript and its job leaves it.
    let bench = altered(bench, "UPDATE transcripts SET is_cut = 0; DELETE FROM transcript_pieces;").await;
    let left = bench.studio.transcript(begun.id.clone()).await.unwrap();
    assert_eq!(left.summary.problem.unwrap().code, "not_sent");
    bench.studio.retry_pieces(begun.id.clone(), None, None, false, None).await.unwrap();
    let done = bench.settled(&begun.id).await;
    assert_eq!(done.summary.state, TranscriptState::Done, "{:?}", done.summary.problem);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_which_nobody_knows_what_became_is_in_doubt() {
    let bench = Bench::new().await;
    bench.arm(json!({"operation": "createTranscription", "kind": "status", "status": 400, "times": 1})).await;
    let tone = |n: u32| (n % 40) as f32 / 80.0 * (n as f32 / 16_000.0 * 3.0).sin().abs();
    let (bench, item) = bench.adopted("short.wav", Some(&wav(16_000, 1, 16, 32_000, tone))).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    assert_eq!(bench.settled(&begun.id).await.summary.state, TranscriptState::Incomplete);
    // As a database that was made anew from the library has it.
    let bench = altered(bench, "UPDATE transcript_pieces SET job = NULL;").await;
    let most = bench.studio.estimate_transcription(&asked(&item)).await.unwrap().amount;
    let refused = bench.studio.retry_pieces(begun.id.clone(), None, None, false, most).await.unwrap_err();
    assert_eq!(refused.code, "needs_confirmation");
    bench.studio.retry_pieces(begun.id.clone(), None, None, true, most).await.unwrap();
    assert_eq!(bench.settled(&begun.id).await.summary.state, TranscriptState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trash_stops_what_was_not_sent_and_lets_the_rest_come() {
    let (bench, item, _) = long(Bench::new().await, 1_500).await;
    bench.arm(json!({"operation": "createTranscription", "kind": "latency", "ms": 2_000, "times": 3})).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let jobs = async || {
        let pieces = bench.studio.transcript(begun.id.clone()).await.unwrap().pieces;
        pieces.into_iter().filter_map(|piece| piece.job).collect::<Vec<_>>()
    };
    bench
        .until(async || {
            let jobs = jobs().await;
            (jobs.iter().filter(|job| job.state == JobState::Sent).count() == 3).then_some(())
        })
        .await;
    bench.studio.trash_transcripts(vec![begun.id.clone()], true).await.unwrap();
    let ended = bench
        .until(async || {
            let jobs = jobs().await;
            jobs.iter().all(|job| !studio::jobs::steps::is_open(job.state)).then_some(jobs)
        })
        .await;
    let count = |state| ended.iter().filter(|job| job.state == state).count();
    assert!(count(JobState::Saved) >= 3 && count(JobState::Cancelled) > 0, "{ended:?}");
    assert!(ended.iter().all(|job| job.billing != Billing::Unknown), "nothing is paid for and lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transcript_is_found_renamed_attached_and_taken_out() {
    let (bench, item, _) = long(Bench::new().await, 20).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let id = begun.id.clone();
    let done = bench.settled(&id).await;
    let found =
        bench.studio.transcripts(Some("tide lanter".into()), Some(item.clone()), false, None, 10).await;
    let found = found.unwrap().transcripts;
    assert!(found.len() == 1 && found[0].excerpt.contains("tide"), "{found:?}");
    assert!(
        bench
            .studio
            .transcripts(Some("nowhere".into()), None, false, None, 10)
            .await
            .unwrap()
            .transcripts
            .is_empty()
    );
    let renamed = bench.studio.rename_transcript(id.clone(), "At the canal: 黄昏".into()).await.unwrap();
    assert_eq!(renamed.title, "At the canal: 黄昏");
    assert_eq!(
        bench.studio.transcripts(Some("昏".into()), None, false, None, 10).await.unwrap().transcripts.len(),
        1
    );
    assert_eq!(
        bench.studio.rename_transcript(id.clone(), "  ".into()).await.unwrap_err().code,
        "field_invalid"
    );

    // Two windows.
    let kept = bench.studio.save_transcript(id.clone(), done.revision, done.text.clone()).await.unwrap();
    let refused = bench.studio.save_transcript(id.clone(), done.revision, TranscriptText::default()).await;
    assert_eq!(refused.unwrap_err().code, "transcript_changed");
    assert_eq!(bench.studio.transcript(id.clone()).await.unwrap().revision, kept);

    let conversation = bench.studio.create_conversation(ChatSettings::default(), None).await.unwrap();
    let attached = bench.studio.attach_transcript(conversation.row.id, id.clone()).await.unwrap();
    let text = bench.studio.read_attachment(&attached.id).await.unwrap();
    assert!(text.starts_with("At the canal: 黄昏\n\n[00:00:0"), "{text}");
    let name = bench.studio.transcript_name(id.clone(), TranscriptFormat::Vtt).await.unwrap();
    assert_eq!(name, "At the canal 黄昏.vtt");
    let to = bench.folder.path().join(name);
    bench.studio.export_transcript(id.clone(), TranscriptFormat::Vtt, to.clone()).await.unwrap();
    assert!(std::fs::read_to_string(to).unwrap().starts_with("WEBVTT\n\n00:00:0"));
    let own = bench.home().join("library/x.vtt");
    assert!(bench.studio.export_transcript(id.clone(), TranscriptFormat::Vtt, own).await.is_err());

    bench.studio.trash_transcripts(vec![id.clone()], true).await.unwrap();
    let list = |trashed| bench.studio.transcripts(None, None, trashed, None, 10);
    assert_eq!(
        (list(false).await.unwrap().transcripts.len(), list(true).await.unwrap().transcripts.len()),
        (0, 1)
    );
    bench.studio.trash_transcripts(vec![id.clone()], false).await.unwrap();
    assert_eq!(list(false).await.unwrap().transcripts.len(), 1);
    let told =
        |event: &AppEvent| matches!(event, AppEvent::Transcripts { ids } if ids.contains(&id)).then_some(());
    bench.hear(told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_words_are_kept_and_read_at_once() {
    let (bench, item, _) = long(Bench::new().await, 10).await;
    let begun = bench.transcribe(&asked(&item)).await.unwrap();
    let done = bench.settled(&begun.id).await;
    let line = |n: u32| Line {
        id: n,
        speaker: None,
        words: (0..10)
            .map(|word| (format!("word{word}"), n * 4_000 + word * 300, n * 4_000 + word * 300 + 200))
            .collect(),
    };
    let text = TranscriptText { speakers: Vec::new(), lines: (0..5_000).map(line).collect() };
    let from = std::time::Instant::now();
    bench.studio.save_transcript(begun.id.clone(), done.revision, text.clone()).await.unwrap();
    let saved = from.elapsed();
    let from = std::time::Instant::now();
    let read = bench.studio.transcript(begun.id.clone()).await.unwrap();
    println!("50,000 words: kept in {saved:?}, read in {:?}", from.elapsed());
    assert_eq!((read.text, read.summary.words), (text, 50_000));
}
