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
/// The same of a part within a longer sound, whose steps may lie between those that are known.
const LIKENESS_OF_PARTS: f64 = 0.85;
/// The shortest part that is known again, in steps.
const LEAST: usize = 50;
/// How far a part may lie from where speech begins, in steps.
const SHIFT: usize = 5;
/// A pause that speech begins anew after, in seconds.
const PAUSE: f64 = 0.28;

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

    /// What a longer sound says from a step on, where that was said here: all of it or a part. Speech is to begin there.
    pub(crate) fn recall_from(&self, loudness: &Loudness, from: usize) -> Option<Part> {
        let heard =
            course(&Loudness { levels: loudness.levels.get(from..)?.to_vec(), seconds: loudness.seconds });
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = &heard;
        let begins = shelf.spoken.iter().flat_map(|(spoken, known)| {
            onsets(&spoken.words).into_iter().filter_map(move |onset| {
                let (start, likeness) = best_start(known, onset, heard)?;
                Some((spoken, start, known.len().min(start + heard.len()), likeness))
            })
        });
        // Of those that are about equally like the longest.
        let (spoken, start, end, _) =
            begins.max_by_key(|(_, start, end, likeness)| ((likeness * 25.0) as u32, end - start))?;
        Some(Part::of(spoken, start, end, from))
    }

    pub(crate) fn forget(&self) -> std::io::Result<()> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.spoken.clear();
        shelf.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }
}

/// A part of something that was said, within a longer sound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) text: String,
    /// Their times are those of the longer sound.
    pub(crate) words: Vec<TimedWord>,
    /// The step it ends before.
    pub(crate) end: usize,
}

impl Part {
    /// What is said between two steps, heard from another step on.
    fn of(spoken: &Spoken, start: usize, end: usize, heard_from: usize) -> Self {
        let seconds = |step: usize| step as f64 / Loudness::STEPS;
        let later = seconds(heard_from) - seconds(start);
        let mut at = 0;
        let (mut first, mut last) = (None, 0);
        let mut words = Vec::new();
        for word in &spoken.words {
            let found = spoken.text[at..].find(&word.text).map_or(at, |place| at + place);
            at = (found + word.text.len()).min(spoken.text.len());
            let middle = f64::midpoint(word.start, word.end);
            if (seconds(start)..seconds(end)).contains(&middle) {
                first.get_or_insert(found);
                last = at;
                let (start, end) = ((word.start + later).max(0.0), (word.end + later).max(0.0));
                words.push(TimedWord { text: word.text.clone(), start, end });
            }
        }
        let first = first.unwrap_or(last);
        // The signs behind the last word belong to it.
        let rest = &spoken.text[last..];
        let signs = rest.find(|sign: char| sign.is_alphanumeric() || sign.is_whitespace());
        let text = spoken.text[first..last + signs.unwrap_or(rest.len())].to_owned();
        Self { text, words, end: heard_from + (end - start) }
    }
}

/// Where speech begins, in steps: at first, and after each pause.
fn onsets(words: &[TimedWord]) -> Vec<usize> {
    let begins = |place: &usize| *place == 0 || words[*place].start - words[*place - 1].end > PAUSE;
    let steps = (0..words.len()).filter(begins).map(|place| words[place].start * Loudness::STEPS);
    steps.map(|step| step as usize).collect()
}

/// The step near an onset from which a known course is most like what is heard, and how like; none where it isn't.
fn best_start(known: &[u8], onset: usize, heard: &[u8]) -> Option<(usize, f64)> {
    let starts = onset.saturating_sub(SHIFT)..=onset + SHIFT;
    let likeness = |start: usize| {
        let known = known.get(start..)?;
        let length = known.len().min(heard.len());
        // What doesn't begin alike needn't be looked at any further.
        let begins = length >= LEAST && correlation(&known[..LEAST], heard) >= LIKENESS_OF_PARTS - 0.1;
        let likeness = if begins { correlation(known, heard) } else { -1.0 };
        (likeness >= LIKENESS_OF_PARTS).then_some((start, likeness))
    };
    starts.filter_map(likeness).max_by(|one, two| one.1.total_cmp(&two.1))
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
