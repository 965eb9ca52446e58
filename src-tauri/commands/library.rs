//! The library: what is kept, and what the user does with it.

use studio::{
    AppError, Result,
    error::Code,
    library::view::{
        DaySummary, ItemDetails, ItemPatch, ItemView, LibraryFacets, LibraryPage, LibraryQuery, LibraryStatus,
    },
};
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

use super::{Shared, guarded};

/// A page of items.
#[tauri::command]
#[specta::specta]
pub async fn library_page(studio: Shared<'_>, query: LibraryQuery) -> Result<LibraryPage> {
    guarded(&studio, async move |studio| studio.library_page(query).await).await
}

/// The days of a query with their counts and costs.
#[tauri::command]
#[specta::specta]
pub async fn library_days(studio: Shared<'_>, query: LibraryQuery) -> Result<Vec<DaySummary>> {
    guarded(&studio, async move |studio| studio.library_days(query).await).await
}

/// The models and tags there are to filter by.
#[tauri::command]
#[specta::specta]
pub async fn library_facets(studio: Shared<'_>) -> Result<LibraryFacets> {
    guarded(&studio, async move |studio| studio.library_facets().await).await
}

/// How much is kept, and how much room is left.
#[tauri::command]
#[specta::specta]
pub async fn library_status(studio: Shared<'_>) -> Result<LibraryStatus> {
    guarded(&studio, async move |studio| studio.library_status().await).await
}

/// All that is known of an item.
#[tauri::command]
#[specta::specta]
pub async fn get_item(studio: Shared<'_>, id: String) -> Result<ItemDetails> {
    guarded(&studio, async move |studio| studio.item(id).await).await
}

/// Several items; those that are gone are left out.
#[tauri::command]
#[specta::specta]
pub async fn get_items(studio: Shared<'_>, ids: Vec<String>) -> Result<Vec<ItemView>> {
    guarded(&studio, async move |studio| studio.items(ids).await).await
}

/// Changes title, rating, mark, tags or notes.
#[tauri::command]
#[specta::specta]
pub async fn change_item(studio: Shared<'_>, id: String, patch: ItemPatch) -> Result<ItemDetails> {
    guarded(&studio, async move |studio| studio.change_item(id, patch).await).await
}

/// Puts items in the trash.
#[tauri::command]
#[specta::specta]
pub async fn trash_items(studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    guarded(&studio, async move |studio| studio.trash_items(ids).await).await
}

/// Takes items out of the trash.
#[tauri::command]
#[specta::specta]
pub async fn restore_items(studio: Shared<'_>, ids: Vec<String>) -> Result<()> {
    guarded(&studio, async move |studio| studio.restore_items(ids).await).await
}

/// Deletes what is in the trash for good; answers how many items that were.
#[tauri::command]
#[specta::specta]
pub async fn empty_trash(studio: Shared<'_>) -> Result<u32> {
    guarded(&studio, async move |studio| studio.empty_trash().await).await
}

/// Asks where to, and writes the file there, with its recipe inside if wished. The file's name, or null when closed.
#[tauri::command]
#[specta::specta]
pub async fn export_item(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    id: String,
    with_recipe: bool,
) -> Result<Option<String>> {
    let suggested = studio.studio().await?.export_name(&id).await?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(&window).set_file_name(suggested).save_file(move |file| {
        let _ = sender.send(file);
    });
    let Some(target) = receiver.await.ok().flatten().and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    guarded(&studio, async move |studio| studio.export_item(id, target, with_recipe).await).await.map(Some)
}

/// Shows an item's file in the desktop's file manager.
#[tauri::command]
#[specta::specta]
pub async fn show_item_in_folder(app: AppHandle, studio: Shared<'_>, id: String) -> Result<()> {
    let (path, _) = studio.studio().await?.item_file(&id).await?;
    app.opener().reveal_item_in_dir(&path).map_err(|_| {
        AppError::new(
            Code::NotFound,
            "No file manager could be opened.",
            "The file's whole path is in the details; open its folder yourself.",
        )
    })
}

/// Puts an item's picture on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_item(app: AppHandle, studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| {
        let picture = studio.item_pixels(id).await?;
        let (width, height) = picture.dimensions();
        let image = tauri::image::Image::new_owned(picture.into_raw(), width, height);
        app.clipboard().write_image(&image).map_err(AppError::internal)
    })
    .await
}
