//! What a prompt asks for: a language, a length, a shape.

use super::{attention::Attention, tokens::is_wide};

/// The language that is answered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// Chinese where the text has a fair share of it, unless it asks for the other one by name.
    pub(crate) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        if lower.contains("in chinese") || text.contains("用中文") {
            return Self::Chinese;
        }
        if lower.contains("in english") || text.contains("用英文") || text.contains("用英语") {
            return Self::English;
        }
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let wide = text.chars().filter(|letter| is_wide(*letter) && letter.is_alphabetic()).count();
        if wide * 4 > letters { Self::Chinese } else { Self::English }
    }
}

/// How long an answer is where the prompt says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Verbosity {
    Low,
    #[default]
    Medium,
    High,
}

/// What a prompt asks for.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) language: Language,
    /// Words, or characters in Chinese; `None` where nothing is said.
    pub(crate) length: Option<usize>,
    pub(crate) attention: Attention,
    pub(crate) list: bool,
    pub(crate) table: bool,
    pub(crate) code: bool,
    pub(crate) maths: bool,
    pub(crate) poem: bool,
    pub(crate) greeting: bool,
    /// What is to be said back word for word.
    pub(crate) exactly: Option<String>,
    /// The sum of a small calculation, with the calculation itself.
    pub(crate) sum: Option<(String, String)>,
}

/// Nobody reads more, and a model's own limit is lower still.
const LONGEST: usize = 400_000;

impl Wish {
    pub(crate) fn read(text: &str) -> Self {
        let lower = text.to_lowercase();
        let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        Self {
            language: Language::of(text),
            length: length(&lower),
            attention: Attention::pay(text),
            list: any(&["list", "bullet", "steps", "ideas", "tips", "列表", "步骤", "清单", "建议"]),
            table: any(&["table", "compare", "comparison", "表格", "对比", "比较"]),
            code: any(&[
                " code",
                "function",
                "python",
                "rust",
                "javascript",
                "snippet",
                "script",
                "代码",
                "函数",
                "程序",
            ]),
            maths: any(&[
                "equation",
                "formula",
                "integral",
                "maths",
                "mathematic",
                "latex",
                "derivative",
                "公式",
                "方程",
                "积分",
            ]),
            poem: any(&["poem", "haiku", "verse", "sonnet", "limerick", "诗"]),
            greeting: text.chars().count() < 24
                && any(&["hello", "hi", "hey", "good morning", "你好", "您好"])
                && !text.contains('?'),
            exactly: exactly(text),
            sum: sum(text),
        }
    }
}

/// A number before a word for words, such as `in 1,200 words` or `写300字`.
fn length(lower: &str) -> Option<usize> {
    let units: [(&str, usize); 7] = [
        (" words", 1),
        ("-word", 1),
        (" word", 1),
        ("个字", 1),
        ("字", 1),
        (" sentences", 14),
        (" paragraphs", 60),
    ];
    units.iter().find_map(|(unit, factor)| {
        let before = lower[..lower.find(unit)?].trim_end();
        let start = before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ',').len();
        let number: usize = before[start..].replace(',', "").parse().ok()?;
        (number > 0).then(|| number.saturating_mul(*factor).min(LONGEST))
    })
}

/// What follows `exactly:` or stands in quotes after `exactly`.
fn exactly(text: &str) -> Option<String> {
    let at = text.to_ascii_lowercase().find("exactly")? + "exactly".len();
    let rest = text[at..].trim_start_matches([' ', ':', '\n']);
    if text[at..].starts_with(':') || text[at..].starts_with(" this:") {
        let rest = rest.trim_start_matches("this:").trim();
        return (!rest.is_empty()).then(|| rest.to_owned());
    }
    let inner = rest.strip_prefix(['"', '“'])?.split(['"', '”']).next()?;
    (!inner.is_empty()).then(|| inner.to_owned())
}

/// The first `12 + 30` of a text, worked out.
fn sum(text: &str) -> Option<(String, String)> {
    let marks = ['+', '-', '*', '×', '/', '÷'];
    for (at, mark) in text.match_indices(marks) {
        let left = text[..at].trim_end();
        let start = left.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.').len();
        let right = text[at + mark.len()..].trim_start();
        let end = right.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(right.len());
        let (one, two) = (&left[start..], right[..end].trim_end_matches('.'));
        let (Ok(first), Ok(second)) = (one.parse::<f64>(), two.parse::<f64>()) else { continue };
        let result = match mark {
            "+" => first + second,
            "-" => first - second,
            "*" | "×" => first * second,
            _ => first / second,
        };
        // A date or a path is no calculation.
        let joined = left[..start].ends_with(marks) || right[end..].starts_with(marks);
        if result.is_finite() && !joined {
            let rounded = (result * 1e6).round() / 1e6;
            return Some((format!("{one} {mark} {two}"), rounded.to_string()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_read_however_it_is_put() {
        for (text, wanted) in [
            ("Describe it in 200 words", Some(200)),
            ("Write 3,000 words about salt", Some(3000)),
            ("a 50-word note", Some(50)),
            ("写一篇300字的文章", Some(300)),
            ("two words", None),
            ("in 3 sentences", Some(42)),
            ("", None),
        ] {
            assert_eq!(Wish::read(text).length, wanted, "{text}");
        }
    }

    #[test]
    fn the_language_follows_the_prompt() {
        assert_eq!(Language::of("威尼斯有多少座桥？"), Language::Chinese);
        assert_eq!(Language::of("What does 贡多拉 mean, please, in one sentence?"), Language::English);
        assert_eq!(Language::of("Tell me in Chinese"), Language::Chinese);
        assert_eq!(Language::of("🛶"), Language::English);
    }

    #[test]
    fn words_to_repeat_and_sums_are_found() {
        assert_eq!(Wish::read("Reply with exactly: 42 gulls").exactly.as_deref(), Some("42 gulls"));
        assert_eq!(Wish::read("Say exactly \"ciao\" please").exactly.as_deref(), Some("ciao"));
        assert_eq!(Wish::read("Where exactly is it?").exactly, None);
        assert_eq!(Wish::read("What is 2+2?").sum, Some(("2 + 2".into(), "4".into())));
        assert_eq!(Wish::read("7 ÷ 2 =").sum, Some(("7 ÷ 2".into(), "3.5".into())));
        assert_eq!(Wish::read("on 2026-11-21, or 1/0").sum, None);
    }
}
