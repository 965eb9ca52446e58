//! Bringing pictures, sounds and films in: dialog, clipboard and drop. Paths stay here; the window gets handles.

use std::{io::Cursor, path::PathBuf};

use studio::{
    AppError, Result,
    error::Code,
    library::view::{ImportReport, Picked},
};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;

use super::{Shared, guarded};

/// What sounds and films are called.
const SOUNDING: &[&str] = &[
    "wav", "flac", "mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "aiff", "aif", "caf", "mka", "mp4",
    "m4v", "mov", "mkv", "webm", "WAV", "FLAC", "MP3", "M4A", "AAC", "OGG", "MP4", "MOV", "MKV",
];

/// Opens the file dialog; an empty list when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn pick_pictures(app: AppHandle, window: WebviewWindow, studio: Shared<'_>) -> Result<Vec<Picked>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog()
        .file()
        .set_parent(&window)
        .add_filter(
            "PNG, JPEG, WebP, GIF",
            &["png", "jpg", "jpeg", "webp", "gif", "PNG", "JPG", "JPEG", "WEBP", "GIF"],
        )
        .add_filter("WAV, FLAC, MP3, Opus, MP4, WebM …", SOUNDING)
        .add_filter("*", &["*"])
        .pick_files(move |files| {
            let _ = sender.send(files);
        });
    let files = receiver.await.ok().flatten().unwrap_or_default();
    Ok(studio.studio().await?.pick(files.into_iter().filter_map(|file| file.into_path().ok()).collect()))
}

/// A picture on the clipboard, as PNG; null when there is none.
#[tauri::command]
#[specta::specta]
pub async fn paste_picture(app: AppHandle, studio: Shared<'_>) -> Result<Option<Picked>> {
    guarded(&studio, async move |studio| {
        let work = tokio::task::spawn_blocking(move || {
            // The clipboard answers "no picture" and "no clipboard" alike.
            let Ok(pasted) = app.clipboard().read_image() else { return Ok(None) };
            let (width, height) = (pasted.width(), pasted.height());
            let pixels =
                image::RgbaImage::from_raw(width, height, pasted.rgba().to_vec()).ok_or_else(unusable)?;
            let mut png = Cursor::new(Vec::new());
            pixels.write_to(&mut png, image::ImageFormat::Png).map_err(|_| unusable())?;
            studio.pick_bytes("pasted.png", png.into_inner()).map(Some)
        });
        work.await.map_err(AppError::internal)?
    })
    .await
}

fn unusable() -> AppError {
    AppError::new(
        Code::InputNotAPicture,
        "What is on the clipboard can't be read as a picture.",
        "Save it as a file and choose that.",
    )
}

/// Copies picked files into the library. The files themselves stay where they are.
#[tauri::command]
#[specta::specta]
pub async fn import_picked(studio: Shared<'_>, handles: Vec<String>) -> Result<ImportReport> {
    guarded(&studio, async move |studio| studio.import_picked(handles).await).await
}

/// Stops the running import; what it took stays.
#[tauri::command]
#[specta::specta]
pub async fn cancel_import(studio: Shared<'_>) -> Result<()> {
    studio.studio().await?.cancel_import();
    Ok(())
}

/// Holds the running import, or lets it go on.
#[tauri::command]
#[specta::specta]
pub async fn pause_import(studio: Shared<'_>, paused: bool) -> Result<()> {
    studio.studio().await?.pause_import(paused);
    Ok(())
}

/// Opens the folder dialog; an empty list when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn pick_folder(app: AppHandle, window: WebviewWindow, studio: Shared<'_>) -> Result<Vec<Picked>> {
    let folder = ask_for_folder(&app, &window).await;
    Ok(studio.studio().await?.pick(folder.into_iter().collect()))
}

/// The folder the user chooses, if any.
pub(crate) async fn ask_for_folder(app: &AppHandle, window: &WebviewWindow) -> Option<PathBuf> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(window).pick_folder(move |folder| {
        let _ = sender.send(folder);
    });
    receiver.await.ok().flatten()?.into_path().ok()
}
