//! Speech, transcripts, voices and music: what is sent, and what is made of the answer.

use rstest::rstest;
use serde_json::json as value;
use venice::audio::{
    AudioFormat, CompleteAudio, CreateClonedVoice, CreateSpeech, CreateTranscription, QueueAudio, QuoteAudio,
    RetrieveAudio, RetrievedAudio,
};
use venice::queue::QueueStatus;
use venice::{AnswerFormat, Fate, FileInput};
use wiremock::matchers::{body_json, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::operations::{form, post};
use crate::servers::{client, client_for, expect, json, requests};

const MP3: &[u8] = b"ID3\x04\0\0-a-sound-";

fn wav() -> FileInput {
    FileInput::bytes("take.wav", "audio/wav", &b"RIFF\x09\0\0\0WAVE-a-take-"[..])
}

fn sound(content_type: &str, bytes: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(bytes, content_type)
}

#[tokio::test]
async fn create_speech() {
    let server = MockServer::start().await;
    let sent = value!({"input": "Good evening.", "model": "tts-kokoro", "voice": "af_sky", "response_format": "mp3",
        "speed": 1.25, "streaming": false, "prompt": "Sad and slow.", "language": "en", "temperature": 0.5, "top_p": 0.9});
    post("/audio/speech").and(body_json(&sent)).respond_with(sound("audio/mpeg", MP3)).mount(&server).await;
    let request = CreateSpeech::new("Good evening.")
        .model("tts-kokoro")
        .voice("af_sky")
        .response_format(AudioFormat::Mp3)
        .speed(1.25)
        .streaming(false)
        .prompt("Sad and slow.")
        .language("en")
        .temperature(0.5)
        .top_p(0.9);
    let answer = expect(&server, client(&server).create_speech(&request).await).await;
    assert_eq!((answer.value.bytes.as_ref(), &answer.value.format), (MP3, &AudioFormat::Mp3));
    assert_eq!((answer.receipt.operation.as_str(), answer.receipt.answer_id), ("createSpeech", None));
    let shown = format!("{request:?} {:?}", answer.value);
    assert!(!shown.contains("evening") && !shown.contains("slow") && !shown.contains("a-sound"), "{shown}");
}

#[tokio::test]
async fn create_speech_as_it_is_spoken() {
    let server = MockServer::start().await;
    let sent = value!({"input": "One. Two.", "streaming": true, "response_format": "pcm"});
    let samples: &[u8] = b"\xff\xfb\x01\0\x02\0\x03\0";
    post("/audio/speech")
        .and(body_json(&sent))
        .respond_with(sound("audio/pcm", samples))
        .mount(&server)
        .await;
    let request = CreateSpeech::new("One. Two.").streaming(true).response_format(AudioFormat::Pcm);
    let mut body = expect(&server, client(&server).open(&request).await).await;
    let first = body.chunk().await.unwrap().unwrap();
    assert_eq!(AudioFormat::tell(body.content_type(), &first), Some(AudioFormat::Pcm));
    assert!(!body.is_json() && body.chunk().await.unwrap().is_none());
    let whole = expect(&server, client(&server).create_speech(&request).await).await.value;
    assert_eq!((whole.bytes.as_ref(), whole.format), (samples, AudioFormat::Pcm));
}

#[tokio::test]
async fn a_page_is_no_sound() {
    let server = MockServer::start().await;
    post("/audio/speech").respond_with(sound("text/html", b"<p>Sign in</p>")).mount(&server).await;
    let error = client(&server).create_speech(&CreateSpeech::new("a")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn create_transcription() {
    let server = MockServer::start().await;
    let parts = &[
        "name=\"language\"\r\n\r\nen\r\n",
        "name=\"model\"\r\n\r\nopenai/whisper-large-v3\r\n",
        "name=\"response_format\"\r\n\r\njson\r\n",
        "name=\"timestamps\"\r\n\r\ntrue\r\n",
        "name=\"file\"; filename=\"take.wav\"\r\nContent-Type: audio/wav\r\n",
        "-a-take-\r\n",
    ];
    let answered = value!({"text": "Good evening.", "duration": 1.5, "timestamps": {
        "word": [{"word": "Good", "start": 0, "end": 0.4}, {"word": "lost"}, {"word": "evening.", "start": 0.4, "end": 1.2}],
        "segment": [{"text": "Good evening.", "start": 0.0, "end": 1.2}],
        "char": [{"char": "G", "start": 0.0, "end": 0.1}]}});
    post("/audio/transcriptions")
        .and(form(parts))
        .respond_with(json(200, &answered.to_string()))
        .mount(&server)
        .await;
    let request = CreateTranscription::new(wav())
        .model("openai/whisper-large-v3")
        .response_format(AnswerFormat::Json)
        .timestamps(true)
        .language("en");
    let transcription = expect(&server, client(&server).create_transcription(&request).await).await.value;
    assert_eq!((transcription.text.as_str(), transcription.duration), ("Good evening.", Some(1.5)));
    let timestamps = transcription.timestamps.as_ref().unwrap();
    let words: Vec<_> = timestamps.word.iter().map(|word| (word.word.as_str(), word.end)).collect();
    assert_eq!(words, [("Good", 0.4), ("evening.", 1.2)]);
    assert_eq!((timestamps.segment.len(), timestamps.char[0].char.as_str()), (1, "G"));
    assert!(!format!("{transcription:?} {:?} {:?}", timestamps.word, request).contains("vening"));
    let kept = serde_json::to_value(&transcription).unwrap();
    assert_eq!(kept["timestamps"]["word"][0], value!({"word": "Good", "start": 0.0, "end": 0.4}));
}

#[rstest]
#[case("text/plain; charset=utf-8", "Good evening.", "Good evening.")]
#[case("text/plain", "", "")]
#[case("application/json", "{\"text\":\"Good evening.\",\"timestamps\":7}", "Good evening.")]
#[case("application/json", "\"Good evening.\"", "Good evening.")]
#[tokio::test]
async fn create_transcription_reads_json_and_text(
    #[case] content_type: &str,
    #[case] body: &str,
    #[case] text: &str,
) {
    let server = MockServer::start().await;
    let parts = &[
        "name=\"response_format\"\r\n\r\ntext\r\n",
        "filename=\"file.mp3\"\r\nContent-Type: audio/mpeg\r\n",
        "abc\r\n",
    ];
    post("/audio/transcriptions")
        .and(form(parts))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, content_type))
        .mount(&server)
        .await;
    // A form takes files, so base64 is decoded.
    let file = FileInput::Base64("data:audio/mpeg;base64,YWJj".into());
    let request = CreateTranscription::new(file).response_format(AnswerFormat::Text);
    let transcription = expect(&server, client(&server).create_transcription(&request).await).await.value;
    assert_eq!((transcription.text.as_str(), transcription.timestamps), (text, None));
}

#[tokio::test]
async fn create_transcription_that_is_refused() {
    let server = MockServer::start().await;
    let body = r#"{"error":"Audio has no length","code":"ASR_UPSTREAM_VALIDATION_FAILED"}"#;
    post("/audio/transcriptions").respond_with(json(422, body)).mount(&server).await;
    let error = client(&server).create_transcription(&CreateTranscription::new(wav())).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("ASR_UPSTREAM_VALIDATION_FAILED", Fate::Refused));
    let address = FileInput::Url("https://example.com/take.wav".into());
    for file in [address, FileInput::default(), FileInput::bytes("a.wav", "audio/wav", vec![])] {
        let error = client(&server).create_transcription(&CreateTranscription::new(file)).await.unwrap_err();
        assert_eq!((error.code(), error.fate()), ("INVALID_INPUT", Fate::NotSent));
    }
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn create_cloned_voice() {
    let server = MockServer::start().await;
    let parts = &["name=\"model\"\r\n\r\ntts-chatterbox-hd\r\n", "name=\"file\"; filename=\"take.wav\""];
    let answered = r#"{"id":"vv_1a2b","model":"tts-chatterbox-hd"}"#;
    post("/audio/voices").and(form(parts)).respond_with(json(200, answered)).mount(&server).await;
    let request = CreateClonedVoice::new(wav()).model("tts-chatterbox-hd");
    let voice = expect(&server, client(&server).create_cloned_voice(&request).await).await.value;
    assert_eq!((voice.id.as_str(), voice.model.as_deref()), ("vv_1a2b", Some("tts-chatterbox-hd")));

    let server = MockServer::start().await;
    post("/audio/voices").respond_with(json(200, "{\"model\":\"m\"}")).mount(&server).await;
    let error = client(&server).create_cloned_voice(&request).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("UNEXPECTED_ANSWER", Fate::Unknown));
}

#[tokio::test]
async fn quote_audio() {
    let server = MockServer::start().await;
    let sent = value!({"model": "minimax-music", "duration_seconds": 60, "character_count": 200});
    Mock::given(method("POST"))
        .and(path("/api/v1/audio/quote"))
        .and(|request: &Request| !request.headers.contains_key("authorization"))
        .and(body_json(&sent))
        .respond_with(json(200, r#"{"quote":0.11500000000000002}"#))
        .mount(&server)
        .await;
    let nobody = venice::Client::builder(&format!("{}/api/v1", server.uri())).build().unwrap();
    let request = QuoteAudio::new("minimax-music").duration_seconds(60_u32).character_count(200_u32);
    let quote = expect(&server, nobody.quote_audio(&request).await).await.value;
    assert_eq!(quote.usd.to_string(), "0.115");
    assert_eq!(serde_json::to_string(&quote).unwrap(), r#"{"quote":0.115}"#);

    let server = MockServer::start().await;
    post("/audio/quote").respond_with(json(200, r#"{"quote":"free"}"#)).mount(&server).await;
    assert_eq!(client(&server).quote_audio(&request).await.unwrap_err().code(), "UNEXPECTED_ANSWER");
}

#[tokio::test]
async fn queue_audio() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "prompt": "a barcarole", "lyrics_prompt": "la la", "duration_seconds": 30,
        "force_instrumental": false, "lyrics_optimizer": false, "loop": true, "voice": "alto", "language_code": "it",
        "speed": 0.5});
    let answered = r#"{"model":"m","queue_id":"q-1","status":"QUEUED"}"#;
    post("/audio/queue").and(body_json(&sent)).respond_with(json(200, answered)).mount(&server).await;
    let request = QueueAudio::new("m", "a barcarole")
        .lyrics_prompt("la la")
        .duration_seconds(30_u32)
        .force_instrumental(false)
        .lyrics_optimizer(false)
        .looped(true)
        .voice("alto")
        .language_code("it")
        .speed(0.5);
    let answer = expect(&server, client(&server).queue_audio(&request).await).await;
    let queued = answer.value;
    assert_eq!((queued.queue_id.as_str(), queued.status), ("q-1", Some(QueueStatus::Queued)));
    assert_eq!(answer.receipt.answer_id.as_deref(), Some("q-1"));
    let shown = format!("{request:?}");
    assert!(!shown.contains("barcarole") && !shown.contains("la la"), "{shown}");

    // The id is what was paid for: nothing else has to be there.
    let server = MockServer::start().await;
    let sparse = r#"{"queue_id":"q-2","model":null,"status":"DREAMT","position":7}"#;
    post("/audio/queue").respond_with(json(200, sparse)).mount(&server).await;
    let queued = expect(&server, client(&server).queue_audio(&request).await).await.value;
    assert_eq!((queued.queue_id.as_str(), queued.model), ("q-2", None));
    assert_eq!(queued.status, Some(QueueStatus::Other("DREAMT".into())));
}

#[tokio::test]
async fn queue_audio_against_the_rules_names_a_prompt_that_would_do() {
    let server = MockServer::start().await;
    let body = r#"{"error":"Not allowed","suggested_prompt":"a kinder song"}"#;
    post("/audio/queue").respond_with(json(422, body)).mount(&server).await;
    let error = client(&server).queue_audio(&QueueAudio::new("m", "p")).await.unwrap_err();
    assert_eq!((error.code(), error.fate()), ("CONTENT_POLICY_VIOLATION", Fate::Refused));
    let suggested = error.api().unwrap().policy.as_ref().unwrap().suggested_prompt.as_deref();
    assert_eq!(suggested, Some("a kinder song"));
}

#[tokio::test]
async fn retrieve_audio() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "queue_id": "q-1", "delete_media_on_completion": false});
    let waiting = r#"{"status":"PROCESSING","average_execution_time":20000,"execution_duration":5200}"#;
    let retrieve = || post("/audio/retrieve").and(body_json(&sent));
    retrieve().respond_with(json(200, waiting)).up_to_n_times(1).mount(&server).await;
    retrieve().respond_with(sound("audio/flac", b"fLaC\0\0")).mount(&server).await;
    let request = RetrieveAudio::new("m", "q-1").delete_media_on_completion(false);
    let first = expect(&server, client(&server).retrieve_audio(&request).await).await.value;
    let RetrievedAudio::Waiting(progress) = first else { panic!("{first:?}") };
    assert_eq!(progress.status, QueueStatus::Processing);
    assert_eq!(
        (progress.average_execution_time, progress.execution_duration),
        (Some(20_000.0), Some(5_200.0))
    );
    let second = expect(&server, client(&server).retrieve_audio(&request).await).await.value;
    let RetrievedAudio::File(sound) = second else { panic!("{second:?}") };
    assert_eq!((sound.bytes.as_ref(), sound.format), (&b"fLaC\0\0"[..], AudioFormat::Flac));
}

#[rstest]
#[case("audio/wav", b"RIFF\x01\x02\x03\x04WAVE", AudioFormat::Wav)]
#[case("audio/mpeg", MP3, AudioFormat::Mp3)]
#[case("application/json", MP3, AudioFormat::Mp3)]
#[case("audio/mpeg", b"\0\0\0\0", AudioFormat::Mp3)]
#[tokio::test]
async fn retrieve_audio_of_any_format(
    #[case] content_type: &str,
    #[case] bytes: &[u8],
    #[case] format: AudioFormat,
) {
    let server = MockServer::start().await;
    post("/audio/retrieve").respond_with(sound(content_type, bytes)).mount(&server).await;
    let retrieved = client(&server).retrieve_audio(&RetrieveAudio::new("m", "q")).await;
    let retrieved = expect(&server, retrieved).await.value;
    assert!(matches!(&retrieved, RetrievedAudio::File(sound) if sound.format == format), "{retrieved:?}");
}

#[tokio::test]
async fn retrieving_may_be_repeated_and_queueing_may_not() {
    let server = MockServer::start().await;
    let broken = json(500, r#"{"error":"Inference processing failed"}"#);
    let waiting = json(200, r#"{"status":"PROCESSING"}"#);
    for route in ["/audio/retrieve", "/audio/queue"] {
        post(route).respond_with(broken.clone()).up_to_n_times(1).mount(&server).await;
        post(route).respond_with(waiting.clone()).mount(&server).await;
    }
    let client = client_for(&format!("{}/api/v1", server.uri())).build().unwrap();
    let retrieved = expect(&server, client.retrieve_audio(&RetrieveAudio::new("m", "q")).await).await.value;
    assert!(matches!(retrieved, RetrievedAudio::Waiting(progress) if progress.execution_duration.is_none()));
    assert_eq!(requests(&server).await, 2);
    let error = client.queue_audio(&QueueAudio::new("m", "p")).await.unwrap_err();
    assert_eq!((error.api().unwrap().status, requests(&server).await), (500, 3));
}

#[tokio::test]
async fn retrieve_audio_that_is_gone() {
    let server = MockServer::start().await;
    post("/audio/retrieve")
        .respond_with(json(404, r#"{"error":"Media could not be found","code":"MEDIA_NOT_FOUND"}"#))
        .mount(&server)
        .await;
    let error = client(&server).retrieve_audio(&RetrieveAudio::new("m", "q")).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), ("MEDIA_NOT_FOUND", false));
}

#[tokio::test]
async fn complete_audio() {
    let server = MockServer::start().await;
    post("/audio/complete")
        .and(body_json(value!({"model": "m", "queue_id": "q"})))
        .respond_with(json(200, r#"{"success":false}"#))
        .mount(&server)
        .await;
    let completion =
        expect(&server, client(&server).complete_audio(&CompleteAudio::new("m", "q")).await).await;
    assert!(!completion.value.success);
}

#[tokio::test]
async fn who_asks_on_and_on_has_a_pace_of_its_own() {
    let server = MockServer::start().await;
    let broken = json(503, r#"{"error":"The model is at capacity"}"#);
    post("/audio/retrieve").respond_with(broken).up_to_n_times(1).mount(&server).await;
    post("/audio/retrieve").respond_with(json(200, r#"{"status":"PROCESSING"}"#)).mount(&server).await;
    let client = client_for(&format!("{}/api/v1", server.uri())).build().unwrap();
    let request = RetrieveAudio::new("m", "q");
    let error = client.open_once(&request).await.unwrap_err();
    assert_eq!((error.api().unwrap().status, requests(&server).await), (503, 1));
    assert!(client.open_once(&request).await.unwrap().is_json());
}
