//! What can't become a film is refused before it is sent, and what Venice refuses has words of its own.

use image::ImageFormat;
use rstest::rstest;
use serde_json::json;
use studio::{
    calls::view::FileRef,
    films::request::{FilmRequest, FilmRole},
    jobs::view::{Billing, JobState},
    pictures::estimate::Expected,
};

use crate::{
    bench::{Bench, picture},
    films::{film, quoted, steer},
};

const TEXT: &str = "ltx-2-5-fast-text-to-video";
const IMAGE: &str = "kling-o3-pro-image-to-video";
const SOUND: &str = "wan-2-7-text-to-video";
const FILM: &str = "grok-imagine-video-to-video-private";

fn picked(bench: &Bench, name: &str, bytes: &[u8]) -> FileRef {
    let mut picked = bench.studio.pick(vec![bench.file(name, bytes)]);
    FileRef::Picked(picked.pop().unwrap().handle)
}

/// So many seconds of silence, as a WAV file.
fn silence(seconds: u32) -> Vec<u8> {
    let rate = 8_000_u32;
    let length = seconds * rate;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend(b"\x01\0\x08\0data");
    file.extend(length.to_le_bytes());
    file.extend(std::iter::repeat_n(128, length as usize));
    file
}

fn large_picture() -> Vec<u8> {
    let mut bytes = picture(640, 360, ImageFormat::Png);
    bytes.resize(26_000_000, 0);
    bytes
}

fn corrupt_film() -> Vec<u8> {
    let mut bytes = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41".to_vec();
    bytes.extend((0..50_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8));
    bytes
}

#[rstest]
#[case("prompt_too_long")]
#[case("setting_not_offered")]
#[case("film_input_ratio")]
#[case("input_too_large")]
#[case("film_input_length")]
#[case("film_input_damaged")]
#[case("film_input_format")]
#[case("film_input_missing")]
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_and_nothing_is_sent(#[case] code: &str) {
    let bench = Bench::new().await;
    let request = match code {
        "prompt_too_long" => film(TEXT, &"water ".repeat(500)),
        "setting_not_offered" => FilmRequest { duration: Some("7s".into()), ..film(TEXT, "a boat") },
        "film_input_ratio" => {
            let image = picked(&bench, "flag.png", &picture(1_500, 300, ImageFormat::Png));
            FilmRequest { image: Some(image), ..film(IMAGE, "a boat") }
        }
        "input_too_large" => FilmRequest {
            image: Some(picked(&bench, "large.png", &large_picture())),
            ..film(IMAGE, "a boat")
        },
        "film_input_length" => {
            FilmRequest { sound: Some(picked(&bench, "long.wav", &silence(31))), ..film(SOUND, "a boat") }
        }
        "film_input_damaged" => {
            FilmRequest { film: Some(picked(&bench, "broken.mp4", &corrupt_film())), ..film(FILM, "a boat") }
        }
        "film_input_format" => {
            let film_in = picked(&bench, "picture.mp4", &picture(640, 360, ImageFormat::Png));
            FilmRequest { film: Some(film_in), ..film(FILM, "a boat") }
        }
        _ => film(IMAGE, "a boat"),
    };
    let quoted = bench.studio.quote_film(&request).await.unwrap();
    assert_eq!(quoted.problem.as_ref().map(|problem| problem.code.as_str()), Some(code));
    let expected = Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() };
    let refused = bench.studio.start_film(request, expected).await.unwrap_err();
    assert_eq!(refused.code, code, "{refused:?}");
    if code.starts_with("film_input") && code != "film_input_missing" || code == "input_too_large" {
        assert!(refused.params.contains_key("name"), "{refused:?}");
    }
    assert_eq!(bench.posts("queueVideo").await, 0);
    assert!(bench.charges().await.is_empty());
    assert_eq!(bench.studio.library_status().await.unwrap().items, 0, "nor is it brought in");
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_seconds_are_taken_and_each_place_says_what_it_takes() {
    let bench = Bench::new().await;
    let check = async |file: FileRef, model: &str, role| {
        let facts = bench.studio.check_film_input(file, model.into(), role).await.unwrap();
        (facts.problem.map(|problem| problem.code), facts.length_ms)
    };
    let sound = picked(&bench, "fits.wav", &silence(30));
    assert_eq!(check(sound, SOUND, FilmRole::Sound).await, (None, Some(30_000)));
    let one = picked(&bench, "one.wav", &silence(1));
    let seedance = "seedance-2-5-reference-to-video";
    let found = check(one, seedance, FilmRole::ReferenceSound).await;
    assert_eq!(found.0.as_deref(), Some("film_input_length"));
    let image = || picked(&bench, "a.png", &picture(640, 360, ImageFormat::Png));
    assert_eq!(check(image(), seedance, FilmRole::ReferenceImage).await.0, None);
    assert_eq!(check(image(), TEXT, FilmRole::Image).await.0.as_deref(), Some("film_input_not_taken"));
    let small = picked(&bench, "small.png", &picture(100, 100, ImageFormat::Png));
    assert_eq!(check(small, IMAGE, FilmRole::Image).await.0.as_deref(), Some("input_too_small"));
    let empty = picked(&bench, "empty.png", b"");
    assert_eq!(check(empty, IMAGE, FilmRole::Image).await.0.as_deref(), Some("input_empty"));

    let together = FilmRequest {
        reference_images: vec![image()],
        reference_sounds: vec![picked(&bench, "b.wav", &silence(9)), picked(&bench, "c.wav", &silence(9))],
        ..film(seedance, "a song")
    };
    let problem = bench.studio.quote_film(&together).await.unwrap().problem.unwrap();
    assert_eq!((problem.code.as_str(), problem.params["seconds"].as_str()), ("film_inputs_too_long", "18.0"));

    let other = FilmRequest {
        image: Some(image()),
        end_image: Some(picked(&bench, "tall.png", &picture(360, 640, ImageFormat::Png))),
        ..film(IMAGE, "it turns")
    };
    let quoted = bench.studio.quote_film(&other).await.unwrap();
    assert_eq!(quoted.problem, None, "another shape is no obstacle");
    assert_eq!(quoted.advice.unwrap().code, "film_ratio_differs");
}

#[rstest]
#[case("region_unavailable")]
#[case("CONTENT_POLICY_VIOLATION")]
#[case("INSUFFICIENT_BALANCE")]
#[tokio::test(flavor = "multi_thread")]
async fn what_venice_refuses_between_quote_and_queue_is_told_and_free(#[case] code: &str) {
    let bench = Bench::new().await;
    let request = match code {
        "region_unavailable" => film("sora-2-text-to-video", "a boat"),
        "CONTENT_POLICY_VIOLATION" => film(TEXT, "a gory duel"),
        _ => film(TEXT, "a boat"),
    };
    let expected = quoted(&bench, &request).await;
    match code {
        "region_unavailable" => steer(&bench, "queue", json!({"region": "DE"})).await,
        "INSUFFICIENT_BALANCE" => steer(&bench, "balance", json!({"usd": 0, "diem": 0})).await,
        _ => {}
    }
    let before = bench.studio.quote_film(&request).await.unwrap();
    if code == "region_unavailable" {
        assert_eq!(before.problem.unwrap().code, code);
        assert_eq!(bench.studio.start_film(request, expected).await.unwrap_err().code, code);
        assert_eq!(bench.posts("queueVideo").await, 0);
        return;
    }
    let job = bench.studio.start_film(request, expected).await.unwrap();
    let job = bench.ended(&job.id).await;
    assert_eq!((job.state, job.billing), (JobState::Failed, Billing::Nothing), "{:?}", job.error);
    let error = job.error.unwrap();
    assert_eq!(error.code, code, "{error:?}");
    assert_eq!(error.params.contains_key("suggested_prompt"), code == "CONTENT_POLICY_VIOLATION");
    assert!(bench.charges().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_price_nothing_is_sent() {
    let bench = Bench::with(vec!["quoteVideo:status=500:9"]).await;
    let request = film(TEXT, "a boat");
    let quoted = bench.studio.quote_film(&request).await.unwrap();
    assert_eq!(quoted.amount, None);
    assert!(quoted.unpriced.is_some() && quoted.problem.is_some());
    let expected = Expected { account: quoted.account, amount: None, over_budgets: Vec::new() };
    assert!(bench.studio.start_film(request, expected).await.is_err());
    assert_eq!(bench.posts("queueVideo").await, 0);
}
