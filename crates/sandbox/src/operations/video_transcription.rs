//! Text from what is said in a film on `YouTube`.

use axum::{body::Body, http::StatusCode};
use rust_decimal::Decimal;
use serde_json::json;
use url::Url;

use super::Call;
use crate::{
    answer::Answer,
    body::{self, Takes},
    chance::{Chance, mix},
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "createVideoTranscription",
    Method::Post,
    "/video/transcriptions",
    Access::KeyOrWallet,
    |call, body| Box::pin(transcribe(call, body)),
)
.rated(Group::Audio)
.taking(0.8, 2.5)];

/// For each film. The price list doesn't say it.
const PRICE: Decimal = Decimal::from_parts(10_000, 0, 0, false, 6);

/// What is said in every film that the sandbox can't see, in an order of its own.
const SENTENCES: &[&str] = &[
    "The sandbox is offline, so nobody has watched this film.",
    "What you read is a stand-in, and always the same for the same address.",
    "A boat crosses the frame from left to right, slowly, as boats do.",
    "Somebody explains how glass is blown, and holds it up against the light.",
    "The bells begin while the narrator is still speaking.",
    "Then the camera looks at the water for longer than it needs to.",
    "There is a word about the weather, and another one about lunch.",
    "At the end the credits thank the city for its patience.",
];

/// The id of a film on `YouTube`.
fn film_id(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.trim_start_matches("www.").trim_start_matches("m.");
    let mut segments = url.path_segments()?;
    let id = match host {
        "youtu.be" => segments.next()?.to_owned(),
        "youtube.com" | "music.youtube.com" | "youtube-nocookie.com" => match segments.next()? {
            "watch" => url.query_pairs().find(|(name, _)| name == "v")?.1.into_owned(),
            "shorts" | "embed" | "live" | "v" => segments.next()?.to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    let fits = (6..=20).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then_some(id)
}

async fn transcribe(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let mut fields = body::read(&call.headers, body, Takes::Json, 1 << 16).await?;
    let address = fields.required_text("url", 1..=2048);
    let text = fields.choice("response_format", &["json", "text"]) == Some("text");
    fields.finish()?;
    let id = film_id(&address).ok_or_else(|| {
        Refusal::field("INVALID_REQUEST", "url", "Expected the address of a film on YouTube")
    })?;
    let bill = Bill::new("video-transcription", "video-transcription", 1, PRICE).inference(None, None);
    let transcript = call
        .paid(bill, move || {
            let mut chance = Chance::new(mix(0, &id));
            let mut said = vec![SENTENCES[0], SENTENCES[1]];
            said.extend((0..6).map(|_| SENTENCES[2 + chance.below(SENTENCES.len() as u32 - 2) as usize]));
            said.dedup();
            Ok(said.join(" "))
        })
        .await?;
    Ok(if text {
        Answer::new(StatusCode::OK, "text/plain; charset=utf-8", transcript)
    } else {
        Answer::ok(&json!({"transcript": transcript, "lang": "en"}))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_are_known_by_every_kind_of_address() {
        for address in [
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtube.com/watch?list=x&v=dQw4w9WgXcQ&t=3",
            "https://youtu.be/dQw4w9WgXcQ?si=a",
            "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        ] {
            assert_eq!(film_id(address).as_deref(), Some("dQw4w9WgXcQ"), "{address}");
        }
        for address in [
            "https://vimeo.com/1",
            "https://www.youtube.com/",
            "youtube.com/watch?v=dQw4w9WgXcQ",
            "ftp://youtu.be/dQw4w9WgXcQ",
            "https://youtu.be/a b",
        ] {
            assert_eq!(film_id(address), None, "{address}");
        }
    }
}
