//! Markdown as somebody would read it aloud: words without their marks; what only makes sense to the eye is left out.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The words of a Markdown text. Headings are lines that begin with `#`.
pub(super) fn spoken(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, options) {
        writer.take(event);
    }
    writer.end_block();
    writer.text.trim().to_owned()
}

/// The title of a Markdown text: its first heading.
pub(super) fn title(spoken: &str) -> Option<&str> {
    let heading = spoken.lines().find_map(|line| line.strip_prefix('#'))?;
    Some(heading.trim_start_matches('#').trim()).filter(|heading| !heading.is_empty())
}

#[derive(Default)]
struct Writer {
    text: String,
    /// The block that is being read.
    block: String,
    /// Inside how many elements that are left out.
    unsaid: u32,
    /// Inside how many items of lists.
    items: u32,
    /// The address of the link that is being read, and where its words begin.
    link: Option<(String, usize)>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ if self.unsaid > 0 => {}
            Event::Text(words) | Event::Code(words) => self.block.push_str(&words),
            Event::SoftBreak => self.block.push(' '),
            Event::HardBreak => self.block.push('\n'),
            Event::Rule => self.end_block(),
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => self.unsaid += 1,
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.into_string(), self.block.len())),
            Tag::Heading { level, .. } => {
                self.end_block();
                self.block.push_str(&"#".repeat(level as usize));
                self.block.push(' ');
            }
            Tag::Item => self.items += 1,
            Tag::Paragraph if self.items == 0 => self.end_block(),
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => self.unsaid = self.unsaid.saturating_sub(1),
            TagEnd::Link => self.end_link(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Item => {
                self.end_line();
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::TableCell => {
                let words = self.block.trim_end().len();
                self.block.truncate(words);
                if !self.block.is_empty() && !self.block.ends_with(", ") {
                    self.block.push_str(", ");
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let words = self.block.trim_end_matches(", ").len();
                self.block.truncate(words);
                self.end_line();
            }
            TagEnd::Paragraph if self.items == 0 => self.end_block(),
            TagEnd::Paragraph => self.block.push(' '),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table => self.end_block(),
            _ => {}
        }
    }

    /// Nobody wants an address to be spelt: its site is enough.
    fn end_link(&mut self) {
        let Some((address, from)) = self.link.take().filter(|_| self.unsaid == 0) else { return };
        let words = self.block.get(from..).unwrap_or_default().trim();
        let is_address = words == address || words.starts_with("http://") || words.starts_with("https://");
        if is_address
            && let Ok(address) = url::Url::parse(words)
            && let Some(site) = address.host_str()
        {
            let site = site.strip_prefix("www.").unwrap_or(site).to_owned();
            self.block.truncate(from);
            self.block.push_str(&site);
        }
    }

    fn end_heading(&mut self) {
        let is_empty = self.block.trim_matches(['#', ' ']).is_empty();
        if is_empty {
            self.block.clear();
        }
        self.end_block();
    }

    /// A line of a list or a table ends like a sentence: it would run into the next else.
    fn end_line(&mut self) {
        let words = self.block.trim_end();
        let words = words.len();
        self.block.truncate(words);
        if self.block.is_empty() {
            return;
        }
        if self.block.ends_with(char::is_alphanumeric) {
            let is_chinese = self.block.chars().any(|letter| matches!(letter, '\u{4e00}'..='\u{9fff}'));
            self.block.push(if is_chinese { '。' } else { '.' });
        }
        self.text.push_str(&std::mem::take(&mut self.block));
        self.text.push('\n');
    }

    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let block = block.trim();
        if block.is_empty() {
            if !self.text.is_empty() && !self.text.ends_with("\n\n") && self.items == 0 {
                self.text.push('\n');
            }
            return;
        }
        self.text.push_str(block);
        self.text.push_str(if self.items == 0 { "\n\n" } else { "\n" });
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("# One\nA *fine* **day** with `code`.", "# One\n\nA fine day with code.")]
    #[case("See [the tide tables](https://a.example/x) now.", "See the tide tables now.")]
    #[case("See <https://www.a.example/very/long?x=1>.", "See a.example.")]
    #[case("[https://a.example/x](https://a.example/x)", "a.example")]
    #[case("Before\n\n```rust\nfn main() {}\n```\n\nafter", "Before\n\nafter")]
    #[case("![a boat](boat.png) A boat.", "A boat.")]
    #[case("[![badge](b.png)](https://a.example) Text", "Text")]
    #[case("Said[^1].\n\n[^1]: a note", "Said.")]
    #[case("<div>\n<p>markup</p>\n</div>\n\nA <b>word</b>.", "A word.")]
    #[case("- salt\n- oil and\n  vinegar!\n- [x] bread", "salt.\noil and vinegar!\nbread.")]
    #[case("1. one\n   - inner\n2. two", "one\ninner.\ntwo.")]
    #[case("- 盐\n- 油", "盐。\n油。")]
    #[case("| A | B |\n|---|---|\n| 1 | two |\n", "A, B.\n1, two.")]
    #[case("> quoted\n> twice\n\nand on", "quoted twice\n\nand on")]
    #[case("a\n\n---\n\nb", "a\n\nb")]
    #[case("Energy is $E=mc^2$ here.", "Energy is  here.")]
    #[case("---\ntitle: x\n---\nText", "Text")]
    #[case("## \n\ntext", "text")]
    #[case("line one  \nline two", "line one\nline two")]
    #[case("", "")]
    fn marks_are_not_said(#[case] markdown: &str, #[case] words: &str) {
        assert_eq!(spoken(markdown), words);
    }

    #[test]
    fn the_first_heading_is_the_title() {
        assert_eq!(title("text\n\n## The Tide\n\n# Two"), Some("The Tide"));
        assert_eq!(title("text"), None);
    }
}
