//! Taking items out: to a folder, into a zip, or by dragging them into another program.

use std::{path::PathBuf, sync::Mutex};

use studio::{
    AppError, Result,
    error::Code,
    library::taking_out::{ExportOptions, ExportReport},
    spend::charts::{ChartFormat, chart_name},
};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

use super::{Shared, guarded, imports::ask_for_folder};
use crate::drag_out;

/// Where the last export went. The window learns its name; the path stays here.
#[derive(Default)]
pub struct LastExport(Mutex<Option<PathBuf>>);

impl LastExport {
    pub(super) fn set(&self, target: PathBuf) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(target);
    }

    fn get(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// The names the first of these items would get.
#[tauri::command]
#[specta::specta]
pub async fn export_names(
    studio: Shared<'_>,
    ids: Vec<String>,
    options: ExportOptions,
) -> Result<Vec<String>> {
    guarded(&studio, async move |studio| studio.export_names(ids, options).await).await
}

/// Asks where to, and writes the items there; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn export_items(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    last: State<'_, LastExport>,
    ids: Vec<String>,
    options: ExportOptions,
) -> Result<Option<ExportReport>> {
    let target = if options.zip {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        app.dialog().file().set_parent(&window).set_file_name("canaletto.zip").save_file(move |file| {
            let _ = sender.send(file);
        });
        receiver.await.ok().flatten().and_then(|file| file.into_path().ok())
    } else {
        ask_for_folder(&app, &window).await
    };
    let Some(target) = target else { return Ok(None) };
    last.set(target.clone());
    guarded(&studio, async move |studio| studio.export_items(ids, options, target).await).await.map(Some)
}

/// Shows what the last export wrote in the desktop's file manager: the folder itself, or the zip in its folder.
#[tauri::command]
#[specta::specta]
pub async fn show_export(app: AppHandle, last: State<'_, LastExport>) -> Result<()> {
    let Some(target) = last.get() else { return Ok(()) };
    let opener = app.opener();
    let shown = if target.is_dir() {
        opener.open_path(target.display().to_string(), None::<&str>)
    } else {
        opener.reveal_item_in_dir(&target)
    };
    shown.map_err(|_| {
        AppError::new(
            Code::NotFound,
            "No file manager could be opened.",
            "Open the folder you chose for the export yourself.",
        )
    })
}

/// Asks where to, and writes a chart the page drew there: PNG as Base64, the others as text. The file's path, or null when the
/// dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn save_chart(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    title: String,
    format: ChartFormat,
    content: String,
) -> Result<Option<String>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(&window).set_file_name(chart_name(&title, format)).save_file(
        move |file| {
            let _ = sender.send(file);
        },
    );
    let Some(target) = receiver.await.ok().flatten().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    guarded(&studio, async move |studio| studio.save_chart(format, content, target).await).await.map(Some)
}

/// Stops the running export.
#[tauri::command]
#[specta::specta]
pub async fn cancel_export(studio: Shared<'_>) -> Result<()> {
    studio.studio().await?.cancel_export();
    Ok(())
}

/// Begins to drag the files of items out of the window, while the mouse button is down.
#[tauri::command]
#[specta::specta]
pub async fn drag_items(window: WebviewWindow, studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    guarded(&studio, async move |studio| {
        let (files, icon) = studio.files_to_drag(ids).await?;
        drag_out::start(window, files, icon).await
    })
    .await
}
