//! The sounds of speech, and the letters that stand for them.

use crate::chance::mix;

/// How a sound is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// The voice through three formants, in hertz.
    Voiced { formants: [f32; 3], level: f32 },
    /// Noise around a frequency, with or without the voice under it.
    Hiss { centre: f32, level: f32, voiced: bool },
    /// A closure, then a burst of noise around a frequency.
    Burst { centre: f32, voiced: bool },
}

/// A sound and how long it lasts at normal speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Phone {
    pub(super) kind: Kind,
    pub(super) seconds: f32,
    pub(super) vowel: bool,
}

const fn vowel(first: f32, second: f32, third: f32, seconds: f32) -> Phone {
    Phone { kind: Kind::Voiced { formants: [first, second, third], level: 1.0 }, seconds, vowel: true }
}

const fn hum(first: f32, second: f32, third: f32, seconds: f32) -> Phone {
    Phone { kind: Kind::Voiced { formants: [first, second, third], level: 0.5 }, seconds, vowel: false }
}

const fn hiss(centre: f32, level: f32, voiced: bool, seconds: f32) -> Phone {
    Phone { kind: Kind::Hiss { centre, level, voiced }, seconds, vowel: false }
}

const fn burst(centre: f32, voiced: bool) -> Phone {
    Phone { kind: Kind::Burst { centre, voiced }, seconds: 0.075, vowel: false }
}

const A: Phone = vowel(710.0, 1250.0, 2600.0, 0.115);
const E: Phone = vowel(530.0, 1840.0, 2480.0, 0.1);
const I: Phone = vowel(390.0, 1990.0, 2550.0, 0.085);
const O: Phone = vowel(570.0, 880.0, 2410.0, 0.115);
const U: Phone = vowel(600.0, 1190.0, 2400.0, 0.09);
const EE: Phone = vowel(280.0, 2250.0, 2900.0, 0.12);
const OO: Phone = vowel(310.0, 870.0, 2250.0, 0.12);
const AY: Phone = vowel(450.0, 2060.0, 2700.0, 0.135);
const OW: Phone = vowel(640.0, 1000.0, 2500.0, 0.14);
const ER: Phone = vowel(480.0, 1350.0, 1700.0, 0.12);
const SCHWA: Phone = vowel(500.0, 1450.0, 2450.0, 0.06);

/// Letters that are one sound together, longest first.
const GROUPS: &[(&str, &[Phone])] = &[
    ("tion", &[hiss(2800.0, 0.5, false, 0.09), SCHWA, hum(250.0, 1600.0, 2600.0, 0.06)]),
    ("ough", &[O]),
    ("igh", &[A, I]),
    ("sch", &[hiss(2800.0, 0.5, false, 0.1)]),
    ("th", &[hiss(5200.0, 0.16, false, 0.07)]),
    ("sh", &[hiss(2800.0, 0.5, false, 0.1)]),
    ("ch", &[burst(3200.0, false), hiss(2900.0, 0.45, false, 0.06)]),
    ("ph", &[hiss(4300.0, 0.2, false, 0.08)]),
    ("wh", &[hum(290.0, 610.0, 2150.0, 0.05)]),
    ("ng", &[hum(250.0, 2000.0, 2700.0, 0.075)]),
    ("ck", &[burst(1900.0, false)]),
    ("qu", &[burst(1900.0, false), hum(290.0, 610.0, 2150.0, 0.04)]),
    ("ee", &[EE]),
    ("ea", &[EE]),
    ("ie", &[EE]),
    ("oo", &[OO]),
    ("ou", &[OW]),
    ("ow", &[OW]),
    ("ai", &[AY]),
    ("ay", &[AY]),
    ("ei", &[AY]),
    ("oa", &[O]),
    ("oi", &[O, I]),
    ("oy", &[O, I]),
    ("au", &[O]),
    ("aw", &[O]),
    ("er", &[ER]),
    ("ir", &[ER]),
    ("ur", &[ER]),
    ("x", &[burst(1900.0, false), hiss(5600.0, 0.45, false, 0.07)]),
];

fn letter(letter: char) -> Option<Phone> {
    Some(match letter {
        'a' => A,
        'e' => E,
        'i' => I,
        'o' => O,
        'u' => U,
        'y' => hum(280.0, 2200.0, 2900.0, 0.06),
        'b' => burst(900.0, true),
        'p' => burst(1000.0, false),
        'd' => burst(3400.0, true),
        't' => burst(4000.0, false),
        'g' => burst(1700.0, true),
        'c' | 'k' | 'q' => burst(1900.0, false),
        'f' => hiss(4300.0, 0.2, false, 0.08),
        'v' => hiss(4000.0, 0.12, true, 0.06),
        's' => hiss(5600.0, 0.5, false, 0.095),
        'z' => hiss(5400.0, 0.3, true, 0.08),
        'j' => hiss(2900.0, 0.3, true, 0.08),
        'h' => hiss(1500.0, 0.14, false, 0.05),
        'm' => hum(250.0, 1000.0, 2200.0, 0.07),
        'n' => hum(250.0, 1600.0, 2600.0, 0.065),
        'l' => hum(360.0, 1250.0, 2700.0, 0.06),
        'r' => hum(340.0, 1150.0, 1550.0, 0.06),
        'w' => hum(290.0, 610.0, 2150.0, 0.06),
        _ => return None,
    })
}

/// The letter without its accent, as far as the ear is concerned.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'æ' | 'ā' => 'a',
        'è'..='ë' | 'ē' | 'ę' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ò'..='ö' | 'ø' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ñ' => 'n',
        'ç' | 'ß' | 'ś' | 'š' => 's',
        'ł' => 'l',
        'ž' | 'ź' | 'ż' => 'z',
        'č' | 'ć' => 'c',
        other => other,
    }
}

const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// A syllable for a letter of a script that isn't spelled out here: always the same for the same letter.
pub(super) fn syllable(letter: char) -> Vec<Phone> {
    const ONSETS: [char; 12] = ['b', 'd', 'g', 'm', 'n', 'l', 's', 't', 'k', 'h', 'w', 'j'];
    const VOWELS: [Phone; 6] = [A, E, EE, O, OO, AY];
    let drawn = mix(u64::from(u32::from(letter)), "syllable");
    let onset = self::letter(ONSETS[(drawn % 12) as usize]).unwrap_or(SCHWA);
    let vowel = VOWELS[(drawn / 12 % 6) as usize];
    let mut phones = vec![Phone { seconds: onset.seconds * 0.8, ..onset }, Phone { seconds: 0.13, ..vowel }];
    if drawn.is_multiple_of(5) {
        phones.extend(self::letter('n'));
    }
    phones
}

/// The sounds of a word in letters.
pub(super) fn spell(word: &str) -> Vec<Phone> {
    let mut spelled = String::new();
    for letter in word.to_lowercase().chars().map(plain) {
        match letter.to_digit(10) {
            Some(digit) => spelled.push_str(DIGITS[digit as usize]),
            None => spelled.push(letter),
        }
    }
    let silent = spelled.len() > 3 && spelled.ends_with('e') && !spelled.ends_with("ee");
    let mut rest = if silent { &spelled[..spelled.len() - 1] } else { &spelled };
    let mut phones: Vec<Phone> = Vec::new();
    let mut last = None;
    while let Some(first) = rest.chars().next() {
        if let Some((group, sounds)) = GROUPS.iter().find(|(group, _)| rest.starts_with(group)) {
            phones.extend_from_slice(sounds);
            rest = &rest[group.len()..];
            last = None;
            continue;
        }
        rest = &rest[first.len_utf8()..];
        // A doubled consonant is one.
        if last != Some(first) || "aeiou".contains(first) {
            match letter(first) {
                // At the end of a word it is a vowel.
                Some(_) if first == 'y' && rest.is_empty() => phones.push(EE),
                Some(phone) => phones.push(phone),
                None if first.is_alphabetic() => phones.extend(syllable(first)),
                None => {}
            }
        }
        last = Some(first);
    }
    if !phones.is_empty() && !phones.iter().any(|phone| phone.vowel) {
        phones.push(SCHWA);
    }
    phones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vowels(word: &str) -> usize {
        spell(word).iter().filter(|phone| phone.vowel).count()
    }

    #[test]
    fn words_have_the_syllables_one_would_count() {
        for (word, count) in
            [("boat", 1), ("water", 2), ("gondola", 3), ("glide", 1), ("street", 1), ("72", 3)]
        {
            assert_eq!(vowels(word), count, "{word}");
        }
        assert_eq!(vowels("tsk"), 1, "nothing can be said without a vowel");
        assert_eq!(spell("così"), spell("cosi"));
    }
}
