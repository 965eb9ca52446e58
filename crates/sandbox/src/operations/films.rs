//! Films: what they cost, the queue that makes them, and the links that some are fetched by.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use image::RgbImage;
use jiff::Timestamp;
use serde_json::json;

use super::{
    Call,
    film_request::{FilmRequest, QuoteRequest, Shape},
    model, model_headers,
    queued::{self, Ticket},
};
use crate::{
    answer::Answer,
    body::{self, MANY_PICTURES, Takes},
    catalogue::{FilmRules, Model, number},
    chance::{Chance, mix},
    film::{self, Padding},
    gate::Access,
    media_input::{self, Clip},
    queue::{FilmOrder, Link, Order, packed},
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::new("quoteVideo", Method::Post, "/video/quote", Access::Open, |call, body| {
        Box::pin(quote(call, body))
    }),
    Operation::new("queueVideo", Method::Post, "/video/queue", Access::KeyOrWallet, |call, body| {
        Box::pin(enqueue(call, body))
    })
    .rated(Group::VideoQueue)
    .taking(0.3, 0.8),
    Operation::new("retrieveVideo", Method::Post, "/video/retrieve", Access::KeyOrWallet, |call, body| {
        Box::pin(queued::retrieve(call, body, "video"))
    })
    .rated(Group::VideoRetrieve),
    Operation::new("completeVideo", Method::Post, "/video/complete", Access::KeyOrWallet, |call, body| {
        Box::pin(queued::complete(call, body, "video"))
    }),
];

/// Where links lead to.
pub(crate) const FILES: &[Operation] = &[
    Operation::new("downloadFilm", Method::Get, "/films/{token}", Access::Ignored, |call, _| {
        Box::pin(download(call))
    }),
    Operation::new("deleteFilm", Method::Delete, "/films/{token}", Access::Ignored, |call, _| {
        Box::pin(async move { delete(&call) })
    }),
];

/// The most that a film may have that goes in.
const FILM_BYTES: usize = 100 << 20;
/// The most that a clip may have that a film is made after.
const CLIP_BYTES: usize = 50 << 20;
/// How long clips may be, each and all of them together, in seconds; a little more is let pass.
const CLIP_SECONDS: std::ops::RangeInclusive<f64> = 1.9..=15.2;

fn rules(call: &Call, model: &Model) -> Result<FilmRules, Refusal> {
    let rules = model.film.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model makes no films"))?;
    let region = call.house.queue.orders(|orders| orders.region.clone());
    if rules.regions.is_empty() || rules.regions.contains(&region.as_str()) {
        return Ok(rules);
    }
    let message = "The specified model is unavailable in your region. Use of Tor, VPNs, proxies, or other means to \
        circumvent this restriction is a violation of our Terms of Service.";
    Err(Refusal::new(StatusCode::FORBIDDEN, "UNAUTHORIZED", message))
}

/// The film that goes in, where one does.
async fn source(shape: &Shape) -> Result<Option<Clip>, Refusal> {
    match &shape.video {
        Some(video) => media_input::film("video_url", video, FILM_BYTES).await.map(Some),
        None => Ok(None),
    }
}

async fn quote(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let request = QuoteRequest::read(body::read(&call.headers, body, Takes::Json, MANY_PICTURES).await?)?;
    let model = model(&call, "video", "model", &request.model)?;
    let rules = rules(&call, &model)?;
    request.check(&model, &rules)?;
    let source = source(&request.shape).await?.map(|clip| clip.seconds).or(request.reference);
    if rules.upscales && source.is_none() && request.shape.follows_length() {
        return Err(Refusal::field("INVALID_REQUEST", "video_url", "Required to know how long the film is"));
    }
    let length = request.shape.length(&rules, source);
    let price = request.shape.price(&rules, length, request.reference.unwrap_or_default());
    let mut answer = Answer::ok(&json!({"quote": number(price)}));
    model_headers(&model, &mut answer);
    Ok(answer)
}

/// Everything that goes into a film, looked at.
struct Material {
    first: Option<RgbImage>,
    last: Option<RgbImage>,
    source: Option<Clip>,
    /// Seconds of all clips that it is made after.
    reference: f64,
    /// Which of them a face is in.
    faces: Vec<&'static str>,
    mark: u64,
}

async fn clips(field: &'static str, texts: &[String], films: bool) -> Result<(f64, u64), Refusal> {
    let (mut seconds, mut mark) = (0.0, 0);
    for text in texts {
        let clip = if films {
            media_input::film(field, text, CLIP_BYTES).await?
        } else {
            media_input::sound(field, text).await?
        };
        seconds += clip.seconds;
        mark ^= clip.mark;
        if !CLIP_SECONDS.contains(&clip.seconds) || seconds > *CLIP_SECONDS.end() {
            let message = "Clips last 2 to 15 seconds, all together at most 15";
            return Err(Refusal::field("INVALID_REQUEST", field, message));
        }
    }
    Ok((seconds, mark))
}

async fn material(request: &FilmRequest) -> Result<Material, Refusal> {
    let people = film::speaks_of_people(&request.prompt);
    let mut faces = Vec::new();
    let mut look = |role: &'static str, picture: &RgbImage| {
        if (people || film::looks_like_a_face(picture)) && !faces.contains(&role) {
            faces.push(role);
        }
    };
    let (mut first, mut last) = (None, None);
    if let Some(image) = &request.image {
        let picture = media_input::picture("image_url", image.clone()).await?;
        look("image", &picture);
        first = Some(picture);
    }
    if let Some(image) = &request.end_image {
        let picture = media_input::picture("end_image_url", image.clone()).await?;
        look("end_image", &picture);
        last = Some(picture);
    }
    let mut references: Vec<(&'static str, String)> = Vec::new();
    let mut refer =
        |field, images: &[String]| references.extend(images.iter().map(|image| (field, image.clone())));
    refer("reference_image_urls", &request.reference_images);
    refer("scene_image_urls", &request.scenes);
    for element in &request.elements {
        refer("elements", element.front.as_slice());
        refer("elements", &element.images);
    }
    for (field, image) in references {
        let picture = media_input::picture(field, image).await?;
        look("reference_image", &picture);
        // What is to appear is what one sees first, where nothing else is said.
        first.get_or_insert(picture);
    }
    let mut frames = request.keyframes.clone();
    frames.sort_by_key(|(_, place)| *place);
    for (place, (image, _)) in frames.into_iter().enumerate() {
        let picture = media_input::picture("keyframes", image).await?;
        if place == 0 {
            first = Some(picture);
        } else {
            last = Some(picture);
        }
    }
    if let Some(sound) = &request.audio
        && media_input::sound("audio_url", sound).await?.seconds > 30.5
    {
        return Err(Refusal::field("INVALID_REQUEST", "audio_url", "The sound lasts at most 30 seconds"));
    }
    for element in &request.elements {
        if let Some(video) = &element.video {
            media_input::film("elements", video, CLIP_BYTES).await?;
        }
    }
    let source = source(&request.shape).await?;
    let (reference, shown) = clips("reference_video_urls", &request.reference_videos, true).await?;
    let (_, heard) = clips("reference_audio_urls", &request.reference_sounds, false).await?;
    if people && source.is_some() {
        faces.push("video");
    }
    if people && !request.reference_videos.is_empty() {
        faces.push("reference_video");
    }
    let mark = source.map_or(0, |clip| clip.mark) ^ shown ^ heard;
    Ok(Material { first, last, source, reference, faces, mark })
}

/// Asks for consent, and charges nothing.
pub(crate) fn needs_consent(faces: &[&str]) -> Answer {
    Answer::json(
        StatusCode::CONFLICT,
        &json!({
            "error": {
                "code": "needs_consent",
                "message": "This request includes media with a face. Confirm the provider's terms to continue.",
            },
            "consent_flow": "seedance",
            "face_media_roles": faces,
            "consent": {
                "consent_version": "sandbox-2026-11",
                "policy_text": "This is the sandbox: nobody sees your media, and nothing is kept but a small copy of its \
                    first picture. The real provider asks you to confirm that you accept its terms and privacy policy, that \
                    you have the right to use the faces in your media, and that your media may be screened.",
            },
            "docs_url": "https://docs.venice.ai/api-reference/endpoint/video/queue",
        }),
    )
}

/// How large the film becomes: as asked, up to 1,080 lines; and where nothing is asked, at most 480.
fn size(shape: &Shape, rules: &FilmRules, material: &Material) -> (u32, u32) {
    let lines = match shape.resolution {
        None => 480,
        Some(asked) => {
            let digits: String = asked.chars().filter(char::is_ascii_digit).collect();
            match digits.parse::<u32>().unwrap_or(480) {
                // 2K and 4K, and all that is more than is made here.
                lines @ 100..=1080 => lines,
                _ => 1080,
            }
        }
    };
    if let (true, Some((width, height))) = (rules.upscales, material.source.and_then(|clip| clip.size)) {
        let factor = f64::from(shape.upscale_factor.unwrap_or(2));
        let fit = (1920.0 / (f64::from(width.max(height)) * factor)).min(1.0) * factor;
        let scaled = |side: u32| film::even((f64::from(side) * fit).round() as u32).max(16);
        return (scaled(width), scaled(height));
    }
    let ratio = shape.aspect_ratio.or(rules.aspect_ratios.first().copied()).and_then(|ratio| {
        let (across, down) = ratio.split_once(':')?;
        Some((across.parse().ok()?, down.parse().ok()?))
    });
    let picture = material.first.as_ref().map(RgbImage::dimensions);
    let film = material.source.and_then(|clip| clip.size);
    let given = film.or(picture).filter(|_| shape.aspect_ratio.is_none() || shape.follows_shape());
    let (across, down) = given.or(ratio).unwrap_or((16, 9));
    // Nothing is wider or taller than 21 to 9.
    let across = across.clamp((down * 9).div_ceil(21), (down * 21 / 9).max(1));
    film::size((across, down), lines)
}

async fn enqueue(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let request = FilmRequest::read(body::read(&call.headers, body, Takes::Json, MANY_PICTURES).await?)?;
    let model = model(&call, "video", "model", &request.model)?;
    let rules = rules(&call, &model)?;
    request.check(&model, &rules)?;
    queued::check_words(&request.prompt)?;
    let material = material(&request).await?;
    if rules.consent && !request.consented && !material.faces.is_empty() {
        return Ok(needs_consent(&material.faces));
    }
    let shape = &request.shape;
    let follows =
        material.source.map(|clip| clip.seconds).or((material.reference > 0.0).then_some(material.reference));
    let length = shape.length(&rules, follows);
    let bill = Bill::new(model.id, "video", 1, shape.price(&rules, length, material.reference));
    let (width, height) = size(shape, &rules, &material);
    let drawn = call.house.draw(Chance::next);
    let most = width.max(height);
    let order = FilmOrder {
        seed: mix(drawn ^ material.mark, &request.prompt),
        negative_prompt: request.negative_prompt.clone().unwrap_or_default(),
        seconds: length,
        width,
        height,
        sound: shape.sounds(&rules) || request.audio.is_some(),
        first: material.first.as_ref().and_then(|picture| packed(picture, most)),
        last: material.last.as_ref().and_then(|picture| packed(picture, most)),
        prompt: request.prompt.clone(),
    };
    let ticket = Ticket {
        order: Order::Film(order),
        prompt: request.prompt.clone(),
        link: rules.download,
        takes: 18.0 + length as f32 * 3.0,
    };
    let job = queued::enqueue(&call, model.id, bill, ticket).await?;
    let mut said = json!({"model": job.model, "queue_id": job.id});
    if let Some(token) = &job.token {
        said["download_url"] = json!(call.house.address(&format!("/files/films/{token}")));
    }
    let mut answer = Answer::ok(&said);
    model_headers(&model, &mut answer);
    Ok(answer)
}

/// A link is opened by itself alone: whoever sends a key with it gives it to a stranger.
fn no_key(call: &Call) -> Result<(), Refusal> {
    if call.headers.contains_key(header::AUTHORIZATION) {
        let message = "The link is signed already: send no Authorization header";
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message));
    }
    Ok(())
}

fn gone() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "MEDIA_NOT_FOUND", "There is nothing behind this link")
}

async fn download(call: Call) -> Result<Answer, Refusal> {
    no_key(&call)?;
    let queue = &call.house.queue;
    let job = match queue.follow(call.path_value("token"), Timestamp::now())? {
        Link::Ready(job) => job,
        Link::NotYet | Link::Unknown => return Err(gone()),
        Link::Spent => {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "UNAUTHORIZED", "The link is no longer valid"));
        }
    };
    let file = queue.work(&job).await?;
    let film = Padding::of(file, queue.orders(|orders| orders.padding));
    let length = film.length();
    let asked = call.headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let mut answer = match asked.map_or(Part::Whole, |range| part(range, length)) {
        Part::Whole => Answer::streamed("video/mp4", film.part(0, length)),
        Part::Outside => {
            let refusal = Refusal::new(StatusCode::RANGE_NOT_SATISFIABLE, "INVALID_REQUEST", "No such range");
            return Err(refusal.header("content-range", format!("bytes */{length}")));
        }
        Part::Of(start, end) => {
            let mut answer = Answer::streamed("video/mp4", film.part(start, end));
            answer.status = StatusCode::PARTIAL_CONTENT;
            answer.set("content-range", format!("bytes {start}-{}/{length}", end - 1));
            answer
        }
    };
    answer.set("accept-ranges", "bytes");
    answer.set("etag", format!("\"{}\"", job.id));
    Ok(answer)
}

/// What a Range header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is no range of bytes that is understood, or several: the whole is sent.
    Whole,
    /// From the first up to before the second.
    Of(u64, u64),
    Outside,
}

fn part(range: &str, length: u64) -> Part {
    let read = |text: &str| text.trim().parse::<u64>().ok();
    let Some((start, end)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Part::Whole;
    };
    let bounds = match (read(start), read(end)) {
        (None, Some(last)) if start.trim().is_empty() => (length.saturating_sub(last), length),
        (Some(start), None) if end.trim().is_empty() => (start, length),
        (Some(start), Some(end)) => (start, end.saturating_add(1).min(length)),
        _ => return Part::Whole,
    };
    if bounds.0 < bounds.1 { Part::Of(bounds.0, bounds.1) } else { Part::Outside }
}

fn delete(call: &Call) -> Result<Answer, Refusal> {
    no_key(call)?;
    if call.house.queue.delete_link(call.path_value("token"))? {
        Ok(Answer::new(StatusCode::NO_CONTENT, "application/json; charset=utf-8", ""))
    } else {
        Err(gone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        assert_eq!(part("bytes=0-99", 1000), Part::Of(0, 100));
        assert_eq!(part("bytes=900-", 1000), Part::Of(900, 1000));
        assert_eq!(part("bytes=-10", 1000), Part::Of(990, 1000));
        assert_eq!(part("bytes=990-5000", 1000), Part::Of(990, 1000));
        assert_eq!(part("bytes=1000-", 1000), Part::Outside);
        for whole in ["bytes=0-1,4-5", "items=0-1", "bytes=a-b", "bytes=-"] {
            assert_eq!(part(whole, 1000), Part::Whole, "{whole}");
        }
    }
}
