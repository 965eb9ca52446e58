//! What a film model takes and costs: one table, listed to the caller, quoted from, and enforced on the request.

use rust_decimal::Decimal;
use serde_json::{Value, json};

/// Whether something is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    None,
    Optional,
    Required,
}

/// What a model that makes films takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilmRules {
    /// As the listing calls it: `text-to-video`, `image-to-video` or `video`.
    pub(crate) kind: &'static str,
    /// Empty: the shape can't be chosen. The first is taken when none is asked for.
    pub(crate) aspect_ratios: &'static [&'static str],
    pub(crate) resolutions: &'static [&'static str],
    /// Empty: the film is as long as what goes in.
    pub(crate) durations: &'static [&'static str],
    pub(crate) audio: bool,
    pub(crate) audio_configurable: bool,
    pub(crate) prompt_limit: usize,
    pub(crate) image: Input,
    pub(crate) end_image: bool,
    pub(crate) audio_input: bool,
    pub(crate) video: Input,
    /// How many of each are taken.
    pub(crate) reference_images: usize,
    pub(crate) reference_videos: usize,
    pub(crate) reference_sounds: usize,
    pub(crate) documents: usize,
    pub(crate) elements: usize,
    pub(crate) scenes: usize,
    pub(crate) keyframes: usize,
    /// Takes `omni_reference_task_type`.
    pub(crate) tasks: bool,
    pub(crate) upscales: bool,
    /// Asks for consent when there is a face in what goes in.
    pub(crate) consent: bool,
    /// Gives a link to the film instead of the film.
    pub(crate) download: bool,
    /// Countries where it is offered; empty: everywhere.
    pub(crate) regions: &'static [&'static str],
    /// The price of a second at 480p without sound.
    pub(crate) second: Decimal,
}

/// What the price of a film depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilmSize<'a> {
    pub(crate) seconds: u32,
    pub(crate) resolution: Option<&'a str>,
    pub(crate) audio: bool,
    /// 1, 2 or 4, where a film is scaled up.
    pub(crate) factor: u32,
    /// Seconds of film that it is made after.
    pub(crate) reference: u32,
}

impl FilmRules {
    pub(crate) const PLAIN: Self = Self {
        kind: "text-to-video",
        aspect_ratios: &[],
        resolutions: &[],
        durations: &[],
        audio: false,
        audio_configurable: false,
        prompt_limit: 2500,
        image: Input::None,
        end_image: false,
        audio_input: false,
        video: Input::None,
        reference_images: 0,
        reference_videos: 0,
        reference_sounds: 0,
        documents: 0,
        elements: 0,
        scenes: 0,
        keyframes: 0,
        tasks: false,
        upscales: false,
        consent: false,
        download: false,
        regions: &[],
        second: Decimal::ZERO,
    };

    pub(crate) fn listing(&self) -> Value {
        json!({"aspect_ratios": self.aspect_ratios, "resolutions": self.resolutions, "durations": self.durations,
            "model_type": self.kind, "audio": self.audio, "audio_configurable": self.audio_configurable,
            "prompt_character_limit": self.prompt_limit})
    }

    /// The price in dollars: by the second, dearer with more lines and with sound.
    pub(crate) fn price_of(&self, size: FilmSize<'_>) -> Decimal {
        let lines = if self.upscales {
            Decimal::from(size.factor)
        } else {
            Decimal::new(lines_factor(size.resolution.or(self.resolutions.first().copied())), 2)
        };
        let sound = if size.audio && self.audio_configurable { Decimal::new(15, 1) } else { Decimal::ONE };
        let made = Decimal::from(size.seconds) * lines * sound;
        // Film that is looked at costs half of film that is made.
        let seen = Decimal::from(size.reference) * lines * Decimal::new(5, 1);
        ((made + seen) * self.second).normalize()
    }
}

/// How much dearer a resolution is than 480p, in hundredths.
fn lines_factor(resolution: Option<&str>) -> i64 {
    match resolution.map(str::to_ascii_lowercase).as_deref() {
        Some("256p" | "360p") => 60,
        Some("540p" | "580p") => 130,
        Some("720p" | "768p") => 200,
        Some("1080p") => 400,
        Some("true_1080p") => 450,
        Some("1440p" | "2k") => 600,
        Some("2160p" | "4k") => 1000,
        _ => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::usd;

    #[test]
    fn seconds_lines_and_sound_make_the_price() {
        let rules = FilmRules {
            resolutions: &["480p", "720p"],
            audio: true,
            audio_configurable: true,
            second: usd(20_000),
            ..FilmRules::PLAIN
        };
        let size = FilmSize { seconds: 5, resolution: None, audio: false, factor: 1, reference: 0 };
        let price = |size| rules.price_of(size).to_string();
        assert_eq!(price(size), "0.1");
        assert_eq!(price(FilmSize { audio: true, ..size }), "0.15");
        assert_eq!(price(FilmSize { resolution: Some("720p"), ..size }), "0.2");
        assert_eq!(price(FilmSize { reference: 4, ..size }), "0.14");
    }
}
