//! A typed client for the [Venice.ai API](https://docs.venice.ai).
//!
//! ```no_run
//! # async fn example() -> venice::Result<()> {
//! use venice::{Auth, Client, images::GenerateImage};
//!
//! let client = Client::builder(Client::VENICE).auth(Auth::Bearer("my key".into())).build()?;
//! let request = GenerateImage::new("z-image-turbo", "a gondola at dusk").variants(2);
//! let answer = client.generate_image(&request).await?;
//! for picture in &answer.value.images {
//!     println!("{} bytes of {}", picture.bytes.len(), picture.format);
//! }
//! println!("balance before the call: {:?}", answer.receipt.balance.usd);
//! # Ok(()) }
//! ```
//!
//! What it takes care of:
//!
//! - **Nothing is paid twice.** A call that may be charged for is sent again only where it surely wasn't begun, and
//!   every [`Error`] tells the [`Fate`] of the work.
//! - **Nothing that is paid for is lost.** [`Client::open`] hands over the answer of any [`Request`] as it
//!   arrives, to be written to disk before it is decoded.
//! - **Answers may change.** Unknown fields and values never break reading; they are kept where that is cheap.
//! - **Limits are kept.** The client paces itself by the headers of the answers, and stops before Venice blocks it.
//! - **Secrets stay secret.** No key, address, prompt or body is ever logged or shown by `Debug`. Keys are sent to
//!   one origin only.
//!
//! The crate is unofficial.

#![deny(missing_docs)]

// So that the program that drives the fuzz targets can be tried by the tests.
#[cfg(test)]
extern crate self as venice;

mod answer_format;
mod auth;
mod body;
mod call;
mod client;
mod download;
mod errors;
mod events;
mod file;
mod headers;
#[cfg(feature = "specta")]
mod json;
mod lenient;
mod money;
mod open_enum;
mod operation;
mod pacing;
mod public_address;
mod receipt;
mod request;
mod send;

pub mod account;
pub mod audio;
pub mod augment;
pub mod characters;
pub mod chat;
pub mod crypto_rpc;
pub mod embeddings;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod images;
pub mod models;
pub mod queue;
pub mod responses;
pub mod sse;
pub mod tee;
pub mod video;
pub mod wallet;
pub mod x402;

pub use answer_format::AnswerFormat;
pub use auth::Auth;
pub use body::Body;
pub use client::{Client, ClientBuilder, TimeLimits};
pub use download::{Download, PublicFile, Resume};
pub use errors::{
    ApiError, Consent, Error, ErrorCode, ErrorKind, Fate, FieldError, Issue, PaymentRequired,
    PolicyRejection, Result, Retirement, TimeLimit,
};
pub use file::FileInput;
pub use operation::{AuthNeed, Group, Method, OPERATIONS, Operation};
pub use pacing::RetryPolicy;
pub use receipt::{
    AccountBalance, Answer, AnsweringModel, Pagination, PictureFlags, RateLimit, RateLimitState, RawHeader,
    Receipt, RpcCharge, Warning,
};
pub use request::Request;
