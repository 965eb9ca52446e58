//! Files dragged from a file manager over the app and dropped there: the source's side of the XDND protocol.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::desktop::{Desktop, PATIENCE};

/// The version of the protocol that is spoken.
const VERSION: u32 = 5;

/// Files held over a window.
pub struct Drag {
    connection: RustConnection,
    source: u32,
    target: u32,
    list: String,
}

impl Drag {
    /// Takes the files and holds them over the middle of a window, until that says it would have them.
    pub fn over(desktop: &Desktop, window: &str, files: &[&Path]) -> Self {
        let (connection, screen) =
            RustConnection::connect(Some(&desktop.display())).expect("the X server answers");
        let root = connection.setup().roots[screen].root;
        let source = connection.generate_id().expect("an id");
        connection
            .create_window(
                0,
                source,
                root,
                0,
                0,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &CreateWindowAux::new(),
            )
            .expect("a window");
        let target = window.parse().expect("the number of a window");
        let list = files.iter().map(|file| format!("file://{}\r\n", file.display())).collect();
        let drag = Self { connection, source, target, list };
        let selection = drag.atom("XdndSelection");
        drag.connection.set_selection_owner(source, selection, x11rb::CURRENT_TIME).expect("the selection");
        drag.tell("XdndEnter", [source, VERSION << 24, drag.atom("text/uri-list"), 0, 0]);

        let size = drag.connection.get_geometry(target).expect("asked").reply().expect("the window's size");
        let (across, down) = ((size.width / 2).cast_signed(), (size.height / 2).cast_signed());
        let place = drag.connection.translate_coordinates(target, root, across, down).expect("asked");
        let place = place.reply().expect("the window's place");
        let at = u32::from(place.dst_x.cast_unsigned()) << 16 | u32::from(place.dst_y.cast_unsigned());
        drag.hold(at);
        drag
    }

    /// The window may look at the files before it says whether it takes them: it is asked again until it does.
    fn hold(&self, at: u32) {
        let copy = self.atom("XdndActionCopy");
        let status = self.atom("XdndStatus");
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.tell("XdndPosition", [self.source, 0, at, x11rb::CURRENT_TIME, copy]);
            let answer = self.wait_for(status, deadline);
            if answer[1] & 1 == 1 {
                return;
            }
            assert!(Instant::now() < deadline, "the window does not want the files");
        }
    }

    /// Lets go of the files, and waits until the window has them.
    pub fn release(self) {
        self.tell("XdndDrop", [self.source, 0, x11rb::CURRENT_TIME, 0, 0]);
        self.wait_for(self.atom("XdndFinished"), Instant::now() + PATIENCE);
    }

    /// Serves the files to whoever asks, until a message of this kind comes.
    fn wait_for(&self, kind: Atom, deadline: Instant) -> [u32; 5] {
        loop {
            match self.connection.poll_for_event().expect("the X server answers") {
                Some(Event::ClientMessage(message)) if message.type_ == kind => {
                    return message.data.as_data32();
                }
                Some(Event::SelectionRequest(request)) => self.serve(&request),
                Some(_) => {}
                None => {
                    assert!(Instant::now() < deadline, "the window does not answer");
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
    }

    fn serve(&self, request: &SelectionRequestEvent) {
        let known = request.target == self.atom("text/uri-list");
        if known {
            let bytes = self.list.as_bytes();
            self.connection
                .change_property8(
                    PropMode::REPLACE,
                    request.requestor,
                    request.property,
                    request.target,
                    bytes,
                )
                .expect("the files are told");
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if known { request.property } else { AtomEnum::NONE.into() },
        };
        self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer).expect("answered");
        self.connection.flush().expect("sent");
    }

    fn tell(&self, kind: &str, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, self.target, self.atom(kind), data);
        self.connection.send_event(false, self.target, EventMask::NO_EVENT, message).expect("told");
        self.connection.flush().expect("sent");
    }

    fn atom(&self, name: &str) -> Atom {
        self.connection.intern_atom(false, name.as_bytes()).expect("asked").reply().expect("a name").atom
    }
}
