//! From the bytes of a film or of music to an item of the library. They are never whole in memory.

use std::{fs::File, io::Read, path::Path};

use audio::decode::{Film, Probe};
use store::{Certainty, Cost, Job, MediaKind, NewItem, Origin, Parent, Role};

use super::{job::Asked, request::FilmRequest, request::FilmRole};
use crate::{
    AppError, Result, Studio,
    calls::view::FileRef,
    conversations::media_of,
    error::Code,
    imports::{KeptAs, kind_of},
    jobs::{Arrived, Kept, remote},
    library::KeptReceipt,
    music::job as music,
    recipe::Recipe,
};

/// How much of a file tells what it is.
const BEGINNING: u64 = 4_096;

/// What a result is by its bytes.
struct Examined {
    kept_as: KeptAs,
    film: Option<Film>,
    sound: Option<Probe>,
    /// Nothing of it can be read, or its end is missing.
    is_damaged: bool,
}

impl Studio {
    /// Puts a whole result into the library, under what it is by its bytes. What is kept already stays the one it is.
    pub(crate) async fn keep_remote(&self, job: &Job, part: &Path, arrived: &Arrived) -> Result<Kept> {
        let (job, part) = (job.clone(), part.to_owned());
        let receipt = KeptReceipt {
            answer_id: arrived.receipt.answer_id.clone().or_else(|| job.remote_id.clone()),
            cf_ray: arrived.receipt.cf_ray.clone(),
            model: arrived.receipt.model.id.clone(),
            took_ms: Some(arrived.took_ms),
            estimate: job.estimate,
            ..KeptReceipt::default()
        };
        let content_type = arrived.content_type.clone();
        let answer_id = receipt.answer_id.clone();
        let studio = self.clone();
        let keeping = tokio::task::spawn_blocking(move || -> Result<Kept> {
            let examined = examine(&part, content_type.as_deref())?;
            let problem = examined.is_damaged.then(|| damaged(&examined.kept_as));
            let new = new_item(&job, examined, &receipt)?;
            let store = &studio.inner.store;
            let incoming = store.incoming_own(&part, |_| true)?;
            let incoming = incoming.ok_or_else(|| AppError::internal("a copy was stopped by nobody"))?;
            store.keep(incoming, new)?;
            Ok(Kept { answer_id, problem, ..Kept::default() })
        });
        keeping.await.map_err(AppError::internal)?
    }
}

fn examine(part: &Path, content_type: Option<&str>) -> Result<Examined> {
    let at = |error| AppError::from(store::Error::file(part, error));
    let mut beginning = Vec::new();
    File::open(part).map_err(at)?.take(BEGINNING).read_to_end(&mut beginning).map_err(at)?;
    let told = media_of(&beginning, "");
    if told.is_none() && content_type != Some("audio/pcm") {
        return Err(unreadable(content_type));
    }
    let film = match audio::decode::film(part) {
        Ok(film) => Some(film),
        Err(audio::Error::File { source, .. }) => return Err(at(source)),
        Err(_) => None,
    };
    let sound = audio::decode::probe(part).ok();
    let mut kept_as = kind_of(&beginning, "", sound.as_ref());
    let moves = film.as_ref().is_some_and(|film| film.is_film);
    if told.is_none() {
        kept_as = KeptAs { kind: MediaKind::Sound, mime: "audio/pcm", ending: "pcm" };
    } else if moves && kept_as.kind == MediaKind::Sound {
        // A film without sound has nothing to hear.
        kept_as = KeptAs { kind: MediaKind::Film, mime: "video/mp4", ending: "mp4" };
    }
    let is_damaged = match kept_as.kind {
        MediaKind::Film => !moves || film.as_ref().is_some_and(|film| film.is_cut_off),
        _ => sound.is_none() && kept_as.ending != "pcm",
    };
    Ok(Examined { kept_as, film, sound, is_damaged })
}

fn new_item(job: &Job, examined: Examined, receipt: &KeptReceipt) -> Result<NewItem> {
    let Examined { kept_as, film, sound, .. } = examined;
    let length = film.as_ref().and_then(|film| film.length).filter(|_| kept_as.kind == MediaKind::Film);
    let length = length.or_else(|| sound.as_ref().and_then(|sound| sound.length));
    let mut new = if job.kind == remote::FILM {
        let request = Asked::of(job)?.film;
        let origin = match (request.film.is_some(), request.upscale_factor) {
            (true, Some(_)) => Origin::Upscaled,
            (true, None) => Origin::Edited,
            (false, _) => Origin::Made,
        };
        NewItem {
            prompt: Some(request.prompt.clone()).filter(|words| !words.trim().is_empty()),
            negative_prompt: request.negative_prompt.clone(),
            parents: parents(&request),
            recipe: serde_json::to_value(Recipe::of_film(&request, film.as_ref())).ok(),
            ..NewItem::new(origin, &job.title)
        }
    } else {
        let request = music::Asked::of(job)?.music;
        NewItem {
            prompt: Some(request.prompt.clone()),
            recipe: serde_json::to_value(Recipe::of_music(&request)).ok(),
            ..NewItem::new(Origin::Made, &job.title)
        }
    };
    new.kind = kept_as.kind;
    new.format = Some((kept_as.mime.to_owned(), kept_as.ending.to_owned()));
    new.size = film.and_then(|film| film.size).filter(|_| kept_as.kind == MediaKind::Film);
    new.duration_ms = length.and_then(|length| u64::try_from(length.as_millis()).ok());
    new.model = job.model.clone().or_else(|| receipt.model.clone());
    // As Venice quoted it, until its ledger confirms it.
    new.cost = Cost {
        money: job.charged.or(job.estimate),
        certainty: match (job.charged, job.estimate) {
            (Some(_), _) => Certainty::Charge,
            (None, Some(_)) => Certainty::Estimate,
            (None, None) => Certainty::Unknown,
        },
        pretend: job.pretend,
    };
    new.account = Some(job.account.clone());
    new.job = Some(job.id);
    new.receipt = serde_json::to_value(receipt).ok();
    Ok(new)
}

/// What a film was made from, each once, as what it served first.
fn parents(request: &FilmRequest) -> Vec<Parent> {
    let mut parents: Vec<Parent> = Vec::new();
    for (role, file) in request.files() {
        let FileRef::Item(id) = file else { continue };
        let Ok(item) = id.parse() else { continue };
        let role = match role {
            FilmRole::Film => Role::Source,
            FilmRole::Image => Role::FirstFrame,
            FilmRole::EndImage => Role::LastFrame,
            FilmRole::Sound => Role::Sound,
            _ => Role::Reference,
        };
        if !parents.iter().any(|parent| parent.item == item) {
            parents.push(Parent { item, role });
        }
    }
    parents
}

fn unreadable(content_type: Option<&str>) -> AppError {
    AppError::new(
        Code::AnswerUnreadable,
        "The answer arrived, but it is neither a film nor a sound.",
        "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}

fn damaged(kept_as: &KeptAs) -> AppError {
    let what = if kept_as.kind == MediaKind::Film { "film" } else { "sound" };
    AppError::new(
        Code::ResultDamaged,
        format!("The {what} arrived and is kept, but not all of it can be read."),
        "It may be in a coding that is unknown here: try it in another player. Venice's support can look the request up.",
    )
    .param("what", what)
}
