//! Composing an answer: on topic, as long as was asked for, in Markdown, and honest about being a rehearsal.

use super::{
    chinese, english,
    tokens::is_wide,
    wish::{Language, Verbosity, Wish},
};
use crate::chance::Chance;

/// Everything that a language has to say.
pub(super) struct Phrases {
    /// What stands between two sentences of a paragraph.
    pub(super) between: &'static str,
    pub(super) greetings: &'static [&'static str],
    pub(super) openings: &'static [&'static str],
    pub(super) voices: &'static [&'static str],
    pub(super) earlier: &'static str,
    pub(super) seen: &'static str,
    pub(super) result: &'static str,
    pub(super) sum: &'static str,
    pub(super) sources: &'static [&'static str],
    pub(super) sentences: &'static [&'static str],
    pub(super) items: &'static [&'static str],
    pub(super) table: &'static str,
    pub(super) code: &'static str,
    pub(super) maths: &'static str,
    pub(super) poems: &'static [&'static str],
    pub(super) headings: &'static [&'static str],
    pub(super) fallbacks: &'static [&'static str],
    pub(super) thoughts: &'static [&'static str],
}

impl Phrases {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::PHRASES,
            Language::Chinese => &chinese::PHRASES,
        }
    }
}

/// What an answer is made from.
#[derive(Debug)]
pub(crate) struct Material<'a> {
    pub(crate) wish: &'a Wish,
    pub(crate) verbosity: Verbosity,
    /// The name of whoever speaks, where it is a character.
    pub(crate) voice: Option<String>,
    /// What an earlier message was about.
    pub(crate) earlier: Option<String>,
    /// A sentence about each thing that came with the messages.
    pub(crate) seen: Vec<String>,
    /// What tools answered: a name and a text each.
    pub(crate) results: Vec<(String, String)>,
    /// What is told from each source, with its mark where it is to be cited.
    pub(crate) sources: Vec<String>,
}

/// An answer in the making: its blocks, and how long they are together.
#[derive(Debug)]
struct Draft {
    blocks: Vec<String>,
    language: Language,
    length: usize,
}

impl Draft {
    fn new(language: Language) -> Self {
        Self { blocks: Vec::new(), language, length: 0 }
    }

    fn add(&mut self, block: String) {
        self.length += measure(self.language, &block);
        self.blocks.push(block);
    }

    fn into_text(self) -> String {
        self.blocks.join("\n\n")
    }
}

/// Words, or in Chinese its characters.
fn measure(language: Language, text: &str) -> usize {
    match language {
        Language::English => text.split_whitespace().count(),
        Language::Chinese => text.chars().filter(|letter| is_wide(*letter) && letter.is_alphabetic()).count(),
    }
}

/// Phrases with their subjects put in, none of a kind twice before all were used.
struct Pen<'a> {
    phrases: &'static Phrases,
    topics: Vec<&'a str>,
    chance: &'a mut Chance,
    left: Vec<&'static str>,
}

impl<'a> Pen<'a> {
    fn new(wish: &'a Wish, chance: &'a mut Chance) -> Self {
        let phrases = Phrases::of(wish.language);
        let mut topics: Vec<&str> = wish.attention.names.iter().map(String::as_str).collect();
        topics.extend(wish.attention.topics.iter().map(String::as_str).filter(|topic| {
            !wish.attention.names.iter().any(|name| name.split(' ').any(|word| word == *topic))
        }));
        topics.truncate(8);
        let spare = chance.below(phrases.fallbacks.len() as u32) as usize;
        while topics.len() < 2 {
            topics.push(phrases.fallbacks[(spare + topics.len()) % phrases.fallbacks.len()]);
        }
        Self { phrases, topics, chance, left: Vec::new() }
    }

    fn one(&mut self, phrases: &[&'static str]) -> String {
        let place = self.chance.below(phrases.len() as u32) as usize;
        phrases.get(place).map_or_else(String::new, |phrase| self.fill(phrase))
    }

    fn fill(&mut self, phrase: &str) -> String {
        let first = self.chance.below(self.topics.len() as u32) as usize;
        let step = 1 + self.chance.below(self.topics.len() as u32 - 1) as usize;
        let (topic, other) = (self.topics[first], self.topics[(first + step) % self.topics.len()]);
        capital(&phrase.replace("{t}", topic).replace("{o}", other))
    }

    fn sentence(&mut self) -> String {
        if self.left.is_empty() {
            self.left = self.phrases.sentences.to_vec();
        }
        let place = self.chance.below(self.left.len() as u32) as usize;
        let phrase = self.left.swap_remove(place);
        self.fill(phrase)
    }

    fn several(&mut self, phrases: &[&'static str], count: usize) -> Vec<String> {
        let mut left = phrases.to_vec();
        let mut taken = Vec::new();
        while taken.len() < count && !left.is_empty() {
            let place = self.chance.below(left.len() as u32) as usize;
            let phrase = left.remove(place);
            taken.push(self.fill(phrase));
        }
        taken
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The answer to a wish.
pub(crate) fn write(material: &Material<'_>, chance: &mut Chance) -> String {
    let wish = material.wish;
    if let Some(words) = &wish.exactly {
        return words.clone();
    }
    let mut pen = Pen::new(wish, chance);
    let phrases = pen.phrases;
    let mut draft = Draft::new(wish.language);
    let nothing_else = material.seen.is_empty() && material.results.is_empty() && wish.length.is_none();
    if let Some(voice) = &material.voice {
        let said = pen.one(phrases.voices).replace("{v}", voice);
        draft.add(said);
    }
    if wish.greeting && nothing_else {
        let greeting = pen.one(phrases.greetings);
        draft.add(greeting);
        return draft.into_text();
    }
    let wanted = wish.length.unwrap_or_else(|| {
        let (low, high) = match material.verbosity {
            Verbosity::Low => (35.0, 60.0),
            Verbosity::Medium => (80.0, 170.0),
            Verbosity::High => (260.0, 420.0),
        };
        pen.chance.between(low, high) as usize
    });
    opening(material, &mut pen, &mut draft);
    shapes(wish, &mut pen, &mut draft);
    body(wanted, wish.length.is_none(), &mut pen, &mut draft);
    draft.into_text()
}

fn opening(material: &Material<'_>, pen: &mut Pen<'_>, draft: &mut Draft) {
    let phrases = pen.phrases;
    let mut first = pen.one(phrases.openings);
    if let Some(earlier) = &material.earlier {
        first.push_str(phrases.between);
        first.push_str(&phrases.earlier.replace("{t}", earlier));
    }
    draft.add(first);
    if let Some((calculation, result)) = &material.wish.sum {
        draft.add(phrases.sum.replace("{c}", calculation).replace("{r}", result));
    }
    if !material.seen.is_empty() {
        let lines: Vec<String> = material.seen.iter().map(|seen| format!("- {seen}")).collect();
        draft.add(format!("{}\n\n{}", phrases.seen, lines.join("\n")));
    }
    for (name, result) in &material.results {
        draft.add(phrases.result.replace("{n}", name).replace("{r}", result));
    }
    let told: Vec<String> = material
        .sources
        .iter()
        .enumerate()
        .map(|(place, source)| phrases.sources[place.min(phrases.sources.len() - 1)].replace("{s}", source))
        .collect();
    if !told.is_empty() {
        draft.add(told.join(phrases.between));
    }
}

fn shapes(wish: &Wish, pen: &mut Pen<'_>, draft: &mut Draft) {
    let phrases = pen.phrases;
    if wish.poem {
        let poem = pen.one(phrases.poems).replace('\n', "  \n");
        draft.add(poem);
    }
    if wish.table {
        let table = pen.fill(phrases.table);
        draft.add(table);
    }
    if wish.code {
        let code = pen.fill(phrases.code);
        draft.add(code);
    }
    if wish.maths {
        draft.add(phrases.maths.to_owned());
    }
    if wish.list {
        let items = pen.several(phrases.items, 5);
        let lines: Vec<String> =
            items.iter().enumerate().map(|(place, item)| format!("{}. {item}", place + 1)).collect();
        draft.add(lines.join("\n"));
    }
}

/// Paragraphs until the answer is long enough; a long one has headings, and one of free length at times a list.
fn body(wanted: usize, free: bool, pen: &mut Pen<'_>, draft: &mut Draft) {
    let phrases = pen.phrases;
    let long = wanted > 450;
    let mut paragraphs = 0;
    if free && draft.blocks.len() == 1 && pen.chance.happens(0.3) {
        let items = pen.several(phrases.items, 3);
        draft.add(items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"));
    }
    while draft.length + 3 < wanted {
        if long && paragraphs % 5 == 0 {
            let heading = pen.one(phrases.headings);
            draft.add(format!("## {heading}"));
        }
        let mut sentences = Vec::new();
        let mut length = 0;
        for _ in 0..3 + pen.chance.below(3) {
            let sentence = pen.sentence();
            length += measure(draft.language, &sentence);
            sentences.push(sentence);
            if draft.length + length + 3 >= wanted {
                break;
            }
        }
        draft.add(sentences.join(phrases.between));
        paragraphs += 1;
    }
}

/// What a model with reasoning thinks first: so many sentences, in short paragraphs.
pub(crate) fn thoughts(wish: &Wish, sentences: usize, chance: &mut Chance) -> String {
    let mut pen = Pen::new(wish, chance);
    let phrases = pen.phrases;
    let mut text = String::new();
    for place in 0..sentences {
        // The first and the last thought stay where they are; a longer train of thought goes round in between.
        let inner = phrases.thoughts.len() - 2;
        let phrase = match place {
            0 => phrases.thoughts[0],
            _ if place + 1 == sentences => phrases.thoughts[inner + 1],
            _ => phrases.thoughts[1 + (place - 1) % inner],
        };
        if place > 0 {
            text.push_str(if place % 3 == 0 { "\n\n" } else { phrases.between });
        }
        text.push_str(&pen.fill(phrase));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(prompt: &str, seed: u64) -> String {
        let wish = Wish::read(prompt);
        let material = Material {
            wish: &wish,
            verbosity: Verbosity::Medium,
            voice: None,
            earlier: None,
            seen: Vec::new(),
            results: Vec::new(),
            sources: Vec::new(),
        };
        write(&material, &mut Chance::new(seed))
    }

    #[test]
    fn the_same_seed_writes_the_same_and_another_one_not() {
        let prompt = "Tell me about gondolas and salt";
        assert_eq!(written(prompt, 1), written(prompt, 1));
        assert_ne!(written(prompt, 1), written(prompt, 2));
    }

    #[test]
    fn it_is_about_what_was_asked_and_owns_to_being_a_rehearsal() {
        for seed in 0..20 {
            let text = written("Tell me about gondolas and salt", seed);
            assert!(text.contains("gondolas") || text.contains("Gondolas"), "{text}");
            assert!(text.to_lowercase().contains("rehears"), "{text}");
            let text = written("请介绍威尼斯的贡多拉", seed);
            assert!(text.contains("贡多拉") || text.contains("威尼斯"), "{text}");
            assert!(text.contains("真正"), "{text}");
        }
    }

    #[test]
    fn the_length_that_was_asked_for_is_kept() {
        for wanted in [40, 200, 3000] {
            let text = written(&format!("Write {wanted} words about bridges"), 5);
            let words = text.split_whitespace().count();
            assert!(words + 4 >= wanted && words < wanted + 24, "{words} for {wanted}");
        }
        let chinese = written("写一篇关于石桥的文章，500字", 5);
        let count = measure(Language::Chinese, &chinese);
        assert!((490..560).contains(&count), "{count}");
    }

    #[test]
    fn shapes_come_when_they_are_asked_for() {
        assert!(written("Compare oak and pine in a table", 1).contains("|---|"));
        assert!(written("Show me python code for a boat", 1).contains("```python"));
        assert!(written("Which formula describes a canal?", 1).contains("$$"));
        assert!(written("List five tips for rowing", 1).contains("\n5. "));
        assert!(written("What is 19 * 3?", 1).contains("19 * 3 = **57**"));
        assert_eq!(written("Say exactly: ciao", 1), "ciao");
    }

    #[test]
    fn thoughts_grow_with_the_effort() {
        let wish = Wish::read("Why do gondolas lean?");
        let lengths: Vec<usize> =
            [1, 3, 12, 30].iter().map(|count| thoughts(&wish, *count, &mut Chance::new(1)).len()).collect();
        assert!(lengths.is_sorted() && lengths[0] > 20, "{lengths:?}");
    }
}
