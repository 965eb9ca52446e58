//! What the sandbox has to say: tokens, prose, thoughts, values for a schema, vectors. Nothing here knows of requests.

mod attention;
mod chinese;
mod embedding;
mod english;
mod example;
mod pattern;
mod tokens;
mod tools;
mod wish;
mod writer;

pub(crate) use attention::Attention;
pub(crate) use embedding::embed;
pub(crate) use example::example;
pub(crate) use tokens::{count, tokens};
pub(crate) use tools::{Choice, Tool, ToolCall, call_tools};
pub(crate) use wish::{Language, Verbosity, Wish};
pub(crate) use writer::{Material, thoughts, write};
