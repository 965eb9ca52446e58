//! Conversations: whole answers, and answers as they are written.
//!
//! ```no_run
//! # async fn example(client: venice::Client) -> venice::Result<()> {
//! use venice::chat::{ChatDelta, CreateChatCompletion, Message};
//!
//! let request = CreateChatCompletion::new("default", vec![Message::user("Why is the lagoon green?")]);
//! let answer = client.create_chat_completion(&request).await?;
//! println!("{}", answer.value.text());
//!
//! let mut stream = client.stream_chat_completion(&request).await?;
//! while let Some(delta) = stream.next().await? {
//!     if let ChatDelta::Content { text, .. } = delta {
//!         print!("{text}");
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! A caller who stores the answer before looking at it opens the request itself and gives the bytes to
//! [`ChatDeltas`] too.

mod accumulator;
mod answer;
mod citations;
mod delta;
mod message;
mod model_id;
mod options;
mod parts;
mod reader;
mod request;
mod stream;
mod thinking;
mod tools;
mod usage;

pub use accumulator::Accumulator;
pub use answer::{
    AnswerMessage, ChatCompletion, Choice, FinishReason, LogProbs, TokenLogProb, TokenLogProbs,
};
pub use citations::{Citation, Segment, segments};
pub use delta::{ChatDelta, ToolCallDelta};
pub use message::{AssistantMessage, Instructions, Message, ToolMessage, UserMessage};
pub use model_id::ModelId;
pub use options::{
    AppliedParameters, CacheRetention, Fallback, Reasoning, ReasoningSummary, ResponseFormat, Stop,
    StreamOptions, TextOptions, VeniceParameters, Verbosity, WebSearchMode,
};
pub use parts::{
    AudioFormat, CacheControl, Content, ContentPart, Document, ImageUrl, InputAudio, TextPart, VideoUrl,
};
pub use reader::ChatDeltas;
pub use request::CreateChatCompletion;
pub(crate) use request::MOST_FALLBACKS;
pub use stream::ChatStream;
pub use tools::{
    CalledFunction, FunctionDefinition, FunctionName, NamedTool, Tool, ToolCall, ToolChoice, ToolMode,
};
pub use usage::{CompletionTokens, Cost, PromptTokens, Usage};
