//! Films and their transcripts: what is sent, and what is made of the answer.

use rstest::rstest;
use serde_json::json as value;
use venice::queue::QueueStatus;
use venice::video::{
    CompleteVideo, CreateVideoTranscription, Keyframe, QueueVideo, QuoteVideo, ReferenceTask, RetrieveVideo,
    RetrievedVideo, SeedanceConsent, VideoConsents, VideoElement, VideoFormat,
};
use venice::{AnswerFormat, Fate, FileInput};
use wiremock::matchers::body_json;
use wiremock::{MockServer, ResponseTemplate};

use crate::operations::post;
use crate::servers::{PNG, client, expect, json, requests};

const MP4: &[u8] = b"\0\0\0\x18ftypisom-a-film-";
const QUEUED: &str = r#"{"model":"m","queue_id":"q-1"}"#;

fn link(name: &str) -> FileInput {
    FileInput::Url(format!("https://example.com/{name}"))
}

#[tokio::test]
async fn quote_video() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "duration": "5s", "aspect_ratio": "16:9", "resolution": "1080p", "upscale_factor": 4,
        "audio": false, "video_url": "https://example.com/a.mp4", "reference_video_total_duration": 12.5});
    post("/video/quote")
        .and(body_json(&sent))
        .respond_with(json(200, r#"{"quote":1.10}"#))
        .mount(&server)
        .await;
    let request = QuoteVideo::new("m", "5s")
        .aspect_ratio("16:9")
        .resolution("1080p")
        .upscale_factor(4)
        .audio(false)
        .video_url(link("a.mp4"))
        .reference_video_total_duration(12.5);
    let quote = expect(&server, client(&server).quote_video(&request).await).await.value;
    assert_eq!(quote.usd.to_string(), "1.1");
    let error = client(&server).quote_video(&QuoteVideo::new("m", "5s").upscale_factor(3)).await.unwrap_err();
    assert_eq!((error.code(), error.fate(), requests(&server).await), ("INVALID_INPUT", Fate::NotSent, 1));
}

fn everything() -> QueueVideo {
    let mut request = QueueVideo::new("m", "a gondola", "5s")
        .negative_prompt("rain")
        .aspect_ratio("16:9")
        .resolution("720p")
        .upscale_factor(2)
        .audio(true)
        .image_url(FileInput::bytes("a.png", "image/png", PNG))
        .end_image_url(link("end.png"))
        .audio_url(FileInput::Base64("data:audio/wav;base64,YWJj".into()))
        .video_url(link("a.mp4"))
        .omni_reference_task_type(ReferenceTask::Extend)
        .consents(VideoConsents::seedance());
    request.reference_image_urls = vec![link("1.png"), link("2.png")];
    request.reference_video_urls = vec![link("1.mp4")];
    request.reference_audio_urls = vec![link("1.wav")];
    request.reference_document_urls = vec![link("1.pdf")];
    request.scene_image_urls = vec![link("scene.png")];
    request.elements = vec![
        VideoElement {
            frontal_image_url: Some(link("front.png")),
            reference_image_urls: vec![link("side.png")],
            video_url: None,
        },
        VideoElement { video_url: Some(link("it.mp4")), ..VideoElement::default() },
    ];
    request.keyframes = vec![Keyframe { image_url: link("key.png"), frame_index: 24 }];
    request
}

#[tokio::test]
async fn queue_video() {
    let server = MockServer::start().await;
    let at = |name: &str| format!("https://example.com/{name}");
    let sent = value!({
        "model": "m", "prompt": "a gondola", "duration": "5s", "negative_prompt": "rain", "aspect_ratio": "16:9",
        "resolution": "720p", "upscale_factor": 2, "audio": true,
        "image_url": "data:image/png;base64,iVBORw0KGgotYS1waWN0dXJlLQ==", "end_image_url": at("end.png"),
        "audio_url": "data:audio/wav;base64,YWJj", "video_url": at("a.mp4"),
        "reference_image_urls": [at("1.png"), at("2.png")], "reference_video_urls": [at("1.mp4")],
        "reference_audio_urls": [at("1.wav")], "reference_document_urls": [at("1.pdf")],
        "scene_image_urls": [at("scene.png")], "omni_reference_task_type": "extend",
        "elements": [{"frontal_image_url": at("front.png"), "reference_image_urls": [at("side.png")]},
                     {"video_url": at("it.mp4")}],
        "keyframes": [{"image_url": at("key.png"), "frame_index": 24}],
        "consents": {"seedance": {"confirmed_terms_and_privacy": true, "confirmed_legal_right": true,
                                  "confirmed_screening_acknowledged": true}},
    });
    let answered =
        r#"{"model":"m","queue_id":"q-1","download_url":"https://files.example.com/q-1?signature=s3cret"}"#;
    post("/video/queue").and(body_json(&sent)).respond_with(json(200, answered)).mount(&server).await;
    let request = everything();
    let queued = expect(&server, client(&server).queue_video(&request).await).await.value;
    assert_eq!((queued.queue_id.as_str(), queued.model.as_deref()), ("q-1", Some("m")));
    assert_eq!(
        queued.download_url.as_deref(),
        Some("https://files.example.com/q-1?signature=s3cret"),
        "it is told once only"
    );
    let shown = format!("{request:?} {queued:?}");
    assert!(!["gondola", "rain", "s3cret", "example.com"].iter().any(|word| shown.contains(word)), "{shown}");
    // What was asked for can be kept and read again.
    let kept = serde_json::to_value(&request).unwrap();
    let again: QueueVideo = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), kept);
}

#[tokio::test]
async fn queue_video_with_little() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "prompt": "p", "duration": "auto"});
    post("/video/queue").and(body_json(&sent)).respond_with(json(200, QUEUED)).mount(&server).await;
    let queued = client(&server).queue_video(&QueueVideo::new("m", "p", "auto")).await;
    let queued = expect(&server, queued).await;
    assert_eq!((queued.value.download_url, queued.receipt.answer_id.as_deref()), (None, Some("q-1")));
}

#[tokio::test]
async fn queue_video_with_a_film_from_disk() {
    let server = MockServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film.mp4");
    let bytes: Vec<u8> = (0..100_000_u32).map(|index| (index % 251) as u8).collect();
    std::fs::write(&film, &bytes).unwrap();
    post("/video/queue").respond_with(json(200, QUEUED)).mount(&server).await;
    let request = QueueVideo::new("m", "p", "5s").video_url(FileInput::path(&film, "video/mp4").unwrap());
    expect(&server, client(&server).queue_video(&request).await).await;
    let received = server.received_requests().await.unwrap();
    let in_memory = QueueVideo::new("m", "p", "5s").video_url(FileInput::bytes("", "video/mp4", bytes));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&received[0].body).unwrap(),
        serde_json::to_value(&in_memory).unwrap()
    );
}

#[tokio::test]
async fn queue_video_that_wants_consent() {
    let server = MockServer::start().await;
    let body = value!({
        "error": {"code": "needs_consent", "message": "Consent is required"}, "consent_flow": "seedance",
        "face_media_roles": ["image", "reference_video"],
        "consent": {"consent_version": "2026-05", "policy_text": "Read this first."},
        "docs_url": "https://docs.example.com/consent",
    });
    let agreed = value!({"model": "m", "prompt": "p", "duration": "5s", "consents": {"seedance": {
        "confirmed_terms_and_privacy": true, "confirmed_legal_right": true, "confirmed_screening_acknowledged": true}}});
    post("/video/queue").and(body_json(&agreed)).respond_with(json(200, QUEUED)).mount(&server).await;
    post("/video/queue").respond_with(json(409, &body.to_string())).mount(&server).await;
    let request = QueueVideo::new("m", "p", "5s");
    let error = client(&server).queue_video(&request).await.unwrap_err();
    assert_eq!((error.code(), error.fate(), error.is_retryable()), ("NEEDS_CONSENT", Fate::Refused, false));
    let consent = error.api().unwrap().consent.as_ref().unwrap();
    assert_eq!(consent.flow, "seedance");
    assert_eq!(consent.face_media_roles, ["image", "reference_video"]);
    assert_eq!(consent.version.as_deref(), Some("2026-05"));
    assert_eq!(consent.policy_text.as_deref(), Some("Read this first."));
    assert_eq!(consent.docs_url.as_deref(), Some("https://docs.example.com/consent"));

    let half = SeedanceConsent {
        confirmed_terms_and_privacy: true,
        confirmed_legal_right: false,
        confirmed_screening_acknowledged: true,
    };
    let request = request.consents(VideoConsents { seedance: Some(half) });
    let error = client(&server).queue_video(&request).await.unwrap_err();
    assert_eq!((error.code(), requests(&server).await), ("INVALID_INPUT", 1));
    let request = request.consents(VideoConsents::seedance());
    expect(&server, client(&server).queue_video(&request).await).await;
}

#[tokio::test]
async fn queue_video_that_would_be_refused_is_not_sent() {
    let server = MockServer::start().await;
    let refused = async |request: QueueVideo| {
        let error = client(&server).queue_video(&request).await.unwrap_err();
        assert_eq!(error.fate(), Fate::NotSent);
        error.code().to_owned()
    };
    let film = || QueueVideo::new("m", "p", "5s");
    let bare = || FileInput::Base64("YWJj".into());
    let sound = FileInput::bytes("a.wav", "audio/wav", vec![0; 15 * 1024 * 1024 + 1]);
    assert_eq!(refused(film().image_url(bare())).await, "INVALID_INPUT");
    assert_eq!(refused(film().video_url(FileInput::default())).await, "INVALID_INPUT");
    assert_eq!(refused(film().audio_url(sound)).await, "INPUT_TOO_LARGE");
    let mut request = film();
    request.keyframes = vec![Keyframe { image_url: bare(), frame_index: 0 }];
    assert_eq!(refused(request).await, "INVALID_INPUT");
    let mut request = film();
    request.elements = vec![VideoElement { video_url: Some(bare()), ..VideoElement::default() }];
    assert_eq!(refused(request).await, "INVALID_INPUT");
    assert_eq!(requests(&server).await, 0);
}

#[tokio::test]
async fn retrieve_video() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "queue_id": "q-1"});
    let waiting = r#"{"status":"PROCESSING","average_execution_time":145000,"execution_duration":53200}"#;
    let retrieve = || post("/video/retrieve").and(body_json(&sent));
    let film = ResponseTemplate::new(200).set_body_raw(MP4, "video/mp4");
    retrieve().respond_with(json(200, waiting)).up_to_n_times(2).mount(&server).await;
    retrieve().respond_with(film).mount(&server).await;
    let request = RetrieveVideo::new("m", "q-1");
    let waiting = expect(&server, client(&server).retrieve_video(&request).await).await.value;
    let RetrievedVideo::Waiting(progress) = waiting else { panic!("{waiting:?}") };
    assert_eq!((progress.status, progress.execution_duration), (QueueStatus::Processing, Some(53_200.0)));
    // Who streams tells the status from the film by its type.
    assert!(expect(&server, client(&server).open(&request).await).await.is_json());
    let body = expect(&server, client(&server).open(&request).await).await;
    assert!(!body.is_json());
    assert_eq!(body.collect(1_000).await.unwrap(), MP4);
    let film = expect(&server, client(&server).retrieve_video(&request).await).await.value;
    let RetrievedVideo::File(film) = film else { panic!("{film:?}") };
    assert_eq!((film.bytes.as_ref(), film.format), (MP4, VideoFormat::Mp4));
}

#[rstest]
#[case(r#"{"status":"COMPLETED","average_execution_time":1,"execution_duration":2}"#, true)]
#[case(r#"{"status":"COMPLETED"}"#, true)]
#[case(r#"{"status":"PROCESSING","average_execution_time":"?"}"#, false)]
#[case(r#"{"status":"PAUSED"}"#, false)]
#[tokio::test]
async fn retrieve_video_that_is_to_be_downloaded(#[case] body: &str, #[case] completed: bool) {
    let server = MockServer::start().await;
    post("/video/retrieve").respond_with(json(200, body)).mount(&server).await;
    let retrieved = client(&server).retrieve_video(&RetrieveVideo::new("m", "q")).await;
    let retrieved = expect(&server, retrieved).await.value;
    match &retrieved {
        RetrievedVideo::Completed(progress) => assert!(completed && progress.is_completed()),
        RetrievedVideo::Waiting(progress) => assert!(!completed && !progress.is_completed()),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("application/json", "{}")]
#[case("application/json", "[]")]
#[case("text/html", "<p>Sign in</p>")]
#[case("video/mp4", "")]
#[case("video/mp4", "<p>Sign in</p>")]
#[tokio::test]
async fn retrieve_video_that_is_neither(#[case] content_type: &str, #[case] body: &str) {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(200).set_body_raw(body, content_type);
    post("/video/retrieve").respond_with(page).mount(&server).await;
    let error = client(&server).retrieve_video(&RetrieveVideo::new("m", "q")).await.unwrap_err();
    assert_eq!((error.code(), error.operation()), ("UNEXPECTED_ANSWER", Some("retrieveVideo")));
}

#[tokio::test]
async fn retrieve_video_against_the_rules_of_its_provider() {
    let server = MockServer::start().await;
    let body = value!({"error": {"message": "Try another model", "type": "provider_content_policy",
                                 "recommended_model": "wan-3", "credits_refunded": true}});
    post("/video/retrieve").respond_with(json(422, &body.to_string())).mount(&server).await;
    let error = client(&server).retrieve_video(&RetrieveVideo::new("m", "q")).await.unwrap_err();
    let policy = error.api().unwrap().policy.as_ref().unwrap();
    assert_eq!(error.code(), "PROVIDER_CONTENT_POLICY");
    assert_eq!((policy.recommended_model.as_deref(), policy.credits_refunded), (Some("wan-3"), Some(true)));
}

#[tokio::test]
async fn complete_video() {
    let server = MockServer::start().await;
    post("/video/complete")
        .and(body_json(value!({"model": "m", "queue_id": "q"})))
        .respond_with(json(200, r#"{"success":true}"#))
        .mount(&server)
        .await;
    let completion =
        expect(&server, client(&server).complete_video(&CompleteVideo::new("m", "q")).await).await;
    assert!(completion.value.success);
}

#[tokio::test]
async fn create_video_transcription() {
    let server = MockServer::start().await;
    let url = "https://www.youtube.com/watch?v=1";
    let answered = r#"{"transcript":"Good evening.","lang":"en"}"#;
    post("/video/transcriptions")
        .and(body_json(value!({"url": url, "response_format": "json"})))
        .respond_with(json(200, answered))
        .mount(&server)
        .await;
    post("/video/transcriptions")
        .and(body_json(value!({"url": url, "response_format": "text"})))
        .respond_with(ResponseTemplate::new(200).set_body_raw("Good evening.", "text/plain"))
        .mount(&server)
        .await;
    let request = CreateVideoTranscription::new(url).response_format(AnswerFormat::Json);
    let written = expect(&server, client(&server).create_video_transcription(&request).await).await.value;
    assert_eq!((written.transcript.as_str(), written.lang.as_deref()), ("Good evening.", Some("en")));
    assert!(!format!("{written:?} {request:?}").contains("vening"));
    let request = request.response_format(AnswerFormat::Text);
    let written = expect(&server, client(&server).create_video_transcription(&request).await).await.value;
    assert_eq!((written.transcript.as_str(), written.lang), ("Good evening.", None));
    let nowhere = CreateVideoTranscription::new("watch?v=1");
    let error = client(&server).create_video_transcription(&nowhere).await.unwrap_err();
    assert_eq!((error.code(), requests(&server).await), ("INVALID_INPUT", 2));
}
