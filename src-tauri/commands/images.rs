//! The Image room: models, styles, prices, and the work itself.

use studio::{
    Result,
    jobs::view::JobView,
    library::view::ItemView,
    pictures::{
        adjust::{Adjustment, Background},
        batch::{BatchEstimate, PictureBatch},
        estimate::{Estimate, Expected},
        history::PastPrompt,
        mask::MaskView,
        model::PictureModels,
        request::PictureRequest,
    },
};

use super::{Shared, guarded};

/// The models for making and editing; `refresh` asks Venice again.
#[tauri::command]
#[specta::specta]
pub async fn picture_models(studio: Shared<'_>, refresh: bool) -> Result<PictureModels> {
    guarded(&studio, async move |studio| studio.picture_models(refresh).await).await
}

/// The names of Venice's styles.
#[tauri::command]
#[specta::specta]
pub async fn picture_styles(studio: Shared<'_>) -> Result<Vec<String>> {
    guarded(&studio, async move |studio| studio.picture_styles().await).await
}

/// What a request will cost, and whether it can be sent as it is. Sends nothing that is paid.
#[tauri::command]
#[specta::specta]
pub async fn estimate_picture(studio: Shared<'_>, request: PictureRequest) -> Result<Estimate> {
    guarded(&studio, async move |studio| studio.estimate_picture(&request).await).await
}

/// Writes the job down and starts it, at the price and from the account the button showed; events tell how it goes on.
#[tauri::command]
#[specta::specta]
pub async fn start_picture(
    studio: Shared<'_>,
    request: PictureRequest,
    expected: Expected,
) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.start_picture(request, expected).await).await
}

/// Counts, prices and checks a batch. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn estimate_batch(studio: Shared<'_>, batch: PictureBatch) -> Result<BatchEstimate> {
    guarded(&studio, async move |studio| studio.estimate_batch(&batch).await).await
}

/// Writes the jobs of a batch down and starts them, at the price and from the account the button showed.
#[tauri::command]
#[specta::specta]
pub async fn start_batch(
    studio: Shared<'_>,
    batch: PictureBatch,
    expected: Expected,
) -> Result<Vec<JobView>> {
    guarded(&studio, async move |studio| studio.start_batch(batch, expected).await).await
}

/// Stops what is still to come of a batch.
#[tauri::command]
#[specta::specta]
pub async fn cancel_batch(studio: Shared<'_>, id: String) -> Result<Vec<JobView>> {
    guarded(&studio, async move |studio| studio.cancel_batch(id).await).await
}

/// New jobs for all of a batch that wasn't sent, or came to nothing without being charged; with `over_budgets` the user agrees
/// to go over these budgets with them.
#[tauri::command]
#[specta::specta]
pub async fn retry_batch(studio: Shared<'_>, id: String, over_budgets: Vec<String>) -> Result<Vec<JobView>> {
    guarded(&studio, async move |studio| studio.agreeing(&over_budgets).retry_batch(id).await).await
}

/// The prompts that were sent, the last first.
#[tauri::command]
#[specta::specta]
pub async fn prompt_history(studio: Shared<'_>, text: Option<String>, limit: u32) -> Result<Vec<PastPrompt>> {
    guarded(&studio, async move |studio| studio.prompt_history(text, limit).await).await
}

/// Keeps a mask the page painted, PNG as Base64.
#[tauri::command]
#[specta::specta]
pub async fn keep_mask(studio: Shared<'_>, item: String, png: String) -> Result<MaskView> {
    guarded(&studio, async move |studio| studio.keep_mask(item, png).await).await
}

/// A kept mask, PNG as Base64.
#[tauri::command]
#[specta::specta]
pub async fn get_mask(studio: Shared<'_>, id: String) -> Result<String> {
    guarded(&studio, async move |studio| studio.mask_png(id).await).await
}

/// A new item: this one cropped, turned, flipped or resized. Free.
#[tauri::command]
#[specta::specta]
pub async fn adjust_picture(studio: Shared<'_>, id: String, adjustment: Adjustment) -> Result<ItemView> {
    guarded(&studio, async move |studio| studio.adjust_picture(id, adjustment).await).await
}

/// A new item: this cut-out before a background. Free.
#[tauri::command]
#[specta::specta]
pub async fn compose_picture(studio: Shared<'_>, id: String, background: Background) -> Result<ItemView> {
    guarded(&studio, async move |studio| studio.compose_picture(id, background).await).await
}
