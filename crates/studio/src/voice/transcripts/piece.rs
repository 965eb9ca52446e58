//! A piece of a sound as a job, and as the file that is sent.

use std::{path::PathBuf, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{ItemId, Job, JobBatch, JobId, Transcript, TranscriptId};
use tempfile::TempPath;
use venice::{FileInput, audio::CreateTranscription};

use super::{KIND, OPERATION, cutting::RATE, source::file_missing};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    jobs::{Packed, Parcel},
    pricing::Price,
};

/// What a job of a transcript asks for, as its row keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PieceRequest {
    pub transcript: TranscriptId,
    /// Which piece, from 0.
    pub piece: u32,
    pub item: Option<ItemId>,
    pub model: String,
    pub language: Option<String>,
    pub timestamps: bool,
    pub start_ms: u64,
    pub end_ms: u64,
}

impl PieceRequest {
    pub(super) fn length(&self) -> Duration {
        Duration::from_millis(self.end_ms.saturating_sub(self.start_ms))
    }

    fn wire(&self, file: FileInput) -> CreateTranscription {
        let mut wire = CreateTranscription::new(file).model(&self.model).timestamps(self.timestamps);
        wire.language.clone_from(&self.language);
        wire
    }
}

/// The job of a piece, not written down yet.
pub(super) fn job_of(
    payer: &Payer,
    transcript: &Transcript,
    request: &PieceRequest,
    price: &Price,
    of: u32,
    median: Option<u64>,
) -> Result<Job> {
    let now = Timestamp::now();
    let json = serde_json::to_value(request).map_err(AppError::internal)?;
    let mut job = Job::new(JobId::new(now), KIND, &payer.id, OPERATION, json, now);
    job.title.clone_from(&transcript.title);
    job.model = Some(request.model.clone());
    job.source = request.item;
    job.pretend = payer.pretend;
    job.estimate = price.amount;
    job.held = price.amount;
    job.expected_ms = median;
    job.batch = Some(JobBatch { id: transcript.id.to_string(), index: request.piece, of });
    Ok(job)
}

impl Studio {
    /// What is sent for a piece. Its file is made when its turn comes, and goes when it isn't needed any more.
    pub(super) fn piece_parcel(&self, job: JobId, request: PieceRequest) -> Parcel {
        let studio = self.clone();
        Parcel::later(async move |_waited| {
            let file = studio.piece_file(job, &request).await?;
            let input = FileInput::path(&file, "audio/flac")
                .map_err(|error| AppError::from(store::Error::file(&file, error)))?;
            Ok(Packed::of(request.wire(input)).with(file))
        })
    }

    async fn piece_file(&self, job: JobId, request: &PieceRequest) -> Result<TempPath> {
        let item = request.item.ok_or_else(|| AppError::not_found("item"))?;
        let (title, source) = self
            .store(move |store| {
                store.ensure_library()?;
                let item = store.library().get(item)?;
                let path = store.media_path(&item.file.path);
                Ok((item.title, path))
            })
            .await?;
        if !tokio::fs::try_exists(&source).await.unwrap_or(false) {
            return Err(file_missing(&title));
        }
        let folder = self.piece_folder();
        let (start, end) = (Duration::from_millis(request.start_ms), Duration::from_millis(request.end_ms));
        let making = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder).map_err(|error| store::Error::file(&folder, error))?;
            let target = folder.join(format!("{job}.flac"));
            // Gone again wherever this ends.
            let file =
                TempPath::try_from_path(&target).map_err(|error| store::Error::file(&target, error))?;
            audio::encode::piece(&source, start, end, RATE, &file)?;
            Ok::<_, AppError>(file)
        });
        making.await.map_err(AppError::internal)?
    }

    /// Pieces of sounds on their way out. They can be made again at any time.
    fn piece_folder(&self) -> PathBuf {
        self.inner.home.join("work").join("pieces")
    }

    /// What a crash left of them.
    pub(super) async fn remove_piece_files(&self) {
        if let Err(error) = tokio::fs::remove_dir_all(self.piece_folder()).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "pieces of sounds were not removed");
        }
    }

    /// How long pieces took so far.
    pub(super) async fn median_of_pieces(&self, model: &str) -> Result<Option<u64>> {
        let model = model.to_owned();
        self.store(move |store| store.jobs().median_duration(OPERATION, Some(&model))).await
    }
}
