//! Answers in items: thoughts, words and calls of tools each by themselves. Venice calls this an alpha.
//!
//! ```no_run
//! # async fn example(client: venice::Client) -> venice::Result<()> {
//! use venice::responses::CreateResponse;
//!
//! let request = CreateResponse::new("default", "Why is the lagoon green?");
//! println!("{}", client.create_response(&request).await?.value.text());
//! # Ok(()) }
//! ```
//!
//! Nothing is kept between two requests: each holds the whole conversation. Encrypted conversations aren't offered
//! here.

mod answer;
mod event;
mod input;
mod reader;
mod request;
mod stream;
mod tools;

pub use answer::{
    Annotation, OutputItem, OutputPart, Response, ResponseError, ResponseStatus, ResponseUsage,
};
pub use event::ResponseEvent;
pub use input::{
    ImageAddress, ImageDetail, InputContent, InputItem, InputPart, ItemStatus, ResponseInput, Role,
};
pub use reader::{ResponseAccumulator, ResponseEvents};
pub use request::{CreateResponse, ResponseParameters};
pub use stream::ResponseStream;
pub use tools::{Container, RankingOptions, ResponseTool, SearchContextSize, UserLocation};
