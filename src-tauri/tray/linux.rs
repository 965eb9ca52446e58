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
    let asked = tokio::time::timeout(PATIENCE, has_host(zbus::Connection::session())).await;
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
async fn has_host(bus: impl Future<Output = zbus::Result<zbus::Connection>>) -> zbus::Result<bool> {
    let bus = bus.await?;
    let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
    watcher.get_property("IsStatusNotifierHostRegistered").await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session_bus::SessionBus;

    struct Watcher(bool);

    #[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
    impl Watcher {
        #[zbus(property)]
        fn is_status_notifier_host_registered(&self) -> bool {
            self.0
        }
    }

    #[tokio::test]
    async fn an_icon_is_only_put_up_where_somebody_shows_it() {
        for shows in [true, false] {
            let bus = SessionBus::start();
            let desktop = bus.member().name(WATCHER).unwrap();
            let desktop = desktop.serve_at("/StatusNotifierWatcher", Watcher(shows)).unwrap();
            let _desktop = desktop.build().await.unwrap();
            assert_eq!(has_host(bus.connect()).await.unwrap(), shows);
        }
        let bus = SessionBus::start();
        has_host(bus.connect()).await.unwrap_err();
    }
}
