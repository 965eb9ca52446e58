//! What a model that writes or reads takes and costs: listed to the caller and enforced on the request.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::both;

/// Something that a text model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ability {
    Code,
    Tools,
    Audio,
    Reasoning,
    Schema,
    Vision,
    Video,
    WebSearch,
    LogProbabilities,
    Enclave,
    Sealed,
    XSearch,
}

impl Ability {
    const LISTED: [(Self, &'static str); 12] = [
        (Self::Code, "optimizedForCode"),
        (Self::Tools, "supportsFunctionCalling"),
        (Self::Audio, "supportsAudioInput"),
        (Self::Reasoning, "supportsReasoning"),
        (Self::Schema, "supportsResponseSchema"),
        (Self::Vision, "supportsVision"),
        (Self::Video, "supportsVideoInput"),
        (Self::WebSearch, "supportsWebSearch"),
        (Self::LogProbabilities, "supportsLogProbs"),
        (Self::Enclave, "supportsTeeAttestation"),
        (Self::Sealed, "supportsE2EE"),
        (Self::XSearch, "supportsXSearch"),
    ];
}

/// Dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rates {
    pub(crate) input: Decimal,
    pub(crate) output: Decimal,
    /// Tokens that were read from the cache; `None`: the model keeps none.
    pub(crate) cache_read: Option<Decimal>,
    /// Tokens that were written into the cache; `None`: at the price of input.
    pub(crate) cache_write: Option<Decimal>,
}

impl Rates {
    fn write(&self, price: &mut Map<String, Value>) {
        price.insert("input".into(), both(self.input));
        price.insert("output".into(), both(self.output));
        for (name, amount) in [("cache_input", self.cache_read), ("cache_write", self.cache_write)] {
            if let Some(amount) = amount {
                price.insert(name.into(), both(amount));
            }
        }
    }
}

/// What a chat model takes and costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextRules {
    /// Tokens, in and out together.
    pub(crate) context: u32,
    /// Tokens of one answer.
    pub(crate) most_out: u32,
    pub(crate) can: &'static [Ability],
    /// The efforts of reasoning to choose from; empty: there is no choice.
    pub(crate) efforts: &'static [&'static str],
    pub(crate) usual_effort: &'static str,
    /// Writes its thoughts into the answer, between `<think>` and `</think>`.
    pub(crate) thinks_aloud: bool,
    /// Cites as `^1^`, as the description says, where others write `[REF]0[/REF]`, as the guides say.
    pub(crate) cites_superscript: bool,
    /// Pictures and films in one request.
    pub(crate) most_images: u32,
    pub(crate) most_videos: u32,
    rates: Rates,
    /// Beyond so many tokens of input these rates hold for the whole request.
    extended: Option<(u32, Rates)>,
}

impl TextRules {
    pub(super) const fn new(context: u32, can: &'static [Ability], rates: Rates) -> Self {
        Self {
            context,
            most_out: context / 4,
            can,
            efforts: &[],
            usual_effort: "",
            thinks_aloud: false,
            cites_superscript: false,
            most_images: 0,
            most_videos: 0,
            rates,
            extended: None,
        }
    }

    pub(super) const fn effort(self, efforts: &'static [&'static str], usual: &'static str) -> Self {
        Self { efforts, usual_effort: usual, ..self }
    }

    pub(super) const fn thinking_aloud(self) -> Self {
        Self { thinks_aloud: true, ..self }
    }

    pub(super) const fn citing_superscript(self) -> Self {
        Self { cites_superscript: true, ..self }
    }

    pub(super) const fn seeing(self, images: u32, videos: u32) -> Self {
        Self { most_images: images, most_videos: videos, ..self }
    }

    pub(super) const fn extended(self, beyond: u32, rates: Rates) -> Self {
        Self { extended: Some((beyond, rates)), ..self }
    }

    pub(crate) fn can(&self, ability: Ability) -> bool {
        self.can.contains(&ability)
    }

    /// The rates that hold for so many tokens of input.
    pub(crate) fn rates(&self, input: u32) -> Rates {
        match self.extended {
            Some((beyond, rates)) if input > beyond => rates,
            _ => self.rates,
        }
    }

    /// What the listing says of it.
    pub(super) fn to_json(self) -> Map<String, Value> {
        let mut known = json!({"quantization": "fp8", "supportsReasoningEffort": !self.efforts.is_empty(),
            "supportsMultipleImages": self.most_images > 1});
        for (ability, field) in Ability::LISTED {
            known[field] = json!(self.can(ability));
        }
        if !self.efforts.is_empty() {
            known["reasoningEffortOptions"] = json!(self.efforts);
            known["defaultReasoningEffort"] = json!(self.usual_effort);
        }
        if self.most_images > 1 {
            known["maxImages"] = json!(self.most_images);
        }
        if self.most_videos > 0 {
            known["maxVideos"] = json!(self.most_videos);
        }
        let mut price = Map::new();
        self.rates.write(&mut price);
        if let Some((beyond, rates)) = self.extended {
            let mut tier = Map::new();
            tier.insert("context_token_threshold".into(), json!(beyond));
            rates.write(&mut tier);
            price.insert("extended".into(), tier.into());
        }
        let constraints = json!({"temperature": {"default": 0.7}, "top_p": {"default": 0.9},
            "frequency_penalty": {"default": 0}, "presence_penalty": {"default": 0}, "repetition_penalty": {"default": 1}});
        [
            ("availableContextTokens", json!(self.context)),
            ("maxCompletionTokens", json!(self.most_out)),
            ("capabilities", known),
            ("pricing", price.into()),
            ("constraints", constraints),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
    }
}

/// What an embedding model takes and costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EmbeddingRules {
    pub(crate) dimensions: u32,
    /// Whether fewer dimensions may be asked for.
    pub(crate) shorter: bool,
    /// Tokens of one text.
    pub(crate) most_tokens: u32,
    /// Dollars per million tokens.
    pub(crate) input: Decimal,
}

impl EmbeddingRules {
    pub(super) fn to_json(self) -> Map<String, Value> {
        let mut said: Map<String, Value> = [
            ("embeddingDimensions", json!(self.dimensions)),
            ("maxInputTokens", json!(self.most_tokens)),
            ("pricing", json!({"input": both(self.input), "output": both(self.input)})),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
        if self.shorter {
            said.insert("supportsCustomDimensions".into(), json!(true));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_request_costs_the_extended_rates_as_a_whole() {
        let rates = |input| Rates {
            input: Decimal::from(input),
            output: Decimal::ONE,
            cache_read: None,
            cache_write: None,
        };
        let rules = TextRules::new(1000, &[Ability::Code], rates(1)).extended(100, rates(4));
        assert_eq!(rules.rates(100).input, Decimal::ONE);
        assert_eq!(rules.rates(101).input, Decimal::from(4));
        assert!(rules.can(Ability::Code) && !rules.can(Ability::Tools));
    }
}
