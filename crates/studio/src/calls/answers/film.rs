//! Films, and what is said in them.

use serde::{Deserialize, Serialize};
use store::MediaKind;
use venice::{
    queue::{Completion as Completed, Quote},
    video::{
        CompleteVideo, CreateVideoTranscription, Film, QueueVideo, QueuedVideo, QuoteVideo, RetrieveVideo,
        RetrievedVideo, VideoTranscription,
    },
};

use super::{shown, sound::Retrieved};
use crate::calls::{Callable, Completion, ResultFile, view::Made};

/// A film that is being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmQueued {
    /// Its id in the queue.
    pub queue_id: String,
    /// The model that makes it.
    pub model: Option<String>,
    /// Whether it will be fetched from an address of its own, which was told once and is kept with the job.
    pub private: bool,
}

/// A film as a file of the library.
pub(crate) fn film(film: Film) -> (Made, ResultFile) {
    let file = ResultFile {
        kind: MediaKind::Film,
        mime: film.format.media_type(),
        extension: film.format.as_str().to_owned(),
        bytes: film.bytes,
    };
    (Made { content_type: file.mime.clone(), bytes: file.bytes.len() as u64 }, file)
}

impl Callable for QueueVideo {
    type View = FilmQueued;

    fn part(&self, answer: QueuedVideo) -> (FilmQueued, Vec<ResultFile>) {
        let private = answer.download_url.is_some();
        (FilmQueued { queue_id: answer.queue_id, model: answer.model, private }, Vec::new())
    }

    fn remote(answer: &QueuedVideo) -> Option<(String, Option<String>)> {
        Some((answer.queue_id.clone(), answer.download_url.clone()))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

impl Callable for RetrieveVideo {
    type View = Retrieved;

    fn part(&self, answer: RetrievedVideo) -> (Retrieved, Vec<ResultFile>) {
        match answer {
            RetrievedVideo::Waiting(progress) => (Retrieved::Waiting(progress), Vec::new()),
            RetrievedVideo::Completed(progress) => (Retrieved::Elsewhere(progress), Vec::new()),
            RetrievedVideo::File(file) => {
                let (made, file) = film(file);
                (Retrieved::Made(made), vec![file])
            }
        }
    }

    fn keep_first(mut self) -> (Self, Option<Completion>) {
        let wished = self.delete_media_on_completion.take() == Some(true);
        let complete = wished.then(|| Completion::Video(CompleteVideo::new(&self.model, &self.queue_id)));
        (self, complete)
    }

    fn elsewhere(&self, answer: &RetrievedVideo) -> Option<String> {
        matches!(answer, RetrievedVideo::Completed(_)).then(|| self.queue_id.clone())
    }

    fn fetched(bytes: bytes::Bytes) -> Option<RetrievedVideo> {
        Film::from_body(None, bytes).ok().map(RetrievedVideo::File)
    }
}

impl Callable for CreateVideoTranscription {
    type View = VideoTranscription;

    fn part(&self, answer: VideoTranscription) -> (VideoTranscription, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn words(&self) -> Option<&str> {
        Some(&self.url)
    }
}

shown! {
    QuoteVideo => Quote,
    CompleteVideo => Completed,
}
