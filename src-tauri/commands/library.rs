//! The library: what is kept, and what the user does with it.

use studio::{
    AppError, Result,
    error::Code,
    library::view::{
        DaySummary, ItemDetails, ItemPatch, ItemView, LibraryFacets, LibraryPage, LibraryQuery, LibraryStatus,
    },
    library::{
        boards::BoardView,
        bulk::ItemsPatch,
        lineage::LineageTree,
        marks::ItemMarks,
        shape::LibraryShape,
        upkeep::{LibraryCheck, LibraryMoved},
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

/// Has a film shown by this frame of it, PNG as Base64.
#[tauri::command]
#[specta::specta]
pub async fn keep_poster(studio: Shared<'_>, film: String, png: String) -> Result<ItemView> {
    guarded(&studio, async move |studio| studio.keep_poster(film, png).await).await
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

/// Opens the library's folder in the desktop's file manager.
#[tauri::command]
#[specta::specta]
pub async fn show_library_folder(app: AppHandle, studio: Shared<'_>) -> Result<()> {
    let folder = studio.studio().await?.library_folder().display().to_string();
    app.opener().open_path(folder, None::<&str>).map_err(|_| {
        AppError::new(
            Code::NotFound,
            "No file manager could be opened.",
            "The folder's whole path is shown here; open it yourself.",
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

/// All items of a query, packed: what a wall needs to be laid out.
#[tauri::command]
#[specta::specta]
pub async fn library_shape(studio: Shared<'_>, query: LibraryQuery) -> Result<LibraryShape> {
    guarded(&studio, async move |studio| studio.library_shape(query).await).await
}

/// Changes many items alike, in one step.
#[tauri::command]
#[specta::specta]
pub async fn change_items(studio: Shared<'_>, ids: Vec<String>, patch: ItemsPatch) -> Result<()> {
    guarded(&studio, async move |studio| studio.change_items(ids, patch).await).await
}

/// What items are marked with; those that are gone are left out.
#[tauri::command]
#[specta::specta]
pub async fn item_marks(studio: Shared<'_>, ids: Vec<String>) -> Result<Vec<ItemMarks>> {
    guarded(&studio, async move |studio| studio.item_marks(ids).await).await
}

/// All that hangs together with an item.
#[tauri::command]
#[specta::specta]
pub async fn item_lineage(studio: Shared<'_>, id: String) -> Result<LineageTree> {
    guarded(&studio, async move |studio| studio.item_lineage(id).await).await
}

/// All boards, by name.
#[tauri::command]
#[specta::specta]
pub async fn list_boards(studio: Shared<'_>) -> Result<Vec<BoardView>> {
    guarded(&studio, async move |studio| studio.list_boards().await).await
}

/// A new board, or another name for one.
#[tauri::command]
#[specta::specta]
pub async fn save_board(studio: Shared<'_>, id: Option<String>, name: String) -> Result<BoardView> {
    guarded(&studio, async move |studio| studio.save_board(id, name).await).await
}

/// Takes a board away; its items stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_board(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.delete_board(id).await).await
}

/// Puts items on a board, or takes them off it.
#[tauri::command]
#[specta::specta]
pub async fn put_on_board(studio: Shared<'_>, id: String, items: Vec<String>, on: bool) -> Result<()> {
    guarded(&studio, async move |studio| studio.put_on_board(id, items, on).await).await
}

/// Looks whether the files and the database agree.
#[tauri::command]
#[specta::specta]
pub async fn check_library(studio: Shared<'_>, hashes: bool) -> Result<LibraryCheck> {
    guarded(&studio, async move |studio| studio.check_library(hashes).await).await
}

/// Asks for a folder and moves the library there, verifying every file; null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn move_library(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
) -> Result<Option<LibraryMoved>> {
    let Some(folder) = super::imports::ask_for_folder(&app, &window).await else { return Ok(None) };
    guarded(&studio, async move |studio| studio.move_library(folder).await).await.map(Some)
}

/// Asks for an empty folder and begins a new library there, where the old one won't come back. Answers where the library
/// is now, null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn begin_library(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
) -> Result<Option<String>> {
    let Some(folder) = super::imports::ask_for_folder(&app, &window).await else { return Ok(None) };
    guarded(&studio, async move |studio| studio.begin_library(folder).await).await.map(Some)
}

/// Stops the check or the move that is under way.
#[tauri::command]
#[specta::specta]
pub async fn cancel_library_work(studio: Shared<'_>) -> Result<()> {
    studio.studio().await?.cancel_library_work();
    Ok(())
}
