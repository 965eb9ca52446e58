//! Films and music: quoted, queued, waited for, fetched and deleted.

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Response;
use sandbox::{Config, Fault, FaultKind, WorkTime};
use serde_json::{Value, json};

use crate::client::{Caller, disc, header, png};

impl Caller {
    async fn asked(&self, path: &str, body: &Value) -> Value {
        let answer = self.post(path, body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path} {body}");
        answer.json().await.unwrap()
    }

    async fn queued(&self, path: &str, body: &Value) -> Value {
        let answer = self.asked(path, body).await;
        assert!(answer["queue_id"].is_string(), "{answer}");
        answer
    }

    async fn retrieved(&self, path: &str, job: &Value) -> Response {
        let body = json!({"model": job["model"], "queue_id": job["queue_id"]});
        self.post(path, &body).send().await.unwrap()
    }

    async fn quote(&self, path: &str, body: &Value) -> f64 {
        self.asked(path, body).await["quote"].as_f64().unwrap()
    }
}

fn small_film(model: &str) -> Value {
    json!({"model": model, "prompt": "a gondola at dusk", "duration": "5s", "resolution": "480p"})
}

fn picture() -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png(&disc(320, 240))))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_a_private_model_is_fetched_by_its_link() {
    let caller = Caller::instant().await;
    let model = "ltx-2-5-fast-text-to-video";
    let quote = json!({"model": model, "duration": "5s", "resolution": "480p"});
    let price = caller.quote("/video/quote", &quote).await;
    let job = caller.queued("/video/queue", &small_film(model)).await;
    let charges = caller.charges().await;
    assert_eq!((charges.len(), charges[0].3), (1, price), "what was quoted is charged");
    let status: Value = caller.retrieved("/video/retrieve", &job).await.json().await.unwrap();
    assert_eq!(status["status"], "COMPLETED");
    let link = job["download_url"].as_str().unwrap();
    let refused = caller.http.get(link).bearer_auth(caller.running.api_key()).send().await.unwrap();
    assert_eq!(refused.status(), 400, "no key is wanted");
    let whole = caller.http.get(link).send().await.unwrap();
    assert_eq!(header(&whole, "content-type"), "video/mp4");
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    let film = whole.bytes().await.unwrap();
    assert_eq!(&film[4..8], b"ftyp");
    let part = caller.http.get(link).header("range", "bytes=100-199").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(header(&part, "content-range"), format!("bytes 100-199/{}", film.len()));
    assert_eq!(part.bytes().await.unwrap(), film[100..200]);
    let outside = caller.http.get(link).header("range", "bytes=99999999-").send().await.unwrap();
    assert_eq!(outside.status(), 416);
    assert_eq!(caller.http.delete(link).send().await.unwrap().status(), 204);
    assert_eq!(caller.http.get(link).send().await.unwrap().status(), 404);
    assert_eq!(caller.retrieved("/video/retrieve", &job).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_from_a_picture_is_the_answer_itself_and_goes_when_it_is_done_with() {
    let caller = Caller::instant().await;
    let body = json!({"model": "kling-o3-pro-image-to-video", "prompt": "it moves", "duration": "3s",
        "image_url": picture(), "audio": false});
    let job = caller.queued("/video/queue", &body).await;
    assert!(job["download_url"].is_null());
    let film = caller.retrieved("/video/retrieve", &job).await;
    assert_eq!(header(&film, "content-type"), "video/mp4");
    assert!(film.content_length().unwrap() > 5000);
    let done = json!({"model": job["model"], "queue_id": job["queue_id"]});
    let other = json!({"model": "wan-2-7-text-to-video", "queue_id": job["queue_id"]});
    for (path, body) in [("/audio/complete", &done), ("/video/complete", &other)] {
        assert_eq!(caller.asked(path, body).await, json!({"success": false}), "{path} {body}");
    }
    assert_eq!(caller.retrieved("/video/retrieve", &job).await.status(), 200, "it is still there");
    assert_eq!(caller.asked("/video/complete", &done).await, json!({"success": true}));
    assert_eq!(caller.retrieved("/video/retrieve", &job).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn music_is_exactly_as_long_as_asked_and_can_be_deleted_on_the_way() {
    let caller = Caller::instant().await;
    let body = json!({"model": "stable-audio-25", "prompt": "a slow barcarole", "duration_seconds": 4});
    let price =
        caller.quote("/audio/quote", &json!({"model": "stable-audio-25", "duration_seconds": "4"})).await;
    let job = caller.queued("/audio/queue", &body).await;
    assert_eq!(job["status"], "QUEUED");
    assert!((caller.amounts().await[0] - price).abs() < 1e-12);
    let last =
        json!({"model": job["model"], "queue_id": job["queue_id"], "delete_media_on_completion": true});
    let answer = caller.post("/audio/retrieve", &last).send().await.unwrap();
    assert_eq!(header(&answer, "content-type"), "audio/wav");
    assert_eq!(answer.bytes().await.unwrap().len(), 44 + 4 * 48_000 * 4);
    assert_eq!(caller.retrieved("/audio/retrieve", &job).await.status(), 404);
    for (model, kind) in
        [("elevenlabs-sound-effects-v2", "audio/mpeg"), ("mmaudio-v2-text-to-audio", "audio/flac")]
    {
        let body = json!({"model": model, "prompt": "rain and a bell", "duration_seconds": 2});
        let job = caller.queued("/audio/queue", &body).await;
        let answer = caller.retrieved("/audio/retrieve", &job).await;
        assert_eq!(header(&answer, "content-type"), kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_takes_its_time_by_the_clock_and_goes_on_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let caller = Caller::new(config()).await;
    caller.control("queue", &json!({"seconds": 3600})).await;
    let body = json!({"model": "ace-step-15", "prompt": "a slow barcarole", "duration_seconds": 10});
    let slow = caller.queued("/audio/queue", &body).await;
    caller.control("queue", &json!({"seconds": 0})).await;
    let quick = caller.queued("/audio/queue", &body).await;
    caller.running.shutdown().await;
    let again = Caller::new(config()).await;
    let status: Value = again.retrieved("/audio/retrieve", &slow).await.json().await.unwrap();
    assert_eq!(status["status"], "PROCESSING");
    assert!(status["average_execution_time"].as_f64().unwrap() > 1000.0);
    assert!(status["execution_duration"].as_f64().unwrap() >= 0.0);
    let done = again.retrieved("/audio/retrieve", &quick).await;
    assert_eq!(header(&done, "content-type"), "audio/mpeg");
}

#[tokio::test]
async fn a_face_wants_consent_and_nothing_is_charged_before() {
    let caller = Caller::instant().await;
    let mut body = json!({"model": "seedance-2-0-image-to-video-basic", "prompt": "a portrait of a rower",
        "duration": "5s", "image_url": picture(), "end_image_url": picture()});
    let answer = caller.post("/video/queue", &body).send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let asked: Value = answer.json().await.unwrap();
    assert_eq!(asked["error"]["code"], "needs_consent");
    assert_eq!(asked["face_media_roles"], json!(["image", "end_image"]));
    assert!(asked["consent"]["policy_text"].as_str().unwrap().len() > 50);
    assert!(caller.charges().await.is_empty());
    body["consents"] = json!({"seedance": {"confirmed_terms_and_privacy": true, "confirmed_legal_right": true,
        "confirmed_screening_acknowledged": true}});
    caller.queued("/video/queue", &body).await;
    body["prompt"] = json!("a quiet canal");
    body["consents"] = Value::Null;
    body.as_object_mut().unwrap().remove("consents");
    caller.queued("/video/queue", &body).await;
    assert_eq!(caller.charges().await.len(), 2);
}

#[tokio::test]
async fn what_is_turned_down_or_breaks_down_is_given_back_once() {
    let caller = Caller::instant().await;
    let body = json!({"model": "wan-2-7-text-to-video", "prompt": "gore on a quiet canal", "duration": "5s"});
    let refused = caller.post("/video/queue", &body).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    let refused: Value = refused.json().await.unwrap();
    assert!(refused["suggested_prompt"].as_str().unwrap().starts_with("on a quiet canal"), "{refused}");
    assert!(caller.charges().await.is_empty());
    let body = json!({"model": "wan-2-7-text-to-video", "prompt": "a celebrity on a boat", "duration": "5s"});
    let job = caller.queued("/video/queue", &body).await;
    for _ in 0..2 {
        let answer = caller.retrieved("/video/retrieve", &job).await;
        assert_eq!(answer.status(), 422);
        let said: Value = answer.json().await.unwrap();
        assert_eq!(said["error"]["type"], "provider_content_policy");
        assert_eq!(said["error"]["credits_refunded"], true);
    }
    let amounts = caller.amounts().await;
    assert_eq!(amounts.len(), 2);
    assert!((amounts[0] + amounts[1]).abs() < 1e-12, "{amounts:?}");
    caller.control("queue", &json!({"fate": "failed"})).await;
    let body = json!({"model": "ace-step-15", "prompt": "a slow barcarole"});
    let job = caller.queued("/audio/queue", &body).await;
    assert_eq!(caller.retrieved("/audio/retrieve", &job).await.status(), 500);
    let next = caller.queued("/audio/queue", &body).await;
    caller.control("queue", &json!({"seconds": 100})).await;
    assert_eq!(caller.look("queue").await.as_array().unwrap().len(), 3);
    assert_ne!(next["queue_id"], job["queue_id"]);
}

#[tokio::test]
async fn a_refund_is_the_charge_the_other_way_round() {
    let caller = Caller::instant().await;
    caller.control("queue", &json!({"fate": "failed"})).await;
    let job = caller.queued("/video/queue", &small_film("ltx-2-5-fast-text-to-video")).await;
    assert_eq!(caller.retrieved("/video/retrieve", &job).await.status(), 500);
    let page = caller.told("/billing/usage-history").await;
    let (paid, back) = (&page["data"][0], &page["data"][1]);
    let amount = |row: &Value| row["amount"].as_f64().unwrap();
    assert!(amount(paid) < 0.0 && (amount(paid) + amount(back)).abs() < 1e-12);
    assert_eq!((&paid["units"], &back["units"]), (&json!(1), &json!(-1)));
    assert!(back["pricePerUnitUsd"].as_f64().unwrap() > 0.0);
    assert_eq!((&back["pricePerUnitUsd"], &back["sku"]), (&paid["pricePerUnitUsd"], &paid["sku"]));
    let told = caller.told("/billing/usage-analytics").await;
    let model = &told["byModel"][0];
    assert_eq!((&model["totalUnits"], &model["totalUsd"]), (&json!(0), &json!(0)));
    assert_eq!(told["byKey"][0]["totalUnits"], 0);
}

#[tokio::test]
async fn a_refund_that_was_noted_and_not_booked_is_booked() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let caller = Caller::new(config()).await;
    caller.control("queue", &json!({"fate": "failed"})).await;
    let body = json!({"model": "ace-step-15", "prompt": "a slow barcarole"});
    let job = caller.queued("/audio/queue", &body).await;
    caller.running.shutdown().await;
    // What a kill between the two journals left behind.
    let noted = format!("{}\n", json!({"entry": "refunded", "id": job["queue_id"]}));
    let mut journal =
        std::fs::OpenOptions::new().append(true).open(folder.path().join("queue.jsonl")).unwrap();
    journal.write_all(noted.as_bytes()).unwrap();
    drop(journal);
    let again = Caller::new(config()).await;
    assert_eq!(again.look("queue").await[0]["refunded"], false);
    for _ in 0..2 {
        assert_eq!(again.retrieved("/audio/retrieve", &job).await.status(), 500);
        let amounts = again.amounts().await;
        assert_eq!(amounts.len(), 2, "{amounts:?}");
        assert!((amounts[0] + amounts[1]).abs() < 1e-12, "{amounts:?}");
    }
    assert_eq!(again.look("queue").await[0]["refunded"], true);
}

#[tokio::test]
async fn a_model_is_offered_in_its_regions_only() {
    let caller = Caller::instant().await;
    let body = json!({"model": "sora-2-text-to-video", "duration": "4s"});
    caller.quote("/video/quote", &body).await;
    caller.control("queue", &json!({"region": "IT"})).await;
    assert_eq!(caller.post("/video/quote", &body).send().await.unwrap().status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_film_costs_nothing_to_make_and_its_download_can_break_off() {
    let caller = Caller::instant().await;
    caller.control("queue", &json!({"padding_mb": 64})).await;
    let job = caller.queued("/video/queue", &small_film("ltx-2-5-fast-text-to-video")).await;
    let link = job["download_url"].as_str().unwrap();
    let mut answer = caller.http.get(link).send().await.unwrap();
    let length = answer.content_length().unwrap();
    assert!(length > 64 << 20);
    let mut got = 0;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        got += chunk.len() as u64;
    }
    assert_eq!(got, length);
    caller.control("faults", &json!({"operation": "downloadFilm", "kind": "cut_body"})).await;
    let cut = caller.http.get(link).send().await.unwrap();
    assert_eq!(cut.content_length(), Some(length));
    assert!(cut.bytes().await.is_err());
    let rest = caller.http.get(link).header("range", format!("bytes={}-", length - 10)).send().await.unwrap();
    assert_eq!(rest.bytes().await.unwrap(), vec![0; 10]);
}

#[tokio::test]
async fn every_fault_meets_the_queue_and_a_lost_answer_is_charged() {
    let fault = Fault::once("queueAudio", FaultKind::LostAnswer);
    let caller = Caller::new(Config { faults: vec![fault], ..Config::instant() }).await;
    let body = json!({"model": "ace-step-15", "prompt": "a slow barcarole"});
    assert!(caller.post("/audio/queue", &body).send().await.is_err());
    assert_eq!(caller.charges().await.len(), 1);
    caller.control("faults", &json!({"operation": "queueAudio", "kind": "status", "status": 503})).await;
    assert_eq!(caller.post("/audio/queue", &body).send().await.unwrap().status(), 503);
    assert_eq!(caller.charges().await.len(), 1);
}

#[tokio::test]
async fn natural_work_is_not_done_at_once() {
    let caller = Caller::new(Config { work_time: WorkTime::Natural, ..Config::instant() }).await;
    let body = json!({"model": "elevenlabs-sound-effects-v2", "prompt": "rain"});
    let job = caller.queued("/audio/queue", &body).await;
    let status: Value = caller.retrieved("/audio/retrieve", &job).await.json().await.unwrap();
    assert_eq!(status["status"], "PROCESSING");
}
