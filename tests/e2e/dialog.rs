//! The desktop's own file dialogs, driven by the keyboard.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    app::TITLE,
    desktop::{Desktop, PATIENCE, wait_for},
};

/// Waits for a file dialog and chooses `path` in it: what exists to open it, a new name to save under it.
pub fn choose(desktop: &Desktop, path: &Path) {
    let path = path.display().to_string();
    until_gone(desktop, || {
        desktop.xdotool(&["key", "--clearmodifiers", "ctrl+a"]);
        desktop.xdotool(&["type", "--clearmodifiers", "--delay", "5", &path]);
        desktop.xdotool(&["key", "--clearmodifiers", "Return"]);
    });
}

/// Waits for a file dialog and closes it without choosing.
pub fn cancel(desktop: &Desktop) {
    until_gone(desktop, || {
        desktop.xdotool(&["key", "--clearmodifiers", "Escape"]);
    });
}

/// A dialog that is just coming up, or completing a path, can miss a key: what doesn't close it is done again. The focus
/// may wander while the machine is busy, so that it closed is told by the dialog itself.
fn until_gone(desktop: &Desktop, press: impl Fn()) {
    let dialog = wait_for("a file dialog", || active_dialog(desktop));
    let deadline = Instant::now() + PATIENCE;
    loop {
        press();
        let pressed = Instant::now();
        while pressed.elapsed() < Duration::from_millis(1500) {
            if !is_visible(desktop, &dialog) {
                return;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        assert!(Instant::now() < deadline, "the file dialog does not close");
        desktop.xdotool(&["windowactivate", "--sync", &dialog]);
    }
}

/// The window that has the focus, where it isn't the app's own.
fn active_dialog(desktop: &Desktop) -> Option<String> {
    let window = desktop.active_window()?;
    let title = desktop.xdotool(&["getwindowname", &window])?;
    (title != TITLE && is_visible(desktop, &window)).then_some(window)
}

fn is_visible(desktop: &Desktop, window: &str) -> bool {
    let visible = desktop.xdotool(&["search", "--onlyvisible", "--name", ""]).unwrap_or_default();
    visible.lines().any(|line| line == window)
}
