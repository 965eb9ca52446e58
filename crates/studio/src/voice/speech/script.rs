//! A text in the pieces it is spoken in. The same text is always cut the same way.

use super::{
    normal::{Block, blocks},
    sentences::{length, parts, sentences},
};

/// The longest text of one request.
pub(crate) const MOST: usize = 4096;
/// From here on a piece may end with its paragraph.
const WORTHWHILE: usize = MOST / 2;

/// What lies between two pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pause {
    /// It is the first.
    None,
    /// The middle of a sentence.
    Within,
    /// The end of a sentence.
    Sentence,
    /// The end of a paragraph.
    Paragraph,
    /// The end of a chapter, or a rest.
    Chapter,
}

impl Pause {
    /// How long it is, in milliseconds.
    pub(super) fn milliseconds(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Within => 80,
            Self::Sentence => 250,
            Self::Paragraph => 600,
            Self::Chapter => 1200,
        }
    }
}

/// A part of a text that is spoken by one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What is said.
    pub text: String,
    /// What lies before it.
    pub pause: Pause,
    /// The chapter that begins with it.
    pub chapter: Option<String>,
}

/// A text that can be spoken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Script {
    pub pieces: Vec<Piece>,
}

impl Script {
    /// Cuts a text. One in which nothing can be said has no pieces.
    pub(crate) fn of(text: &str) -> Self {
        let mut cutter = Cutter::default();
        for block in blocks(text) {
            match block {
                Block::Heading(title) => cutter.begin_chapter(&title),
                Block::Rest => cutter.end(Pause::Chapter),
                Block::Paragraph(paragraph) => cutter.paragraph(&paragraph),
            }
        }
        cutter.end(Pause::None);
        Self { pieces: cutter.pieces }
    }

    /// Characters that are said.
    pub(crate) fn characters(&self) -> usize {
        self.pieces.iter().map(|piece| piece.text.chars().count()).sum()
    }

    /// Chapters it has.
    pub(crate) fn chapters(&self) -> usize {
        self.pieces.iter().filter(|piece| piece.chapter.is_some()).count()
    }
}

#[derive(Default)]
struct Cutter {
    pieces: Vec<Piece>,
    /// What will be said next, and how long that is.
    now: String,
    taken: usize,
    /// What lies before it.
    pause: Option<Pause>,
    /// The headings that stand before it.
    chapter: Option<String>,
    chapters: u32,
}

impl Cutter {
    /// Ends the piece; `pause` lies behind it.
    fn end(&mut self, pause: Pause) {
        let text = std::mem::take(&mut self.now).trim().to_owned();
        self.taken = 0;
        if text.is_empty() {
            // Of two pauses in a row the longer is heard.
            if self.pause.is_none_or(|before| before.milliseconds() < pause.milliseconds()) {
                self.pause = Some(pause);
            }
            return;
        }
        let before = self.pause.replace(pause).filter(|_| !self.pieces.is_empty()).unwrap_or(Pause::None);
        let chapter = self.chapter.take().map(|title| {
            self.chapters += 1;
            // One without a name has its number.
            if title.is_empty() { self.chapters.to_string() } else { title }
        });
        self.pieces.push(Piece { text, pause: before, chapter });
    }

    fn begin_chapter(&mut self, title: &str) {
        self.end(Pause::Chapter);
        // A part's title and its first chapter's, with nothing between them, are one.
        self.chapter = Some(match self.chapter.take() {
            Some(before) if before.is_empty() => title.to_owned(),
            Some(before) if !title.is_empty() => format!("{before} · {title}"),
            Some(before) => before,
            None => title.to_owned(),
        });
    }

    fn add(&mut self, between: &str, text: &str) {
        self.now.push_str(between);
        self.now.push_str(text);
        self.taken += length(between) + length(text);
    }

    fn fits(&self, between: &str, text: &str) -> bool {
        self.taken + length(between) + length(text) <= MOST
    }

    fn paragraph(&mut self, paragraph: &str) {
        let between = |cutter: &Self| if cutter.now.is_empty() { "" } else { "\n\n" };
        if self.fits(between(self), paragraph) {
            return self.add(between(self), paragraph);
        }
        if self.taken >= WORTHWHILE {
            self.end(Pause::Paragraph);
        }
        let (mut between, mut pause) = (between(self), Pause::Paragraph);
        for sentence in sentences(paragraph) {
            let said = sentence.trim_end();
            if self.fits(between, said) {
                self.add(between, said);
            } else {
                self.end(pause);
                self.sentence(said);
            }
            (between, pause) = (&sentence[said.len()..], Pause::Sentence);
        }
    }

    /// Begins a piece with a sentence, which may fill several.
    fn sentence(&mut self, sentence: &str) {
        for (place, part) in parts(sentence, MOST).into_iter().enumerate() {
            if place > 0 {
                self.end(Pause::Within);
            }
            self.add("", part);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pauses(script: &Script) -> Vec<Pause> {
        script.pieces.iter().map(|piece| piece.pause).collect()
    }

    #[test]
    fn a_line_is_one_piece() {
        let script = Script::of(" Good evening.\r\nHow are you? ");
        assert_eq!(script.pieces.len(), 1);
        assert_eq!(script.pieces[0].text, "Good evening.\nHow are you?");
        assert_eq!((script.pieces[0].pause, script.characters(), script.chapters()), (Pause::None, 26, 0));
        assert_eq!(Script::of(" … \n\n* * *\n").pieces, []);
        assert_eq!(Script::of("# A heading alone").pieces, []);
    }

    #[test]
    fn chapters_begin_pieces_and_are_not_said() {
        let script =
            Script::of("Before.\n# One\n\nFirst.\n\n# Two\n## Dawn\nSecond.\n\n***\n\nThird.\n#\nLast.");
        let said: Vec<_> =
            script.pieces.iter().map(|piece| (piece.text.as_str(), piece.chapter.as_deref())).collect();
        let expected = [
            ("Before.", None),
            ("First.", Some("One")),
            ("Second.", Some("Two · Dawn")),
            ("Third.", None),
            ("Last.", Some("3")),
        ];
        assert_eq!(said, expected);
        assert_eq!(pauses(&script)[1..], [Pause::Chapter; 4]);
        assert_eq!(script.chapters(), 3);
    }

    #[test]
    fn long_texts_are_cut_at_paragraphs_then_at_sentences() {
        let sentence = "The water lay still between the houses. ";
        let paragraph = sentence.repeat(75).trim().to_owned();
        let script = Script::of(&[paragraph.as_str(); 3].join("\n\n"));
        assert_eq!(pauses(&script), [Pause::None, Pause::Paragraph, Pause::Paragraph]);
        let script = Script::of(&sentence.repeat(250));
        assert_eq!(pauses(&script), [Pause::None, Pause::Sentence, Pause::Sentence]);
        assert!(script.pieces.iter().all(|piece| piece.text.ends_with("houses.")));
        let script = Script::of(&"tide ".repeat(2_000));
        assert_eq!(pauses(&script), [Pause::None, Pause::Within, Pause::Within]);
        let chinese = "水在房屋之间静静地躺着。".repeat(500);
        let script = Script::of(&chinese);
        assert_eq!(pauses(&script), [Pause::None, Pause::Sentence]);
        assert_eq!(script.characters(), 6_000);
    }

    #[test]
    fn a_sentence_after_one_that_is_too_long_keeps_its_space() {
        let text = format!("{} End. Next one.", "tide ".repeat(900).trim_end());
        let script = Script::of(&text);
        let last = &script.pieces[script.pieces.len() - 1].text;
        assert!(last.ends_with("tide End. Next one."), "{last}");
    }

    proptest! {
        #[test]
        fn every_word_is_said_once_and_no_piece_is_too_long(
            words in proptest::collection::vec("[a-zäß水🛶]{1,30}[.,!? \n]{1,3}", 0..800)
        ) {
            let text = words.concat();
            let script = Script::of(&text);
            prop_assert!(script.pieces.iter().all(|piece| length(&piece.text) <= MOST));
            prop_assert_eq!(&script, &Script::of(&text));
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
            let said: String = script.pieces.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(letters(&said), letters(&text));
        }
    }
}
