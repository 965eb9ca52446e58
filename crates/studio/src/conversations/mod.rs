//! Conversations.
#![expect(unused_variables, clippy::unused_async, missing_docs, reason = "to be written")]
pub mod view;

use std::{path::PathBuf, sync::Arc};

use view::*;

use crate::{AppError, Result, Studio, calls::view::CallPrice, pictures::estimate::Expected};

/// Where a turn's events go.
pub type Tell = Arc<dyn Fn(ChatEvent) + Send + Sync>;

fn todo<T>() -> Result<T> {
    Err(AppError::internal("to be written"))
}

impl Studio {
    pub async fn conversations(
        &self,
        query: ConversationQuery,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<ConversationsPage> {
        todo()
    }
    pub async fn conversation(&self, id: &str) -> Result<ConversationView> {
        todo()
    }
    pub async fn messages(&self, ids: Vec<String>) -> Result<Vec<MessageView>> {
        todo()
    }
    pub async fn create_conversation(
        &self,
        settings: ChatSettings,
        folder: Option<String>,
    ) -> Result<ConversationView> {
        todo()
    }
    pub async fn change_conversations(
        &self,
        ids: Vec<String>,
        patch: ConversationPatch,
    ) -> Result<Vec<ConversationRow>> {
        todo()
    }
    pub async fn delete_conversations(&self, ids: Option<Vec<String>>) -> Result<u32> {
        todo()
    }
    pub async fn show_branch(&self, message: &str) -> Result<ConversationView> {
        todo()
    }
    pub async fn show_next_branch(&self, message: &str, step: i32) -> Result<ConversationView> {
        todo()
    }
    pub async fn folders(&self) -> Result<Vec<FolderView>> {
        todo()
    }
    pub async fn save_folder(&self, id: Option<String>, name: String) -> Result<FolderView> {
        todo()
    }
    pub async fn delete_folder(&self, id: &str) -> Result<()> {
        todo()
    }
    pub async fn search_messages(
        &self,
        text: &str,
        cursor: Option<String>,
        limit: u32,
    ) -> Result<MessageHits> {
        todo()
    }
    pub async fn name_of_export(&self, ids: &[String], format: ConversationFormat) -> Result<String> {
        todo()
    }
    pub async fn export_conversations(
        &self,
        ids: Vec<String>,
        format: ConversationFormat,
        path: PathBuf,
    ) -> Result<()> {
        todo()
    }
    pub async fn import_conversations(&self, paths: Vec<PathBuf>) -> Result<ConversationImport> {
        todo()
    }
    pub async fn chat_presets(&self) -> Result<Vec<ChatPreset>> {
        todo()
    }
    pub async fn save_chat_preset(&self, preset: ChatPreset) -> Result<ChatPreset> {
        todo()
    }
    pub async fn delete_chat_preset(&self, id: &str) -> Result<()> {
        todo()
    }
    pub async fn saved_prompts(&self) -> Result<Vec<SavedPrompt>> {
        todo()
    }
    pub async fn save_prompt(&self, prompt: SavedPrompt) -> Result<SavedPrompt> {
        todo()
    }
    pub async fn delete_saved_prompt(&self, id: &str) -> Result<()> {
        todo()
    }

    pub async fn price_turn(&self, draft: MessageDraft) -> Result<TurnPrice> {
        todo()
    }
    pub async fn send_turn(
        &self,
        draft: MessageDraft,
        expected: Expected,
        accept_unpriced: bool,
        tell: Tell,
    ) -> Result<TurnBegun> {
        todo()
    }
    pub async fn stop_turn(&self, message: &str) -> Result<MessageView> {
        todo()
    }
    pub async fn follow_turn(&self, message: &str, tell: Tell) -> Result<MessageView> {
        todo()
    }
    pub async fn make_pictures_here(&self, draft: PicturesDraft) -> Result<TurnBegun> {
        todo()
    }
    pub async fn attach(&self, what: ToAttach) -> Result<Attached> {
        todo()
    }
    pub async fn read_attachment(&self, id: &str) -> Result<String> {
        todo()
    }
    pub async fn price_errand(&self, errand: WebErrand) -> Result<CallPrice> {
        todo()
    }
    pub async fn run_errand(
        &self,
        conversation: &str,
        errand: WebErrand,
        expected: Expected,
        accept_unpriced: bool,
    ) -> Result<AttachmentView> {
        todo()
    }
    pub async fn find_characters(&self, query: CharacterQuery) -> Result<CharactersPage> {
        todo()
    }
    pub async fn character(&self, slug: &str) -> Result<CharacterView> {
        todo()
    }
    pub async fn character_reviews(&self, slug: &str, page: u32) -> Result<CharacterReviewsPage> {
        todo()
    }
}
