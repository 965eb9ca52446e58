//! The Models room: the list with comparable prices, what is new in it, and what the user marks.

use studio::{
    Result,
    models::view::{Comparable, ModelChanges, ModelMarks, ModelsPage, Purpose},
};

use super::{Shared, guarded};

/// All models with their prices made comparable; `refresh` asks Venice again.
#[tauri::command]
#[specta::specta]
pub async fn models_page(studio: Shared<'_>, refresh: bool) -> Result<ModelsPage> {
    guarded(&studio, async move |studio| studio.models_page(refresh).await).await
}

/// What has changed in the list: within so many days, else since it was last looked at.
#[tauri::command]
#[specta::specta]
pub async fn model_changes(studio: Shared<'_>, days: Option<u32>) -> Result<ModelChanges> {
    guarded(&studio, async move |studio| studio.model_changes(days).await).await
}

/// Notes that the user has looked at what changed up to the list of this moment; answers what came since.
#[tauri::command]
#[specta::specta]
pub async fn mark_models_seen(studio: Shared<'_>, until: String) -> Result<ModelChanges> {
    guarded(&studio, async move |studio| studio.mark_models_seen(&until).await).await
}

/// Marks a model as a favourite, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn favourite_model(studio: Shared<'_>, model: String, favourite: bool) -> Result<ModelMarks> {
    guarded(&studio, async move |studio| studio.favourite_model(model, favourite).await).await
}

/// Makes a model the one that is used where a form has none; without a model Venice's own is.
#[tauri::command]
#[specta::specta]
pub async fn set_default_model(
    studio: Shared<'_>,
    purpose: Purpose,
    model: Option<String>,
) -> Result<ModelMarks> {
    guarded(&studio, async move |studio| studio.set_default_model(purpose, model).await).await
}

/// Asks Venice what a usual film of a model costs; none where that depends on a film of one's own. Costs nothing.
#[tauri::command]
#[specta::specta]
pub async fn quote_model(studio: Shared<'_>, model: String) -> Result<Option<Comparable>> {
    guarded(&studio, async move |studio| studio.quote_model(&model).await).await
}
