//! Films: quoted, made, agreed to, kept, and asked for again.

use base64::{Engine, prelude::BASE64_STANDARD};
use image::ImageFormat;
use serde_json::Value;
use studio::{
    calls::view::FileRef,
    films::request::{FilmAgreements, FilmKeyframe, FilmRequest, FilmRole, RequestOrigin},
    jobs::view::{Billing, JobKind, JobState, JobView},
    library::view::{MediaKind, Origin},
    pictures::estimate::Expected,
};

use crate::bench::{Bench, picture};

const TEXT: &str = "ltx-2-5-fast-text-to-video";
const IMAGE: &str = "kling-o3-pro-image-to-video";
const FACES: &str = "seedance-2-0-image-to-video-basic";

/// A request as the form makes it.
pub fn film(model: &str, prompt: &str) -> FilmRequest {
    FilmRequest { model: model.into(), prompt: prompt.into(), ..FilmRequest::default() }
}

/// The smallest film there is.
fn small(prompt: &str) -> FilmRequest {
    FilmRequest {
        duration: Some("5s".into()),
        resolution: Some("480p".into()),
        aspect_ratio: Some("1:1".into()),
        audio: Some(false),
        ..film(TEXT, prompt)
    }
}

/// What the button says.
pub async fn quoted(bench: &Bench, request: &FilmRequest) -> Expected {
    let quoted = bench.studio.quote_film(request).await.unwrap();
    assert_eq!((quoted.problem, quoted.unpriced), (None, None));
    Expected { account: quoted.account, amount: quoted.amount, over_budgets: Vec::new() }
}

async fn made(bench: &Bench, request: FilmRequest) -> JobView {
    let expected = quoted(bench, &request).await;
    let job = bench.studio.start_film(request, expected).await.unwrap();
    bench.ended(&job.id).await
}

fn picked(bench: &Bench, name: &str, bytes: &[u8]) -> FileRef {
    let mut picked = bench.studio.pick(vec![bench.file(name, bytes)]);
    FileRef::Picked(picked.pop().unwrap().handle)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_quoted_made_kept_and_given_back_to_the_form() {
    let bench = Bench::new().await;
    let request = small("a gondola in the fog");
    let quoted = bench.studio.quote_film(&request).await.unwrap();
    assert_eq!(quoted.amount.unwrap().amount.to_string(), "0.1");
    assert_eq!(bench.posts("queueVideo").await, 0, "a quote sends nothing that is paid");

    let job = made(&bench, request.clone()).await;
    assert_eq!((job.state, job.kind), (JobState::Saved, JobKind::Film), "{:?}", job.error);
    assert_eq!((job.estimate, job.title.as_str()), (quoted.amount, "a gondola in the fog"));
    assert_eq!(bench.charges().await, [("queueVideo".to_owned(), "0.1".to_owned())]);

    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!((item.item.kind, item.item.origin), (MediaKind::Film, Origin::Made));
    assert_eq!((item.item.mime.as_str(), item.item.width, item.item.height), ("video/mp4", 480, 480));
    assert_eq!(item.item.duration_ms.map(|length| (length + 50) / 100), Some(50));
    assert_eq!((item.item.cost, item.item.cost_is_estimate), (quoted.amount, true));
    assert!(item.file.exists && item.receipt.unwrap().answer_id.is_some());

    let facts = bench.studio.film_facts(job.items[0].clone()).await.unwrap();
    assert_eq!((facts.container.as_str(), facts.codec.as_deref()), ("MP4", Some("H.264")));
    assert_eq!((facts.width, facts.height, facts.sound_codec), (Some(480), Some(480), None));
    let frames = facts.frames.unwrap();
    assert_eq!(facts.frame_rate, Some(frames * 1_000 / 5), "{frames} frames in 5 seconds");

    for origin in [RequestOrigin::Item(job.items[0].clone()), RequestOrigin::Job(job.id)] {
        assert_eq!(bench.studio.film_from(origin).await.unwrap(), request);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_picked_is_kept_and_the_film_comes_from_it() {
    let bench = Bench::new().await;
    let first = picked(&bench, "first.png", &picture(640, 360, ImageFormat::Png));
    let last = FileRef::Item(bench.imported("last.jpg", &picture(640, 360, ImageFormat::Jpeg)).await);
    let request = FilmRequest {
        image: Some(first),
        end_image: Some(last.clone()),
        duration: Some("3s".into()),
        ..film(IMAGE, "the tide comes in")
    };
    let job = made(&bench, request).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    let parents: Vec<_> = item.parents.iter().map(|parent| parent.title.as_str()).collect();
    assert_eq!((parents.len(), parents.contains(&"first"), parents.contains(&"last")), (2, true, true));
    assert_eq!(job.ratio.map(|ratio| (ratio * 9.0).round()), Some(16.0));

    // Handles don't outlive a run: the recipe names items alone.
    let bench = bench.reopen().await;
    let again = bench.studio.film_from(RequestOrigin::Item(item.item.id)).await.unwrap();
    assert_eq!(again.end_image, Some(last));
    assert!(matches!(again.image, Some(FileRef::Item(_))));
    assert_eq!(bench.studio.quote_film(&again).await.unwrap().problem, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_at_places_and_a_film_that_is_changed_or_enlarged() {
    let bench = Bench::new().await;
    let image = FileRef::Item(bench.imported("a.png", &picture(640, 360, ImageFormat::Png)).await);
    let frame = |frame| FilmKeyframe { image: image.clone(), frame };
    let request = FilmRequest {
        keyframes: vec![frame(0), frame(120)],
        resolution: Some("480p".into()),
        ..film("ltx-2-5-keyframes-to-video", "from dawn to dusk")
    };
    let job = made(&bench, request).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let source = Some(FileRef::Item(job.items[0].clone()));

    let change = FilmRequest {
        film: source.clone(),
        duration: Some("5s".into()),
        ..film("grok-imagine-video-to-video-private", "as an etching")
    };
    let job = made(&bench, change).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!((item.item.origin, item.parents.len()), (Origin::Edited, 1));

    let enlarge = FilmRequest { film: source, upscale_factor: Some(1), ..film("topaz-video-upscale", "") };
    let job = made(&bench, enlarge).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!((item.item.origin, item.item.prompt), (Origin::Upscaled, None));
    assert!(!item.item.title.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_is_asked_about_and_the_very_same_goes_again() {
    let bench = Bench::new().await;
    let image = picked(&bench, "her.png", &picture(640, 360, ImageFormat::Png));
    let request =
        FilmRequest { image: Some(image), resolution: Some("480p".into()), ..film(FACES, "a woman rows") };
    let expected = quoted(&bench, &request).await;
    let job = bench.studio.start_film(request, expected.clone()).await.unwrap();
    let job = bench.ended(&job.id).await;
    assert_eq!((job.state, job.billing), (JobState::Failed, Billing::Nothing));
    let error = job.error.unwrap();
    assert_eq!((error.code.as_str(), error.params["roles"].as_str()), ("needs_consent", "image"));
    assert!(error.params["policy_text"].len() > 40 && !error.params["version"].is_empty());
    assert!(bench.charges().await.is_empty(), "nothing is charged for a question");

    let partly = FilmAgreements { terms: true, rights: true, screening: false };
    let refused = bench.studio.agree_to_film(job.id.clone(), partly, expected.clone()).await;
    assert_eq!(refused.unwrap_err().code, "agreement_missing");
    assert_eq!(bench.posts("queueVideo").await, 1);

    let all = FilmAgreements { screening: true, ..partly };
    let dearer = Expected { amount: None, ..expected.clone() };
    let refused = bench.studio.agree_to_film(job.id.clone(), all, dearer).await;
    assert_eq!(refused.unwrap_err().code, "price_changed");
    // Pressed twice at once, it is one film.
    let (one, other) = tokio::join!(
        bench.studio.agree_to_film(job.id.clone(), all, expected.clone()),
        bench.studio.agree_to_film(job.id.clone(), all, expected)
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.id, other.id);
    let agreed = bench.ended(&one.id).await;
    assert_eq!(agreed.state, JobState::Saved, "{:?}", agreed.error);
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (2, 1));
    let before = bench.studio.film_from(RequestOrigin::Job(job.id)).await.unwrap();
    let after = bench.studio.film_from(RequestOrigin::Item(agreed.items[0].clone())).await.unwrap();
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_to_holds_for_no_other_picture() {
    let bench = Bench::new().await;
    let image = bench.imported("her.png", &picture(640, 360, ImageFormat::Png)).await;
    let request = FilmRequest {
        image: Some(FileRef::Item(image.clone())),
        resolution: Some("480p".into()),
        ..film(FACES, "a woman rows")
    };
    let expected = quoted(&bench, &request).await;
    let asked = made(&bench, request).await;
    assert_eq!(asked.error.unwrap().code, "needs_consent");
    // Another program writes something else into the file.
    let path = bench.studio.item(image).await.unwrap().file.path;
    std::fs::write(&path, picture(360, 640, ImageFormat::Png)).unwrap();
    let all = FilmAgreements { terms: true, rights: true, screening: true };
    let again = bench.studio.agree_to_film(asked.id, all, expected.clone()).await.unwrap();
    let again = bench.ended(&again.id).await;
    assert_eq!(again.error.unwrap().code, "needs_consent", "nobody agreed to this one");
    assert!(bench.charges().await.is_empty());

    let agreed = bench.studio.agree_to_film(again.id, all, expected.clone()).await.unwrap();
    assert_eq!(bench.ended(&agreed.id).await.state, JobState::Saved);
    // A second film of it needs no second word, one of another picture does.
    let second = bench.studio.duplicate_job(agreed.id.clone(), expected.clone()).await.unwrap();
    assert_eq!(bench.ended(&second.id).await.state, JobState::Saved);
    std::fs::write(&path, picture(480, 640, ImageFormat::Png)).unwrap();
    let third = bench.studio.duplicate_job(agreed.id, expected).await.unwrap();
    assert_eq!(bench.ended(&third.id).await.error.unwrap().code, "needs_consent");
    assert_eq!(bench.charges().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_is_asked_anew_and_what_differs_is_not_sent() {
    let bench = Bench::new().await;
    let request = small("a bridge");
    let expected = quoted(&bench, &request).await;
    let other = FilmRequest { resolution: Some("1080p".into()), ..request.clone() };
    let refused = bench.studio.start_film(other, expected.clone()).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.params["price"].as_str()), ("price_changed", "0.4"));
    let elsewhere = Expected { account: "another".into(), ..expected.clone() };
    assert_eq!(bench.studio.start_film(request.clone(), elsewhere).await.unwrap_err().code, "price_changed");
    assert_eq!(bench.posts("queueVideo").await, 0);

    bench.arm(serde_json::json!({"operation": "queueVideo", "kind": "status", "status": 500})).await;
    let job = bench.studio.start_film(request, expected.clone()).await.unwrap();
    let job = bench.ended(&job.id).await;
    assert_ne!(job.state, JobState::Saved);
    let again = bench.studio.quote_again(job.id.clone()).await.unwrap();
    assert_eq!((again.amount, again.problem), (expected.amount, None));
    let dearer = Expected { amount: None, ..expected.clone() };
    let refused = bench.studio.retry_quoted(job.id.clone(), true, dearer).await;
    assert_eq!(refused.unwrap_err().code, "price_changed");
    let new = bench.studio.retry_quoted(job.id.clone(), true, expected).await.unwrap();
    assert_eq!(bench.ended(&new.id).await.state, JobState::Saved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_twice_can_be_tried_a_third_time() {
    let bench = Bench::with(vec!["queueVideo:status=400:2"]).await;
    let request = small("a bridge");
    let expected = quoted(&bench, &request).await;
    let first = made(&bench, request).await;
    assert_eq!((first.state, first.billing), (JobState::Failed, Billing::Nothing));
    let second = bench.studio.retry_quoted(first.id.clone(), false, expected.clone()).await.unwrap();
    assert_eq!(bench.ended(&second.id).await.state, JobState::Failed);
    let third = bench.studio.retry_quoted(first.id.clone(), false, expected.clone()).await.unwrap();
    assert_eq!(bench.ended(&third.id).await.state, JobState::Saved);
    let again = bench.studio.retry_quoted(first.id, false, expected).await.unwrap();
    assert_eq!(again.id, third.id, "it is made by now");
    assert_eq!((bench.posts("queueVideo").await, bench.charges().await.len()), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_a_film_begins_the_next() {
    let bench = Bench::new().await;
    let job = made(&bench, small("a bridge at noon")).await;
    let png = BASE64_STANDARD.encode(picture(480, 480, ImageFormat::Png));
    let frame = bench.studio.keep_frame(job.items[0].clone(), 2_480, png).await.unwrap();
    assert_eq!((frame.kind, frame.origin, frame.width), (MediaKind::Picture, Origin::Adjusted, 480));
    let details = bench.studio.item(frame.id.clone()).await.unwrap();
    assert_eq!(details.parents[0].id, job.items[0]);
    assert!(details.recipe.iter().any(|field| field.value == "0:02.480"), "{:?}", details.recipe);
    let input = FileRef::Item(frame.id);
    let facts = bench.studio.check_film_input(input, IMAGE.into(), FilmRole::Image).await.unwrap();
    assert_eq!((facts.problem, facts.width), (None, Some(480)));

    let no_png = BASE64_STANDARD.encode(picture(8, 8, ImageFormat::Jpeg));
    let refused = bench.studio.keep_frame(job.items[0].clone(), 0, no_png).await;
    assert_eq!(refused.unwrap_err().code, "input_unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_model_that_is_listed_can_be_quoted() {
    let bench = Bench::new().await;
    let models = bench.studio.film_models(false).await.unwrap();
    assert_eq!(models.defaults, [TEXT]);
    for model in models.models {
        let request = film(&model.id, "a boat");
        let quoted = bench.studio.quote_film(&request).await.unwrap();
        let has_price = quoted.amount.is_some();
        // What is enlarged decides the price, and it isn't there.
        assert_eq!(has_price, model.upscale_factors.is_empty(), "{}: {:?}", model.id, quoted.unpriced);
        assert_eq!(
            quoted.problem.is_some(),
            model.inputs.iter().any(|rule| rule.required) || model.id.contains("reference")
        );
    }
}

/// A request of the control routes.
pub async fn steer(bench: &Bench, route: &str, body: Value) {
    let url = format!("{}/{route}", bench.sandbox.control_url());
    let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}
