//! The program itself: its state at start, its settings, links out of it.

use serde::{Deserialize, Serialize};
use studio::{
    AppError, Result,
    accounts::view::{AccountView, VaultStatus},
    error::Code,
    settings::{Settings, SettingsPatch},
};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_opener::OpenerExt;

use super::{Shared, guarded};
use crate::{
    notify::{self, Desk, NotificationWords},
    page_failures::{PageFailure, PageFailures},
    tray::{self, Lingering, TrayWords},
    window::Closing,
};

/// All the window needs to draw itself for the first time.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct AppState {
    /// The program's version.
    pub version: String,
    /// The folder of everything that is kept.
    pub home: String,
    /// The folder of the media.
    pub library: String,
    /// Prefix of every media address: `/thumb/ITEM/small`, `/thumb/ITEM/large`, `/item/ITEM` follow.
    pub media_origin: String,
    /// The settings.
    pub settings: Settings,
    /// The accounts.
    pub accounts: Vec<AccountView>,
    /// Where secrets are kept.
    pub vault: VaultStatus,
    /// What the check at start mended or found wrong.
    pub notices: Vec<AppError>,
}

/// All the window needs to draw itself for the first time.
#[tauri::command]
#[specta::specta]
pub async fn app_state(studio: Shared<'_>) -> Result<AppState> {
    let media_origin = studio.opened().await?.media_origin;
    guarded(&studio, async move |studio| {
        Ok(AppState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            home: studio.home().display().to_string(),
            library: studio.library_folder().display().to_string(),
            media_origin,
            settings: studio.settings().await?,
            accounts: studio.accounts().await?,
            vault: studio.vault_status(),
            notices: studio.notices(),
        })
    })
    .await
}

/// Changes settings; what is null stays.
#[tauri::command]
#[specta::specta]
pub async fn change_settings(studio: Shared<'_>, patch: SettingsPatch) -> Result<Settings> {
    guarded(&studio, async move |studio| studio.change_settings(patch).await).await
}

/// The page's answer to `closing`: everything is kept and the window may go, or the user is asked first and it stays. What
/// isn't sent yet when it goes takes its place again at the next start: the page has said so.
#[tauri::command]
#[specta::specta]
pub async fn answer_closing(
    window: WebviewWindow,
    closing: State<'_, Closing>,
    opening: Shared<'_>,
    close: bool,
) -> Result<()> {
    closing.answered();
    if !close {
        return Ok(());
    }
    if let Some(studio) = opening.now()
        && let Err(error) = studio.go_on_at_next_start().await
    {
        tracing::error!(code = error.code, "what waits will not go on by itself");
    }
    window.destroy().map_err(AppError::internal)
}

/// The window goes out of sight and the work goes on: into the tray, or minimised where there is none.
#[tauri::command]
#[specta::specta]
pub async fn go_on_in_background(
    window: WebviewWindow,
    closing: State<'_, Closing>,
    words: TrayWords,
) -> Result<Lingering> {
    closing.answered();
    tray::go_on(&window, &words).await
}

/// Shows a notification of the desktop; an error where it takes none. A click on it brings the window back.
#[tauri::command]
#[specta::specta]
pub async fn notify(app: AppHandle, desk: State<'_, Desk>, words: NotificationWords) -> Result<()> {
    notify::show(&app, &desk, &words).await
}

/// Writes into the log what failed in the page.
#[tauri::command]
#[specta::specta]
pub async fn note_failure(failures: State<'_, PageFailures>, failure: PageFailure) -> Result<()> {
    failures.note(&failure);
    Ok(())
}

/// What may be opened in other programs: pages and letters, nothing that is a file or a program here.
const SCHEMES: [&str; 3] = ["https", "http", "mailto"];

/// Opens an address in the user's browser or mail program. It is shown before it is clicked.
#[tauri::command]
#[specta::specta]
pub async fn open_link(app: AppHandle, url: String) -> Result<()> {
    let known = tauri::Url::parse(&url).is_ok_and(|address| SCHEMES.contains(&address.scheme()));
    if !known {
        return Err(AppError::not_found("link"));
    }
    app.opener().open_url(&url, None::<&str>).map_err(|_| {
        AppError::new(Code::NotFound, "No browser could be opened.", "Open this address yourself.")
            .param("url", url)
    })
}
