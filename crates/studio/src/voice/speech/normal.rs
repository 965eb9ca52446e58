//! A text as it is spoken: one kind of line end, nothing that can't be seen or said, paragraphs and headings told apart.

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A line that begins with `#`: a chapter begins, under this name, which may be empty.
    Heading(String),
    /// Lines without an empty one between them.
    Paragraph(String),
    /// A paragraph of signs alone, such as `* * *`: nothing to be said, but a rest.
    Rest,
}

/// The blocks of a text.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let end = |lines: &mut Vec<String>, blocks: &mut Vec<Block>| {
        let paragraph = std::mem::take(lines).join("\n");
        if paragraph.chars().any(char::is_alphanumeric) {
            blocks.push(Block::Paragraph(paragraph));
        } else if !paragraph.is_empty() {
            blocks.push(Block::Rest);
        }
    };
    for line in plain(text).split('\n') {
        let line = one_spaced(line);
        if let Some(heading) = heading(&line) {
            end(&mut lines, &mut blocks);
            blocks.push(Block::Heading(heading.to_owned()));
        } else if line.is_empty() {
            end(&mut lines, &mut blocks);
        } else {
            lines.push(line);
        }
    }
    end(&mut lines, &mut blocks);
    blocks
}

/// Line ends of every kind become `\n`, pages and paragraphs two; what has no width, no shape or no sound goes.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut after_return = false;
    for letter in text.chars() {
        let line_end = std::mem::replace(&mut after_return, letter == '\r');
        match letter {
            '\n' if line_end => {}
            '\n' | '\r' | '\u{b}' | '\u{85}' | '\u{2028}' => plain.push('\n'),
            '\u{c}' | '\u{2029}' => plain.push_str("\n\n"),
            '\t' => plain.push(' '),
            // Marks of direction and of where words may be broken, and what stands for a picture.
            '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffc}' => {}
            letter if letter.is_control() => {}
            letter => plain.push(letter),
        }
    }
    plain
}

fn one_spaced(line: &str) -> String {
    let mut spaced = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// What a heading says. A number sign that belongs to a word, such as `#1`, begins none.
fn heading(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let is_heading = (1..=6).contains(&level) && (words.is_empty() || words.starts_with(' '));
    is_heading.then(|| words.trim().trim_end_matches('#').trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(text.to_owned())
    }

    #[test]
    fn lines_paragraphs_and_headings_are_told_apart() {
        let text = "\u{feff}# One #\r\nA  first\tline\r\nand its\u{ad} second.\r\n\r\n  \r\nNext.\u{c}Page two.\r* * *\r## \rLast";
        let expected = [
            Block::Heading("One".to_owned()),
            paragraph("A first line\nand its second."),
            paragraph("Next."),
            paragraph("Page two.\n* * *"),
            Block::Heading(String::new()),
            paragraph("Last"),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn signs_alone_are_a_rest_and_nothing_is_nothing() {
        assert_eq!(blocks("a\n\n***\n\nb"), [paragraph("a"), Block::Rest, paragraph("b")]);
        assert_eq!(blocks(" \n\u{0}\u{200b}\n"), []);
    }

    #[test]
    fn a_number_sign_at_a_word_is_said() {
        assert_eq!(blocks("#1 of many"), [paragraph("#1 of many")]);
        assert_eq!(blocks("####### deep"), [paragraph("####### deep")]);
    }

    #[test]
    fn scripts_that_need_joiners_keep_them() {
        assert_eq!(blocks("می\u{200c}خواهم 👩\u{200d}🚀"), [paragraph("می\u{200c}خواهم 👩\u{200d}🚀")]);
    }
}
