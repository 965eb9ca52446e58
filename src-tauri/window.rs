//! The one window.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};

use studio::events::AppEvent;
use tauri::{
    App, AppHandle, CloseRequestApi, DragDropEvent, Manager, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent, webview::PageLoadEvent,
};

use crate::{drag_out::Dragged, events::Events, opening::Opening, tray};

/// Its label, as in tauri.conf.json.
pub const LABEL: &str = "main";

/// Makes the window. It shows itself once its page is there, so that nobody looks at an empty one.
pub fn open(app: &App, home: &Path) -> tauri::Result<WebviewWindow> {
    let config = app.config().app.windows.iter().find(|window| window.label == LABEL);
    let config = config.cloned().unwrap_or_default();
    WebviewWindowBuilder::from_config(app, &config)?
        .data_directory(home.join("webview"))
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished {
                let _ = window.show();
            }
        })
        .build()
}

/// Brings the window to the front: what a second start does instead of starting.
pub fn raise(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
    tray::take_down(app);
}

/// Asks the page whether the program may end, as the window's own button does.
pub fn ask_to_close(app: &AppHandle) {
    raise(app);
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.close();
    }
}

/// What happens to the window that the page should know of.
pub fn on_event(window: &Window, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(drag) => on_drag(window, drag),
        WindowEvent::CloseRequested { api, .. } => on_close(window, api),
        _ => {}
    }
}

/// Files held over the window and dropped on it. Their paths go to the studio, handles to the page.
fn on_drag(window: &Window, drag: &DragDropEvent) {
    let events = window.state::<Events>();
    match drag {
        DragDropEvent::Enter { paths, .. } | DragDropEvent::Drop { paths, .. }
            if window.state::<Dragged>().are_own(paths) => {}
        DragDropEvent::Enter { .. } => events.tell(AppEvent::Drag { over: true }),
        DragDropEvent::Leave => events.tell(AppEvent::Drag { over: false }),
        DragDropEvent::Drop { paths, position } => {
            events.tell(AppEvent::Drag { over: false });
            let Some(studio) = window.state::<Opening>().now() else { return };
            let at = position.to_logical::<f64>(window.scale_factor().unwrap_or(1.0));
            events.tell(AppEvent::Dropped { files: studio.pick(paths.clone()), x: at.x, y: at.y });
        }
        _ => {}
    }
}

/// How long the page may take to answer before the window closes without it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The question to the page whether the window may close.
#[derive(Default)]
pub struct Closing {
    asked: AtomicU32,
    answered: AtomicU32,
}

impl Closing {
    /// The page answered what it was asked last.
    pub fn answered(&self) {
        self.answered.store(self.asked.load(SeqCst), SeqCst);
    }
}

/// Lets the page keep what was typed last, and ask about paid work that is under way. A page that is not there yet or
/// doesn't answer holds nobody up.
fn on_close(window: &Window, api: &CloseRequestApi) {
    if window.state::<Opening>().now().is_none() {
        return;
    }
    api.prevent_close();
    let question = window.state::<Closing>().asked.fetch_add(1, SeqCst) + 1;
    window.state::<Events>().tell(AppEvent::Closing);
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if window.state::<Closing>().answered.load(SeqCst) < question {
            tracing::warn!("the page did not answer: the window closes without it");
            let _ = window.destroy();
        }
    });
}
