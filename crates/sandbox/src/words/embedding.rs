//! Vectors of texts: hashed words and parts of words, so that similar texts are near each other.

use super::tokens::is_wide;
use crate::chance::{mix, scramble};

/// A vector of length one.
pub(crate) fn embed(text: &str, dimensions: usize, model: &str) -> Vec<f64> {
    let salt = mix(0, model);
    let mut vector = vec![0.0_f64; dimensions.max(1)];
    let mut add = |feature: &str, weight: f64| {
        let mut hash = mix(salt, feature);
        // Each feature points several ways, so that two seldom fall together even where there are few dimensions.
        for _ in 0..4 {
            hash = scramble(hash.wrapping_add(0x9e37_79b9_7f4a_7c15));
            let place = (hash % vector.len() as u64) as usize;
            vector[place] += if hash >> 63 == 0 { weight } else { -weight };
        }
    };
    let lower = text.to_lowercase();
    for word in lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().any(|letter| is_wide(*letter)) {
            for letter in &letters {
                add(&letter.to_string(), 0.6);
            }
            for pair in letters.windows(2) {
                add(&pair.iter().collect::<String>(), 1.0);
            }
            continue;
        }
        // Short words are mostly those that every text has.
        add(word, if letters.len() > 3 { 1.0 } else { 0.25 });
        let edged: Vec<char> = std::iter::once('^').chain(letters).chain(std::iter::once('$')).collect();
        for part in edged.windows(4) {
            add(&part.iter().collect::<String>(), 0.4);
        }
    }
    let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt();
    if length == 0.0 {
        let place = (mix(salt, text) % vector.len() as u64) as usize;
        vector[place] = 1.0;
        return vector;
    }
    vector.iter().map(|number| (number / length * 1e7).round() / 1e7).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, two: &str) -> f64 {
        let (one, two) = (embed(one, 1024, "m"), embed(two, 1024, "m"));
        one.iter().zip(&two).map(|(one, two)| one * two).sum()
    }

    #[test]
    fn similar_texts_are_nearer() {
        let base = "A gondola crosses the Grand Canal at dusk";
        let near = alike(base, "Gondolas crossing the Grand Canal in the evening");
        let far = alike(base, "Quarterly revenue of a software company");
        assert!(near > 0.4 && far < 0.2, "{near} {far}");
        assert!(alike("威尼斯的贡多拉", "贡多拉在威尼斯") > alike("威尼斯的贡多拉", "季度财务报告") + 0.3);
        assert!((alike(base, base) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn models_differ_and_nothing_but_marks_is_a_vector_too() {
        assert_ne!(embed("water", 64, "a"), embed("water", 64, "b"));
        let marks = embed("?!", 16, "a");
        assert!((marks.iter().map(|number| number * number).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
