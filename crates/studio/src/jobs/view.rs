//! A job as the front end sees it.

use serde::{Deserialize, Serialize};
pub use store::JobState;

use super::remote;
use crate::{
    AppError, calls, conversations,
    error::{Code, from_queue::REFUNDED},
    money::Money,
    pictures::{batch::BatchPlace, request::PictureRequest},
    voice::{clones, speech, transcripts},
};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Pictures from a prompt.
    Make,
    /// A changed picture.
    Edit,
    /// A larger picture.
    Upscale,
    /// A picture without its background.
    CutOut,
    /// A call that was made by hand.
    Call,
    /// An answer in a conversation.
    Chat,
    /// A text that is spoken.
    Speak,
    /// The words of a sound.
    Transcribe,
    /// A voice that is cloned.
    Clone,
    /// A film.
    Film,
    /// Music, or a sound effect.
    Music,
}

/// What a job does, by the word it is kept as.
pub(crate) fn kind_of(word: &str) -> JobKind {
    match word {
        "edit" => JobKind::Edit,
        "upscale" => JobKind::Upscale,
        "cut_out" => JobKind::CutOut,
        calls::KIND => JobKind::Call,
        conversations::KIND => JobKind::Chat,
        transcripts::KIND => JobKind::Transcribe,
        speech::job::KIND => JobKind::Speak,
        clones::KIND => JobKind::Clone,
        remote::FILM => JobKind::Film,
        remote::MUSIC => JobKind::Music,
        _ => JobKind::Make,
    }
}

/// What is being done at the provider, or with what it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RemoteStage {
    /// It waits its turn there.
    Queued,
    /// It is being made.
    Processing,
    /// It is done, and its bytes are on their way here.
    Downloading,
    /// It goes on there, but nothing can be heard or fetched just now: the job's error says why.
    Waiting,
}

/// How far the provider is with a job that it has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RemoteProgress {
    /// What is being done.
    pub stage: RemoteStage,
    /// How long such work takes by the provider's word, in milliseconds.
    pub average_ms: Option<u64>,
    /// How long this has taken there, in milliseconds, when it was last asked.
    pub elapsed_ms: Option<u64>,
    /// The size of what is being downloaded, in bytes.
    pub total_bytes: Option<u64>,
}

/// What can be said of the money of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Nothing was or will be charged.
    Nothing,
    /// It costs, or did cost, what the price list says; no charge has confirmed it yet.
    Expected,
    /// Venice has confirmed the charge.
    Charged,
    /// It may have been charged, or not.
    Unknown,
}

impl Billing {
    /// What a job's row tells of its money.
    pub(crate) fn of(job: &store::Job) -> Self {
        let arrived = job.took_ms.is_some();
        match job.state {
            _ if job.charged.is_some() => Self::Charged,
            JobState::Unknown => Self::Unknown,
            // The provider charges for what it takes on, and says so where it gives that back.
            JobState::Cancelled if job.accepted_at.is_some() => Self::Expected,
            JobState::Failed if job.accepted_at.is_some() && !arrived => match refunded(job) {
                Some(true) => Self::Nothing,
                _ => Self::Unknown,
            },
            JobState::Cancelled if job.sent_at.is_some() && !is_known_free(job) => Self::Unknown,
            JobState::Failed if !arrived => Self::Nothing,
            JobState::Cancelled => Self::Nothing,
            _ => Self::Expected,
        }
    }
}

/// Whether a job that was sent surely wasn't charged: Venice didn't take it, or its history has no charge for it.
fn is_known_free(job: &store::Job) -> bool {
    let code = job.error.as_ref().and_then(|error| error.get("code")?.as_str());
    code.is_some_and(|code| code == Code::NotTaken.as_str() || code == Code::NotCharged.as_str())
}

/// Whether the provider gave back what a job cost; `None` where it didn't say.
fn refunded(job: &store::Job) -> Option<bool> {
    match job.error.as_ref()?.get("params")?.get(REFUNDED)?.as_str()? {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// A job as the front end sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// The account that pays.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// A short name.
    pub title: String,
    /// The operation of the API.
    pub operation: String,
    /// The model asked for.
    pub model: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub sent_at: Option<String>,
    /// RFC 3339.
    pub finished_at: Option<String>,
    /// How many results were asked for.
    pub wanted: u32,
    /// The items it made, in order.
    pub items: Vec<String>,
    /// The item it started from.
    pub source: Option<String>,
    /// Width / height of what will come.
    pub ratio: Option<f64>,
    /// The median of earlier jobs like it, in milliseconds.
    pub expected_ms: Option<u64>,
    /// Bytes received so far.
    pub received: Option<u64>,
    /// What it was expected to cost.
    pub estimate: Option<Money>,
    /// What it cost, as Venice reports it; `None` until it does.
    pub charged: Option<Money>,
    /// What can be said of its money.
    pub billing: Billing,
    /// What went wrong.
    pub error: Option<AppError>,
    /// What was asked for.
    pub request: Option<PictureRequest>,
    /// Its place, where it is part of a batch.
    pub batch: Option<BatchPlace>,
    /// Taken off the room's strip by the user.
    pub dismissed: bool,
    /// How often it was sent.
    pub attempts: u32,
    /// How far the provider is, where it has accepted the job.
    pub progress: Option<RemoteProgress>,
    /// It has ended here, but the provider may still have its result: it can be looked for again, at no cost.
    pub can_look_again: bool,
}
