//! An offline Venice: the whole API on the loopback interface, with pretend money.
//!
//! The sandbox reads requests as Venice's published description says, answers with real media, keeps keys and a ledger
//! of what it charged, and can be told to fail. It shares no type with the client: it is a second, independent reading of the
//! description.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), sandbox::StartError> {
//! let running = sandbox::Sandbox::start(sandbox::Config { seed: 7, ..sandbox::Config::instant() }).await?;
//! assert!(running.base_url().ends_with("/api/v1"));
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Beside the API, under `/__sandbox`, are the routes that steer it: `POST faults`, `GET ledger`, `GET requests`,
//! `POST balance`, `POST refund` (what a request cost a wallet), `GET queue`, `POST queue` (how films and music fare),
//! `POST usage` (a past that is made up), `POST pace` (how fast words come) and `POST reset`.
#![deny(missing_docs)]

mod answer;
mod body;
mod catalogue;
mod chain;
mod chance;
mod characters;
mod cloned_voices;
mod compression;
mod config;
mod control;
mod cursor;
mod darkroom;
mod delivery;
mod dialogue;
mod documents;
mod enclave;
mod faults;
mod fields;
mod file_part;
mod film;
mod gate;
mod home;
mod house;
mod journal;
mod keys;
mod ledger;
mod loopback;
mod media_input;
mod moment;
mod music;
mod operations;
mod pace;
mod painting;
mod payment_required;
mod picture_input;
mod queue;
mod rate;
mod rates;
mod refusal;
mod routes;
mod rpc_desk;
mod server;
mod sound_files;
mod sse;
mod usage_seed;
mod voice;
mod wallet_sign_in;
mod wallets;
mod web;
mod words;
mod work;

pub use config::{Balance, Config, Currency, Limits, Usage, WorkTime};
pub use faults::{BadFault, Fault, FaultKind};
pub use journal::Damaged;
pub use routes::{Route, routes};
pub use server::{Running, Sandbox, StartError};
