//! Proof of where a model runs, and conversations that only that place can read.
//!
//! ```no_run
//! # async fn example(client: venice::Client, collateral: venice::tee::Collateral) -> venice::Result<()> {
//! use venice::chat::{CreateChatCompletion, Message};
//! use venice::tee::{EncryptedSession, GetTeeAttestation};
//!
//! let request = GetTeeAttestation::random("e2ee-glm-5")?;
//! let attestation = client.get_tee_attestation(&request).await?.value;
//! let verification = attestation.verify(&request, Some(&collateral), jiff::Timestamp::now());
//! if !verification.is_genuine() {
//!     println!("not verified: {:?}", verification.open_questions());
//! }
//! let session = EncryptedSession::new(&attestation)?;
//! let request = CreateChatCompletion::new("e2ee-glm-5", vec![Message::user("Keep this to yourself.")]);
//! let answer = client.stream_encrypted_chat_completion(&request, &session).await?.collect().await?;
//! println!("{}", answer.value.text());
//! # Ok(()) }
//! ```
//!
//! What is encrypted is the content of the messages and of the answer. Venice still sees who asks which model, when,
//! how much, and with which options.

mod attestation;
mod chance;
mod cipher;
mod keys;
mod quote;
mod session;
mod signature;
mod verification;

pub use attestation::{GetTeeAttestation, Nonce, TeeAttestation};
pub use keys::Address;
pub use quote::{Measurements, TdxQuote};
pub use session::{EncryptedAnswer, EncryptedChat, EncryptedSession};
pub use signature::{GetTeeSignature, TeeSignature};
pub use verification::{Check, Collateral, Verification};
