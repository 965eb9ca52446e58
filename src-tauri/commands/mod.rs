//! What the window may call. A command checks what only the shell can check, calls one function of the studio and
//! hands its answer on.

pub mod accounts;
pub mod app;
pub mod budgets;
pub mod chat;
pub mod console;
pub mod exports;
pub mod films;
pub mod images;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod library;
pub mod models;
pub mod music;
pub mod operations;
pub mod queue;
pub mod spend;
pub mod voice;
pub mod wallets;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use studio::{AppError, Result, Studio};
use tauri::State;

use crate::opening::Opening;

/// What every command is handed.
pub(crate) type Shared<'a> = State<'a, Opening>;

/// Waits until the studio is open and runs a command's work. A panic ends that command alone: it is logged with a
/// report id and shown as our fault.
pub(crate) async fn guarded<T>(opening: &Opening, work: impl AsyncFnOnce(Studio) -> Result<T>) -> Result<T> {
    let studio = opening.studio().await?;
    if let Ok(answer) = AssertUnwindSafe(work(studio)).catch_unwind().await {
        answer
    } else {
        let report = uuid::Uuid::new_v4().simple().to_string();
        // The panic hook has logged the message and the place already.
        tracing::error!(report, "a command panicked");
        Err(AppError::internal("a command panicked").param("report", &report[..8]))
    }
}
