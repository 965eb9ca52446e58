//! A library of so many pictures, as some years of use leave it.

use std::{fs, path::Path, sync::Arc, thread};

use jiff::{Timestamp, ToSpan, Zoned, tz::TimeZone};
use serde_json::{Value, json};
use store::{BoardId, ItemId, OpenOptions, Query, Size, Store, SystemClock};

use crate::photographs;

/// How many pictures there are in the app's benchmarks.
pub const ITEMS: u32 = 10_000;
/// Boards, with a half and a fiftieth of all on them.
pub const BOARDS: [(&str, u32); 2] = [("half", 2), ("few", 50)];
/// Models, from often used to rarely.
pub const MODELS: [&str; 5] = ["atelier-large", "atelier-small", "vedute-1", "caprice-2", "etching"];
/// Tags, likewise.
pub const TAGS: [&str; 4] = ["boats", "portrait", "for print", "屋顶"];
const SUBJECTS: [&str; 8] = [
    "a gondola at dusk",
    "the grand canal in fog",
    "a rocket over the lagoon",
    "a cat on a windowsill",
    "coffee on a marble table",
    "rooftops after rain",
    "黄昏的贡多拉",
    "an astronaut in the piazza",
];
const STYLES: [&str; 5] = ["oil on canvas", "ink and wash", "35 mm film", "woodcut", "watercolour"];

/// What lies in the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Pictures as large as Venice makes them.
    Pictures,
    /// Pictures of a quarter the side, where a hundred thousand large ones would fill the disk.
    Small,
    /// A few bytes each, where nobody looks.
    Stubs,
}

/// Makes it below `home`, where the app would look for it: files with what is to be known of each beside it, which the
/// store takes in when it opens. No file is synced; keeping so many one by one would take its time.
pub fn make(home: &Path, items: u32, kind: Files) -> Store {
    let photographs: Vec<Vec<Vec<u8>>> = match kind {
        Files::Pictures => [(1024, 768), (768, 1024), (1024, 1024), (1280, 720)].map(read).into(),
        Files::Small => [(256, 192), (192, 256), (256, 256), (320, 180)].map(read).into(),
        Files::Stubs => Vec::new(),
    };
    let library = home.join("library");
    let now = Timestamp::now();
    let boards = BOARDS.map(|(name, _)| json!({"id": BoardId::new(now), "name": name, "put_at": now}));
    for number in 0..items {
        let made_at = now - (i64::from(number) * 105).minutes();
        let bytes = if kind == Files::Stubs {
            [b"stub".repeat(1 + pick(number, 23, 2_000)).as_slice(), &number.to_be_bytes()].concat()
        } else {
            let shape = &photographs[pick(number, 3, 4)];
            variant(&shape[pick(number, 5, shape.len())], number)
        };
        let at = made_at.to_zoned(TimeZone::system());
        let path = library.join(at.strftime("%Y/%m/%d/").to_string()).join(format!("{number}.jpg"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let note = json!({"format": 1, "file": file(&bytes, number), "items": [item(number, &at, &boards)]});
        fs::write(&path, bytes).expect("a file");
        fs::write(path.with_extension("json"), note.to_string()).expect("its note");
    }
    let store = open(home);
    assert_eq!(store.library().status().expect("its state").items, u64::from(items - items.div_ceil(2) / 50));
    store
}

/// Opens it as the app does.
pub fn open(home: &Path) -> Store {
    let options =
        OpenOptions { home: home.to_owned(), library: home.join("library"), clock: Arc::new(SystemClock) };
    Store::open(options).expect("a store").0
}

fn read(size: (u32, u32)) -> Vec<Vec<u8>> {
    let files = photographs::files(25, size).into_iter();
    files.map(|path| fs::read(path).expect("a photograph")).collect()
}

/// Makes the thumbnails that the wall shows, as having seen every picture before does.
pub fn look_at_all(store: &Store) {
    let mut items = Vec::new();
    let mut query = Query { limit: 500, ..Query::default() };
    loop {
        let page = store.library().page(&query).expect("a page");
        items.extend(page.items.into_iter().map(|item| item.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    thread::scope(|scope| {
        for half in items.chunks(items.len().div_ceil(2)) {
            scope.spawn(move || {
                for item in half {
                    store.thumbnail(*item, Size::Small).expect("a thumbnail");
                }
            });
        }
    });
}

fn file(bytes: &[u8], number: u32) -> Value {
    let (width, height) = [(1024, 768), (768, 1024), (1024, 1024), (1280, 720)][pick(number, 3, 4)];
    let blake3 = blake3::hash(bytes).to_hex();
    json!({"blake3": blake3.as_str(), "bytes": bytes.len(), "mime": "image/jpeg", "width": width, "height": height})
}

fn item(number: u32, made_at: &Zoned, boards: &[Value]) -> Value {
    let subject = SUBJECTS[pick(number, 7, SUBJECTS.len())];
    let style = STYLES[pick(number, 11, STYLES.len())];
    let origin = ["made", "made", "made", "edited", "upscaled", "imported"][pick(number, 19, 6)];
    let tags = (0..).zip(TAGS).filter(|(rank, _)| number % (5 << rank) == 1).map(|(_, tag)| tag);
    let on = boards.iter().zip(BOARDS).filter(|(_, (_, part))| number.is_multiple_of(*part));
    let cost = format!("0.0{}", 1 + pick(number, 29, 9));
    json!({
        "id": ItemId::new(made_at.timestamp()),
        "kind": "picture",
        "origin": origin,
        "title": format!("{subject} {number}"),
        "prompt": format!("{subject}, {style}, soft light, number {number}, with gulls and a distant campanile"),
        "model": MODELS[pick(number, 13, MODELS.len()).min(pick(number, 17, MODELS.len()))],
        "made_at": made_at.timestamp(),
        "day": made_at.date(),
        "cost": {"money": {"amount": cost, "currency": "usd"}, "certainty": "charge", "pretend": false},
        "rating": if number.is_multiple_of(7) { number % 6 } else { 0 },
        "favourite": number.is_multiple_of(23),
        "tags": tags.collect::<Vec<_>>(),
        "trashed_at": (number % 100 == 50).then(Timestamp::now),
        "boards": on.map(|(board, _)| board).collect::<Vec<_>>(),
        "recipe": {"steps": 20, "model": "as above", "prompt": "as above", "styles": ["one", "another"]},
    })
}

/// A number below `end` that goes up and down without a visible pattern, the same in every run.
fn pick(number: u32, salt: u32, end: usize) -> usize {
    let mixed = (number ^ (salt << 16)).wrapping_mul(0x9e37_79b1);
    ((mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b) >> 8) as usize % end
}

/// The same picture as a file of other bytes: with a comment after the JPEG's first marker.
fn variant(jpeg: &[u8], number: u32) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    [start, &[0xff, 0xfe, 0, 6], &number.to_be_bytes(), rest].concat()
}
