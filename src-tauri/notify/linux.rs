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
        match tokio::time::timeout(PATIENCE, self.put_up(app, words)).await {
            Ok(shown) => shown.map_err(|error| error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        }
    }

    async fn put_up(&self, app: &AppHandle, words: &NotificationWords) -> zbus::Result<()> {
        let server = self.server.get_or_try_init(|| self.reach(app)).await?;
        let body = if server.takes_markup { escaped(&words.body) } else { words.body.clone() };
        let hints = HashMap::from([("desktop-entry", Value::from("canaletto"))]);
        let actions: [&str; 2] = ["default", ""];
        let said = ("Canaletto", 0_u32, "canaletto", words.title.as_str(), body.as_str());
        let (name, replaces, icon, title, body) = said;
        let id: u32 = server
            .proxy
            .call("Notify", &(name, replaces, icon, title, body, &actions[..], hints, -1_i32))
            .await?;
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        Ok(())
    }

    /// The server, and an ear for clicks.
    async fn reach(&self, app: &AppHandle) -> zbus::Result<Server> {
        let bus = Connection::session().await?;
        let proxy = Proxy::new(&bus, NAME, PATH, NAME).await?;
        // A server that can do nothing answers too; none at all is an error.
        let able: Vec<String> = proxy.call("GetCapabilities", &()).await?;
        let mut clicks = proxy.receive_signal("ActionInvoked").await?;
        let (app, shown) = (app.clone(), Arc::clone(&self.shown));
        tauri::async_runtime::spawn(async move {
            while let Some(click) = clicks.next().await {
                let Ok((id, _action)) = click.body().deserialize::<(u32, String)>() else { continue };
                if shown.lock().unwrap_or_else(PoisonError::into_inner).remove(&id) {
                    window::raise(&app);
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
    use super::*;

    #[test]
    fn titles_of_jobs_are_no_markup() {
        assert_eq!(escaped("<b>fish & chips</b>"), "&lt;b&gt;fish &amp; chips&lt;/b&gt;");
    }
}
