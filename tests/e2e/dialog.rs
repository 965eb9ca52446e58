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

/// A dialog that is just coming up, or completing a path, can miss a key: what doesn't close it is done again.
fn until_gone(desktop: &Desktop, press: impl Fn()) {
    wait_for("a file dialog", || active_title(desktop).filter(|title| title != TITLE));
    let deadline = Instant::now() + PATIENCE;
    loop {
        press();
        let pressed = Instant::now();
        while pressed.elapsed() < Duration::from_millis(1500) {
            if active_title(desktop).as_deref() == Some(TITLE) {
                return;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        assert!(Instant::now() < deadline, "the file dialog does not close");
    }
}

/// The title of the window that has the focus: the app's own, or a dialog's.
fn active_title(desktop: &Desktop) -> Option<String> {
    desktop.xdotool(&["getwindowname", &desktop.active_window()?])
}
