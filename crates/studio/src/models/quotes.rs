//! Films have no listed price: Venice is asked for that of a usual one, and the answer is kept with its day.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::Snapshot;
use venice::{models::Model, video::QuoteVideo};

use super::{
    comparable::minute_of,
    entry::is_quoted,
    view::{Assumed, Comparable, PriceUnit},
};
use crate::{AppError, Result, Studio, money::usd};

const KIND: &str = "film_quotes";
/// A usual film, as far as a model makes it.
const SECONDS: u32 = 5;
const RESOLUTION: &str = "720p";
const SHAPE: &str = "16:9";

/// What Venice quoted for a film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptQuote {
    /// Decimal text, in US dollars.
    usd: Decimal,
    seconds: u32,
    resolution: Option<String>,
    asked_at: Timestamp,
}

pub(super) type KeptQuotes = BTreeMap<String, KeptQuote>;

impl KeptQuote {
    /// A minute of it.
    pub(super) fn comparable(&self) -> Option<Comparable> {
        Some(Comparable {
            amount: minute_of(usd(self.usd), self.seconds)?,
            unit: PriceUnit::Minute,
            read: None,
            written: None,
            assumed: Assumed::Film {
                seconds: self.seconds,
                resolution: self.resolution.clone(),
                asked_at: self.asked_at.to_string(),
            },
        })
    }
}

impl Studio {
    /// Asks Venice what a usual film of a model costs. None where it can't be asked without one's own film. Costs nothing.
    pub async fn quote_model(&self, model: &str) -> Result<Option<Comparable>> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let found = listed.models.iter().find(|listed| listed.id == model);
        let found = found.ok_or_else(|| AppError::not_found("model"))?;
        let Some((question, seconds)) = usual(found) else { return Ok(None) };
        let answer = payer.client.quote_video(&question).await?;
        let quote = KeptQuote {
            usd: answer.value.usd,
            seconds,
            resolution: question.resolution,
            asked_at: Timestamp::now(),
        };
        let comparable = quote.comparable();
        self.keep_quote(&payer.id, model, quote).await?;
        Ok(comparable)
    }

    /// What was quoted for films, by model.
    pub(super) async fn film_quotes(&self, account: &str) -> Result<KeptQuotes> {
        let account = account.to_owned();
        let kept = self.store(move |store| store.snapshots().get(KIND, &account)).await?;
        Ok(kept.and_then(|kept| serde_json::from_value(kept.value).ok()).unwrap_or_default())
    }

    async fn keep_quote(&self, account: &str, model: &str, quote: KeptQuote) -> Result<()> {
        // Two answers at once must not undo each other.
        let _turn = self.inner.settings_turn.lock().await;
        let mut quotes = self.film_quotes(account).await?;
        quotes.insert(model.to_owned(), quote);
        let value = serde_json::to_value(&quotes).map_err(AppError::internal)?;
        let snapshot = Snapshot { fetched_at: Timestamp::now(), value };
        let account = account.to_owned();
        self.store(move |store| store.snapshots().put(KIND, &account, snapshot)).await
    }
}

/// A usual film of a model as a question, and its seconds.
fn usual(model: &Model) -> Option<(QuoteVideo, u32)> {
    if !is_quoted(model) {
        return None;
    }
    let constraints = model.spec.constraints.clone().unwrap_or_default();
    let seconds =
        |duration: &String| duration.strip_suffix('s')?.parse::<u32>().ok().filter(|seconds| *seconds > 0);
    let lengths = constraints.durations.iter().filter_map(|duration| Some((duration, seconds(duration)?)));
    let (duration, seconds) = lengths.min_by_key(|(_, seconds)| seconds.abs_diff(SECONDS))?;
    let mut question = QuoteVideo::new(&model.id, duration);
    question.resolution = preferred(RESOLUTION, &constraints.resolutions);
    question.aspect_ratio = preferred(SHAPE, &constraints.aspect_ratios);
    Some((question, seconds))
}

/// What is wanted where it is offered, else the first.
fn preferred(wanted: &str, offered: &[String]) -> Option<String> {
    offered.iter().find(|one| *one == wanted).or(offered.first()).cloned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(id: &str, constraints: serde_json::Value) -> Option<String> {
        let json = json!({"id": id, "type": "video", "model_spec": {"constraints": constraints}});
        let (question, seconds) = usual(&serde_json::from_value(json).unwrap())?;
        Some(format!("{} {seconds} {:?} {:?}", question.duration, question.resolution, question.aspect_ratio))
    }

    #[test]
    fn a_usual_film_is_the_nearest_a_model_makes() {
        let found = asked(
            "wan-2-7-text-to-video",
            json!({"durations": ["10s", "6s", "3s"], "resolutions": ["480p", "720p"], "aspect_ratios": ["1:1"]}),
        );
        assert_eq!(found.as_deref(), Some("6s 6 Some(\"720p\") Some(\"1:1\")"));
        assert_eq!(asked("x-text-to-video", json!({"durations": ["auto"]})), None);
        assert_eq!(asked("topaz-video-upscale", json!({"durations": ["5s"]})), None);
    }

    #[test]
    fn a_minute_is_reckoned_exactly() {
        let quote = KeptQuote {
            usd: Decimal::new(375, 3),
            seconds: 5,
            resolution: None,
            asked_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(quote.comparable().unwrap().amount.amount.to_string(), "4.5");
    }
}
