//! The Chat room: conversations, their messages, and all that goes with them.

use std::{path::PathBuf, sync::Arc};

use studio::{
    Result,
    calls::view::CallPrice,
    conversations::view::{
        Attached, AttachmentView, CharacterQuery, CharacterReviewsPage, CharacterView, CharactersPage,
        ChatEvent, ChatPreset, ChatSettings, ConversationFormat, ConversationImport, ConversationPatch,
        ConversationQuery, ConversationRow, ConversationView, ConversationsPage, FolderView, MessageDraft,
        MessageHits, MessageView, PicturesDraft, SavedPrompt, ToAttach, TurnBegun, TurnPrice, WebErrand,
    },
    pictures::estimate::Expected,
};
use tauri::{AppHandle, WebviewWindow, ipc::Channel};
use tauri_plugin_dialog::DialogExt;

use super::{Shared, guarded};

/// Some conversations, at most 200 a page.
#[tauri::command]
#[specta::specta]
pub async fn list_conversations(
    studio: Shared<'_>,
    query: ConversationQuery,
    cursor: Option<String>,
    limit: u32,
) -> Result<ConversationsPage> {
    guarded(&studio, async move |studio| studio.conversations(query, cursor, limit).await).await
}

/// A conversation with the end of its shown branch.
#[tauri::command]
#[specta::specta]
pub async fn get_conversation(studio: Shared<'_>, id: String) -> Result<ConversationView> {
    guarded(&studio, async move |studio| studio.conversation(&id).await).await
}

/// These messages, at most 200, in this order.
#[tauri::command]
#[specta::specta]
pub async fn get_messages(studio: Shared<'_>, ids: Vec<String>) -> Result<Vec<MessageView>> {
    guarded(&studio, async move |studio| studio.messages(ids).await).await
}

/// A new, empty conversation.
#[tauri::command]
#[specta::specta]
pub async fn create_conversation(
    studio: Shared<'_>,
    settings: ChatSettings,
    folder: Option<String>,
) -> Result<ConversationView> {
    guarded(&studio, async move |studio| studio.create_conversation(settings, folder).await).await
}

/// Changes conversations; the trash, the archive and folders are changes too.
#[tauri::command]
#[specta::specta]
pub async fn change_conversations(
    studio: Shared<'_>,
    ids: Vec<String>,
    patch: ConversationPatch,
) -> Result<Vec<ConversationRow>> {
    guarded(&studio, async move |studio| studio.change_conversations(ids, patch).await).await
}

/// Deletes conversations that are in the trash, for good; `None` = all of them. Pictures stay in the library.
#[tauri::command]
#[specta::specta]
pub async fn delete_conversations(studio: Shared<'_>, ids: Option<Vec<String>>) -> Result<u32> {
    guarded(&studio, async move |studio| studio.delete_conversations(ids).await).await
}

/// Shows the branch that a message is on; it goes on to that branch's latest end.
#[tauri::command]
#[specta::specta]
pub async fn show_branch(studio: Shared<'_>, message: String) -> Result<ConversationView> {
    guarded(&studio, async move |studio| studio.show_branch(&message).await).await
}

/// Shows the branch beside the one a message is on: -1 for the one before, 1 for the next.
#[tauri::command]
#[specta::specta]
pub async fn show_next_branch(studio: Shared<'_>, message: String, step: i32) -> Result<ConversationView> {
    guarded(&studio, async move |studio| studio.show_next_branch(&message, step).await).await
}

/// All folders, by name.
#[tauri::command]
#[specta::specta]
pub async fn list_folders(studio: Shared<'_>) -> Result<Vec<FolderView>> {
    guarded(&studio, async move |studio| studio.folders().await).await
}

/// Makes a folder, or names it anew.
#[tauri::command]
#[specta::specta]
pub async fn save_folder(studio: Shared<'_>, id: Option<String>, name: String) -> Result<FolderView> {
    guarded(&studio, async move |studio| studio.save_folder(id, name).await).await
}

/// Deletes a folder; its conversations are in none then.
#[tauri::command]
#[specta::specta]
pub async fn delete_folder(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.delete_folder(&id).await).await
}

/// What a turn would cost, and whether it can be sent as it is. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn price_turn(studio: Shared<'_>, draft: MessageDraft) -> Result<TurnPrice> {
    guarded(&studio, async move |studio| studio.price_turn(draft).await).await
}

/// Writes a turn down and sends it, at the price and from the account that were shown. Answers once it is under way.
#[tauri::command]
#[specta::specta]
pub async fn send_turn(
    studio: Shared<'_>,
    draft: MessageDraft,
    expected: Expected,
    accept_unpriced: bool,
    told: Channel<ChatEvent>,
) -> Result<TurnBegun> {
    guarded(&studio, async move |studio| {
        // A window that is gone needn't be told.
        let tell = Arc::new(move |event| drop(told.send(event)));
        studio.send_turn(draft, expected, accept_unpriced, tell).await
    })
    .await
}

/// Stops an answer that is being written; what has arrived is kept.
#[tauri::command]
#[specta::specta]
pub async fn stop_turn(studio: Shared<'_>, message: String) -> Result<MessageView> {
    guarded(&studio, async move |studio| studio.stop_turn(&message).await).await
}

/// Listens again to an answer that is being written: all that was told is in the message that comes back.
#[tauri::command]
#[specta::specta]
pub async fn follow_turn(
    studio: Shared<'_>,
    message: String,
    told: Channel<ChatEvent>,
) -> Result<MessageView> {
    guarded(&studio, async move |studio| {
        studio.follow_turn(&message, Arc::new(move |event| drop(told.send(event)))).await
    })
    .await
}

/// Makes pictures in a conversation: a job of the Image room whose results are shown there too.
#[tauri::command]
#[specta::specta]
pub async fn make_pictures_here(studio: Shared<'_>, draft: PicturesDraft) -> Result<TurnBegun> {
    guarded(&studio, async move |studio| studio.make_pictures_here(draft).await).await
}

/// Makes attachments of files and items; what can't go with a message is refused with the reason.
#[tauri::command]
#[specta::specta]
pub async fn attach(studio: Shared<'_>, what: ToAttach) -> Result<Attached> {
    guarded(&studio, async move |studio| studio.attach(what).await).await
}

/// Asks for files to attach; nothing when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn pick_attachments(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    conversation: String,
) -> Result<Attached> {
    guarded(&studio, async move |studio| {
        let (answer, answered) = tokio::sync::oneshot::channel();
        app.dialog().file().set_parent(&window).pick_files(move |files| drop(answer.send(files)));
        let files = answered.await.ok().flatten().unwrap_or_default();
        let paths: Vec<PathBuf> = files.into_iter().filter_map(|file| file.into_path().ok()).collect();
        let files =
            studio.pick(paths).into_iter().map(|picked| studio::calls::view::FileRef::Picked(picked.handle));
        studio.attach(ToAttach { conversation, files: files.collect() }).await
    })
    .await
}

/// What can be read in a document, a search or a page that is attached.
#[tauri::command]
#[specta::specta]
pub async fn read_attachment(studio: Shared<'_>, id: String) -> Result<String> {
    guarded(&studio, async move |studio| studio.read_attachment(&id).await).await
}

/// What a search or a page would cost.
#[tauri::command]
#[specta::specta]
pub async fn price_errand(studio: Shared<'_>, errand: WebErrand) -> Result<CallPrice> {
    guarded(&studio, async move |studio| studio.price_errand(errand).await).await
}

/// Searches the web or reads a page; what it brings can be attached.
#[tauri::command]
#[specta::specta]
pub async fn run_errand(
    studio: Shared<'_>,
    conversation: String,
    errand: WebErrand,
    expected: Expected,
    accept_unpriced: bool,
) -> Result<AttachmentView> {
    guarded(&studio, async move |studio| {
        studio.run_errand(&conversation, errand, expected, accept_unpriced).await
    })
    .await
}

/// Searches all messages.
#[tauri::command]
#[specta::specta]
pub async fn search_messages(
    studio: Shared<'_>,
    text: String,
    cursor: Option<String>,
    limit: u32,
) -> Result<MessageHits> {
    guarded(&studio, async move |studio| studio.search_messages(&text, cursor, limit).await).await
}

/// Asks where to, and writes conversations there; answers the file's path, or nothing when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn export_conversations(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    ids: Vec<String>,
    format: ConversationFormat,
) -> Result<Option<String>> {
    guarded(&studio, async move |studio| {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let name = studio.name_of_export(&ids, format).await?;
        let dialog = app.dialog().file().set_parent(&window).set_file_name(name);
        dialog.save_file(move |file| drop(answer.send(file)));
        let file = answered.await.ok().flatten();
        let Some(path) = file.and_then(|file| file.into_path().ok()) else { return Ok(None) };
        studio.export_conversations(ids, format, path.clone()).await?;
        Ok(Some(path.display().to_string()))
    })
    .await
}

/// Asks for files that were exported as JSON, and brings their conversations back as new ones.
#[tauri::command]
#[specta::specta]
pub async fn import_conversations(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
) -> Result<ConversationImport> {
    guarded(&studio, async move |studio| {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let dialog = app.dialog().file().set_parent(&window).add_filter("JSON", &["json"]);
        dialog.pick_files(move |files| drop(answer.send(files)));
        let files = answered.await.ok().flatten().unwrap_or_default();
        studio
            .import_conversations(files.into_iter().filter_map(|file| file.into_path().ok()).collect())
            .await
    })
    .await
}

/// Settings under names.
#[tauri::command]
#[specta::specta]
pub async fn list_chat_presets(studio: Shared<'_>) -> Result<Vec<ChatPreset>> {
    guarded(&studio, async move |studio| studio.chat_presets().await).await
}

/// Keeps settings under a name.
#[tauri::command]
#[specta::specta]
pub async fn save_chat_preset(studio: Shared<'_>, preset: ChatPreset) -> Result<ChatPreset> {
    guarded(&studio, async move |studio| studio.save_chat_preset(preset).await).await
}

/// Forgets settings.
#[tauri::command]
#[specta::specta]
pub async fn delete_chat_preset(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.delete_chat_preset(&id).await).await
}

/// Words that are used again.
#[tauri::command]
#[specta::specta]
pub async fn list_saved_prompts(studio: Shared<'_>) -> Result<Vec<SavedPrompt>> {
    guarded(&studio, async move |studio| studio.saved_prompts().await).await
}

/// Keeps words under a name.
#[tauri::command]
#[specta::specta]
pub async fn save_prompt(studio: Shared<'_>, prompt: SavedPrompt) -> Result<SavedPrompt> {
    guarded(&studio, async move |studio| studio.save_prompt(prompt).await).await
}

/// Forgets words.
#[tauri::command]
#[specta::specta]
pub async fn delete_saved_prompt(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.delete_saved_prompt(&id).await).await
}

/// Some of Venice's characters.
#[tauri::command]
#[specta::specta]
pub async fn find_characters(studio: Shared<'_>, query: CharacterQuery) -> Result<CharactersPage> {
    guarded(&studio, async move |studio| studio.find_characters(query).await).await
}

/// One of Venice's characters.
#[tauri::command]
#[specta::specta]
pub async fn get_character(studio: Shared<'_>, slug: String) -> Result<CharacterView> {
    guarded(&studio, async move |studio| studio.character(&slug).await).await
}

/// What people say of a character.
#[tauri::command]
#[specta::specta]
pub async fn character_reviews(studio: Shared<'_>, slug: String, page: u32) -> Result<CharacterReviewsPage> {
    guarded(&studio, async move |studio| studio.character_reviews(&slug, page).await).await
}
