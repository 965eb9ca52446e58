//! Films, and transcripts of films.

use std::error::Error;

use venice::models::{Constraints, Model, ModelType, Privacy, VideoModelType};
use venice::video::{
    CompleteVideo, CreateVideoTranscription, Film, QueueVideo, QueuedVideo, QuoteVideo, RetrieveVideo,
    RetrievedVideo, VideoFormat,
};
use venice::{AnswerFormat, FileInput};

use super::pictures::drawn;
use super::{BETWEEN_POLLS, POLLS};
use crate::{Report, Setting, ensure};

/// A film may be large.
const LARGEST_FILM: u64 = 200 * 1024 * 1024;

/// Films that were queued, and the models that make them.
type Queued = Vec<(String, QueuedVideo)>;

pub async fn check(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    report
        .check("quoteVideo", async {
            let (model, constraints) = pick(setting, &VideoModelType::TextToVideo, &Privacy::Private)?;
            let quote = client.quote_video(&quoted(model, constraints)).await?.value;
            ensure!(!quote.usd.is_sign_negative(), "less than nothing");
            Ok(())
        })
        .await;
    let mut queued = Queued::new();
    report
        .check("queueVideo", async {
            let (model, constraints) = pick(setting, &VideoModelType::TextToVideo, &Privacy::Private)?;
            let request = asked(model, constraints, "a gondola under a bridge, at dusk");
            queued.push((model.id.clone(), client.queue_video(&request).await?.value));
            let (model, constraints) = pick(setting, &VideoModelType::ImageToVideo, &Privacy::Anonymized)?;
            let picture = FileInput::bytes("drawn.png", "image/png", drawn(512, 90));
            let request = asked(model, constraints, "the disc rises").image_url(picture);
            queued.push((model.id.clone(), client.queue_video(&request).await?.value));
            ensure!(queued.iter().all(|(_, queued)| !queued.queue_id.is_empty()), "no id");
            Ok(())
        })
        .await;
    report
        .check("retrieveVideo", async {
            let mut made = None;
            for (model, film) in &queued {
                made = Some(retrieved(setting, model, film).await?);
            }
            let film = made.ok_or("nothing was queued")?;
            // From disk, so that it is read while it is sent.
            let folder = tempfile::tempdir()?;
            let path = folder.path().join(format!("film.{}", film.format));
            std::fs::write(&path, &film.bytes)?;
            let file = FileInput::path(&path, film.format.media_type())?;
            if let Some(model) = enlarging(setting, &file).await {
                let request = QueueVideo::new(&model.id, "sharper", "auto").upscale_factor(2).video_url(file);
                let film = client.queue_video(&request).await?.value;
                retrieved(setting, &model.id, &film).await?;
                queued.push((model.id.clone(), film));
            }
            Ok(())
        })
        .await;
    report
        .check("completeVideo", async {
            ensure!(!queued.is_empty(), "nothing was queued");
            for (model, film) in &queued {
                let request = CompleteVideo::new(model, &film.queue_id);
                ensure!(client.complete_video(&request).await?.value.success, "it wasn't cleared away");
            }
            Ok(())
        })
        .await;
    report
        .check("createVideoTranscription", async {
            let request = CreateVideoTranscription::new("https://www.youtube.com/watch?v=jNQXAC9IVRw");
            let written = client.create_video_transcription(&request).await?.value;
            ensure!(!written.transcript.is_empty(), "nothing was said");
            let plain = request.response_format(AnswerFormat::Text);
            let written = client.create_video_transcription(&plain).await?.value;
            ensure!(!written.transcript.is_empty() && written.lang.is_none(), "no plain text");
            Ok(())
        })
        .await;
}

/// A model for a kind of film: if possible an open one that treats films in this way. Private ones tell where to download
/// them, the others hand them over.
fn pick<'a>(
    setting: &'a Setting,
    kind: &VideoModelType,
    privacy: &Privacy,
) -> Result<(&'a Model, &'a Constraints), String> {
    let of_kind = |model: &Model| {
        let constraints = model.spec.constraints.as_ref();
        constraints.is_some_and(|constraints| constraints.model_type.as_ref() == Some(kind))
    };
    let open = |model: &Model| {
        of_kind(model)
            && model.spec.region_restrictions.is_empty()
            && model.spec.privacy.as_ref() == Some(privacy)
    };
    let model =
        setting.pick(&ModelType::Video, open).or_else(|_| setting.pick(&ModelType::Video, of_kind))?;
    Ok((model, model.spec.constraints.as_ref().ok_or("a model without constraints")?))
}

fn duration(constraints: &Constraints) -> &str {
    constraints.durations.first().map_or("auto", String::as_str)
}

fn quoted(model: &Model, constraints: &Constraints) -> QuoteVideo {
    let mut request = QuoteVideo::new(&model.id, duration(constraints));
    request.aspect_ratio = constraints.aspect_ratios.first().cloned();
    request.resolution = constraints.resolutions.first().cloned();
    request
}

fn asked(model: &Model, constraints: &Constraints, prompt: &str) -> QueueVideo {
    let mut request = QueueVideo::new(&model.id, prompt, duration(constraints));
    request.aspect_ratio = constraints.aspect_ratios.first().cloned();
    request.resolution = constraints.resolutions.first().cloned();
    request
}

/// A model that enlarges films: models don't say that they do, but they quote it.
async fn enlarging<'a>(setting: &'a Setting, film: &FileInput) -> Option<&'a Model> {
    let works_on_films = |model: &&Model| {
        let constraints = model.spec.constraints.as_ref();
        !model.spec.offline
            && constraints.is_some_and(|constraints| constraints.model_type == Some(VideoModelType::Video))
    };
    for model in setting.models.models.iter().filter(works_on_films).take(5) {
        let request = QuoteVideo::new(&model.id, "auto").upscale_factor(2).video_url(film.clone());
        if setting.client.quote_video(&request).await.is_ok() {
            return Some(model);
        }
    }
    None
}

/// Waits for a film, and takes it from wherever it is.
async fn retrieved(setting: &Setting, model: &str, queued: &QueuedVideo) -> Result<Film, Box<dyn Error>> {
    let client = &setting.client;
    let request = RetrieveVideo::new(model, &queued.queue_id);
    for _ in 0..POLLS {
        let film = match client.retrieve_video(&request).await?.value {
            RetrievedVideo::File(film) => film,
            RetrievedVideo::Completed(_) => {
                let url = queued.download_url.as_deref().ok_or("it is done, but nobody told where")?;
                let body = client.download(url, None).await?.body;
                let content_type = body.content_type().map(str::to_owned);
                let film = Film::from_body(content_type.as_deref(), body.collect(LARGEST_FILM).await?)?;
                client.forget_download(url).await?;
                film
            }
            _ => {
                tokio::time::sleep(BETWEEN_POLLS).await;
                continue;
            }
        };
        if film.format != VideoFormat::Mp4 || film.bytes.len() < 1_000 {
            return Err(format!("{} bytes of {}", film.bytes.len(), film.format).into());
        }
        return Ok(film);
    }
    Err("it takes too long".into())
}
