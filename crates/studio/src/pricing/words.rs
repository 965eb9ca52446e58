//! What words and sound cost: by tokens, characters and seconds.

use rust_decimal::Decimal;
use venice::{
    chat::Usage,
    models::{Model, Price as Listed, Pricing},
};

use super::{listed, money};
use crate::money::Money;

/// Prices of words are for so many of them.
const MILLION: u32 = 1_000_000;

/// Part of a price that is for `per` units.
fn share(price: &Listed, units: u64, per: u32) -> Option<Money> {
    let whole = money(price)?;
    Some(Money { amount: (whole.amount * Decimal::from(units) / Decimal::from(per)).normalize(), ..whole })
}

/// Speech of so many characters: exactly.
pub(crate) fn speech(models: &[Model], model: &str, characters: u64) -> Option<Money> {
    let (_, pricing) = listed(models, model)?;
    let per_million = pricing.input.as_ref().and_then(|price| share(price, characters, MILLION));
    per_million.or_else(|| share(pricing.per_thousand_characters.as_ref()?, characters, 1000))
}

/// So many milliseconds of sound that are listened to.
pub(crate) fn hearing(models: &[Model], model: &str, milliseconds: u64) -> Option<Money> {
    let (_, pricing) = listed(models, model)?;
    share(pricing.per_audio_second.as_ref()?, milliseconds, 1000)
}

/// The most an answer to so many bytes of words can cost: a token is at least a byte, and no more are written than
/// was allowed.
pub(crate) fn most_of_answer(
    models: &[Model],
    model: &str,
    bytes_read: u64,
    tokens_written: u64,
) -> Option<Money> {
    let (_, pricing) = listed(models, model)?;
    let extended = pricing.extended.filter(|extended| {
        extended.context_token_threshold.is_some_and(|threshold| bytes_read > u64::from(threshold))
    });
    let dearest = |price: Option<Listed>, extended: Option<Listed>| extended.or(price);
    let read = dearest(pricing.input, extended.and_then(|extended| extended.input))?;
    // What goes into the cache may cost more than what is only read.
    let cached = dearest(pricing.cache_write, extended.and_then(|extended| extended.cache_write));
    let written = dearest(pricing.output, extended.and_then(|extended| extended.output))?;
    let read = [Some(read), cached]
        .into_iter()
        .flatten()
        .filter_map(|price| share(&price, bytes_read, MILLION))
        .max_by_key(|money| money.amount)?;
    let written = share(&written, tokens_written, MILLION)?;
    (read.currency == written.currency)
        .then(|| Money { amount: (read.amount + written.amount).normalize(), ..read })
}

/// The prices that hold for so many tokens read. Beyond a model's threshold others hold for the whole request.
struct Rates {
    input: Option<Listed>,
    output: Option<Listed>,
    cache_input: Option<Listed>,
    cache_write: Option<Listed>,
}

impl Rates {
    fn of(pricing: &Pricing, read: u64) -> Self {
        let beyond = pricing.extended.filter(|extended| {
            extended.context_token_threshold.is_some_and(|threshold| read > u64::from(threshold))
        });
        let base = Self {
            input: pricing.input,
            output: pricing.output,
            cache_input: pricing.cache_input,
            cache_write: pricing.cache_write,
        };
        match beyond {
            None => base,
            Some(extended) => Self {
                input: extended.input.or(base.input),
                output: extended.output.or(base.output),
                cache_input: extended.cache_input.or(base.cache_input),
                cache_write: extended.cache_write.or(base.cache_write),
            },
        }
    }

    fn sum(parts: impl IntoIterator<Item = (Option<Listed>, u64)>) -> Option<Money> {
        let mut sum: Option<Money> = None;
        for (price, tokens) in parts {
            let part = share(&price?, tokens, MILLION)?;
            sum = Some(match sum {
                None => part,
                Some(sum) if sum.currency == part.currency => {
                    Money { amount: (sum.amount + part.amount).normalize(), ..sum }
                }
                Some(_) => return None,
            });
        }
        sum
    }
}

/// So many tokens read, none of them from a cache, and so many written.
pub(crate) fn tokens(models: &[Model], model: &str, read: u64, written: u64) -> Option<Money> {
    let (_, pricing) = listed(models, model)?;
    let rates = Rates::of(pricing, read);
    Rates::sum([(rates.input, read), (rates.output, written)])
}

/// What an answer costs by the tokens that the server counted: those from the cache, and those put there, have prices
/// of their own.
pub(crate) fn used(models: &[Model], model: &str, usage: &Usage) -> Option<Money> {
    let (_, pricing) = listed(models, model)?;
    let read = u64::from(usage.prompt_tokens);
    let rates = Rates::of(pricing, read);
    let details = usage.prompt_tokens_details.unwrap_or_default();
    let cached = u64::from(details.cached_tokens.unwrap_or_default()).min(read);
    let put = u64::from(details.cache_creation_input_tokens.unwrap_or_default()).min(read - cached);
    Rates::sum([
        (rates.input, read - cached - put),
        (rates.cache_input.or(rates.input), cached),
        (rates.cache_write.or(rates.input), put),
        (rates.output, u64::from(usage.completion_tokens)),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn models(kind: &str, pricing: &Value) -> Vec<Model> {
        let model = json!({"id": "m", "type": kind, "model_spec": {"pricing": pricing}});
        vec![serde_json::from_value(model).unwrap()]
    }

    fn amount(money: Option<Money>) -> Option<String> {
        money.map(|money| money.amount.to_string())
    }

    #[test]
    fn speech_is_paid_by_the_character() {
        let models = models("tts", &json!({"input": {"usd": 50.0, "diem": 50.0}}));
        assert_eq!(amount(speech(&models, "m", 4096)).as_deref(), Some("0.2048"));
        assert_eq!(speech(&models, "other", 10), None);
        let by_thousand = self::models("music", &json!({"per_thousand_characters": {"usd": 0.115}}));
        assert_eq!(amount(speech(&by_thousand, "m", 500)).as_deref(), Some("0.0575"));
    }

    #[test]
    fn listening_is_paid_by_the_second() {
        let models = models("asr", &json!({"per_audio_second": {"usd": 0.0001, "diem": 0.0001}}));
        assert_eq!(amount(hearing(&models, "m", 3_600_500)).as_deref(), Some("0.36005"));
        assert_eq!(hearing(&models, "other", 1_000), None);
    }

    #[test]
    fn an_answer_costs_at_most_what_was_allowed() {
        let pricing = json!({"input": {"usd": 2.5}, "output": {"usd": 15.0}, "cache_write": {"usd": 3.0},
            "extended": {"context_token_threshold": 1000, "input": {"usd": 5.0}, "output": {"usd": 22.5}}});
        let models = models("text", &pricing);
        assert_eq!(amount(most_of_answer(&models, "m", 1000, 100)).as_deref(), Some("0.0045"));
        assert_eq!(amount(most_of_answer(&models, "m", 2000, 100)).as_deref(), Some("0.01225"));
    }

    #[test]
    fn tokens_from_the_cache_have_their_own_price_and_long_prompts_too() {
        let pricing = json!({"input": {"usd": 2.0}, "output": {"usd": 10.0}, "cache_input": {"usd": 0.5},
            "cache_write": {"usd": 3.0},
            "extended": {"context_token_threshold": 1000, "input": {"usd": 4.0}, "output": {"usd": 20.0}}});
        let models = models("text", &pricing);
        let usage = |read: u32, cached: u32, put: u32, written: u32| -> Usage {
            serde_json::from_value(json!({"prompt_tokens": read, "completion_tokens": written,
                "prompt_tokens_details": {"cached_tokens": cached, "cache_creation_input_tokens": put}}))
            .unwrap()
        };
        // 500 at 2, 300 at 0.5, 200 at 3, 100 at 10 for a million each.
        assert_eq!(amount(used(&models, "m", &usage(1000, 300, 200, 100))).as_deref(), Some("0.00275"));
        // 1001 at 4, 100 at 20.
        assert_eq!(amount(used(&models, "m", &usage(1001, 0, 0, 100))).as_deref(), Some("0.006004"));
        assert_eq!(amount(tokens(&models, "m", 1001, 100)).as_deref(), Some("0.006004"));
        assert_eq!(used(&models, "other", &usage(1, 0, 0, 1)), None);
    }
}
