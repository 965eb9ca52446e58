//! A window of another program, over which files are dragged: the target's side of the XDND protocol.

use std::time::{Duration, Instant};

use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::desktop::{Desktop, PATIENCE};

/// The version of the protocol that is spoken.
const VERSION: u32 = 5;
/// Where the window is and how large, in pixels of the screen.
const PLACE: (i16, i16, u16) = (20, 20, 120);

/// A window that takes files.
pub struct Target {
    connection: RustConnection,
    window: u32,
}

impl Target {
    /// Opens it above all others.
    pub fn open(desktop: &Desktop) -> Self {
        let (connection, screen) =
            RustConnection::connect(Some(&desktop.display())).expect("the X server answers");
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id().expect("an id");
        let (x, y, side) = PLACE;
        let look = CreateWindowAux::new().override_redirect(1).background_pixel(0x0030_6090);
        connection
            .create_window(0, window, root, x, y, side, side, 0, WindowClass::INPUT_OUTPUT, 0, &look)
            .expect("a window");
        let target = Self { connection, window };
        let aware = target.atom("XdndAware");
        target
            .connection
            .change_property32(PropMode::REPLACE, window, aware, AtomEnum::ATOM, &[VERSION])
            .expect("what it takes");
        target.connection.map_window(window).expect("shown");
        target.connection.flush().expect("sent");
        target
    }

    /// The middle of it, on the screen.
    pub fn middle() -> (i32, i32) {
        let half = i32::from(PLACE.2) / 2;
        (i32::from(PLACE.0) + half, i32::from(PLACE.1) + half)
    }

    /// Takes what is held over it and let go, and answers the list of files. `moving` is asked to move the pointer a little
    /// until it is seen, then `let_go` to release its button.
    pub fn take(&self, mut moving: impl FnMut(), let_go: impl FnOnce()) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut let_go = Some(let_go);
        loop {
            assert!(Instant::now() < deadline, "nothing was dropped");
            let Some(event) = self.connection.poll_for_event().expect("the X server answers") else {
                if let_go.is_some() {
                    moving();
                }
                std::thread::sleep(Duration::from_millis(5));
                continue;
            };
            match event {
                Event::ClientMessage(message) if message.type_ == self.atom("XdndPosition") => {
                    let source = message.data.as_data32()[0];
                    let copy = self.atom("XdndActionCopy");
                    self.tell(source, "XdndStatus", [self.window, 1, 0, 0, copy]);
                    if let Some(let_go) = let_go.take() {
                        let_go();
                    }
                }
                Event::ClientMessage(message) if message.type_ == self.atom("XdndDrop") => {
                    let [source, _, time, ..] = message.data.as_data32();
                    let list = self.list(time, deadline);
                    let copy = self.atom("XdndActionCopy");
                    self.tell(source, "XdndFinished", [self.window, 1, copy, 0, 0]);
                    return list;
                }
                _ => {}
            }
        }
    }

    fn list(&self, time: u32, deadline: Instant) -> String {
        let (selection, kind) = (self.atom("XdndSelection"), self.atom("text/uri-list"));
        let property = self.atom("TAKEN");
        self.connection.convert_selection(self.window, selection, kind, property, time).expect("asked");
        self.connection.flush().expect("sent");
        loop {
            match self.connection.poll_for_event().expect("the X server answers") {
                Some(Event::SelectionNotify(answer)) => {
                    assert_ne!(answer.property, u32::from(AtomEnum::NONE), "the files are not told");
                    break;
                }
                Some(_) => {}
                None => {
                    assert!(Instant::now() < deadline, "the source does not answer");
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
        let told = self.connection.get_property(true, self.window, property, AtomEnum::ANY, 0, 1 << 16);
        String::from_utf8(told.expect("asked").reply().expect("the list").value).expect("a list in ASCII")
    }

    fn tell(&self, to: u32, kind: &str, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, to, self.atom(kind), data);
        self.connection.send_event(false, to, EventMask::NO_EVENT, message).expect("told");
        self.connection.flush().expect("sent");
    }

    fn atom(&self, name: &str) -> Atom {
        self.connection.intern_atom(false, name.as_bytes()).expect("asked").reply().expect("a name").atom
    }
}
