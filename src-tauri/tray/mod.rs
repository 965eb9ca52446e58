//! The program goes on while its window is out of sight: as an icon in the desktop's tray, or minimised where nothing
//! would show one. A window is never hidden that nobody could call back.

#[cfg(target_os = "linux")]
mod linux;

use serde::{Deserialize, Serialize};
use studio::{AppError, Result};
use tauri::{
    AppHandle, Manager, WebviewWindow,
    menu::{Menu, MenuBuilder},
    tray::{MouseButton, TrayIconBuilder, TrayIconEvent},
};

use crate::window;

const ID: &str = "canaletto";
const SHOW: &str = "show";
const QUIT: &str = "quit";

/// Where the program goes on while its window is out of sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Lingering {
    /// An icon stands in the desktop's tray.
    Tray,
    /// The desktop shows no tray: the window is minimised.
    Minimised,
}

/// What the icon's menu says, in the user's language.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct TrayWords {
    /// Brings the window back.
    pub show: String,
    /// Ends the program.
    pub quit: String,
}

/// Takes the window out of sight, and says how it can be called back.
pub async fn go_on(window: &WebviewWindow, words: &TrayWords) -> Result<Lingering> {
    if shows_icons().await {
        match put_up(window.app_handle(), words) {
            Ok(()) => {
                window.hide().map_err(AppError::internal)?;
                return Ok(Lingering::Tray);
            }
            Err(error) => tracing::warn!(%error, "the icon could not be put into the tray"),
        }
    }
    window.minimize().map_err(AppError::internal)?;
    Ok(Lingering::Minimised)
}

#[cfg(target_os = "linux")]
use linux::shows_icons;

/// Windows and macOS have a place for icons.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "elsewhere it asks the desktop")]
async fn shows_icons() -> bool {
    true
}

fn put_up(app: &AppHandle, words: &TrayWords) -> tauri::Result<()> {
    let menu = menu(app, words)?;
    if let Some(icon) = app.tray_by_id(ID) {
        icon.set_menu(Some(menu))?;
        return icon.set_visible(true);
    }
    let builder = TrayIconBuilder::with_id(ID)
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            SHOW => window::raise(app),
            QUIT => window::ask_to_close(app),
            _ => {}
        })
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
                window::raise(icon.app_handle());
            }
        });
    let builder = match app.default_window_icon() {
        Some(icon) => builder.icon(icon.clone()),
        None => builder,
    };
    builder.build(app).map(drop)
}

fn menu(app: &AppHandle, words: &TrayWords) -> tauri::Result<Menu<tauri::Wry>> {
    MenuBuilder::new(app).text(SHOW, &words.show).separator().text(QUIT, &words.quit).build()
}

/// The window is to be seen again: the icon has done its work.
pub fn take_down(app: &AppHandle) {
    if let Some(icon) = app.tray_by_id(ID)
        && let Err(error) = icon.set_visible(false)
    {
        tracing::warn!(%error, "the icon stays in the tray");
    }
}
