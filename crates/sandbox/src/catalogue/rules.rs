//! What a picture model takes and costs: one table, listed to the caller and enforced on the request.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{both, number};

/// The basic price of one picture.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Base {
    /// One price.
    Each(Decimal),
    /// By resolution tier.
    Resolutions(&'static [(&'static str, Decimal)]),
    /// By resolution tier, then low, medium and high quality.
    Qualities(&'static [(&'static str, [Decimal; 3])]),
}

impl Base {
    /// The price of one picture; `None` for a tier that has none.
    pub(crate) fn of(self, resolution: Option<&str>, quality: Option<&str>) -> Option<Decimal> {
        match self {
            Self::Each(price) => Some(price),
            Self::Resolutions(tiers) => {
                tiers.iter().find(|(tier, _)| Some(*tier) == resolution).map(|(_, price)| *price)
            }
            Self::Qualities(tiers) => {
                let (_, [low, medium, high]) = tiers.iter().find(|(tier, _)| Some(*tier) == resolution)?;
                Some(match quality {
                    Some("low") => *low,
                    Some("medium") => *medium,
                    _ => *high,
                })
            }
        }
    }

    /// The lowest tier at its best quality, which is what a caller who reads no tiers is told.
    fn plain(self) -> Decimal {
        match self {
            Self::Each(price) => price,
            Self::Resolutions(tiers) => tiers.first().map_or(Decimal::ZERO, |(_, price)| *price),
            Self::Qualities(tiers) => tiers.first().map_or(Decimal::ZERO, |(_, [_, _, high])| *high),
        }
    }

    fn write(self, pricing: &mut Map<String, Value>) {
        match self {
            Self::Each(_) => {}
            Self::Resolutions(tiers) => {
                let listed: Map<_, _> =
                    tiers.iter().map(|(tier, price)| ((*tier).into(), both(*price))).collect();
                pricing.insert("resolutions".into(), listed.into());
            }
            Self::Qualities(tiers) => {
                let high: Map<_, _> =
                    tiers.iter().map(|(tier, [_, _, high])| ((*tier).into(), both(*high))).collect();
                let listed: Map<_, _> = tiers
                    .iter()
                    .map(|(tier, [low, medium, high])| {
                        (
                            (*tier).into(),
                            json!({"low": both(*low), "medium": both(*medium), "high": both(*high)}),
                        )
                    })
                    .collect();
                pricing.insert("resolutions".into(), high.into());
                pricing.insert("quality".into(), listed.into());
            }
        }
    }
}

/// A price of pictures.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Price {
    /// Making a picture, and scaling one up by 2 and 4.
    Picture { base: Base, upscale: [Decimal; 2] },
    /// Editing a picture; each picture sent beyond `included` costs `additional`.
    Edit { base: Base, inputs: Option<(u32, Decimal)> },
}

impl Price {
    pub(crate) fn to_json(self) -> Value {
        let mut pricing = Map::new();
        match self {
            Self::Picture { base, upscale: [two, four] } => {
                if let Base::Each(price) = base {
                    pricing.insert("generation".into(), both(price));
                }
                base.write(&mut pricing);
                pricing.insert("upscale".into(), json!({"2x": both(two), "4x": both(four)}));
            }
            Self::Edit { base, inputs } => {
                pricing.insert("inpaint".into(), both(base.plain()));
                base.write(&mut pricing);
                if let Some((included, additional)) = inputs {
                    pricing.insert(
                        "inputImages".into(),
                        json!({"included": included, "additional": {"usd": number(additional), "diem": number(additional)}}),
                    );
                }
            }
        }
        pricing.into()
    }
}

/// What a model that makes pictures takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PictureRules {
    pub(crate) prompt_limit: usize,
    /// The default and the most; a most of zero: the field is ignored.
    pub(crate) steps: (i32, i32),
    pub(crate) divisor: i32,
    /// Empty: width and height are asked for instead.
    pub(crate) aspect_ratios: &'static [&'static str],
    pub(crate) resolutions: &'static [&'static str],
    pub(crate) qualities: &'static [&'static str],
    /// Zero: none are taken.
    pub(crate) style_references: usize,
    pub(crate) style_strength: bool,
    pub(crate) web_search: bool,
    /// It thinks about the prompt first, and can be told not to.
    pub(crate) thinking: bool,
}

impl PictureRules {
    pub(crate) const PLAIN: Self = Self {
        prompt_limit: 1500,
        steps: (0, 0),
        divisor: 8,
        aspect_ratios: &[],
        resolutions: &[],
        qualities: &[],
        style_references: 0,
        style_strength: false,
        web_search: false,
        thinking: false,
    };

    pub(crate) fn to_json(self) -> Value {
        let (default, max) = self.steps;
        let mut rules = json!({"promptCharacterLimit": self.prompt_limit, "widthHeightDivisor": self.divisor,
            "steps": {"default": default, "max": max}});
        choices(&mut rules, self.aspect_ratios, "aspectRatios", "defaultAspectRatio");
        choices(&mut rules, self.resolutions, "resolutions", "defaultResolution");
        qualities(&mut rules, self.qualities);
        if self.style_references > 0 {
            rules["maxStyleReferences"] = json!(self.style_references);
            rules["supportsStyleReferenceStrength"] = json!(self.style_strength);
        }
        rules
    }
}

/// What a model that edits pictures takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EditRules {
    pub(crate) prompt_limit: usize,
    pub(crate) aspect_ratios: &'static [&'static str],
    pub(crate) resolutions: &'static [&'static str],
    pub(crate) qualities: &'static [&'static str],
    /// How many pictures go in; 1: no combining.
    pub(crate) inputs: usize,
    /// Whether the shape of a single edited picture can be chosen.
    pub(crate) single_shape: bool,
}

impl EditRules {
    pub(crate) fn to_json(self) -> Value {
        let mut rules = json!({"promptCharacterLimit": self.prompt_limit, "aspectRatios": self.aspect_ratios,
            "combineImages": self.inputs > 1, "maxInputImages": self.inputs,
            "singleImageAspectRatio": self.single_shape});
        choices(&mut rules, self.resolutions, "resolutions", "defaultResolution");
        qualities(&mut rules, self.qualities);
        rules
    }
}

fn choices(rules: &mut Value, all: &[&str], name: &str, default: &str) {
    if let Some(first) = all.first() {
        rules[name] = json!(all);
        rules[default] = json!(first);
    }
}

fn qualities(rules: &mut Value, all: &[&str]) {
    if let Some(best) = all.last() {
        rules["qualities"] = json!(all);
        rules["defaultQuality"] = json!(best);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::usd;

    #[test]
    fn a_tier_and_a_quality_name_a_price() {
        const TIERS: &[(&str, [Decimal; 3])] = &[("1K", [usd(10_000), usd(20_000), usd(30_000)])];
        let base = Base::Qualities(TIERS);
        assert_eq!(base.of(Some("1K"), Some("medium")), Some(usd(20_000)));
        assert_eq!(base.of(Some("1K"), None), Some(usd(30_000)));
        assert_eq!(base.of(Some("8K"), None), None);
        let listed = Price::Edit { base, inputs: Some((1, usd(5_000))) }.to_json();
        assert_eq!(listed["quality"]["1K"]["low"]["usd"].to_string(), "0.01");
        assert_eq!(listed["inpaint"]["diem"].to_string(), "0.03");
        assert_eq!(listed["inputImages"]["additional"]["usd"].to_string(), "0.005");
    }
}
