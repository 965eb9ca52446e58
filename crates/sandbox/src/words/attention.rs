//! What a text is about: its words that say something, names, numbers and quotations.

use super::tokens::is_wide;

/// English words that say nothing of a subject, and the verbs of asking.
const EMPTY: &str = " a about above across after again against all almost also always am an and another any anything are \
    around as ask at available away back be because been before being below between both briefly but by call can could \
    described details did do does doing done down each either else enough even ever every exactly explain few find first \
    for from full function get give given gives go good got had has have having hello help her here hers hi him his how \
    however i if in instead into is it its itself just keep know let like list lot made make makes many may me mean might \
    mine more most much must my need never new next no nor not nothing now of off often on once one only or other our out \
    over own parameters perhaps please put rather really reply result results return returns said same say see set shall \
    she should show so some something still such sure take tell than thank thanks that the their them then there these \
    they thing things think this those though through to together too tool towards under until up upon us use used uses \
    using various very via want was way we well were what when where whether which while who whom whose why will with \
    within without word words would write writing yet you your yours two three four five six seven eight nine ten table \
    tips tip ideas idea steps step poem haiku compare comparison plan sentence sentences paragraph paragraphs latest news ";

/// Chinese characters and words that stand between subjects.
const BETWEEN: [&str; 38] = [
    "请",
    "帮我",
    "帮",
    "给我",
    "告诉我",
    "介绍",
    "一下",
    "一个",
    "一些",
    "一首",
    "关于",
    "什么",
    "怎么",
    "如何",
    "为什么",
    "哪些",
    "可以",
    "能不能",
    "写",
    "说明",
    "解释",
    "的",
    "了",
    "是",
    "在",
    "和",
    "与",
    "吗",
    "呢",
    "吧",
    "我",
    "你",
    "他",
    "她",
    "它",
    "把",
    "用",
    "个字",
];

/// What stands out in a text, each in the order it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attention {
    /// Words that say what it is about, as they were written, without repetition.
    pub(crate) topics: Vec<String>,
    /// Capitalised words within sentences, runs of them joined.
    pub(crate) names: Vec<String>,
    pub(crate) numbers: Vec<f64>,
    pub(crate) quoted: Vec<String>,
}

impl Attention {
    pub(crate) fn pay(text: &str) -> Self {
        let mut found = Self { quoted: quoted(text), ..Self::default() };
        let mut name: Option<String> = None;
        let mut begins = true;
        for word in text.split_whitespace() {
            let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            if let Ok(number) = bare.replace(',', "").parse::<f64>()
                && number.is_finite()
                && bare.starts_with(|first: char| first.is_ascii_digit())
            {
                found.numbers.push(number);
            }
            let named =
                bare.starts_with(char::is_uppercase) && !is_empty(bare) && (!begins || name.is_some());
            let closes = word.ends_with([',', ';', ':', '.', '!', '?']);
            match (&mut name, named) {
                (Some(name), true) => {
                    name.push(' ');
                    name.push_str(bare);
                }
                (None, true) => name = Some(bare.to_owned()),
                _ => keep(&mut found.names, name.take()),
            }
            if closes {
                keep(&mut found.names, name.take());
            }
            begins = word.ends_with(['.', '!', '?']);
        }
        keep(&mut found.names, name);
        found.topics = topics(text);
        found
    }
}

fn keep(kept: &mut Vec<String>, new: Option<String>) {
    kept.extend(new.filter(|new| !kept.contains(new)));
}

/// Whether a word says nothing of a subject.
fn is_empty(word: &str) -> bool {
    let word = word.to_lowercase();
    EMPTY.contains(&format!(" {word} "))
}

/// The words that say something, in lower case and without their endings, so that `boats` meets `boat`.
pub(crate) fn significant(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() > 2 || word.chars().any(is_wide))
        .filter(|word| !is_empty(word))
        .map(stem)
        .collect()
}

fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    for ending in ["ing", "ies", "es", "ed", "s"] {
        if let Some(root) = word.strip_suffix(ending)
            && root.chars().count() >= 3
        {
            return root.trim_end_matches('e').to_owned();
        }
    }
    word.trim_end_matches(['e', 'y']).to_owned()
}

const MOST_TOPICS: usize = 12;

fn topics(text: &str) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '\'') {
        let (wide, word) = (word.chars().any(is_wide), word.trim_matches(['-', '\'']));
        let found: Vec<String> = if wide {
            chinese(word)
        } else if word.chars().count() > 2
            && !word.contains(|letter: char| letter.is_ascii_digit())
            && !is_empty(word)
        {
            vec![word.to_owned()]
        } else {
            Vec::new()
        };
        for topic in found {
            if !topics.iter().any(|known| known.eq_ignore_ascii_case(&topic)) {
                topics.push(topic);
            }
        }
        if topics.len() >= MOST_TOPICS {
            break;
        }
    }
    topics.truncate(MOST_TOPICS);
    topics
}

fn chinese(run: &str) -> Vec<String> {
    let parted = BETWEEN.iter().fold(run.to_owned(), |run, word| run.replace(word, " "));
    parted
        .split(|letter: char| letter.is_whitespace() || letter.is_ascii_digit())
        .filter(|part| (2..=8).contains(&part.chars().count()))
        .map(str::to_owned)
        .collect()
}

fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, close) in [('"', '"'), ('“', '”'), ('「', '」'), ('«', '»'), ('`', '`')] {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(open) {
            let Some((inner, left)) = after.split_once(close) else { break };
            if !inner.trim().is_empty() && inner.chars().count() <= 400 {
                found.push(inner.trim().to_owned());
            }
            rest = left;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_names_and_numbers_are_noticed() {
        let seen = Attention::pay(
            "Please compare the Grand Canal, Rome and Verona for 3 days with \"two friends\".",
        );
        assert_eq!(seen.topics[..4], ["Grand", "Canal", "Rome", "Verona"]);
        assert_eq!(seen.names, ["Grand Canal", "Rome", "Verona"]);
        assert_eq!(seen.numbers, [3.0]);
        assert_eq!(seen.quoted, ["two friends"]);
    }

    #[test]
    fn chinese_is_parted_at_its_small_words() {
        assert_eq!(Attention::pay("请介绍一下威尼斯的贡多拉和石桥").topics, ["威尼斯", "贡多拉", "石桥"]);
    }

    #[test]
    fn endings_fall_away() {
        assert_eq!(significant("Boats boating in bridges"), ["boat", "boat", "bridg"]);
        assert_eq!(significant("a bridge"), ["bridg"]);
    }
}
