//! The Film room: models, files that go in, quotes, and the work itself.

use studio::{
    Result,
    calls::view::FileRef,
    films::{
        request::{FilmAgreements, FilmRequest, FilmRole, RequestOrigin},
        view::{FilmFacts, FilmInputFacts, FilmModels, QuotedPrice},
    },
    jobs::view::JobView,
    library::view::ItemView,
    pictures::estimate::Expected,
};

use super::{Shared, guarded};

/// The models that make films, and what each takes; `refresh` asks Venice again.
#[tauri::command]
#[specta::specta]
pub async fn film_models(studio: Shared<'_>, refresh: bool) -> Result<FilmModels> {
    guarded(&studio, async move |studio| studio.film_models(refresh).await).await
}

/// Looks at a file that is to go into a film. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn check_film_input(
    studio: Shared<'_>,
    input: FileRef,
    model: String,
    role: FilmRole,
) -> Result<FilmInputFacts> {
    guarded(&studio, async move |studio| studio.check_film_input(input, model, role).await).await
}

/// Asks Venice what a film will cost, and checks whether it can be sent as it is. Sends nothing that is paid.
#[tauri::command]
#[specta::specta]
pub async fn quote_film(studio: Shared<'_>, request: FilmRequest) -> Result<QuotedPrice> {
    guarded(&studio, async move |studio| studio.quote_film(&request).await).await
}

/// Writes the job down and sends it, at the price and from the account the button showed; events tell how it goes on.
#[tauri::command]
#[specta::specta]
pub async fn start_film(studio: Shared<'_>, request: FilmRequest, expected: Expected) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.start_film(request, expected).await).await
}

/// A new job with the very bytes of one that ended with `needs_consent`, and what the user confirmed.
#[tauri::command]
#[specta::specta]
pub async fn agree_to_film(
    studio: Shared<'_>,
    id: String,
    agreements: FilmAgreements,
    expected: Expected,
) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.agree_to_film(id, agreements, expected).await).await
}

/// What a film was asked for with, to be asked for again.
#[tauri::command]
#[specta::specta]
pub async fn film_from(studio: Shared<'_>, origin: RequestOrigin) -> Result<FilmRequest> {
    guarded(&studio, async move |studio| studio.film_from(origin).await).await
}

/// What a kept film is: how it is coded, how large, how long.
#[tauri::command]
#[specta::specta]
pub async fn film_facts(studio: Shared<'_>, item: String) -> Result<FilmFacts> {
    guarded(&studio, async move |studio| studio.film_facts(item).await).await
}

/// A new item: one frame of a kept film, PNG as Base64. Free.
#[tauri::command]
#[specta::specta]
pub async fn keep_frame(studio: Shared<'_>, film: String, at_ms: u32, png: String) -> Result<ItemView> {
    guarded(&studio, async move |studio| studio.keep_frame(film, at_ms, png).await).await
}

/// What a film or piece of music costs now that is asked for again.
#[tauri::command]
#[specta::specta]
pub async fn quote_again(studio: Shared<'_>, id: String) -> Result<QuotedPrice> {
    guarded(&studio, async move |studio| studio.quote_again(id).await).await
}

/// A new job with the request of pictures, a film or a piece of music, at the price the button showed. One that may have
/// been charged is refused unless `even_if_charged`.
#[tauri::command]
#[specta::specta]
pub async fn retry_quoted(
    studio: Shared<'_>,
    id: String,
    even_if_charged: bool,
    expected: Expected,
) -> Result<JobView> {
    guarded(&studio, async move |studio| studio.retry_quoted(id, even_if_charged, expected).await).await
}
