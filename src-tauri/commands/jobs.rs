//! Jobs: what runs, what ran, and what may be done about it.

use studio::{Result, jobs::view::JobView};

use super::{Shared, guarded};

/// Jobs that are open, or ended and not yet dismissed.
#[tauri::command]
#[specta::specta]
pub async fn open_jobs(studio: Shared<'_>) -> Result<Vec<JobView>> {
    guarded(&studio, async move |studio| studio.open_jobs().await).await
}

/// Stops a job. What was sent already may be charged all the same, and the job says so.
#[tauri::command]
#[specta::specta]
pub async fn cancel_job(studio: Shared<'_>, id: String) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.cancel_job(id).await).await
}

/// A new job with the same request. One that may have been charged is refused unless `even_if_charged`; with `over_budgets` the
/// user agrees to go over these budgets with it.
#[tauri::command]
#[specta::specta]
pub async fn retry_job(
    studio: Shared<'_>,
    id: String,
    even_if_charged: bool,
    over_budgets: Vec<String>,
) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.agreeing(&over_budgets).retry_job(id, even_if_charged).await)
        .await
}

/// Looks again for the result of an ended job at the provider, which may still have it. Costs nothing.
#[tauri::command]
#[specta::specta]
pub async fn resume_job(studio: Shared<'_>, id: String) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.resume_job(id).await).await
}

/// Takes an ended job off the Image room's strip; the Queue still lists it.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_job(studio: Shared<'_>, id: String) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.dismiss_job(id).await).await
}
