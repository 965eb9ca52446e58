//! By the systems' own means under Windows and macOS.

use std::path::PathBuf;

use drag::{DragItem, Image, Options};
use tauri::WebviewWindow;

pub(super) fn begin(
    window: &WebviewWindow,
    files: Vec<PathBuf>,
    icon: Vec<u8>,
    ended: impl Fn() + Send + 'static,
) -> Result<(), String> {
    let begun = drag::start_drag(
        window,
        DragItem::Files(files),
        Image::Raw(icon),
        move |_, _| ended(),
        Options::default(),
    );
    begun.map_err(|error| error.to_string())
}
