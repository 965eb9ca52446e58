//! Prices that only the server knows: quoted, free of charge, before anything is queued.

use serde::de::DeserializeOwned;
use serde_json::Value;
use venice::{Operation, audio::QuoteAudio, video::QuoteVideo};

use crate::{Result, Studio, accounts::Payer, money::usd, pricing::Price};

/// What a film's price depends on.
const QUOTE_VIDEO: &[&str] =
    &["model", "duration", "aspect_ratio", "resolution", "upscale_factor", "audio", "video_url"];
/// Inputs whose length bears on the price. Of an address the server finds it out itself; a file's or a reference's isn't
/// measured here.
const TIMED: [&str; 2] = ["/video_url", "/reference_video_urls"];
/// What a piece of music's price depends on.
const QUOTE_AUDIO: &[&str] = &["model", "duration_seconds"];

/// The request for a quote, of those fields of the request that it takes.
fn asked<R: DeserializeOwned>(request: Value, fields: &[&str]) -> Option<R> {
    let Value::Object(mut request) = request else { return None };
    request.retain(|name, _| fields.contains(&name.as_str()));
    serde_json::from_value(request.into()).ok()
}

impl Studio {
    /// The listed price, or what the server quotes where the list has none and it quotes; else it is unknown.
    pub(super) async fn or_quoted(
        &self,
        listed: Price,
        operation: Operation,
        payer: &Payer,
        request: Value,
        places: &[String],
    ) -> Result<Price> {
        if listed.amount.is_some() {
            return Ok(listed);
        }
        let unmeasured = places.iter().any(|place| TIMED.iter().any(|timed| place.starts_with(timed)))
            || request["reference_video_urls"].as_array().is_some_and(|films| !films.is_empty());
        let quoted = match operation.id {
            "queueVideo" if unmeasured => return Ok(Price::default()),
            "queueVideo" => match asked(request, QUOTE_VIDEO) {
                Some(quote) => payer.client.send::<QuoteVideo>(&quote).await,
                None => return Ok(Price::default()),
            },
            "queueAudio" => {
                let characters = request["prompt"].as_str().map(|prompt| prompt.chars().count());
                let Some(mut quote) = asked::<QuoteAudio>(request, QUOTE_AUDIO) else {
                    return Ok(Price::default());
                };
                quote.character_count = characters.and_then(|count| u32::try_from(count).ok());
                payer.client.send(&quote).await
            }
            _ => return Ok(Price::default()),
        };
        match quoted {
            Ok(quote) => Ok(Price::known(Some(usd(quote.value.usd)))),
            // What can't be quoted may still be sent; its price is unknown then.
            Err(error) if error.api().is_some_and(|api| api.status == 400) => Ok(Price::default()),
            Err(error) => Err(error.into()),
        }
    }
}
