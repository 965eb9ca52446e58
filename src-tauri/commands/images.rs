//! The Image room: models, styles, prices, and the work itself.

use studio::{
    Result,
    jobs::view::JobView,
    pictures::{
        estimate::{Estimate, Expected},
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
