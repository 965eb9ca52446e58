//! What a kept film is, and single frames of it.

use base64::{Engine, prelude::BASE64_STANDARD};
use store::{MediaKind, NewItem, Origin, Parent, Role};

use super::view::FilmFacts;
use crate::{
    AppError, Result, Studio,
    error::{Code, input_too_large},
    library::{missing, parse, view::ItemView, view_of},
    recipe::{LocalWork, Recipe},
};

/// The largest frame that is taken from the page.
const MOST_BYTES: usize = 64 << 20;

impl Studio {
    /// What a kept film is: how it is coded, how large, how long.
    pub async fn film_facts(&self, item: String) -> Result<FilmFacts> {
        let id = parse(&item)?;
        let find = move |store: &store::Store| {
            let item = store.library().get(id)?;
            Ok((store.media_path(&item.file.path), item))
        };
        let (path, item) = self.store(find).await?;
        if item.kind != MediaKind::Film {
            return Err(no_film(&item.title));
        }
        if !tokio::fs::try_exists(&path).await.unwrap_or(false) {
            self.ensure_library().await?;
            return Err(missing(&path));
        }
        let reading = tokio::task::spawn_blocking(move || audio::decode::film(&path));
        let length = |film: &audio::decode::Film| {
            let told = film.length.and_then(|length| u64::try_from(length.as_millis()).ok());
            told.or(item.file.duration_ms)
        };
        let container = container_of(&item.file.mime);
        Ok(match reading.await.map_err(AppError::internal)? {
            Ok(film) => FilmFacts {
                container,
                codec: film.codec.map(str::to_owned),
                sound_codec: film.sound.map(str::to_owned),
                width: film.size.map(|(width, _)| width),
                height: film.size.map(|(_, height)| height),
                length_ms: length(&film),
                frames: film.frames,
                frame_rate: film.frames.zip(film.length).and_then(|(frames, length)| {
                    let rate = f64::from(frames) / length.as_secs_f64() * 1_000.0;
                    (rate.is_finite() && rate < 1_000_000.0).then_some(rate.round() as u32)
                }),
            },
            Err(audio::Error::File { path, source }) => return Err(store::Error::file(&path, source).into()),
            // It is kept all the same, and another program may know more.
            Err(_) => FilmFacts { container, length_ms: item.file.duration_ms, ..FilmFacts::default() },
        })
    }

    /// A new item: one frame of a kept film, as the player drew it.
    pub async fn keep_frame(&self, film: String, at_ms: u32, png: String) -> Result<ItemView> {
        let id = parse(&film)?;
        let film = self.store(move |store| store.library().get(id)).await?;
        if film.kind != MediaKind::Film {
            return Err(no_film(&film.title));
        }
        if png.len() > MOST_BYTES / 3 * 4 {
            return Err(input_too_large(Some(png.len() as u64 / 4 * 3), MOST_BYTES as u64));
        }
        let studio = self.clone();
        let keeping = tokio::task::spawn_blocking(move || -> Result<ItemView> {
            let bytes = BASE64_STANDARD.decode(png.trim()).map_err(|_| not_a_frame())?;
            let probe = store::probe_bytes(&bytes).map_err(|_| not_a_frame())?;
            if probe.format != store::PictureFormat::Png {
                return Err(not_a_frame());
            }
            let recipe = Recipe {
                program: Some("Canaletto".to_owned()),
                prompt: film.prompt.clone(),
                model: film.model.clone(),
                width: Some(probe.width),
                height: Some(probe.height),
                local: Some(LocalWork::Frame { at_ms: at_ms.into() }),
                ..Recipe::default()
            };
            let new = NewItem {
                prompt: film.prompt.clone(),
                model: film.model.clone(),
                parents: vec![Parent { item: film.id, role: Role::Source }],
                recipe: serde_json::to_value(recipe).ok(),
                ..NewItem::new(Origin::Adjusted, &film.title)
            };
            Ok(view_of(&studio.inner.store.keep(bytes, new)?))
        });
        keeping.await.map_err(AppError::internal)?
    }
}

fn container_of(mime: &str) -> String {
    let name = match mime {
        "video/mp4" => "MP4",
        "video/quicktime" => "MOV",
        "video/webm" => "WebM",
        "video/x-matroska" => "MKV",
        other => other.strip_prefix("video/").unwrap_or(other),
    };
    name.to_owned()
}

fn no_film(name: &str) -> AppError {
    AppError::new(Code::FilmInputFormat, "This isn't a film.", "Choose a film.")
        .param("name", name)
        .param("role", "film")
        .param("formats", "MP4, MOV, WebM")
}

fn not_a_frame() -> AppError {
    AppError::new(
        Code::InputUnreadable,
        "The frame didn't arrive as a PNG.",
        "Take it again. If it happens again, please report it.",
    )
    .param("name", "frame.png")
}
