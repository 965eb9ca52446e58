//! Speech, cloned voices, and speech that is written down.

use reqwest::multipart::{Form, Part};
use sandbox::Config;
use serde_json::{Value, json};

use crate::client::{Caller, header};

/// A WAV file of a buzzing tone.
pub fn wav(seconds: f32) -> Vec<u8> {
    let samples: Vec<u8> = (0..(seconds * 16_000.0) as u32)
        .flat_map(|at| {
            {
                let turn = (at as f32 * 110.0 / 16_000.0).fract();
                (((1.0 - turn).powi(4) - 0.2) * 12_000.0) as i16
            }
            .to_le_bytes()
        })
        .collect();
    let size = samples.len() as u32;
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + size).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&16_000u32.to_le_bytes());
    file.extend_from_slice(&32_000u32.to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&size.to_le_bytes());
    file.extend(samples);
    file
}

const TEXT: &str = "The gondola glides along the canal. Where does it go? Nobody knows, and nobody minds!";

impl Caller {
    async fn said(&self, body: &Value) -> (String, Vec<u8>) {
        let answer = self.post("/audio/speech", body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        let kind = header(&answer, "content-type").to_owned();
        (kind, answer.bytes().await.unwrap().to_vec())
    }

    async fn heard(&self, file: Vec<u8>, fields: &[(&'static str, &'static str)]) -> Value {
        let mut form = Form::new().part("file", Part::bytes(file).file_name("take"));
        for (name, value) in fields {
            form = form.text(*name, *value);
        }
        let url = format!("{}/audio/transcriptions", self.running.base_url());
        let request = self.http.post(url).bearer_auth(self.running.api_key()).multipart(form);
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn cloned(&self, model: &'static str) -> String {
        let sample = Part::bytes(wav(6.0)).file_name("me.wav");
        let form = Form::new().part("file", sample).text("model", model);
        let url = format!("{}/audio/voices", self.running.base_url());
        let request = self.http.post(url).bearer_auth(self.running.api_key()).multipart(form);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["model"], model);
        answer["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn every_format_says_what_it_is_and_the_true_words_come_back() {
    let caller = Caller::instant().await;
    for (format, kind, magic) in [
        ("mp3", "audio/mpeg", &b"\xff\xf3"[..]),
        ("opus", "audio/opus", b"OggS"),
        ("flac", "audio/flac", b"fLaC"),
        ("wav", "audio/wav", b"RIFF"),
        ("pcm", "audio/pcm", b""),
    ] {
        let (said, file) = caller.said(&json!({"input": TEXT, "response_format": format})).await;
        assert_eq!(said, kind);
        assert!(file.starts_with(magic), "{format}");
        assert!(file.len() > 10_000, "{format}");
        if format != "pcm" {
            let heard = caller.heard(file, &[("timestamps", "true")]).await;
            assert_eq!(heard["text"], TEXT, "{format}");
            let words = heard["timestamps"]["word"].as_array().unwrap();
            assert_eq!(words.len(), 15);
            assert_eq!(words[14]["word"], "minds");
            assert!(words[14]["end"].as_f64().unwrap() <= heard["duration"].as_f64().unwrap());
            assert_eq!(heard["timestamps"]["segment"][1]["text"], "Where does it go?");
            assert_eq!(heard["timestamps"]["char"][0]["char"], "T");
        }
    }
}

#[tokio::test]
async fn speech_comes_sentence_by_sentence_and_is_the_same_file() {
    let caller = Caller::instant().await;
    let (_, whole) = caller.said(&json!({"input": TEXT})).await;
    let body = json!({"input": TEXT, "streaming": true});
    let mut answer = caller.post("/audio/speech", &body).send().await.unwrap();
    assert!(answer.content_length().is_none());
    let mut parts = 0;
    let mut file = Vec::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        parts += 1;
        file.extend_from_slice(&chunk);
    }
    assert_eq!(file, whole);
    assert!(parts >= 2, "{parts}");
    let amounts = caller.amounts().await;
    assert_eq!(amounts.len(), 2);
    assert!((amounts[0] - amounts[1]).abs() < 1e-12, "a stream costs what the whole does");
    assert!((amounts[0] - TEXT.chars().count() as f64 * 3.5e-6).abs() < 1e-12);
}

#[tokio::test]
async fn a_stream_meets_faults_in_its_middle() {
    let caller = Caller::instant().await;
    caller.control("faults", &json!({"operation": "createSpeech", "kind": "cut_body"})).await;
    let body = json!({"input": TEXT, "streaming": true});
    let answer = caller.post("/audio/speech", &body).send().await.unwrap();
    assert!(answer.bytes().await.is_err());
    assert_eq!(caller.amounts().await.len(), 1, "it was said, so it is charged");
}

#[tokio::test]
async fn a_strange_sound_gets_words_in_its_rhythm_and_costs_by_the_second() {
    let caller = Caller::instant().await;
    let heard = caller.heard(wav(3.0), &[("model", "fal-ai/wizper"), ("timestamps", "true")]).await;
    assert_eq!(heard["duration"], 3.0);
    assert!(heard["timestamps"]["word"].is_null(), "the model tells no words");
    let segment = &heard["timestamps"]["segment"][0];
    assert!(segment["start"].as_f64().unwrap() < 0.1 && segment["end"].as_f64().unwrap() > 2.9);
    assert!((5..=11).contains(&heard["text"].as_str().unwrap().split_whitespace().count()));
    let amounts = caller.amounts().await;
    assert!((amounts[0] - 3.0 * 90e-6).abs() < 1e-12, "{amounts:?}");
}

#[tokio::test]
async fn a_cloned_voice_speaks_for_its_model_alone_and_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { state_dir: Some(folder.path().to_owned()), ..Config::instant() };
    let caller = Caller::new(config()).await;
    let voice = caller.cloned("tts-chatterbox-hd").await;
    assert!(voice.starts_with("vv_"));
    let say = |model: &str| json!({"input": "Hello.", "model": model, "voice": voice});
    let (_, first) = caller.said(&say("tts-chatterbox-hd")).await;
    let (_, other) = caller.said(&json!({"input": "Hello.", "model": "tts-chatterbox-hd"})).await;
    assert_ne!(first, other);
    let refused = caller.post("/audio/speech", &say("tts-minimax-speech-02-hd")).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    caller.running.shutdown().await;
    let again = Caller::new(config()).await;
    assert_eq!(again.said(&say("tts-chatterbox-hd")).await.1, first);
    assert_eq!(again.heard(first, &[]).await["text"], "Hello.", "what was said is remembered too");
}
