//! By the systems' own means under Windows and macOS.

use notify_rust::Notification;
use tauri::AppHandle;

use super::NotificationWords;

/// Where notifications are shown.
#[derive(Default)]
pub struct Desk;

impl Desk {
    pub(super) async fn show(&self, _app: &AppHandle, words: &NotificationWords) -> Result<(), String> {
        let words = words.clone();
        let shown = tokio::task::spawn_blocking(move || {
            Notification::new().appname("Canaletto").summary(&words.title).body(&words.body).show().map(drop)
        });
        match shown.await {
            Ok(shown) => shown.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
