//! What is to be seen on the screen, and when: asked of the X server, so that it is the same for every program.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use image::RgbImage;
use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        damage::{self, ConnectionExt as _},
        xproto::{ConnectionExt as _, ImageFormat},
    },
    rust_connection::RustConnection,
};

use crate::desktop::Desktop;

/// A window of 1280x800 covers this part of a screen of 1400x900 wherever it lies, whatever its frame is like.
const INNER: Area = Area { left: 130, top: 110, width: 1140, height: 660 };
/// Rows looked at for a first frame lie this far apart.
const EVERY: i16 = 12;
/// A window that shows nothing yet has one colour, or two while it comes up over the empty screen.
const NOTHING_YET: usize = 2;

struct Area {
    left: i16,
    top: i16,
    width: u16,
    height: u16,
}

/// The screen of a desktop, watched.
pub struct Screen {
    connection: Arc<RustConnection>,
    root: u32,
    painted: mpsc::Receiver<Instant>,
}

impl Screen {
    /// Watches this desktop's screen from now on.
    pub fn watch(desktop: &Desktop) -> Self {
        let (connection, number) =
            RustConnection::connect(Some(&desktop.display())).expect("the X server answers");
        let root = connection.setup().roots[number].root;
        connection.damage_query_version(1, 1).unwrap().reply().expect("the X server tells what is painted");
        let watched = connection.generate_id().expect("an id");
        connection
            .damage_create(watched, root, damage::ReportLevel::RAW_RECTANGLES)
            .unwrap()
            .check()
            .expect("watched");
        let connection = Arc::new(connection);
        let (tell, painted) = mpsc::channel();
        let events = connection.clone();
        // Ends with the X server, or with the next thing painted once nobody listens.
        thread::spawn(move || {
            while let Ok(event) = events.wait_for_event() {
                if matches!(event, Event::DamageNotify(_)) && tell.send(Instant::now()).is_err() {
                    break;
                }
            }
        });
        Self { connection, root, painted }
    }

    /// Waits for the first frame in which a page can be seen, and answers when it was painted.
    pub fn first_frame(&self, patience: Duration) -> Instant {
        let deadline = Instant::now() + patience;
        loop {
            let mut at = self.next_painted(deadline).unwrap_or_else(|| panic!("no page within {patience:?}"));
            while let Ok(later) = self.painted.try_recv() {
                at = later;
            }
            if self.colours() > NOTHING_YET {
                return at;
            }
        }
    }

    /// Waits until nothing was painted for so long; a page that never rests is waited for no longer than `patience`.
    pub fn wait_for_rest(&self, rest: Duration, patience: Duration) {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if self.painted.recv_timeout(rest).is_err() {
                return;
            }
        }
    }

    /// Waits until there is no window any more.
    pub fn wait_until_empty(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while self.colours() > 1 {
            assert!(self.next_painted(deadline).is_some(), "the window did not close within {patience:?}");
        }
        while self.painted.try_recv().is_ok() {}
    }

    /// Keeps a picture of what is there.
    pub fn photograph(&self, path: &Path) {
        let Area { left, top, width, height } = INNER;
        let pixels = self.pixels(left, top, width, height);
        let rgb = pixels.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        RgbImage::from_raw(width.into(), height.into(), rgb).expect("a picture").save(path).expect("a file");
    }

    fn next_painted(&self, deadline: Instant) -> Option<Instant> {
        self.painted.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }

    fn colours(&self) -> usize {
        let Area { left, top, width, height } = INNER;
        let rows = (top..top + height.cast_signed()).step_by(EVERY.unsigned_abs().into());
        let asked: Vec<_> = rows
            .map(|row| {
                let image =
                    self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, left, row, width, 1, !0);
                image.expect("asked")
            })
            .collect();
        let mut colours = HashSet::new();
        for row in asked {
            let row = row.reply().expect("pixels").data;
            colours.extend(row.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]));
        }
        colours.len()
    }

    /// Four bytes a pixel: blue, green, red, nothing.
    fn pixels(&self, left: i16, top: i16, width: u16, height: u16) -> Vec<u8> {
        let image = self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, left, top, width, height, !0);
        image.expect("asked").reply().expect("pixels").data
    }
}
