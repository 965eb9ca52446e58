//! What words and sound cost: by tokens, characters and seconds.

use rust_decimal::Decimal;
use venice::models::{Model, Price as Listed};

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
    fn an_answer_costs_at_most_what_was_allowed() {
        let pricing = json!({"input": {"usd": 2.5}, "output": {"usd": 15.0}, "cache_write": {"usd": 3.0},
            "extended": {"context_token_threshold": 1000, "input": {"usd": 5.0}, "output": {"usd": 22.5}}});
        let models = models("text", &pricing);
        assert_eq!(amount(most_of_answer(&models, "m", 1000, 100)).as_deref(), Some("0.0045"));
        assert_eq!(amount(most_of_answer(&models, "m", 2000, 100)).as_deref(), Some("0.01225"));
    }
}
