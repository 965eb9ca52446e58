//! What was said here, so that the true words can be told when the sound comes back.
//!
//! A sound is known again by its loudness over time, which stays when it is coded anew, resampled or quietened.

use std::{
    collections::VecDeque,
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

use super::{Speech, TimedWord};
use crate::sound_files::Loudness;

/// How many are remembered.
const MOST: usize = 200;
/// How like two courses of loudness must be, from -1 to 1.
const LIKENESS: f64 = 0.9;

/// Something that was said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Spoken {
    pub(crate) text: String,
    pub(crate) words: Vec<TimedWord>,
    course: String,
}

#[derive(Debug, Default)]
struct Shelf {
    spoken: VecDeque<(Spoken, Vec<u8>)>,
    file: Option<File>,
}

/// The last things that were said.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Shelf>);

impl Memory {
    /// What `folder` keeps, or nothing yet.
    pub(crate) fn open(folder: Option<&Path>) -> std::io::Result<Self> {
        let mut shelf = Shelf::default();
        if let Some(folder) = folder {
            let path = folder.join("speech.jsonl");
            // What can't be read is forgotten: it is only known by ear from then on.
            for line in std::fs::read(&path).unwrap_or_default().split(|byte| *byte == b'\n') {
                if let Ok(spoken) = serde_json::from_slice::<Spoken>(line) {
                    shelf.put(spoken);
                }
            }
            let lines: Result<Vec<String>, _> =
                shelf.spoken.iter().map(|(spoken, _)| serde_json::to_string(spoken)).collect();
            let mut text = lines?.join("\n");
            if !text.is_empty() {
                text.push('\n');
            }
            let fresh = folder.join("speech.jsonl.new");
            std::fs::write(&fresh, text)?;
            std::fs::rename(fresh, &path)?;
            shelf.file = Some(OpenOptions::new().append(true).open(path)?);
        }
        Ok(Self(Mutex::new(shelf)))
    }

    /// Keeps what was said.
    pub(crate) fn keep(&self, text: &str, speech: &Speech) -> std::io::Result<()> {
        let course = STANDARD_NO_PAD.encode(course(&Loudness::of(&speech.sound)));
        let spoken = Spoken { text: text.to_owned(), words: speech.words.clone(), course };
        let mut line = serde_json::to_vec(&spoken)?;
        line.push(b'\n');
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.put(spoken);
        shelf.file.as_mut().map_or(Ok(()), |file| file.write_all(&line))
    }

    /// What a sound says, where it was made here.
    pub(crate) fn recall(&self, loudness: &Loudness) -> Option<Spoken> {
        let heard = course(loudness);
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let likest = shelf
            .spoken
            .iter()
            .map(|(spoken, known)| (spoken, likeness(known, &heard)))
            .max_by(|one, two| one.1.total_cmp(&two.1))?;
        (likest.1 >= LIKENESS).then(|| likest.0.clone())
    }

    pub(crate) fn forget(&self) -> std::io::Result<()> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.spoken.clear();
        shelf.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }
}

impl Shelf {
    fn put(&mut self, spoken: Spoken) {
        if let Ok(course) = STANDARD_NO_PAD.decode(&spoken.course) {
            self.spoken.push_back((spoken, course));
        }
        if self.spoken.len() > MOST {
            self.spoken.pop_front();
        }
    }
}

/// The loudness over time, from 0 to 255, as a share of the loudest.
fn course(loudness: &Loudness) -> Vec<u8> {
    let loudest = loudness.levels.iter().copied().fold(1e-6, f32::max);
    loudness.levels.iter().map(|level| ((level / loudest).sqrt() * 255.0) as u8).collect()
}

/// How like two courses are, from -1 to 1; those of another length are not.
fn likeness(known: &[u8], heard: &[u8]) -> f64 {
    let slack = 8 + known.len() / 100;
    if known.len().abs_diff(heard.len()) > slack || known.len() < 10 {
        return -1.0;
    }
    // A coder may begin a little later.
    (0..=slack).map(|shift| correlation(known, heard.get(shift..).unwrap_or_default())).fold(-1.0, f64::max)
}

fn correlation(one: &[u8], two: &[u8]) -> f64 {
    let count = one.len().min(two.len());
    if count < 10 {
        return -1.0;
    }
    let (one, two) = (&one[..count], &two[..count]);
    let mean = |course: &[u8]| course.iter().map(|level| f64::from(*level)).sum::<f64>() / count as f64;
    let (mean_one, mean_two) = (mean(one), mean(two));
    let (mut both, mut square_one, mut square_two) = (0.0, 1e-9, 1e-9);
    for (a, b) in one.iter().zip(two) {
        let (a, b) = (f64::from(*a) - mean_one, f64::from(*b) - mean_two);
        both += a * b;
        square_one += a * a;
        square_two += b * b;
    }
    both / (square_one * square_two).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sound_files::{Sound, SoundFormat, decode},
        voice::{Manner, speak},
    };

    fn said(text: &str) -> Speech {
        speak(
            text,
            &Manner { voice: "af_sky", pitch: None, speed: 1.0, style: "", temperature: 1.0, seed: 1 },
        )
    }

    #[test]
    fn a_sound_is_known_again_through_every_coding_and_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let texts =
            ["The tide comes in twice a day.", "The tide goes out twice a day.", "Lanterns on the water."];
        {
            let memory = Memory::open(Some(folder.path())).unwrap();
            for text in texts {
                memory.keep(text, &said(text)).unwrap();
            }
        }
        let memory = Memory::open(Some(folder.path())).unwrap();
        for text in texts {
            for format in [SoundFormat::Mp3, SoundFormat::Opus, SoundFormat::Flac] {
                let mut sound = decode(format.write(&said(text).sound).unwrap().into()).unwrap();
                for sample in &mut sound.samples {
                    *sample *= 0.3;
                }
                let known = memory.recall(&Loudness::of(&sound)).map(|spoken| spoken.text);
                assert_eq!(known.as_deref(), Some(text), "{format:?}");
            }
        }
        assert!(
            memory.recall(&Loudness::of(&said("Nobody has ever said this before, at all.").sound)).is_none()
        );
        assert!(memory.recall(&Loudness::of(&Sound::mono(16_000, vec![0.0; 40_000]))).is_none());
    }
}
