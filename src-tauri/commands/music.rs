//! The Music room: models, quotes, and the work itself.

use studio::{
    Result,
    films::{request::RequestOrigin, view::QuotedPrice},
    jobs::view::JobView,
    music::{request::MusicRequest, view::MusicModels},
    pictures::estimate::Expected,
};

use super::{Shared, guarded};

/// The models that make music and sounds, and what each takes; `refresh` asks Venice again.
#[tauri::command]
#[specta::specta]
pub async fn music_models(studio: Shared<'_>, refresh: bool) -> Result<MusicModels> {
    guarded(&studio, async move |studio| studio.music_models(refresh).await).await
}

/// Asks Venice what it will cost, and checks whether it can be sent as it is. Sends nothing that is paid.
#[tauri::command]
#[specta::specta]
pub async fn quote_music(studio: Shared<'_>, request: MusicRequest) -> Result<QuotedPrice> {
    guarded(&studio, async move |studio| studio.quote_music(&request).await).await
}

/// Writes the job down and sends it, at the price and from the account the button showed; events tell how it goes on.
#[tauri::command]
#[specta::specta]
pub async fn start_music(studio: Shared<'_>, request: MusicRequest, expected: Expected) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.start_music(request, expected).await).await
}

/// What music was asked for with, to be asked for again.
#[tauri::command]
#[specta::specta]
pub async fn music_from(studio: Shared<'_>, origin: RequestOrigin) -> Result<MusicRequest> {
    guarded(&studio, async move |studio| studio.music_from(origin).await).await
}
