//! Models that make music and sounds.

use std::ops::RangeInclusive;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Model, both, number, usd};

/// How a model that makes music is paid.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MusicPrice {
    /// For each piece.
    Piece(Decimal),
    /// By the tier that the duration falls in: the most seconds, and the price.
    Tiers(&'static [(u32, Decimal)]),
    Second(Decimal),
    ThousandCharacters(Decimal),
}

/// What a model that makes music takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MusicRules {
    pub(crate) price: MusicPrice,
    /// The least, the most and the usual duration in seconds; others come as long as the text or the piece is.
    pub(crate) seconds: Option<(u32, u32, u32)>,
    /// Lengths of the prompt in characters.
    pub(crate) prompt: (usize, usize),
    /// How many characters of lyrics; none: no lyrics.
    pub(crate) lyrics: Option<usize>,
    pub(crate) lyrics_required: bool,
    pub(crate) lyrics_written: bool,
    pub(crate) instrumental: bool,
    pub(crate) loops: bool,
    pub(crate) voices: &'static [&'static str],
    pub(crate) language: bool,
    /// The least and the most speed, in hundredths.
    pub(crate) speed: Option<(u32, u32)>,
    pub(crate) format: &'static str,
    /// Speaks its prompt instead of making music from it.
    pub(crate) speaks: bool,
    /// Makes noises instead of music.
    pub(crate) noises: bool,
    /// How many seconds the work takes, on average.
    pub(crate) takes: f32,
}

const PLAIN: MusicRules = MusicRules {
    price: MusicPrice::Piece(Decimal::ZERO),
    seconds: None,
    prompt: (1, 2000),
    lyrics: None,
    lyrics_required: false,
    lyrics_written: false,
    instrumental: false,
    loops: false,
    voices: &[],
    language: false,
    speed: None,
    format: "mp3",
    speaks: false,
    noises: false,
    takes: 14.0,
};

impl MusicRules {
    /// The price in dollars of so many seconds, or characters.
    pub(crate) fn price_of(&self, seconds: u32, characters: usize) -> Decimal {
        match self.price {
            MusicPrice::Piece(price) => price,
            MusicPrice::Tiers(tiers) => tiers
                .iter()
                .find(|(most, _)| seconds <= *most)
                .or(tiers.last())
                .map_or(Decimal::ZERO, |(_, price)| *price),
            MusicPrice::Second(price) => price * Decimal::from(seconds),
            MusicPrice::ThousandCharacters(price) => {
                price * Decimal::from_i128_with_scale(characters as i128, 3)
            }
        }
    }

    /// The speeds that it takes.
    pub(crate) fn speeds(&self) -> Option<RangeInclusive<f64>> {
        self.speed.map(|(least, most)| f64::from(least) / 100.0..=f64::from(most) / 100.0)
    }

    fn listing(&self) -> Value {
        let pricing = match self.price {
            MusicPrice::Piece(price) => json!({"generation": both(price)}),
            MusicPrice::Second(price) => json!({"per_second": both(price)}),
            MusicPrice::ThousandCharacters(price) => json!({"per_thousand_characters": both(price)}),
            MusicPrice::Tiers(tiers) => {
                let mut least = self.seconds.map_or(1, |(least, _, _)| least);
                let mut listed = Map::new();
                for (most, price) in tiers {
                    let tier = json!({"usd": number(*price), "diem": number(*price), "min_seconds": least,
                        "max_seconds": most});
                    listed.insert(most.to_string(), tier);
                    least = most + 1;
                }
                json!({"durations": listed})
            }
        };
        let mut said = json!({
            "pricing": pricing, "supported_formats": [self.format], "default_format": self.format,
            "prompt_character_limit": self.prompt.1, "min_prompt_length": self.prompt.0,
            "supports_lyrics": self.lyrics.is_some(), "lyrics_required": self.lyrics_required,
            "supports_lyrics_optimizer": self.lyrics_written, "supports_force_instrumental": self.instrumental,
            "supports_loop": self.loops, "supports_language_code": self.language,
            "supports_speed": self.speed.is_some(),
        });
        let mut set = |name: &str, value: Value| said[name] = value;
        if let Some((least, most, usual)) = self.seconds {
            set("min_duration", json!(least));
            set("max_duration", json!(most));
            set("default_duration", json!(usual));
            if let MusicPrice::Tiers(tiers) = self.price {
                set("duration_options", tiers.iter().map(|(most, _)| *most).collect());
            }
        }
        if let Some(limit) = self.lyrics {
            set("lyrics_character_limit", json!(limit));
        }
        if let Some(speeds) = self.speeds() {
            set("default_speed", json!(1));
            set("min_speed", json!(speeds.start()));
            set("max_speed", json!(speeds.end()));
        }
        if let Some(first) = self.voices.first() {
            set("voices", json!(self.voices));
            set("default_voice", json!(first));
        }
        said
    }
}

const MUSIC: &[(&str, &str, bool, MusicRules)] = &[
    (
        "ace-step-15",
        "ACE-Step 1.5",
        true,
        MusicRules {
            price: MusicPrice::Tiers(&[(60, usd(30_000)), (120, usd(50_000)), (210, usd(80_000))]),
            seconds: Some((10, 210, 60)),
            prompt: (10, 500),
            lyrics: Some(3000),
            instrumental: true,
            ..PLAIN
        },
    ),
    (
        "elevenlabs-music",
        "ElevenLabs Music",
        false,
        MusicRules {
            price: MusicPrice::Tiers(&[(60, usd(650_000)), (120, usd(1_300_000)), (240, usd(2_600_000))]),
            seconds: Some((3, 240, 60)),
            prompt: (10, 2000),
            instrumental: true,
            takes: 20.0,
            ..PLAIN
        },
    ),
    (
        "elevenlabs-sound-effects-v2",
        "ElevenLabs Sound Effects",
        false,
        MusicRules {
            price: MusicPrice::Second(usd(2_200)),
            seconds: Some((1, 22, 5)),
            prompt: (1, 450),
            loops: true,
            noises: true,
            takes: 6.0,
            ..PLAIN
        },
    ),
    (
        "mmaudio-v2-text-to-audio",
        "MMAudio V2",
        false,
        MusicRules {
            price: MusicPrice::Second(usd(900)),
            seconds: Some((1, 30, 8)),
            noises: true,
            format: "flac",
            takes: 6.0,
            ..PLAIN
        },
    ),
    (
        "elevenlabs-tts-multilingual-v2",
        "ElevenLabs Multilingual v2",
        false,
        MusicRules {
            price: MusicPrice::ThousandCharacters(usd(110_000)),
            prompt: (1, 10_000),
            voices: &["Aria", "Roger", "Sarah"],
            language: true,
            speed: Some((70, 120)),
            speaks: true,
            takes: 5.0,
            ..PLAIN
        },
    ),
    (
        "minimax-music-v26",
        "MiniMax Music 2.6",
        false,
        MusicRules {
            price: MusicPrice::Piece(usd(170_000)),
            prompt: (10, 2000),
            lyrics: Some(3500),
            lyrics_required: true,
            lyrics_written: true,
            takes: 24.0,
            ..PLAIN
        },
    ),
    (
        "stable-audio-25",
        "Stable Audio 2.5",
        false,
        MusicRules {
            price: MusicPrice::Piece(usd(180_000)),
            seconds: Some((1, 190, 30)),
            format: "wav",
            ..PLAIN
        },
    ),
];

pub(super) fn models() -> Vec<Model> {
    MUSIC
        .iter()
        .map(|(id, name, private, rules)| {
            let mut model = Model::new("music", id, name, 1_774_000_000).says(rules.listing());
            model.music = Some(*rules);
            if *private { model } else { model.anonymized() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_in_the_tier_that_is_listed_for_it() {
        let (_, _, _, ace) = MUSIC[0];
        assert_eq!(ace.price_of(60, 0), usd(30_000));
        assert_eq!(ace.price_of(61, 0), usd(50_000));
        let tiers = &ace.listing()["pricing"]["durations"];
        assert_eq!(tiers["120"]["min_seconds"], 61);
        assert_eq!(tiers["120"]["usd"].to_string(), "0.05");
    }
}
