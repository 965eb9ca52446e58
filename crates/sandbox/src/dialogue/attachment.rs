//! What comes with a message: looked at as far as it can be, and told in a sentence.

use base64::Engine;
use bytes::Bytes;

use super::{Part, palette};
use crate::{
    documents::{self, Unreadable},
    picture_input::{self, BASE64, Bounds, Source},
    refusal::Refusal,
    words::{Language, count},
};

/// An attachment that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    english: String,
    chinese: String,
    /// What it counts for in the prompt.
    pub(super) tokens: u64,
}

impl Seen {
    pub(super) fn told(&self, language: Language) -> String {
        match language {
            Language::English => self.english.clone(),
            Language::Chinese => self.chinese.clone(),
        }
    }
}

/// At least 64 pixels square, at most 25 MB.
const SEEN: Bounds = Bounds { bytes: 25 << 20, least_pixels: 64 * 64, most_pixels: 33_177_600 };
const MOST_BYTES: usize = 25 << 20;

/// Looks at one part; `None` for plain text.
pub(super) async fn look(field: &'static str, part: &Part) -> Result<Option<Seen>, Refusal> {
    match part {
        Part::Text(_) => Ok(None),
        Part::Image(url) => image(field, url).await.map(Some),
        Part::Audio { data, format } => audio(field, data, format).map(Some),
        Part::Video(url) => video(field, url).map(Some),
        Part::File { data, name } => file(field, data.clone(), name.clone()).await.map(Some),
    }
}

/// Something at an address: the sandbox is offline and doesn't fetch it.
fn elsewhere(url: &str, tokens: u64) -> Option<Seen> {
    let url = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    Some(Seen {
        english: format!("something at {host}, which the sandbox can't look at: it is offline"),
        chinese: format!("{host} 上的内容，沙盒不联网，看不到"),
        tokens,
    })
}

fn is_here(url: &str) -> bool {
    url.starts_with("http://127.0.0.1")
        || url.starts_with("http://localhost")
        || url.starts_with("http://[::1]")
}

async fn image(field: &'static str, url: &str) -> Result<Seen, Refusal> {
    if !is_here(url)
        && let Some(seen) = elsewhere(url, 765)
    {
        return Ok(seen);
    }
    let picture = picture_input::read(field, Source::Text(url.to_owned()), SEEN).await?;
    let (width, height) = picture.dimensions();
    if width.min(height) < 64 {
        return Err(Refusal::field(
            "IMAGE_TOO_SMALL",
            field,
            "The image is too small: at least 64 pixels square",
        ));
    }
    let colours = palette::of(&picture);
    let list = |pick: fn(&(&'static str, &'static str)) -> &'static str, and: &str| {
        colours.iter().map(pick).collect::<Vec<_>>().join(and)
    };
    let (english, chinese) = (list(|names| names.0, " and "), list(|names| names.1, "和"));
    let shape = match width.cmp(&height) {
        std::cmp::Ordering::Less => ("an upright", "竖"),
        std::cmp::Ordering::Equal => ("a square", "方"),
        std::cmp::Ordering::Greater => ("a wide", "横"),
    };
    Ok(Seen {
        english: format!("{} picture of {width} × {height} pixels, mostly {english}", shape.0),
        chinese: format!("一张 {width} × {height} 像素的{}图，以{chinese}为主", shape.1),
        tokens: (u64::from(width) * u64::from(height)).div_ceil(750).clamp(85, 1600),
    })
}

fn decoded(data: &str) -> Option<Bytes> {
    let text: String = data.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    BASE64.decode(text).ok().filter(|bytes| !bytes.is_empty()).map(Bytes::from)
}

/// The kind and the bytes of a data URL.
fn data_url(url: &str) -> Option<(String, Bytes)> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let kind = head.split(';').next().unwrap_or_default().to_ascii_lowercase();
    let bytes = if head.ends_with(";base64") {
        decoded(data)?
    } else {
        url::form_urlencoded::parse(data.replace('+', "%2B").as_bytes())
            .next()
            .map(|(text, _)| text.into_owned().into())?
    };
    Some((kind, bytes))
}

fn too_large(bytes: usize) -> Result<(), Refusal> {
    if bytes > MOST_BYTES { Err(Refusal::too_large("The file is too large: at most 25 MB")) } else { Ok(()) }
}

fn audio(field: &'static str, data: &str, format: &str) -> Result<Seen, Refusal> {
    let data =
        data.strip_prefix("data:").and_then(|rest| rest.split_once(',')).map_or(data, |(_, data)| data);
    let wrong = |message: &str| Refusal::field("INVALID_AUDIO_FORMAT", field, message);
    let bytes = decoded(data).ok_or_else(|| wrong("The audio is not base64"))?;
    too_large(bytes.len())?;
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    let fits = match format {
        "wav" => begins(b"RIFF") && bytes.get(8..12) == Some(b"WAVE"),
        "flac" => begins(b"fLaC"),
        "ogg" => begins(b"OggS"),
        "aiff" => begins(b"FORM"),
        "m4a" => bytes.get(4..8) == Some(b"ftyp"),
        "mp3" => begins(b"ID3") || matches!(bytes.get(..2), Some([0xff, second]) if second & 0xe0 == 0xe0),
        "aac" => {
            matches!(bytes.get(..2), Some([0xff, second]) if second & 0xf6 == 0xf0)
                || bytes.get(4..8) == Some(b"ftyp")
        }
        _ => true,
    };
    if !fits {
        return Err(wrong(&format!("The audio is no {format} file")));
    }
    let seconds = match format {
        "wav" => wav_seconds(&bytes),
        "pcm16" => Some(bytes.len() as f64 / 48_000.0),
        "pcm24" => Some(bytes.len() as f64 / 72_000.0),
        _ => None,
    };
    let length = seconds.map_or_else(
        || (format!("{} kB", bytes.len().div_ceil(1024)), format!("{} kB", bytes.len().div_ceil(1024))),
        |seconds| (format!("{seconds:.1} seconds"), format!("{seconds:.1} 秒")),
    );
    Ok(Seen {
        english: format!("a recording in {format}, {} long", length.0),
        chinese: format!("一段 {format} 录音，长 {}", length.1),
        tokens: seconds.map_or(bytes.len() as u64 / 640, |seconds| (seconds * 25.0).ceil() as u64).max(1),
    })
}

fn wav_seconds(bytes: &[u8]) -> Option<f64> {
    let number = |at: usize| {
        bytes.get(at..at + 4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    };
    let (mut at, mut per_second) = (12, None);
    loop {
        let (name, length) = (bytes.get(at..at + 4)?, number(at + 4)? as usize);
        match name {
            b"fmt " => per_second = number(at + 16).filter(|rate| *rate > 0),
            // A file that was streamed says too much of its length.
            b"data" => {
                return Some(length.min(bytes.len().saturating_sub(at + 8)) as f64 / f64::from(per_second?));
            }
            _ => {}
        }
        at = at.checked_add(8 + length + length % 2)?;
    }
}

fn video(field: &'static str, url: &str) -> Result<Seen, Refusal> {
    if let Some(seen) = elsewhere(url, 5000) {
        return Ok(seen);
    }
    let wrong = |message: &str| Refusal::field("INVALID_VIDEO_FORMAT", field, message);
    let (kind, bytes) =
        data_url(url).ok_or_else(|| wrong("Expected a video as a data URL, or an address"))?;
    too_large(bytes.len())?;
    let fits = match kind.as_str() {
        "video/mp4" | "video/quicktime" | "video/mov" => bytes.get(4..8) == Some(b"ftyp"),
        "video/webm" => bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]),
        "video/mpeg" => bytes.starts_with(&[0, 0, 1]) || bytes.first() == Some(&0x47),
        _ => false,
    };
    if !fits {
        return Err(wrong("The video can't be read: it is damaged, or no MP4, MPEG, MOV or WebM"));
    }
    let size = bytes.len().div_ceil(1024);
    Ok(Seen {
        english: format!("a film of {size} kB"),
        chinese: format!("一段 {size} kB 的影片"),
        tokens: (bytes.len() as u64 / 1500).clamp(256, 60_000),
    })
}

async fn file(field: &'static str, data: String, name: String) -> Result<Seen, Refusal> {
    if let Some(seen) = elsewhere(&data, 1000) {
        return Ok(seen);
    }
    let wrong = |message: &str| Refusal::field("INVALID_REQUEST", field, message);
    let (_, bytes) = data_url(&data).ok_or_else(|| wrong("Expected a file as a data URL, or an address"))?;
    too_large(bytes.len())?;
    let called = if name.is_empty() { "file".to_owned() } else { name };
    let name = called.clone();
    let text = tokio::task::spawn_blocking(move || documents::text(&name, &bytes))
        .await
        .unwrap_or(Err(Unreadable::Damaged))
        .map_err(|why| {
            wrong(match why {
                Unreadable::Kind => "The file is of no kind that text can be taken from",
                Unreadable::Damaged => "The file is damaged, and can't be read",
            })
        })?;
    let words = text.split_whitespace().count();
    let begins: String =
        text.split_whitespace().take(12).collect::<Vec<_>>().join(" ").chars().take(80).collect();
    Ok(Seen {
        english: format!("the file `{called}` with {words} words, which begins “{begins}”"),
        chinese: format!("文件 `{called}`，共 {} 个字符，开头是“{begins}”", text.chars().count()),
        tokens: count(&text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(seconds: u32) -> Vec<u8> {
        let data = vec![0; (16_000 * seconds) as usize];
        let mut file = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
        file.extend(16_u32.to_le_bytes());
        file.extend([1, 0, 1, 0]);
        file.extend(8000_u32.to_le_bytes());
        file.extend(16_000_u32.to_le_bytes());
        file.extend([2, 0, 16, 0]);
        file.extend(b"data");
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(data);
        file
    }

    #[tokio::test]
    async fn a_recording_is_as_long_as_its_header_says() {
        let part = |data: String, format| Part::Audio { data, format };
        let seen = look("messages", &part(BASE64.encode(wav(3)), "wav")).await.unwrap().unwrap();
        assert_eq!(
            (seen.told(Language::English).as_str(), seen.tokens),
            ("a recording in wav, 3.0 seconds long", 75)
        );
        assert!(look("messages", &part(BASE64.encode(wav(1)), "flac")).await.is_err());
        assert!(look("messages", &part("%%".into(), "wav")).await.is_err());
        assert!(look("messages", &part(BASE64.encode([0; 9600]), "pcm16")).await.is_ok());
    }

    #[tokio::test]
    async fn a_file_tells_its_words() {
        let data = format!("data:text/plain;base64,{}", BASE64.encode("one two three"));
        let seen = look("messages", &Part::File { data, name: "a.txt".into() }).await.unwrap().unwrap();
        assert!(seen.told(Language::English).contains("with 3 words"));
        let noise = format!("data:application/pdf;base64,{}", BASE64.encode([0, 1, 2]));
        assert!(look("messages", &Part::File { data: noise, name: String::new() }).await.is_err());
        let remote = Part::File { data: "https://example.com/a.pdf".into(), name: String::new() };
        assert!(look("messages", &remote).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn only_films_are_films() {
        let film =
            |kind: &str, bytes: &[u8]| Part::Video(format!("data:{kind};base64,{}", BASE64.encode(bytes)));
        assert!(look("messages", &film("video/mp4", b"\0\0\0\x18ftypmp42")).await.is_ok());
        assert!(look("messages", &film("video/mp4", b"not a film")).await.is_err());
        assert!(look("messages", &film("image/png", b"\0\0\0\x18ftypmp42")).await.is_err());
    }
}
