//! Over the session bus, so that a desktop without a place for notifications is known for what it is.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt;
use tauri::AppHandle;
use tokio::sync::OnceCell;
use zbus::{Connection, Proxy, zvariant::Value};

use super::NotificationWords;
use crate::window;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long the desktop may take; it may have to start its server first.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where notifications are shown, and which of them are ours.
#[derive(Default)]
pub struct Desk {
    server: OnceCell<Server>,
    shown: Arc<Mutex<HashSet<u32>>>,
}

struct Server {
    proxy: Proxy<'static>,
    takes_markup: bool,
}

impl Desk {
    pub(super) async fn show(&self, app: &AppHandle, words: &NotificationWords) -> Result<(), String> {
        let app = app.clone();
        let put_up = self.put_up(words, Connection::session(), move || window::raise(&app));
        match tokio::time::timeout(PATIENCE, put_up).await {
            Ok(shown) => shown.map_err(|error| error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    /// `clicked` is called for each click on one of ours.
    async fn put_up(
        &self,
        words: &NotificationWords,
        bus: impl Future<Output = zbus::Result<Connection>>,
        clicked: impl Fn() + Send + 'static,
    ) -> zbus::Result<()> {
        let server = self.server.get_or_try_init(|| self.reach(bus, clicked)).await?;
        let body = if server.takes_markup { escaped(&words.body) } else { words.body.clone() };
        let hints = HashMap::from([("desktop-entry", Value::from("canaletto"))]);
        let actions: [&str; 2] = ["default", ""];
        // Name, what it takes the place of, icon, words, what a click does, hints, and how long it stays: as the desktop likes.
        let said = ("Canaletto", 0_u32, "canaletto", &words.title, &body, &actions[..], hints, -1_i32);
        let id: u32 = server.proxy.call("Notify", &said).await?;
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Ok(())
    }

    /// The server, and an ear for clicks.
    async fn reach(
        &self,
        bus: impl Future<Output = zbus::Result<Connection>>,
        clicked: impl Fn() + Send + 'static,
    ) -> zbus::Result<Server> {
        let bus = bus.await?;
        let proxy = Proxy::new(&bus, NAME, PATH, NAME).await?;
        // A server that can do nothing answers too; none at all is an error.
        let able: Vec<String> = proxy.call("GetCapabilities", &()).await?;
        let mut clicks = proxy.receive_signal("ActionInvoked").await?;
        let shown = Arc::clone(&self.shown);
        tauri::async_runtime::spawn(async move {
            while let Some(click) = clicks.next().await {
                let Ok((id, _action)) = click.body().deserialize::<(u32, String)>() else { continue };
                if shown.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
                    clicked();
                }
            }
        });
        Ok(Server { proxy, takes_markup: able.iter().any(|can| can == "body-markup") })
    }
}

/// Plain text where markup is read.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use tokio::{sync::mpsc, time::timeout};
    use zbus::zvariant::OwnedValue;

    use super::*;
    use crate::session_bus::SessionBus;

    /// A limit on waiting, for when something is broken; nothing depends on its length.
    const LIMIT: Duration = Duration::from_mins(1);

    type Said = (String, String, HashMap<String, OwnedValue>);

    /// A desktop that takes notifications.
    struct Takes(mpsc::UnboundedSender<Said>);

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl Takes {
        #[expect(clippy::unused_self, reason = "so the desktop's own call is")]
        fn get_capabilities(&self) -> Vec<String> {
            vec!["body-markup".to_owned()]
        }

        #[expect(clippy::too_many_arguments, reason = "so the desktop's own call is")]
        fn notify(
            &self,
            name: String,
            replaces: u32,
            icon: String,
            title: String,
            body: String,
            actions: Vec<String>,
            hints: HashMap<String, OwnedValue>,
            expires: i32,
        ) -> u32 {
            assert_eq!((name.as_str(), icon.as_str(), replaces, expires), ("Canaletto", "canaletto", 0, -1));
            assert_eq!(actions, ["default", ""]);
            self.0.send((title, body, hints)).unwrap();
            7
        }
    }

    fn words() -> NotificationWords {
        NotificationWords { title: "Done & done".into(), body: "<b>fish & chips</b>".into() }
    }

    #[tokio::test]
    async fn what_is_said_is_shown_as_it_is_and_a_click_on_it_is_heard() {
        let bus = SessionBus::start();
        let (told, mut heard) = mpsc::unbounded_channel();
        let desktop = bus.member().name(NAME).unwrap().serve_at(PATH, Takes(told)).unwrap();
        let desktop = desktop.build().await.unwrap();
        let (clicked, mut clicks) = mpsc::unbounded_channel();
        let desk = Desk::default();
        let click = move || clicked.send(()).unwrap();
        timeout(LIMIT, desk.put_up(&words(), bus.connect(), click)).await.unwrap().unwrap();
        let (title, body, hints) = heard.recv().await.unwrap();
        // Titles of jobs are no markup.
        assert_eq!((title.as_str(), body.as_str()), ("Done & done", "&lt;b&gt;fish &amp; chips&lt;/b&gt;"));
        assert!(hints.contains_key("desktop-entry"));
        // The first is somebody else's.
        for id in [8_u32, 7] {
            let click = &(id, "default");
            desktop.emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", click).await.unwrap();
        }
        timeout(LIMIT, clicks.recv()).await.unwrap().unwrap();
        assert!(clicks.try_recv().is_err(), "one of the two was ours");
    }

    #[tokio::test]
    async fn a_desktop_without_notifications_is_an_error() {
        let bus = SessionBus::start();
        let shown = Desk::default();
        timeout(LIMIT, shown.put_up(&words(), bus.connect(), || ())).await.unwrap().unwrap_err();
    }
}
