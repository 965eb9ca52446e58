//! Pictures, films and sounds that come as addresses or data URLs.
//!
//! Addresses on this machine are fetched. The sandbox reaches no other: what lies there is imagined.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use image::RgbImage;

use crate::{
    chance::mix,
    film::facts,
    loopback::{self, NotFetched},
    painting::{self, Subject},
    picture_input::{self, Bounds, Source},
    refusal::Refusal,
    sound_files::{Loudness, container},
};

/// How many seconds a film or a sound has that can't be looked at.
const IMAGINED_SECONDS: f64 = 5.0;

/// What is known of a film or a sound that came in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Clip {
    pub(crate) seconds: f64,
    /// In pixels; of a film.
    pub(crate) size: Option<(u32, u32)>,
    /// Tells one from another.
    pub(crate) mark: u64,
}

/// Whether it is an address that the sandbox can't reach.
fn elsewhere(text: &str) -> bool {
    let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.and_then(|url| url.host().map(|host| host.to_owned())).is_some_and(|host| match host {
        url::Host::Ipv4(ip) => !ip.is_loopback(),
        url::Host::Ipv6(ip) => !ip.is_loopback(),
        url::Host::Domain(name) => name != "localhost",
    })
}

fn neither(field: &str, what: &str) -> Refusal {
    Refusal::field("INVALID_REQUEST", field, format!("Expected a URL or a data URL of {what}"))
}

/// A picture: an address or a data URL.
pub(crate) async fn picture(field: &'static str, text: String) -> Result<RgbImage, Refusal> {
    if elsewhere(&text) {
        return Ok(painting::paint(&Subject {
            prompt: &text,
            negative_prompt: "",
            style: None,
            model: "elsewhere",
            seed: 1,
            width: 640,
            height: 360,
        }));
    }
    if !text.starts_with("data:") && !text.starts_with("http://") {
        return Err(neither(field, "an image"));
    }
    let picture = picture_input::read(field, Source::Text(text), Bounds::CUT_OUT).await?;
    Ok(image::DynamicImage::ImageRgba8(picture).into_rgb8())
}

/// The bytes behind a text; none where they lie elsewhere.
async fn bytes(field: &str, text: &str, what: &str, limit: usize) -> Result<Option<Bytes>, Refusal> {
    let too_large = || Refusal::too_large(format!("{field} is too large: at most {} MB", limit >> 20));
    if let Some(rest) = text.strip_prefix("data:") {
        let encoded = rest.split_once(";base64,").map_or("", |(_, encoded)| encoded);
        if encoded.len() / 4 * 3 > limit + 3 {
            return Err(too_large());
        }
        return match STANDARD.decode(encoded) {
            Ok(bytes) if !bytes.is_empty() => Ok(Some(bytes.into())),
            _ => Err(neither(field, what)),
        };
    }
    if elsewhere(text) {
        return Ok(None);
    }
    match loopback::fetch(text, limit).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(NotFetched::TooLarge) => Err(too_large()),
        Err(NotFetched::Failed) => {
            Err(Refusal::field("INVALID_REQUEST", field, format!("{field} can't be fetched")))
        }
        Err(NotFetched::Elsewhere) => Err(neither(field, what)),
    }
}

fn imagined(text: &str) -> Clip {
    Clip { seconds: IMAGINED_SECONDS, size: None, mark: mix(1, text) }
}

/// What tells these bytes from others: their length, beginning and end.
fn mark(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().take(4096).chain(bytes.iter().rev().take(4096));
    ends.fold(bytes.len() as u64, |mark, byte| crate::chance::scramble(mark ^ u64::from(*byte)))
}

/// A film: MP4, MOV or `WebM`.
pub(crate) async fn film(field: &'static str, text: &str, limit: usize) -> Result<Clip, Refusal> {
    let Some(bytes) = bytes(field, text, "a film", limit).await? else { return Ok(imagined(text)) };
    let kind = container(&bytes).filter(|kind| matches!(*kind, "mp4" | "webm"));
    if kind.is_none() {
        return Err(Refusal::field("INVALID_VIDEO_FORMAT", field, "The film is no MP4, MOV or WebM"));
    }
    let facts = facts(&bytes);
    if kind == Some("mp4") && facts.is_none() {
        return Err(Refusal::field("INVALID_VIDEO_FORMAT", field, "The film can't be read"));
    }
    Ok(Clip {
        seconds: facts.map_or(IMAGINED_SECONDS, |facts| facts.seconds),
        size: facts
            .map(|facts| (facts.width, facts.height))
            .filter(|(width, height)| *width > 0 && *height > 0),
        mark: mark(&bytes),
    })
}

/// A sound: WAV or MP3.
pub(crate) async fn sound(field: &'static str, text: &str) -> Result<Clip, Refusal> {
    let Some(bytes) = bytes(field, text, "a sound", 15 << 20).await? else { return Ok(imagined(text)) };
    let refused = |message: &str| Refusal::field("INVALID_AUDIO_FORMAT", field, message);
    if !matches!(container(&bytes), Some("wav" | "mp3")) {
        return Err(refused("The sound is no WAV or MP3"));
    }
    let mark = mark(&bytes);
    let loudness = tokio::task::spawn_blocking(move || Loudness::of_file(bytes))
        .await
        .ok()
        .and_then(Result::ok)
        .ok_or_else(|| refused("The sound can't be read"))?;
    Ok(Clip { seconds: loudness.seconds, size: None, mark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_lies_elsewhere_is_imagined_and_always_the_same() {
        let address = "https://example.com/a-gondola.png".to_owned();
        let picture = picture("image_url", address.clone()).await.unwrap();
        assert_eq!(picture, super::picture("image_url", address).await.unwrap());
        assert!(film("video_url", "https://example.com/a.mp4", 100).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_neither_address_nor_data_is_refused() {
        for text in
            ["", "a gondola", "file:///etc/passwd", "data:video/mp4;base64,", "data:video/mp4;base64,AAAA"]
        {
            assert!(film("video_url", text, 100).await.is_err(), "{text}");
            assert!(picture("image_url", text.to_owned()).await.is_err(), "{text}");
            assert!(sound("audio_url", text).await.is_err(), "{text}");
        }
        let large = format!("data:video/mp4;base64,{}", "AAAA".repeat(200));
        assert_eq!(film("video_url", &large, 100).await.unwrap_err().status.as_u16(), 413);
    }
}
