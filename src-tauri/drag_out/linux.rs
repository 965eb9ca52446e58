//! By GTK's own drag source, on the window around the web view: what the page drags itself can only be text.

use std::{cell::RefCell, path::PathBuf, rc::Rc};

use gtk::{
    TargetList,
    gdk::{DragAction, ffi::GDK_BUTTON_PRIMARY},
    gdk_pixbuf::PixbufLoader,
    glib::{self, SignalHandlerId},
    prelude::*,
};
use tauri::WebviewWindow;

/// Where the pointer holds the picture that hangs on it, in pixels from its corner.
const HOT_SPOT: i32 = 12;

pub(super) fn begin(
    window: &WebviewWindow,
    files: Vec<PathBuf>,
    icon: Vec<u8>,
    ended: impl Fn() + 'static,
) -> Result<(), String> {
    let window = window.gtk_window().map_err(|error| error.to_string())?;
    let names = files.iter().map(|file| glib::filename_to_uri(file, None).map(String::from));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    let targets = TargetList::new(&[]);
    targets.add_uri_targets(0);

    let handlers: Rc<RefCell<Vec<SignalHandlerId>>> = Rc::default();
    let told = window.connect_drag_data_get(move |_, _, data, _, _| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        data.set_uris(&names);
    });
    // Comes after the files were handed over, and also when they weren't.
    let end = {
        let handlers = Rc::clone(&handlers);
        window.connect_drag_end(move |window, _| {
            for handler in handlers.borrow_mut().drain(..) {
                window.disconnect(handler);
            }
            ended();
        })
    };
    handlers.borrow_mut().extend([told, end]);

    let Some(drag) =
        window.drag_begin_with_coordinates(&targets, DragAction::COPY, GDK_BUTTON_PRIMARY, None, -1, -1)
    else {
        for handler in handlers.borrow_mut().drain(..) {
            window.disconnect(handler);
        }
        return Err("the pointer could not be taken".to_owned());
    };
    let loader = PixbufLoader::new();
    // Without a picture the pointer looks as it does for any file.
    if loader.write(&icon).and_then(|()| loader.close()).is_ok()
        && let Some(picture) = loader.pixbuf()
    {
        drag.drag_set_icon_pixbuf(&picture, HOT_SPOT, HOT_SPOT);
    }
    Ok(())
}
