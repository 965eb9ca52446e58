//! Whether an icon would be seen: the library that puts it up is there, and something on the desktop shows it.

use std::time::Duration;

/// The names under which Tauri looks for it. It ends the program where none of them can be loaded, so it is tried first.
const LIBRARIES: [&str; 4] = [
    "libayatana-appindicator3.so.1",
    "libappindicator3.so.1",
    "libayatana-appindicator3.so",
    "libappindicator3.so",
];
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// How long the desktop may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn shows_icons() -> bool {
    let asked = tokio::time::timeout(PATIENCE, has_host()).await;
    matches!(asked, Ok(Ok(true))) && has_library()
}

#[expect(
    unsafe_code,
    reason = "loading the desktop's own library is how its presence is known; Tauri does the same a moment later"
)]
fn has_library() -> bool {
    LIBRARIES.iter().any(|name| {
        // SAFETY: a library of the system, which Tauri loads by the same names. It stays loaded: its types can't be taken back.
        unsafe { libloading::Library::new(name) }.map(std::mem::forget).is_ok()
    })
}

/// A tray that shows icons says so on the session bus.
async fn has_host() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
    watcher.get_property("IsStatusNotifierHostRegistered").await
}
