use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::lenient;
use crate::money;

/// What a model costs.
///
/// Every shape of price in one: a part that a model doesn't have is `None` or empty. What can't be read, known or
/// not, is kept in `extra`; see [`Pricing::is_fully_read`] before adding anything up.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Pricing {
    /// For one picture, or one piece of music.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<Price>,
    /// For one edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inpaint: Option<Price>,
    /// For one picture made larger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upscale: Option<UpscalePricing>,
    /// For one picture, by its tier of size (`1K`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resolutions: BTreeMap<String, Price>,
    /// For one picture, by its tier of size and then by quality (`1K`, `high`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub quality: BTreeMap<String, BTreeMap<String, Price>>,
    /// For the pictures that go into an edit.
    #[serde(rename = "inputImages", skip_serializing_if = "Option::is_none")]
    pub input_images: Option<InputImagesPricing>,
    /// For a million tokens read, or a million characters spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Price>,
    /// For a million tokens written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Price>,
    /// For a million tokens read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_input: Option<Price>,
    /// For a million tokens put in the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Price>,
    /// Where more tokens are read than a threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<ExtendedPricing>,
    /// For a second of music made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_second: Option<Price>,
    /// For a second of sound transcribed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_audio_second: Option<Price>,
    /// For a thousand characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_thousand_characters: Option<Price>,
    /// For a piece of music, by tiers of duration.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub durations: BTreeMap<String, DurationPrice>,
    /// What this version of the crate can't read.
    #[serde(flatten)]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub extra: Map<String, Value>,
}

/// A price in each currency. The two are alternatives, never to be added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Price {
    /// US dollars.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
}

/// Prices of making a picture larger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct UpscalePricing {
    /// To twice its width and height.
    #[serde(rename = "2x", skip_serializing_if = "Option::is_none")]
    pub x2: Option<Price>,
    /// To four times its width and height.
    #[serde(rename = "4x", skip_serializing_if = "Option::is_none")]
    pub x4: Option<Price>,
}

/// Prices of the pictures that go into an edit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct InputImagesPricing {
    /// How many the price of the edit covers.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub included: Option<u32>,
    /// For each further one.
    pub additional: Option<Price>,
}

/// Prices where more tokens are read than a threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct ExtendedPricing {
    /// The number of tokens above which they hold.
    #[serde(deserialize_with = "lenient::count")]
    #[cfg_attr(feature = "specta", specta(type = Option<u32>))]
    pub context_token_threshold: Option<u32>,
    /// For a million tokens read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Price>,
    /// For a million tokens written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Price>,
    /// For a million tokens read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_input: Option<Price>,
    /// For a million tokens put in the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<Price>,
}

/// The price of a piece of music whose duration falls into a tier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DurationPrice {
    /// US dollars.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub usd: Option<Decimal>,
    /// DIEM.
    #[serde(with = "money::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub diem: Option<Decimal>,
    /// The shortest duration of the tier, in seconds.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub min_seconds: Option<f64>,
    /// The longest duration of the tier, in seconds.
    #[serde(deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<f64>))]
    pub max_seconds: Option<f64>,
}

impl Pricing {
    /// Whether all that the model says of its price was understood. Where it isn't, the price is unknown.
    pub fn is_fully_read(&self) -> bool {
        self.extra.is_empty()
    }

    /// The tier of duration these seconds fall into.
    pub fn duration_tier(&self, seconds: f64) -> Option<&DurationPrice> {
        self.durations.values().find(|tier| {
            tier.min_seconds.is_none_or(|min| min <= seconds)
                && tier.max_seconds.is_none_or(|max| seconds <= max)
        })
    }
}

impl<'de> Deserialize<'de> for Pricing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut parts = Parts(Map::deserialize(deserializer)?);
        Ok(Self {
            generation: parts.take("generation", has_price),
            inpaint: parts.take("inpaint", has_price),
            upscale: parts.take("upscale", |upscale: &UpscalePricing| {
                [upscale.x2, upscale.x4].iter().flatten().all(has_price)
            }),
            resolutions: parts.take("resolutions", all_prices).unwrap_or_default(),
            quality: parts
                .take("quality", |tiers: &BTreeMap<_, BTreeMap<_, _>>| tiers.values().all(all_prices))
                .unwrap_or_default(),
            input_images: parts.take("inputImages", |images: &InputImagesPricing| {
                images.included.is_some() && images.additional.as_ref().is_some_and(has_price)
            }),
            input: parts.take("input", has_price),
            output: parts.take("output", has_price),
            cache_input: parts.take("cache_input", has_price),
            cache_write: parts.take("cache_write", has_price),
            extended: parts.take("extended", |extended: &ExtendedPricing| {
                let prices = [extended.input, extended.output, extended.cache_input, extended.cache_write];
                extended.context_token_threshold.is_some() && prices.iter().flatten().all(has_price)
            }),
            per_second: parts.take("per_second", has_price),
            per_audio_second: parts.take("per_audio_second", has_price),
            per_thousand_characters: parts.take("per_thousand_characters", has_price),
            durations: parts
                .take("durations", |tiers: &BTreeMap<String, DurationPrice>| {
                    tiers.values().all(|tier| tier.usd.is_some() || tier.diem.is_some())
                })
                .unwrap_or_default(),
            extra: parts.0,
        })
    }
}

fn has_price(price: &Price) -> bool {
    price.usd.is_some() || price.diem.is_some()
}

fn all_prices(prices: &BTreeMap<String, Price>) -> bool {
    prices.values().all(has_price)
}

/// The parts of a price that weren't taken yet.
struct Parts(Map<String, Value>);

impl Parts {
    /// Takes a part, unless it has another shape or doesn't make sense: then it stays.
    fn take<T: DeserializeOwned>(&mut self, name: &str, makes_sense: impl Fn(&T) -> bool) -> Option<T> {
        let part = T::deserialize(self.0.get(name)?).ok().filter(makes_sense)?;
        self.0.remove(name);
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Pricing {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_shape_is_read_and_written_back() {
        let json = r#"{"generation":{"usd":0.1,"diem":0.1},"inpaint":{"usd":0.04,"diem":0.04},
            "upscale":{"2x":{"usd":0.02,"diem":0.02},"4x":{"usd":0.08,"diem":0.08}},
            "resolutions":{"1K":{"usd":0.34,"diem":0.34}},"quality":{"1K":{"high":{"usd":0.34,"diem":0.34}}},
            "inputImages":{"included":1,"additional":{"usd":0.0345,"diem":0.0345}},
            "input":{"usd":50.0,"diem":50.0},"output":{"usd":60.0,"diem":60.0},"cache_input":{"usd":0.9375,"diem":0.9375},
            "cache_write":{"usd":7.5,"diem":7.5},
            "extended":{"context_token_threshold":200000,"input":{"usd":5.0,"diem":5.0},"output":{"usd":22.5,"diem":22.5}},
            "per_second":{"usd":0.0023,"diem":0.0023},"per_audio_second":{"usd":0.000167,"diem":0.000167},
            "per_thousand_characters":{"usd":0.115,"diem":0.115},
            "durations":{"60":{"usd":0.03,"diem":0.03,"min_seconds":60.0,"max_seconds":60.0},
                         "90":{"usd":0.04,"diem":0.04,"min_seconds":61.0,"max_seconds":90.0}}}"#;
        let pricing = read(json);
        assert!(pricing.is_fully_read(), "{:?}", pricing.extra);
        assert_eq!(pricing.upscale.unwrap().x4.unwrap().usd, Some(Decimal::new(8, 2)));
        assert_eq!(pricing.input_images.unwrap().included, Some(1));
        assert_eq!(pricing.duration_tier(75.0).unwrap().usd, Some(Decimal::new(4, 2)));
        assert_eq!(pricing.duration_tier(91.0), None);
        let written: Value = serde_json::to_value(&pricing).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(json).unwrap());
    }

    #[test]
    fn what_is_not_understood_makes_the_price_unknown() {
        for json in [
            r#"{"generation":{"usd":0.1},"per_blink":{"usd":1}}"#,
            r#"{"generation":{"usd":0.1},"resolutions":[1,2]}"#,
            r#"{"generation":{"usd":0.1},"resolutions":{"1K":{"eur":1}}}"#,
            r#"{"generation":{"usd":"much"}}"#,
            r#"{"inputImages":{"included":1}}"#,
        ] {
            let pricing = read(json);
            assert!(!pricing.is_fully_read(), "{json}");
            let again = serde_json::to_string(&pricing).unwrap();
            assert!(!read(&again).is_fully_read(), "{again}");
        }
    }
}
