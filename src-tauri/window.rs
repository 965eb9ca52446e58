//! The one window.

use std::path::Path;

use studio::events::AppEvent;
use tauri::{
    App, AppHandle, DragDropEvent, Manager, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
    webview::PageLoadEvent,
};

use crate::{events::Events, opening::Opening};

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
}

/// Files held over the window and dropped on it. Their paths go to the studio, handles to the page.
pub fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::DragDrop(drag) = event else { return };
    let events = window.state::<Events>();
    match drag {
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
