//! Conversations as the front end sees them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
pub use venice::chat::{Citation, WebSearchMode};
use venice::models::ReasoningEffort;

use crate::{
    AppError,
    calls::view::FileRef,
    library::view::ItemView,
    money::Money,
    pictures::{estimate::Expected, request::MakeRequest},
};

/// How a conversation's messages are asked for. What is left out is the model's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ChatSettings {
    /// The model's id.
    pub model: String,
    /// What the model should know and heed.
    pub system_prompt: String,
    /// Leave out what Venice itself tells the model.
    pub without_venice_prompt: bool,
    /// Search the web.
    pub web_search: Option<WebSearchMode>,
    /// Read the pages that the words name.
    pub web_scraping: bool,
    /// Search X.
    pub x_search: bool,
    /// How much to think; must be one of the model's own.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// Don't think at all.
    pub without_thinking: bool,
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// From how many of the most probable tokens to choose.
    pub top_k: Option<u32>,
    /// 0 to 1.
    pub min_p: Option<f64>,
    /// -2 to 2.
    pub frequency_penalty: Option<f64>,
    /// -2 to 2.
    pub presence_penalty: Option<f64>,
    /// 1 is none.
    pub repetition_penalty: Option<f64>,
    /// Where chance begins.
    pub seed: Option<u32>,
    /// The most tokens of an answer.
    pub max_tokens: Option<u32>,
    /// Texts to stop before, at most 4.
    pub stop: Vec<String>,
    /// The answer must be JSON of this schema.
    pub response_schema: Option<Value>,
    /// The character that answers.
    pub character: Option<String>,
    /// Leave out the oldest messages when all of them don't fit into the model's window.
    pub drop_oldest: bool,
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// The user's name for it, or its first words; empty while there are none.
    pub title: String,
    /// The folder it is in.
    pub folder: Option<String>,
    /// Stays above the others.
    pub pinned: bool,
    /// Put away.
    pub archived: bool,
    /// RFC 3339; in the trash since.
    pub trashed_at: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; the last message.
    pub touched_at: String,
    /// Messages on all branches.
    pub messages: u32,
    /// The model that answers next.
    pub model: String,
    /// The character that answers.
    pub character: Option<CharacterView>,
    /// The job of the answer that is being written.
    pub writing: Option<String>,
}

/// Which conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ConversationQuery {
    /// Those in this folder.
    pub folder: Option<String>,
    /// Those that were put away, else the others.
    pub archived: bool,
    /// Those in the trash, else the others.
    pub trashed: bool,
}

/// Some conversations: pinned ones first, then by their last message, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationsPage {
    /// The conversations.
    pub conversations: Vec<ConversationRow>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}

/// A folder of conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FolderView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many conversations are in it; archived and trashed ones aside.
    pub conversations: u32,
}

/// An open conversation: its shown branch from the first message to the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationView {
    /// Its line in the list.
    pub row: ConversationRow,
    /// How messages are asked for.
    pub settings: ChatSettings,
    /// What was typed and not sent; opaque here.
    pub draft: Option<Value>,
    /// The messages of the branch, first to last.
    pub path: Vec<PathStep>,
    /// The last of them, whole; the others by `get_messages`.
    pub messages: Vec<MessageView>,
    /// What all its messages cost, on all branches.
    pub cost: ConversationCost,
}

/// A message's place in the branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PathStep {
    /// The message.
    pub id: String,
    /// Who says it.
    pub role: Role,
    /// How long its text is, in characters.
    pub length: u32,
    /// Its place among the messages that answer the same one: 0 is the first.
    pub branch: u32,
    /// How many there are of these.
    pub branches: u32,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A summary of what went before, made by a model; it stands for what it sums up.
    Summary,
}

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is being written.
    Writing,
    /// All of it is here.
    Whole,
    /// The person stopped it; what had arrived is here.
    Stopped,
    /// It broke off; what had arrived is here.
    Cut,
    /// Nothing came.
    Failed,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// The one it answers; `None` for a first one.
    pub parent: Option<String>,
    /// Who says it.
    pub role: Role,
    /// How far it is.
    pub state: MessageState,
    /// RFC 3339.
    pub created_at: String,
    /// What is said, as Markdown. Citations are marked `[REF]0[/REF]` or `^1^`.
    pub text: String,
    /// What was thought before.
    pub reasoning: String,
    /// How long that took, in milliseconds.
    pub thought_ms: Option<u64>,
    /// The sources that the text refers to.
    pub citations: Vec<Citation>,
    /// The tools the model wants to call.
    pub tool_calls: Vec<ToolCallView>,
    /// What goes with it.
    pub attachments: Vec<AttachmentView>,
    /// The job that makes pictures here, and its pictures so far.
    pub pictures: Option<PicturesHere>,
    /// The model that wrote it.
    pub model: Option<String>,
    /// Why it ended: `stop`, `length`, …
    pub finish_reason: Option<String>,
    /// Its job, where one was paid.
    pub job: Option<String>,
    /// What it took.
    pub usage: Option<MessageUsage>,
    /// What went wrong.
    pub error: Option<AppError>,
}

/// Pictures that are made in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PicturesHere {
    /// The job.
    pub job: String,
    /// How many were asked for.
    pub wanted: u32,
    /// Those that are kept.
    pub items: Vec<ItemView>,
}

/// A tool that the model wants to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ToolCallView {
    /// Its id in the answer.
    pub id: String,
    /// The tool.
    pub name: String,
    /// JSON, most often.
    pub arguments: String,
}

/// What a message took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageUsage {
    /// Tokens read.
    pub input: u32,
    /// Of these, found in the cache.
    pub cached: u32,
    /// Tokens written, thoughts included.
    pub output: u32,
    /// Of these, thoughts.
    pub thoughts: u32,
    /// What it cost.
    pub cost: Option<Money>,
    /// True when `cost` is by the price list and not the provider's word.
    pub cost_is_estimate: bool,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
}

/// What a conversation cost, by currency; pretend money apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationCost {
    /// Real money.
    pub real: Vec<Money>,
    /// The sandbox's.
    pub pretend: Vec<Money>,
    /// Some of it is by the price list.
    pub is_estimate: bool,
    /// Messages whose cost isn't known.
    pub unknown: u32,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// A film.
    Video,
    /// A document.
    Document,
    /// What a web search found.
    Search,
    /// A page that was read.
    Page,
}

/// Something that goes with a message. It is stored once, whatever it goes with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AttachmentView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its name, or the words that were searched for.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// The item in the library, for pictures, sound and films.
    pub item: Option<ItemView>,
    /// Where it comes from on the web.
    pub url: Option<String>,
    /// What it cost to get.
    pub cost: Option<Money>,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// The first words of what can be read in it.
    pub excerpt: Option<String>,
}

/// What became of files that were to be attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Attached {
    /// Those that can go with a message.
    pub attachments: Vec<AttachmentView>,
    /// Why others can't; `params.name` says which.
    pub refused: Vec<AppError>,
}

/// What is to be sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct MessageDraft {
    /// The conversation.
    pub conversation: String,
    /// The message it answers: the last one of the shown branch, or an earlier one, which begins a new branch. `None`
    /// begins the conversation anew.
    pub parent: Option<String>,
    /// What to do.
    pub turn: Turn,
    /// The settings to ask with, where they differ from the conversation's.
    pub settings: Option<ChatSettings>,
}

/// What a turn of a conversation is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Turn {
    /// Says something and asks for an answer.
    Say {
        /// The words.
        text: String,
        /// Ids of attachments.
        attachments: Vec<String>,
    },
    /// Asks for another answer to `parent`.
    Answer,
    /// Asks the model to go on with `parent`, its own message that ended too early. The words are appended to a copy.
    Continue,
    /// Asks for a summary of all up to `parent`; a new branch begins with it.
    Summarise,
}

impl Default for Turn {
    fn default() -> Self {
        Self::Say { text: String::new(), attachments: Vec::new() }
    }
}

/// What a turn would cost, and whether it can be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TurnPrice {
    /// What it will likely cost; `None` = unknown.
    pub likely: Option<Money>,
    /// What is set aside for it: the most it can come to, where the answer's length is bounded. What is sent must
    /// name this.
    pub most: Option<Money>,
    /// More may come on top that the list doesn't name: searches, pages, characters.
    pub surcharge: bool,
    /// Tokens that go in, as far as they can be counted here.
    pub input_tokens: u32,
    /// Some of what goes in can't be counted in tokens here.
    pub input_uncounted: bool,
    /// The model's window in tokens; `None` = unknown.
    pub context_tokens: Option<u32>,
    /// How many of the oldest messages would be left out.
    pub dropped: u32,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
}

/// A turn that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TurnBegun {
    /// What was said, where something was.
    pub said: Option<MessageView>,
    /// The answer, still empty; events tell how it grows.
    pub answer: MessageView,
    /// The shown branch.
    pub path: Vec<PathStep>,
    /// The conversation's line in the list.
    pub row: ConversationRow,
}

/// What is told of an answer while it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChatEvent {
    /// The next words.
    Text {
        /// The words.
        text: String,
        /// Whether they are thought rather than said.
        reasoning: bool,
    },
    /// The sources so far.
    Citations {
        /// All of them.
        citations: Vec<Citation>,
    },
    /// The tools so far.
    ToolCalls {
        /// All of them.
        calls: Vec<ToolCallView>,
    },
    /// It ended, well or not: the message as it is kept.
    Ended {
        /// The message.
        message: Box<MessageView>,
        /// What the conversation cost so far.
        cost: ConversationCost,
    },
}

/// What to change of conversations; `None` leaves it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct ConversationPatch {
    /// Its name; empty = its first words.
    pub title: Option<String>,
    /// Into this folder; empty = into none.
    pub folder: Option<String>,
    /// Stays above the others.
    pub pinned: Option<bool>,
    /// Put away.
    pub archived: Option<bool>,
    /// Into the trash, or out of it.
    pub trashed: Option<bool>,
    /// How messages are asked for.
    pub settings: Option<ChatSettings>,
    /// What is typed and not sent; JSON null forgets it.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "specta", specta(type = Option<Value>))]
    pub draft: Option<Value>,
}

/// Null is a value here: what isn't to be changed is left out.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageHit {
    /// The conversation.
    pub conversation: String,
    /// Its name.
    pub title: String,
    /// The message.
    pub message: String,
    /// Who says it.
    pub role: Role,
    /// RFC 3339.
    pub created_at: String,
    /// The words around the first place, and whether they are what was searched for.
    pub excerpt: Vec<ExcerptPart>,
}

/// A stretch of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExcerptPart {
    /// The words.
    pub text: String,
    /// It is what was searched for.
    pub is_hit: bool,
}

/// Messages that were found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MessageHits {
    /// The messages.
    pub hits: Vec<MessageHit>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// How conversations are written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ConversationFormat {
    /// To read: the shown branch.
    Markdown,
    /// To keep and bring back: all branches.
    Json,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ConversationImport {
    /// The conversations that came.
    pub conversations: Vec<ConversationRow>,
    /// Files that couldn't be read, and why.
    pub refused: Vec<AppError>,
}

/// Settings under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChatPreset {
    /// Its id; empty for one that is to be made.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The settings.
    pub settings: ChatSettings,
}

/// Words that are used again. `{{name}}` in them is asked for when they are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavedPrompt {
    /// Its id; empty for one that is to be made.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The words.
    pub text: String,
    /// The names in them, in order.
    pub variables: Vec<String>,
}

/// A character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterView {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// Who made it.
    pub author: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// The model that speaks for it.
    pub model: Option<String>,
    /// For adults.
    pub adult: bool,
    /// Venice shows it in front.
    pub featured: bool,
    /// It searches the web.
    pub web_enabled: bool,
    /// 1 to 5.
    pub rating: Option<f64>,
    /// How many rated it.
    pub ratings: Option<u32>,
    /// The media server serves its picture under `/character/SLUG`.
    pub has_picture: bool,
}

/// Which characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct CharacterQuery {
    /// Words.
    pub search: String,
    /// Any of these.
    pub tags: Vec<String>,
    /// Those for adults as well.
    pub adult: bool,
    /// Only those that search the web.
    pub web_enabled: bool,
    /// `featured`, `highestRating`, `imports`, `createdAt`, …: Venice's own words.
    pub sort_by: Option<String>,
    /// How many to leave out.
    pub offset: u32,
}

/// Some characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharactersPage {
    /// The characters.
    pub characters: Vec<CharacterView>,
    /// There may be more.
    pub more: bool,
}

/// What people say of a character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterReviewsPage {
    /// The reviews.
    pub reviews: Vec<CharacterReviewView>,
    /// The mean of all.
    pub rating: Option<f64>,
    /// How many there are.
    pub total: u32,
    /// The next page's number.
    pub next: Option<u32>,
}

/// What somebody says of a character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CharacterReviewView {
    /// Its id.
    pub id: String,
    /// 1 to 5.
    pub rating: Option<u32>,
    /// The words.
    pub message: String,
    /// Who says it.
    pub username: Option<String>,
    /// RFC 3339.
    pub created_at: Option<String>,
}

/// What is to be brought from the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebErrand {
    /// A search.
    Search {
        /// The words.
        query: String,
    },
    /// A page.
    Read {
        /// Its address.
        url: String,
    },
}

/// Pictures that are to be made in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PicturesDraft {
    /// The conversation.
    pub conversation: String,
    /// The message it answers.
    pub parent: Option<String>,
    /// What the person typed, shown as their message; `None` = none is shown.
    pub said: Option<String>,
    /// The pictures.
    pub request: MakeRequest,
    /// What the button said.
    pub expected: Expected,
}

/// A file or item that is to go with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ToAttach {
    /// The conversation.
    pub conversation: String,
    /// Files and items.
    pub files: Vec<FileRef>,
}
