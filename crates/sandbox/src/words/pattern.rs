//! A text that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::chance::Chance;

/// A text that `pattern` matches; `None` for one that can't be read, such as one with a look-ahead.
pub(super) fn matching(pattern: &str, chance: &mut Chance) -> Option<String> {
    let parsed = regex_syntax::Parser::new().parse(pattern).ok()?;
    let mut text = Vec::new();
    write(&parsed, chance, &mut text);
    String::from_utf8(text).ok()
}

/// A repetition without an upper end is repeated this often beyond its lower one.
const MORE: u32 = 4;
const MOST: usize = 10_000;

fn write(part: &Hir, chance: &mut Chance, text: &mut Vec<u8>) {
    if text.len() > MOST {
        return;
    }
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.extend_from_slice(&literal.0),
        HirKind::Class(class) => letter(class, chance, text),
        HirKind::Repetition(repeated) => {
            let most = repeated.max.unwrap_or(repeated.min.saturating_add(MORE));
            let more = most.saturating_sub(repeated.min).min(MORE);
            for _ in 0..repeated.min.saturating_add(chance.below(more + 1)) {
                write(&repeated.sub, chance, text);
            }
        }
        HirKind::Capture(group) => write(&group.sub, chance, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, chance, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.get(chance.below(parts.len() as u32) as usize) {
                write(part, chance, text);
            }
        }
    }
}

/// One of a class; letters and digits are preferred to what can't be printed.
fn letter(class: &Class, chance: &mut Chance, text: &mut Vec<u8>) {
    let within = |low: char, high: char| match class {
        Class::Unicode(class) => class.iter().any(|range| range.start() <= low && high <= range.end()),
        Class::Bytes(class) => class.iter().any(|range| {
            u32::from(range.start()) <= u32::from(low) && u32::from(high) <= u32::from(range.end())
        }),
    };
    let plain: Vec<char> =
        ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(|one| within(*one, *one)).collect();
    if let Some(one) = plain.get(chance.below(plain.len() as u32) as usize) {
        text.extend_from_slice(one.encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    match class {
        Class::Unicode(class) => {
            let first = class.iter().next().map(regex_syntax::hir::ClassUnicodeRange::start);
            text.extend(first.map(String::from).unwrap_or_default().into_bytes());
        }
        Class::Bytes(class) => {
            text.extend(class.iter().next().map(regex_syntax::hir::ClassBytesRange::start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_fits_the_pattern() {
        let mut chance = Chance::new(3);
        let mut one = |pattern: &str| matching(pattern, &mut chance).unwrap();
        let plate = one(r"^[A-Z]{2}-\d{3,5}$");
        let (letters, digits) = plate.split_once('-').unwrap();
        assert!(letters.len() == 2 && letters.chars().all(|letter| letter.is_ascii_uppercase()), "{plate}");
        assert!((3..=5).contains(&digits.len()), "{plate}");
        assert!(["red", "green"].contains(&one("^(red|green)$").as_str()));
        assert!(one(r"^\S+@\S+\.[a-z]+$").contains('@'));
        assert_eq!(matching("(?=a)b", &mut chance), None);
    }
}
