//! A part of a sound as an item of its own, sample for sample.

use std::{path::Path, time::Duration};

use audio::{
    decode::Probe,
    encode::{Coding, Tags, transcode},
};
use store::{MediaKind, NewItem, Origin, Parent, Role};

use super::{Source, chapters_of, invalid, measure::milliseconds, stop::waiting};
use crate::{
    AppError, Result, Studio,
    library::{view::ItemView, view_of},
    recipe::{LocalWork, Recipe},
    voice::recorder::Marker,
};

/// Where parts are written before they are kept, in the home's work folder.
const FOLDER: &str = "sounds";

impl Studio {
    /// A new item: a part of this sound, without loss. Free.
    pub async fn trim_sound(&self, id: String, from_ms: u64, to_ms: u64) -> Result<ItemView> {
        let source = self.source_of_sound(&id).await?;
        let length = self.sound(id).await?.length_ms;
        check(from_ms, to_ms, length)?;
        let to_ms = to_ms.min(length);
        self.ensure_library().await?;
        let folder = self.home().join("work").join(FOLDER);
        let (_waiting, asked) = waiting();
        let studio = self.clone();
        let work = tokio::task::spawn_blocking(move || -> Result<ItemView> {
            let at = |error| AppError::from(store::Error::file(&folder, error));
            std::fs::create_dir_all(&folder).map_err(at)?;
            // Gone with all that is in it, however this ends.
            let aside = tempfile::tempdir_in(&folder).map_err(at)?;
            let probe = audio::decode::probe(&source.path)?;
            let (coding, mime, ending) = lossless(&source.path, &probe);
            let part = aside.path().join(format!("part.{ending}"));
            // A length in milliseconds is not that of the last frames, and may be the file's own guess.
            let is_to_the_end = to_ms >= length;
            let end = if is_to_the_end { Duration::MAX } else { Duration::from_millis(to_ms) };
            let span = (Duration::from_millis(from_ms), end);
            let tags = Tags { title: Some(source.item.title.clone()), chapters: Vec::new() };
            transcode(&source.path, Some(span), &part, coding, &tags, |_| asked.goes_on())?;
            let mut new = child(&source, from_ms, to_ms, is_to_the_end);
            new.format = Some((mime.to_owned(), ending.to_owned()));
            if is_to_the_end && let Some(length) = audio::decode::probe(&part)?.length {
                new.duration_ms = Some(milliseconds(length));
            }
            let store = &studio.inner.store;
            let Some(incoming) = store.incoming_own(&part, |_| asked.goes_on())? else {
                return Err(audio::Error::Stopped.into());
            };
            Ok(view_of(&store.keep(incoming, new)?))
        });
        work.await.map_err(AppError::internal)?
    }

    /// Parts that were being written when the program ended.
    pub(crate) fn clear_parts(&self) {
        // What can't be removed takes up space, no more.
        let _ = std::fs::remove_dir_all(self.home().join("work").join(FOLDER));
    }
}

fn check(from_ms: u64, to_ms: u64, length_ms: u64) -> Result<()> {
    if from_ms >= to_ms || from_ms >= length_ms {
        return Err(invalid(
            "part",
            "The part to keep has no length, or lies behind the end.",
            "Choose where it begins and ends.",
        ));
    }
    if from_ms == 0 && to_ms >= length_ms {
        return Err(invalid("part", "This is all of the sound.", "Choose a part of it."));
    }
    Ok(())
}

/// The coding that loses nothing of a sound: its own where it is one that loses nothing.
fn lossless(path: &Path, probe: &Probe) -> (Coding, &'static str, &'static str) {
    // Floats, and whole numbers that 24 bits don't hold.
    if probe.bits.is_some_and(|bits| bits > 24) {
        return (Coding::WaveFloat, "audio/wav", "wav");
    }
    let bits = if probe.bits.is_some_and(|bits| bits <= 16) { 16 } else { 24 };
    let is_wave = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wav"));
    if is_wave && !probe.is_film {
        (Coding::Wave { bits }, "audio/wav", "wav")
    } else {
        // What lossy codings hold is finer than 16 bits.
        (Coding::Flac { bits }, "audio/flac", "flac")
    }
}

/// What comes of it: found by the words of what it is from, and with the marked places that lie in it.
fn child(source: &Source, from_ms: u64, to_ms: u64, is_to_the_end: bool) -> NewItem {
    let item = &source.item;
    // A mark at the very end is in it too.
    let until = if is_to_the_end { u64::MAX } else { to_ms };
    let recipe = Recipe {
        program: Some("Canaletto".to_owned()),
        prompt: item.prompt.clone(),
        model: item.model.clone(),
        chapters: shifted(chapters_of(item), from_ms, until),
        local: Some(LocalWork::Trimmed { from_ms, to_ms }),
        ..Recipe::default()
    };
    NewItem {
        kind: MediaKind::Sound,
        prompt: item.prompt.clone(),
        model: item.model.clone(),
        duration_ms: Some(to_ms - from_ms),
        parents: vec![Parent { item: item.id, role: Role::Source }],
        markers: shifted(source.markers.clone(), from_ms, until),
        recipe: serde_json::to_value(recipe).ok(),
        ..NewItem::new(Origin::Adjusted, &item.title)
    }
}

fn shifted(markers: Vec<Marker>, from_ms: u64, to_ms: u64) -> Vec<Marker> {
    let inside = markers.into_iter().filter(|marker| (from_ms..to_ms).contains(&marker.at_ms));
    inside.map(|marker| Marker { at_ms: marker.at_ms - from_ms, ..marker }).collect()
}
