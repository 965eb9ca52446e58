//! From a take's file to an item of the library. The file goes when the item is there, and not before.

use std::{path::Path, time::Instant};

use audio::wave::{Mended, mend};
use store::{Item, MediaKind, NewItem, Origin};

use super::{
    commands::off,
    desk::{Claim, milliseconds},
    notes::{self, TakeNote},
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    events::AppEvent,
    library::{view::ItemView, view_of},
    recipe::Recipe,
};

impl Studio {
    /// Makes a take that has ended an item, as its note says; without one, as the note on disk says. None where nothing was
    /// recorded, or where time ran out: then it stays.
    pub(super) async fn keep_take(
        &self,
        claim: Claim,
        note: Option<TakeNote>,
        until: Option<Instant>,
    ) -> Result<Option<ItemView>> {
        let folder = self.takes_folder();
        let read = {
            let (folder, id) = (folder.clone(), claim.id.clone());
            off(move || -> audio::Result<_> {
                let mended = mend(&notes::sound(&folder, &id))?;
                Ok((mended, note.unwrap_or_else(|| TakeNote::of(&folder, &id))))
            })
        };
        let (mended, note) = match read.await? {
            Ok(read) => read,
            // It ended before anything was heard.
            Err(audio::Error::Empty) => {
                off(move || notes::remove(&folder, &claim.id)).await?;
                return Ok(None);
            }
            Err(audio::Error::NotSound(_)) => return self.set_aside(&claim).await.map(|()| None),
            // Nothing of it is missing: only its end couldn't be written down.
            Err(error @ audio::Error::DiskFull) => {
                return Err(waits(error.into(), &notes::sound(&folder, &claim.id)));
            }
            Err(error) => return Err(error.into()),
        };
        let path = notes::sound(&folder, &claim.id);
        let kept = self.store(move |store| keep(store, &path, new_item(note, mended), until)).await;
        let Some(item) = kept.map_err(|error| waits(error, &notes::sound(&folder, &claim.id)))? else {
            return Ok(None);
        };
        off(move || notes::remove(&folder, &claim.id)).await?;
        let item = view_of(&item);
        self.tell_kept(&item);
        Ok(Some(item))
    }

    /// Keeps the takes that an earlier run, or a library that was away, left behind; they are told of.
    pub(crate) async fn keep_waiting_takes(&self) -> Result<()> {
        let folder = self.takes_folder();
        let mut kept = Vec::new();
        let mut outcome = Ok(());
        for id in off(move || notes::all(&folder)).await? {
            let Some(claim) = self.inner.recorder.claim(&id) else { continue };
            // Somebody else may have kept it since the folder was looked at; nobody can now.
            let file = notes::sound(&self.takes_folder(), &id);
            if !off(move || file.exists()).await? {
                continue;
            }
            match self.keep_take(claim, None, None).await {
                Ok(item) => kept.extend(item),
                Err(error) => outcome = Err(error),
            }
        }
        if let Some(first) = kept.first() {
            let error = AppError::new(
                Code::TakesRecovered,
                match kept.len() {
                    1 => format!("A recording that wasn't kept yet is in the library now: {}.", first.title),
                    many => format!("{many} recordings that weren't kept yet are in the library now."),
                },
                "Nothing is to be done.",
            );
            let error = error.param("count", kept.len()).param("title", &first.title);
            self.tell(AppEvent::Notice { error });
        }
        outcome
    }

    /// What an earlier run left is looked at beside the opening: long takes take their time.
    pub(crate) fn recover_takes(&self) {
        // At once: a command that comes early may make another.
        let _ = std::fs::remove_file(notes::test(&self.takes_folder()));
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            if let Err(error) = studio.keep_waiting_takes().await {
                studio.tell(AppEvent::Notice { error });
            }
        });
    }

    /// A file that holds no sound at all gets out of the way, and stays.
    async fn set_aside(&self, claim: &Claim) -> Result<()> {
        let from = notes::sound(&self.takes_folder(), &claim.id);
        let to = from.with_extension("damaged.wav");
        let moved = to.clone();
        off(move || std::fs::rename(&from, &to).map_err(|error| store::Error::file(&from, error))).await??;
        let error = AppError::new(
            Code::TakeDamaged,
            "A recording of an earlier run can't be read.",
            format!("Its file was left as it is: {}.", moved.display()),
        );
        self.tell(AppEvent::Notice { error: error.param("path", moved.display()) });
        Ok(())
    }
}

/// None where time ran out.
fn keep(
    store: &store::Store,
    path: &Path,
    new: NewItem,
    until: Option<Instant>,
) -> store::Result<Option<Item>> {
    let in_time = |_| until.is_none_or(|until| Instant::now() < until);
    let Some(incoming) = store.incoming_own(path, in_time)? else { return Ok(None) };
    // It may have been kept before, and its file not yet removed.
    let there = store.library().of_hash(&incoming.blake3())?.into_iter();
    let is_this = |item: &Item| item.origin == Origin::Recorded && Some(item.made_at) == new.made_at;
    if let Some(item) = { there }.find(is_this) {
        return Ok(Some(item));
    }
    store.keep(incoming, new).map(Some)
}

fn new_item(note: TakeNote, mended: Mended) -> NewItem {
    let mut recipe = Recipe { program: Some("Canaletto".to_owned()), ..Recipe::default() };
    let layout = mended.layout;
    let told = [
        ("Microphone", note.device),
        ("Sampling rate", Some(format!("{} Hz", layout.rate))),
        ("Channels", Some(layout.channels.to_string())),
        ("Frames lost", (note.lost > 0).then(|| note.lost.to_string())),
    ];
    recipe.more = told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let length = milliseconds(mended.length);
    let mut markers = note.markers;
    for marker in &mut markers {
        marker.at_ms = marker.at_ms.min(length);
    }
    NewItem {
        kind: MediaKind::Sound,
        format: Some(("audio/wav".to_owned(), "wav".to_owned())),
        duration_ms: Some(length),
        made_at: Some(note.started_at),
        markers,
        recipe: serde_json::to_value(recipe).ok(),
        ..NewItem::new(Origin::Recorded, &note.title)
    }
}

/// A take that can't be brought in yet is said to be safe, and where.
fn waits(error: AppError, path: &Path) -> AppError {
    let why = error.code.clone();
    let message = format!("The take is whole, and can't be brought into the library yet: {}", error.message);
    let waits = AppError::new(
        Code::TakeWaits,
        message,
        format!("It is safe in {}, and is kept as soon as that is possible.", path.display()),
    );
    waits.param("path", path.display()).param("why", why)
}
