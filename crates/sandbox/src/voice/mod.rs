//! A voice out of nothing: formants over a buzzing source, with the rhythm of the text's syllables.
//!
//! It says every word in the time that a person would take, but nobody would take it for one.

mod listening;
mod memory;
mod phones;
mod pitch;
mod reading;
mod synthesis;
mod timbre;

use serde::{Deserialize, Serialize};

pub(crate) use listening::{Heard, listen};
pub(crate) use memory::Memory;
pub(crate) use pitch::pitch;

use crate::sound_files::Sound;

/// Samples a second of all speech.
pub(crate) const RATE: u32 = 24_000;

/// How something is said.
#[derive(Debug, Clone)]
pub(crate) struct Manner<'a> {
    pub(crate) voice: &'a str,
    /// In hertz; the voice's own where nothing is said.
    pub(crate) pitch: Option<f32>,
    /// 1 is normal, 2 twice as fast.
    pub(crate) speed: f32,
    /// Words such as "happy" or "slowly"; empty for a plain reading.
    pub(crate) style: &'a str,
    /// How freely pitch and time vary; 1 is normal.
    pub(crate) temperature: f32,
    pub(crate) seed: u64,
}

/// A word and when it is said, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimedWord {
    pub(crate) text: String,
    pub(crate) start: f64,
    pub(crate) end: f64,
}

/// Something said.
#[derive(Debug, Clone)]
pub(crate) struct Speech {
    pub(crate) sound: Sound,
    pub(crate) words: Vec<TimedWord>,
    /// Where each sentence ends, in seconds; the last is the end of the sound.
    pub(crate) sentences: Vec<f64>,
}

/// Says a text.
pub(crate) fn speak(text: &str, manner: &Manner<'_>) -> Speech {
    synthesis::perform(&reading::read(text), &timbre::Timbre::of(manner), manner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Speech {
        speak(
            text,
            &Manner { voice: "af_sky", pitch: None, speed: 1.0, style: "", temperature: 1.0, seed: 7 },
        )
    }

    const TEXT: &str = "The gondola glides along the canal at dusk. Nobody hurries here, nobody at all!";

    #[test]
    fn it_takes_as_long_as_a_person_would() {
        let speech = said(TEXT);
        let seconds = speech.sound.seconds();
        assert!((3.5..8.0).contains(&seconds), "{seconds}");
        assert_eq!(speech.words.len(), 14);
        assert_eq!(speech.words[0].text, "The");
        assert_eq!(speech.words[13].text, "all");
        assert!(speech.words.windows(2).all(|pair| pair[0].end <= pair[1].start + 1e-6));
        assert!(speech.words[13].end <= seconds);
        assert_eq!(speech.sentences.len(), 2);
        assert!((speech.sentences[1] - seconds).abs() < 1e-6);
    }

    #[test]
    fn it_is_loud_in_words_and_still_between_sentences() {
        let speech = said(TEXT);
        let level = |from: f64, to: f64| {
            let at = |time: f64| (time * f64::from(RATE)) as usize;
            let part = &speech.sound.samples[at(from)..at(to)];
            (part.iter().map(|sample| sample * sample).sum::<f32>() / part.len() as f32).sqrt()
        };
        let word = &speech.words[1];
        assert!(level(word.start, word.end) > 0.03);
        let (end, next) = (speech.words[7].end, speech.words[8].start);
        assert!(next - end > 0.25, "a pause between sentences");
        assert!(level(end + 0.08, next - 0.02) < 0.005);
        assert!(speech.sound.samples.iter().all(|sample| sample.abs() < 1.0));
    }

    #[test]
    fn speed_and_voice_change_it_and_the_same_request_does_not() {
        let manner =
            Manner { voice: "af_sky", pitch: None, speed: 1.0, style: "", temperature: 1.0, seed: 7 };
        let plain = speak(TEXT, &manner);
        assert_eq!(plain.sound.samples, speak(TEXT, &manner).sound.samples);
        let fast = speak(TEXT, &Manner { speed: 2.0, ..manner.clone() });
        let ratio = plain.sound.seconds() / fast.sound.seconds();
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        let other = speak(TEXT, &Manner { voice: "am_adam", ..manner.clone() });
        assert_ne!(plain.sound.samples, other.sound.samples);
        let sad = speak(TEXT, &Manner { style: "Sad and slow.", ..manner });
        assert!(sad.sound.seconds() > plain.sound.seconds() * 1.1);
    }

    #[test]
    fn every_script_has_a_sound_and_no_text_is_too_odd() {
        for text in ["黄昏的贡多拉。", "Привет, мир", "42", "… — !!!", "a", "مرحبا", "🙂"]
        {
            let speech = said(text);
            assert!(speech.sound.seconds() > 0.05, "{text}");
            assert!(!speech.sentences.is_empty(), "{text}");
        }
        assert_eq!(said("黄昏的贡多拉。").words.len(), 6);
        assert_eq!(said("… — !!!").words.len(), 0);
    }
}
