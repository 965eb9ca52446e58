//! The Queue: its table, its order, its pause, its history.

use studio::{
    Result,
    jobs::{
        queue::view::{PriceAgain, Prune, Pruned, QueueCounts, QueuePage, QueueQuery},
        view::JobView,
    },
    pictures::estimate::Expected,
};

use super::{Shared, guarded};

/// Some rows: what is under way, then what waits in the order it will be sent, then what has ended, newest first.
#[tauri::command]
#[specta::specta]
pub async fn queue_page(studio: Shared<'_>, query: QueueQuery) -> Result<QueuePage> {
    guarded(&studio, async move |studio| studio.queue_page(query).await).await
}

/// How many jobs stand in each state, and whether the Queue is paused.
#[tauri::command]
#[specta::specta]
pub async fn queue_counts(studio: Shared<'_>) -> Result<QueueCounts> {
    guarded(&studio, async move |studio| studio.queue_counts().await).await
}

/// Holds back all that isn't sent yet, over restarts too, or lets it go on.
#[tauri::command]
#[specta::specta]
pub async fn pause_queue(studio: Shared<'_>, paused: bool) -> Result<QueueCounts> {
    guarded(&studio, async move |studio| studio.pause_queue(paused).await).await
}

/// Puts a job that isn't sent yet before another of them, or last. Answers the ids of all of them in their order.
#[tauri::command]
#[specta::specta]
pub async fn move_job(studio: Shared<'_>, id: String, before: Option<String>) -> Result<Vec<String>> {
    guarded(&studio, async move |studio| studio.move_job(id, before).await).await
}

/// Forgets jobs that have ended. What is open, unknown, or paid for and not kept stays.
#[tauri::command]
#[specta::specta]
pub async fn prune_jobs(studio: Shared<'_>, prune: Prune) -> Result<Pruned> {
    guarded(&studio, async move |studio| studio.prune_jobs(prune).await).await
}

/// What it costs to send a job's request once more.
#[tauri::command]
#[specta::specta]
pub async fn price_again(studio: Shared<'_>, id: String) -> Result<PriceAgain> {
    guarded(&studio, async move |studio| studio.price_again(id).await).await
}

/// A new job with the same request beside the old one. Where the price isn't `expected`, nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn duplicate_job(studio: Shared<'_>, id: String, expected: Expected) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.duplicate_job(id, expected).await).await
}
