//! A film as it is asked for: what was sent, and whether the model takes it.

use crate::{
    catalogue::{FilmRules, FilmSize, Input, Model},
    fields::Fields,
    refusal::{Issue, Refusal},
};

const DURATIONS: &[&str] = &[
    "1s", "2s", "3s", "4s", "5s", "6s", "7s", "8s", "9s", "10s", "11s", "12s", "13s", "14s", "15s", "16s",
    "17s", "18s", "19s", "20s", "21s", "22s", "23s", "24s", "25s", "26s", "27s", "28s", "29s", "30s", "-1",
    "1 gen", "auto", "Auto",
];
const RATIOS: &[&str] =
    &["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "9:21", "16:9", "21:9", "adaptive", "auto"];
const RESOLUTIONS: &[&str] = &[
    "256p",
    "360p",
    "480p",
    "540p",
    "580p",
    "720p",
    "1080p",
    "1440p",
    "2160p",
    "4k",
    "2x",
    "4x",
    "2K",
    "768P",
    "true_1080p",
];
/// The longest text that an address may be; data URLs among them.
const ADDRESS: usize = 100 << 20;

/// What a quote and a request have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub(super) duration: &'static str,
    pub(super) aspect_ratio: Option<&'static str>,
    pub(super) resolution: Option<&'static str>,
    pub(super) upscale_factor: Option<u32>,
    pub(super) audio: Option<bool>,
    pub(super) video: Option<String>,
}

impl Shape {
    fn take(fields: &mut Fields) -> Self {
        fields.required("duration");
        let duration = fields.choice("duration", DURATIONS).unwrap_or("5s");
        let aspect_ratio = fields.choice("aspect_ratio", RATIOS);
        let resolution = fields.choice("resolution", RESOLUTIONS);
        let factor = fields.integer("upscale_factor", 1..=4);
        if factor == Some(3) {
            fields.reject("upscale_factor", "invalid_enum_value", "Must be 1, 2 or 4");
        }
        Self {
            duration,
            aspect_ratio,
            resolution,
            upscale_factor: factor.map(i32::unsigned_abs),
            audio: fields.flag("audio"),
            video: fields.text("video_url", 1..=ADDRESS),
        }
    }

    /// Whether the film is to be as long as what it is made after.
    pub(super) fn follows_length(&self) -> bool {
        !self.duration.ends_with('s')
    }

    pub(super) fn follows_shape(&self) -> bool {
        matches!(self.aspect_ratio, Some("adaptive" | "auto"))
    }

    fn seconds(&self) -> Option<u32> {
        self.duration.strip_suffix('s').and_then(|digits| digits.parse().ok())
    }

    /// How long the film becomes, where `source` is the length of what it is made after.
    pub(super) fn length(&self, rules: &FilmRules, source: Option<f64>) -> f64 {
        match source {
            Some(source) if rules.upscales || self.follows_length() => source.clamp(1.0, 30.0),
            _ => f64::from(self.seconds().unwrap_or(5)),
        }
    }

    pub(super) fn sounds(&self, rules: &FilmRules) -> bool {
        rules.audio && self.audio.unwrap_or(true)
    }

    pub(super) fn price(&self, rules: &FilmRules, length: f64, reference: f64) -> rust_decimal::Decimal {
        rules.price_of(FilmSize {
            seconds: length.ceil() as u32,
            resolution: self.resolution,
            audio: self.sounds(rules),
            factor: self.upscale_factor.unwrap_or(2),
            reference: reference.ceil() as u32,
        })
    }

    fn check(&self, model: &Model, rules: &FilmRules, issues: &mut Vec<Issue>) {
        let mut refuse = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        let listed = |all: &[&str], asked: &str| all.iter().any(|known| known.eq_ignore_ascii_case(asked));
        for (field, all, asked) in [
            ("aspect_ratio", rules.aspect_ratios, self.aspect_ratio),
            ("resolution", rules.resolutions, self.resolution),
        ] {
            match asked {
                Some(_) if all.is_empty() => refuse(field, format!("{} doesn't support {field}", model.id)),
                Some(asked) if !listed(all, asked) => {
                    refuse(field, format!("{} takes {}", model.id, all.join(", ")));
                }
                _ => {}
            }
        }
        if !rules.durations.is_empty() && !listed(rules.durations, self.duration) {
            refuse("duration", format!("{} takes {}", model.id, rules.durations.join(", ")));
        }
        let unsupported = [
            ("upscale_factor", self.upscale_factor.is_some() && !rules.upscales),
            ("audio", self.audio.is_some() && !rules.audio_configurable),
            ("video_url", self.video.is_some() && rules.video == Input::None),
        ];
        for (field, _) in unsupported.iter().filter(|(_, wrong)| *wrong) {
            refuse(field, format!("{} doesn't support {field}", model.id));
        }
    }
}

/// A quote that is asked for.
#[derive(Debug)]
pub(super) struct QuoteRequest {
    pub(super) model: String,
    pub(super) shape: Shape,
    pub(super) reference: Option<f64>,
}

impl QuoteRequest {
    pub(super) fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let model = fields.required_text("model", 1..=200);
        let shape = Shape::take(&mut fields);
        let reference = fields.number("reference_video_total_duration", 0.0..=150.0);
        fields.finish()?;
        Ok(Self { model, shape, reference })
    }

    pub(super) fn check(&self, model: &Model, rules: &FilmRules) -> Result<(), Refusal> {
        let mut issues = Vec::new();
        self.shape.check(model, rules, &mut issues);
        let mut refuse = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        let name = "reference_video_total_duration";
        if self.reference.is_some() && rules.reference_videos == 0 {
            refuse(name, format!("{} doesn't support reference videos", model.id));
        }
        let follows = self.shape.follows_length() || self.shape.follows_shape();
        if follows && rules.reference_videos > 0 && self.reference.is_none() {
            refuse(name, "Required where the film follows its source".into());
        }
        if issues.is_empty() { Ok(()) } else { Err(Refusal::fields(issues)) }
    }
}

/// A film that is asked for.
#[derive(Debug)]
pub(super) struct FilmRequest {
    pub(super) model: String,
    pub(super) prompt: String,
    pub(super) negative_prompt: Option<String>,
    pub(super) shape: Shape,
    pub(super) consented: bool,
    pub(super) image: Option<String>,
    pub(super) end_image: Option<String>,
    pub(super) audio: Option<String>,
    pub(super) reference_images: Vec<String>,
    pub(super) reference_videos: Vec<String>,
    pub(super) reference_sounds: Vec<String>,
    documents: Vec<String>,
    pub(super) elements: Vec<Element>,
    pub(super) scenes: Vec<String>,
    pub(super) keyframes: Vec<(String, u32)>,
    task: Option<&'static str>,
}

/// Somebody or something that appears.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) front: Option<String>,
    pub(super) images: Vec<String>,
    pub(super) video: Option<String>,
}

impl FilmRequest {
    pub(super) fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let request = Self {
            model: fields.required_text("model", 1..=200),
            prompt: fields.required_text("prompt", 1..=20_000),
            negative_prompt: fields.text("negative_prompt", 0..=20_000),
            shape: Shape::take(&mut fields),
            consented: consents(&mut fields),
            image: fields.text("image_url", 1..=ADDRESS),
            end_image: fields.text("end_image_url", 1..=ADDRESS),
            audio: fields.text("audio_url", 1..=ADDRESS),
            reference_images: fields.texts("reference_image_urls", 1..=ADDRESS, 30),
            reference_videos: fields.texts("reference_video_urls", 1..=ADDRESS, 10),
            reference_sounds: fields.texts("reference_audio_urls", 1..=ADDRESS, 10),
            documents: fields.texts("reference_document_urls", 1..=ADDRESS, 1),
            elements: fields.objects("elements", |element| Element {
                front: element.text("frontal_image_url", 1..=ADDRESS),
                images: element.texts("reference_image_urls", 1..=ADDRESS, 3),
                video: element.text("video_url", 1..=ADDRESS),
            }),
            scenes: fields.texts("scene_image_urls", 1..=ADDRESS, 4),
            keyframes: fields.objects("keyframes", |frame| {
                frame.required("frame_index");
                let place = frame.integer("frame_index", 0..=i32::MAX).unwrap_or_default();
                (frame.required_text("image_url", 1..=ADDRESS), place.unsigned_abs())
            }),
            task: fields.choice(
                "omni_reference_task_type",
                &["auto", "reference", "edit", "extend", "editing", "extension"],
            ),
        };
        fields.finish()?;
        Ok(request)
    }

    /// What the model doesn't take, lacks, or takes less of.
    pub(super) fn check(&self, model: &Model, rules: &FilmRules) -> Result<(), Refusal> {
        let mut issues = Vec::new();
        self.shape.check(model, rules, &mut issues);
        let mut refuse = |field: &str, message: String| issues.push(Issue::new(field, "custom", message));
        let limit = rules.prompt_limit;
        for (field, text) in
            [("prompt", Some(&self.prompt)), ("negative_prompt", self.negative_prompt.as_ref())]
        {
            if text.is_some_and(|text| text.chars().count() > limit) {
                refuse(field, format!("{} takes at most {limit} characters", model.id));
            }
        }
        let none = Input::None;
        let taken = |yes: bool| if yes { Input::Optional } else { none };
        for (field, there, input) in [
            ("image_url", self.image.is_some(), rules.image),
            ("end_image_url", self.end_image.is_some(), taken(rules.end_image)),
            ("audio_url", self.audio.is_some(), taken(rules.audio_input)),
            (
                "video_url",
                self.shape.video.is_some(),
                if rules.video == none { Input::Optional } else { rules.video },
            ),
            ("omni_reference_task_type", self.task.is_some(), taken(rules.tasks)),
        ] {
            if there && input == none {
                refuse(field, format!("{} doesn't support {field}", model.id));
            } else if !there && input == Input::Required {
                refuse(field, format!("{} requires {field}", model.id));
            }
        }
        for (field, count, most) in [
            ("reference_image_urls", self.reference_images.len(), rules.reference_images),
            ("reference_video_urls", self.reference_videos.len(), rules.reference_videos),
            ("reference_audio_urls", self.reference_sounds.len(), rules.reference_sounds),
            ("reference_document_urls", self.documents.len(), rules.documents),
            ("elements", self.elements.len(), rules.elements),
            ("scene_image_urls", self.scenes.len(), rules.scenes),
            ("keyframes", self.keyframes.len(), rules.keyframes),
        ] {
            if count > 0 && most == 0 {
                refuse(field, format!("{} doesn't support {field}", model.id));
            } else if count > most {
                refuse(field, format!("{} takes at most {most}", model.id));
            }
        }
        if !self.reference_sounds.is_empty()
            && self.reference_images.is_empty()
            && self.reference_videos.is_empty()
        {
            refuse("reference_audio_urls", "Needs a reference image or a reference video beside it".into());
        }
        let follows = self.shape.follows_length() || self.shape.follows_shape();
        if follows && rules.reference_videos > 0 && self.reference_videos.is_empty() {
            refuse("reference_video_urls", "Required where the film follows its source".into());
        }
        let last = self.shape.seconds().map_or(u32::MAX, |seconds| seconds * 24);
        let mut places: Vec<u32> = self.keyframes.iter().map(|(_, place)| *place).collect();
        if places.iter().any(|place| *place > last) {
            refuse("keyframes", format!("frame_index must be at most {last}"));
        }
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[0] == pair[1]) {
            refuse("keyframes", "Each frame_index must be unique".into());
        }
        if issues.is_empty() { Ok(()) } else { Err(Refusal::fields(issues)) }
    }
}

/// Whether all three confirmations are there; one without the others is refused.
fn consents(fields: &mut Fields) -> bool {
    let seedance = fields.object("consents", |consents| {
        consents.object("seedance", |seedance| {
            for name in
                ["confirmed_terms_and_privacy", "confirmed_legal_right", "confirmed_screening_acknowledged"]
            {
                seedance.required(name);
                if seedance.flag(name) == Some(false) {
                    seedance.reject(name, "invalid_literal", "Must be true");
                }
            }
        })
    });
    seedance.flatten().is_some()
}
