//! Notifications of the desktop. What they say comes from the page, which knows the user's language and whether the window is
//! looked at.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod others;

use serde::{Deserialize, Serialize};
use studio::{AppError, Result, error::Code};
use tauri::AppHandle;

#[cfg(target_os = "linux")]
pub use linux::Desk;
#[cfg(not(target_os = "linux"))]
pub use others::Desk;

/// What a notification says, in the user's language.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct NotificationWords {
    /// In a few words.
    pub title: String,
    /// The rest, as plain text.
    pub body: String,
}

/// Shows a notification; a click on it brings the window back. An error where the desktop takes none.
pub async fn show(app: &AppHandle, desk: &Desk, words: &NotificationWords) -> Result<()> {
    desk.show(app, words).await.map_err(|error| {
        tracing::info!(error, "the desktop took no notification");
        AppError::new(
            Code::NoNotifications,
            "The desktop takes no notifications.",
            "Nothing here shows them. Canaletto's own Queue tells what was done.",
        )
    })
}
