//! The Console: what can be called, what it costs, and what was called before. The calls themselves are in
//! `operations`.

use std::path::PathBuf;

use secrecy::ExposeSecret;
use serde_json::Value;
use studio::{
    AppError, Result,
    calls::view::{CallPrice, CallRecord, CallsPage, ModelChoice, OperationView},
    library::view::Picked,
};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;

use super::{Shared, guarded};

/// Every operation of the API, with the schema its form is made from.
#[tauri::command]
#[specta::specta]
pub async fn list_operations(studio: Shared<'_>) -> Result<Vec<OperationView>> {
    guarded(&studio, async move |studio| Ok(studio.operations())).await
}

/// What a call with files in these places would cost, and whether it can be sent. Sends nothing that is paid.
#[tauri::command]
#[specta::specta]
pub async fn price_operation(
    studio: Shared<'_>,
    operation: String,
    request: Value,
    places: Vec<String>,
) -> Result<CallPrice> {
    guarded(&studio, async move |studio| studio.price_operation(&operation, request, places).await).await
}

/// The models of these kinds, with what a form should know of each.
#[tauri::command]
#[specta::specta]
pub async fn list_model_choices(studio: Shared<'_>, kinds: Vec<String>) -> Result<Vec<ModelChoice>> {
    guarded(&studio, async move |studio| studio.model_choices(&kinds).await).await
}

/// Asks for a file to send; `None` when nothing was chosen. `kind` is image, audio, video, document or any.
#[tauri::command]
#[specta::specta]
pub async fn pick_file(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    kind: String,
) -> Result<Option<Picked>> {
    guarded(&studio, async move |studio| {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let dialog = app.dialog().file().set_parent(&window);
        let dialog = match endings(&kind) {
            [] => dialog,
            endings => dialog.add_filter(kind, endings),
        };
        dialog.pick_file(move |file| drop(answer.send(file)));
        let file = answered.await.ok().flatten();
        let path: Option<PathBuf> = file.and_then(|file| file.into_path().ok());
        Ok(path.and_then(|path| studio.pick(vec![path]).pop()))
    })
    .await
}

fn endings(kind: &str) -> &'static [&'static str] {
    match kind {
        "image" => &["png", "jpg", "jpeg", "webp", "gif", "avif"],
        "audio" => &["wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "webm"],
        "video" => &["mp4", "mov", "webm", "mkv"],
        "document" => &["pdf", "docx", "pptx", "xlsx", "txt", "md", "csv", "json", "html"],
        _ => &[],
    }
}

/// Calls of one operation, or of all, newest first, at most 200 a page.
#[tauri::command]
#[specta::specta]
pub async fn list_calls(
    studio: Shared<'_>,
    operation: Option<String>,
    cursor: Option<String>,
    limit: u32,
) -> Result<CallsPage> {
    guarded(&studio, async move |studio| studio.calls(operation, cursor, limit).await).await
}

/// All that is known of a call.
#[tauri::command]
#[specta::specta]
pub async fn get_call(studio: Shared<'_>, id: String) -> Result<CallRecord> {
    guarded(&studio, async move |studio| studio.call_record(&id).await).await
}

/// Forgets these calls, or all. What they made stays.
#[tauri::command]
#[specta::specta]
pub async fn forget_calls(studio: Shared<'_>, ids: Option<Vec<String>>) -> Result<()> {
    guarded(&studio, async move |studio| studio.forget_calls(ids).await).await
}

/// Puts a key that was made by hand on the clipboard. It never passes through the window.
#[tauri::command]
#[specta::specta]
pub async fn copy_secret(app: AppHandle, studio: Shared<'_>, stored_as: String) -> Result<()> {
    guarded(&studio, async move |studio| {
        let key = studio.made_key(&stored_as).await?;
        app.clipboard().write_text(key.expose_secret()).map_err(AppError::internal)
    })
    .await
}
