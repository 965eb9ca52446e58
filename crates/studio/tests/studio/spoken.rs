//! Sound for the tests of the Voice room: said by the sandbox, which knows again what it said.

use std::{path::PathBuf, time::Duration};

use audio::{
    Layout,
    encode::{Coding, Tags, Writer},
};
use serde_json::json;
use studio::{
    library::view::LibraryQuery,
    pictures::estimate::Expected,
    voice::transcripts::{TranscribeRequest, Transcript, TranscriptState, TranscriptSummary},
};

use crate::bench::Bench;

pub const RATE: u32 = 16_000;
/// Hears words and when they were said.
pub const PARAKEET: &str = "nvidia/parakeet-tdt-0.6b-v3";

const SENTENCES: [&str; 6] = [
    "Where does the water go when the tide is low?",
    "Lanterns hang over the square until the morning comes.",
    "A cat walks along the wall and looks at itself below.",
    "Nobody is in a hurry here, and the bells count the hours twice.",
    "The baker carries his bread across the bridge before sunrise.",
    "Somebody practises the same four bars of a song again.",
];

/// A sentence as sound, and when its words are said.
pub struct Sentence {
    pub samples: Vec<f32>,
    pub words: Vec<(String, f64)>,
}

impl Bench {
    /// Sentences that the sandbox has said.
    pub async fn sentences(&self) -> Vec<Sentence> {
        let client = reqwest::Client::new();
        let post = |path: &str| {
            let url = format!("{}{path}", self.sandbox.base_url());
            client.post(url).bearer_auth(self.sandbox.api_key())
        };
        let mut all = Vec::new();
        for text in SENTENCES {
            let asked =
                json!({"model": "tts-kokoro", "input": text, "voice": "af_sky", "response_format": "wav"});
            let wav = post("/audio/speech").json(&asked).send().await.unwrap().error_for_status().unwrap();
            let wav = wav.bytes().await.unwrap();
            let path = self.file("sentence.wav", &wav);
            let mut samples = Vec::new();
            audio::decode::decode_mono(&path, RATE, |heard| {
                samples.extend_from_slice(heard);
                true
            })
            .unwrap();
            let part = reqwest::multipart::Part::bytes(wav.to_vec()).file_name("a.wav");
            let form = reqwest::multipart::Form::new().text("timestamps", "true").part("file", part);
            let heard = post("/audio/transcriptions").multipart(form).send().await.unwrap();
            let heard: serde_json::Value = serde_json::from_slice(&heard.bytes().await.unwrap()).unwrap();
            assert_eq!(heard["text"], *text, "{heard}");
            let words = heard["timestamps"]["word"].as_array().unwrap().iter();
            let words = words
                .map(|word| (word["word"].as_str().unwrap().to_owned(), word["start"].as_f64().unwrap()));
            all.push(Sentence { samples, words: words.collect() });
        }
        all
    }

    /// Puts a file into the library by hand, and answers the item that was made of it at the next start.
    pub async fn adopted(self, name: &str, bytes: Option<&[u8]>) -> (Self, String) {
        if let Some(bytes) = bytes {
            std::fs::write(self.home().join("library").join(name), bytes).unwrap();
        }
        let bench = self.reopen().await;
        let page = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
        let stem = name.split_once('.').unwrap().0;
        let item = page.items.iter().find(|item| item.title == stem).expect("the file was adopted");
        let id = item.id.clone();
        (bench, id)
    }

    /// Presses the button.
    pub async fn transcribe(&self, request: &TranscribeRequest) -> studio::Result<TranscriptSummary> {
        let estimate = self.studio.estimate_transcription(request).await?;
        let expected =
            Expected { account: estimate.account, amount: estimate.amount, over_budgets: Vec::new() };
        self.studio.start_transcription(request.clone(), expected).await
    }

    /// Waits until nothing more comes of a transcript by itself.
    pub async fn settled(&self, id: &str) -> Transcript {
        let waiting = async {
            loop {
                let told = self.next_event();
                let transcript = self.studio.transcript(id.to_owned()).await.unwrap();
                if matches!(transcript.summary.state, TranscriptState::Done | TranscriptState::Incomplete) {
                    return transcript;
                }
                told.await;
            }
        };
        tokio::time::timeout(Duration::from_mins(3), waiting).await.expect("the transcript never settled")
    }
}

pub fn asked(item: &str) -> TranscribeRequest {
    TranscribeRequest { item: item.to_owned(), model: PARAKEET.into(), language: None, timestamps: true }
}

/// A FLAC file of stretches of sound, each with the silence before it, in samples; answers where each begins, in seconds.
pub fn flac<'a>(path: PathBuf, parts: impl IntoIterator<Item = (usize, &'a [f32])>) -> Vec<f64> {
    let layout = Layout { rate: RATE, channels: 1 };
    let mut writer = Writer::create(&path, Coding::Flac { bits: 16 }, layout, &Tags::default()).unwrap();
    let mut starts = Vec::new();
    let mut at = 0;
    for (silence, samples) in parts {
        writer.write(&vec![0.0; silence]).unwrap();
        writer.write(samples).unwrap();
        starts.push((at + silence) as f64 / f64::from(RATE));
        at += silence + samples.len();
    }
    writer.write(&vec![0.0; RATE as usize / 2]).unwrap();
    writer.finish().unwrap();
    starts
}

/// A WAV file of any kind of PCM.
pub fn wav(rate: u32, channels: u16, bits: u16, frames: u32, sample: impl Fn(u32) -> f32) -> Vec<u8> {
    let block = channels * bits / 8;
    let bytes = frames * u32::from(block);
    let mut out = Vec::with_capacity(bytes as usize + 44);
    out.extend(b"RIFF");
    out.extend((36 + bytes).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend((rate * u32::from(block)).to_le_bytes());
    out.extend(block.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    for frame in 0..frames {
        for _ in 0..channels {
            let value = sample(frame).clamp(-1.0, 1.0);
            match bits {
                8 => out.push((value * 127.0 + 128.0) as u8),
                _ => out.extend(((value * 32_000.0) as i16).to_le_bytes()),
            }
        }
    }
    out
}
