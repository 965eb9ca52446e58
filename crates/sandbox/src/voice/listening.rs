//! Listening without understanding: where there is speech and where there is none, with words that fit.

use super::{Memory, TimedWord};
use crate::{
    chance::{Chance, mix},
    sound_files::Loudness,
};

/// What was heard.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Heard {
    pub(crate) text: String,
    pub(crate) words: Vec<TimedWord>,
    /// Stretches of speech between silences.
    pub(crate) segments: Vec<TimedWord>,
}

/// A silence ends a stretch when it is this long, in steps.
const SILENCE: usize = 15;
/// Words a second.
const PACE: f64 = 2.6;

/// What the sandbox says it heard when it doesn't know: nothing that could be mistaken for an answer.
const STORY: &str = "the sandbox hears a voice but it does not know the words so here is the tide instead \
    it comes in at six under the bridges and lifts the boats a little the gondoliers lean on their oars \
    and talk about the weather a cat walks along the wall and looks at its other self in the water \
    somewhere above an open window someone practises the same four bars of a song over and over \
    the baker carries bread across the square while the bells of the tower count the hour twice \
    nobody is in a hurry here and nothing of this was ever said in your recording";

/// Tells the true words of a sound that was made here, and else invented ones in the rhythm of the sound.
pub(crate) fn listen(sound: &Loudness, memory: &Memory) -> Heard {
    if let Some(spoken) = memory.recall(sound) {
        return Heard {
            segments: sentences(&spoken.text, &spoken.words),
            text: spoken.text,
            words: spoken.words,
        };
    }
    let stretches = stretches(sound);
    let mut chance = Chance::new(mix(stretches.len() as u64, &format!("{:.2}", sound.seconds)));
    let story: Vec<&str> = STORY.split_whitespace().collect();
    let mut next = 0;
    let mut heard = Heard::default();
    // Up to here what is said is known.
    let mut known = 0.0;
    for (start, end) in stretches {
        if start < known {
            continue;
        }
        if let Some(part) = memory.recall_from(sound, (start * Loudness::STEPS) as usize) {
            known = part.end as f64 / Loudness::STEPS;
            heard.segments.extend(sentences(&part.text, &part.words));
            heard.words.extend(part.words);
            continue;
        }
        let count = (((end - start) * PACE * f64::from(chance.between(0.9, 1.1))).round() as usize).max(1);
        let mut words: Vec<String> =
            (0..count).map(|place| story[(next + place) % story.len()].to_owned()).collect();
        next += count;
        capitalise(&mut words[0]);
        if let Some(last) = words.last_mut() {
            last.push('.');
        }
        let weight = |word: &String| word.len() as f64 + 2.0;
        let scale = (end - start) / words.iter().map(weight).sum::<f64>();
        let mut at = start;
        heard.segments.push(TimedWord { text: words.join(" "), start: round(start), end: round(end) });
        for word in words {
            let until = at + weight(&word) * scale;
            heard.words.push(TimedWord { text: word, start: round(at), end: round(until - 0.02 * scale) });
            at = until;
        }
    }
    heard.text = heard.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(" ");
    heard
}

fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn capitalise(word: &mut str) {
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
}

/// Sentences of a known text: words follow one another until a longer pause.
fn sentences(text: &str, words: &[TimedWord]) -> Vec<TimedWord> {
    let mut found: Vec<TimedWord> = Vec::new();
    let mut rest = text;
    let mut begun = 0;
    for (place, word) in words.iter().enumerate() {
        let pause = words.get(place + 1).is_none_or(|next| next.start - word.end > 0.28);
        if !pause {
            continue;
        }
        // The text up to the word that the next sentence begins with, or all that is left.
        let mut end = 0;
        for word in &words[begun..=place] {
            end += rest[end..].find(&word.text).map_or(0, |at| at + word.text.len());
        }
        end += rest[end..].find(char::is_alphanumeric).unwrap_or(rest.len() - end);
        let end = if place + 1 == words.len() { rest.len() } else { end };
        let (sentence, after) = rest.split_at(end);
        found.push(TimedWord {
            text: sentence.trim().to_owned(),
            start: round(words[begun].start),
            end: round(word.end),
        });
        rest = after;
        begun = place + 1;
    }
    found
}

/// Where there is speech, in seconds.
fn stretches(sound: &Loudness) -> Vec<(f64, f64)> {
    let levels = &sound.levels;
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted.get((sorted.len() as f32 * share) as usize).copied().unwrap_or(0.0);
    // Between the quiet tenth and the loud one, nearer to the quiet; and never so low that hum is speech.
    let threshold = (at(0.1) + (at(0.95) - at(0.1)) * 0.12).max(0.004);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (place, level) in levels.iter().enumerate() {
        if *level < threshold {
            continue;
        }
        match found.last_mut() {
            Some((_, end)) if place - *end <= SILENCE => *end = place + 1,
            _ => found.push((place, place + 1)),
        }
    }
    let seconds = |place: usize| (place as f64 / Loudness::STEPS).min(sound.seconds);
    found
        .into_iter()
        // A click is no word.
        .filter(|(start, end)| end - start >= 4)
        .map(|(start, end)| (seconds(start), seconds(end)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sound_files::Sound,
        voice::{Manner, speak},
    };

    /// Noise between the given seconds, silence elsewhere.
    fn noise(length: f32, loud: &[(f32, f32)]) -> Loudness {
        let mut chance = Chance::new(1);
        let samples = (0..(length * 16_000.0) as usize)
            .map(|at| {
                let time = at as f32 / 16_000.0;
                let on = loud.iter().any(|(from, to)| (*from..*to).contains(&time));
                (chance.unit() - 0.5) * if on { 0.5 } else { 0.001 }
            })
            .collect();
        Loudness::of(&Sound::mono(16_000, samples))
    }

    #[test]
    fn words_stand_where_there_is_sound_and_nowhere_else() {
        let heard = listen(&noise(8.0, &[(0.5, 3.0), (4.5, 7.0)]), &Memory::default());
        assert_eq!(heard.segments.len(), 2);
        for (segment, (start, end)) in heard.segments.iter().zip([(0.5, 3.0), (4.5, 7.0)]) {
            assert!((segment.start - start).abs() < 0.06 && (segment.end - end).abs() < 0.06, "{segment:?}");
        }
        assert!((10..=16).contains(&heard.words.len()), "{}", heard.words.len());
        assert!(heard.words.iter().all(|word| word.end <= 3.06 || word.start >= 4.44));
        assert_eq!(heard.text.split_whitespace().count(), heard.words.len());
    }

    /// Cut out of a longer recording, or sewn into one, it is still known.
    #[test]
    fn parts_of_longer_sounds_are_known_too() {
        let texts = [
            "Where does the water go, when the tide is low? Under the bridge, and out to sea. Nobody follows it there.",
            "Lanterns hang over the square. A cat walks along the wall, and looks at itself.",
        ];
        let memory = Memory::default();
        let mut samples = vec![0.0; 12_345];
        for (seed, text) in (1..).zip(texts) {
            let manner =
                Manner { voice: "af_sky", pitch: None, speed: 1.0, style: "", temperature: 1.0, seed };
            let speech = speak(text, &manner);
            memory.keep(text, &speech).unwrap();
            samples.extend(&speech.sound.samples);
            samples.extend(vec![0.0; speech.sound.rate as usize * 2]);
        }
        let rate = 24_000;
        let whole = listen(&Loudness::of(&Sound::mono(rate, samples.clone())), &memory);
        assert_eq!(whole.text, texts.join(" "));
        // From the pause after its first sentence on.
        let under = whole.words.iter().position(|word| word.text == "Under").unwrap();
        let seam = f64::midpoint(whole.words[under - 1].end, whole.words[under].start);
        let rest = samples.split_off((seam * f64::from(rate)) as usize);
        let rest = listen(&Loudness::of(&Sound::mono(rate, rest)), &memory);
        let first = listen(&Loudness::of(&Sound::mono(rate, samples)), &memory);
        assert_eq!(first.text, "Where does the water go, when the tide is low?");
        assert_eq!(format!("{} {}", first.text, rest.text), texts.join(" "));
        for (word, same) in rest.words.iter().zip(&whole.words[under..]) {
            assert_eq!(word.text, same.text);
            assert!((word.start + seam - same.start).abs() < 0.1, "{word:?} {same:?}");
        }
    }

    #[test]
    fn silence_has_no_words() {
        assert_eq!(listen(&noise(3.0, &[]), &Memory::default()), Heard::default());
    }

    #[test]
    fn what_was_said_here_comes_back_word_by_word() {
        let text = "Where does the water go? Under the bridge, and out to sea.";
        let speech = speak(
            text,
            &Manner { voice: "x", pitch: None, speed: 1.0, style: "", temperature: 1.0, seed: 1 },
        );
        let memory = Memory::default();
        memory.keep(text, &speech).unwrap();
        let heard = listen(&Loudness::of(&speech.sound), &memory);
        assert_eq!(heard.text, text);
        assert_eq!(heard.words, speech.words);
        let sentences: Vec<&str> = heard.segments.iter().map(|segment| segment.text.as_str()).collect();
        assert_eq!(sentences, ["Where does the water go?", "Under the bridge, and out to sea."]);
    }
}
