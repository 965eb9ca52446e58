//! A library of 10,000 pictures, as some years of use leave it.

use std::{fs, path::Path, sync::Arc, thread};

use jiff::{Timestamp, ToSpan};
use store::{ItemId, Media, NewItem, OpenOptions, Origin, Patch, Query, Size, Store, SystemClock};

use crate::photographs;

/// How many pictures there are.
pub const ITEMS: u32 = 10_000;
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

/// Makes it below `home`, where the app would look for it.
pub fn make(home: &Path) -> Store {
    let options =
        OpenOptions { home: home.to_owned(), library: home.join("library"), clock: Arc::new(SystemClock) };
    let (store, _) = Store::open(options).expect("a store");
    let photographs = [(1024, 768), (768, 1024), (1024, 1024), (1280, 720)].map(|size| {
        let files = photographs::files(25, size).into_iter();
        files.map(|path| fs::read(path).expect("a photograph")).collect::<Vec<_>>()
    });
    let now = Timestamp::now();
    let kept = store.keep_many((0..ITEMS).map(|number| {
        let shape = &photographs[pick(number, 3, 4)];
        let picture = variant(&shape[pick(number, 5, shape.len())], number);
        (Media::from(picture), item(number, now))
    }));
    let ids: Vec<ItemId> = kept.into_iter().map(|item| item.expect("kept").id).collect();
    let library = store.library();
    for (number, id) in (0_u32..).zip(&ids) {
        let rating = number.is_multiple_of(7).then_some((number % 6) as u8);
        let favourite = number.is_multiple_of(23).then_some(true);
        if rating.is_some() || favourite.is_some() {
            library.change(*id, Patch { rating, favourite, ..Patch::default() }).expect("changed");
        }
    }
    let trashed: Vec<ItemId> = ids.iter().skip(50).step_by(100).copied().collect();
    library.trash(&trashed).expect("into the trash");
    store
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

fn item(number: u32, now: Timestamp) -> NewItem {
    let subject = SUBJECTS[pick(number, 7, SUBJECTS.len())];
    let style = STYLES[pick(number, 11, STYLES.len())];
    let origin =
        [Origin::Made, Origin::Made, Origin::Made, Origin::Edited, Origin::Upscaled, Origin::Imported];
    NewItem {
        prompt: Some(format!(
            "{subject}, {style}, soft light, number {number}, with gulls and a distant campanile"
        )),
        model: Some(MODELS[pick(number, 13, MODELS.len()).min(pick(number, 17, MODELS.len()))].to_owned()),
        made_at: Some(now - (i64::from(number) * 105).minutes()),
        tags: (0..)
            .zip(TAGS)
            .filter(|(rank, _)| number % (5 << rank) == 1)
            .map(|(_, tag)| tag.into())
            .collect(),
        ..NewItem::new(origin[pick(number, 19, origin.len())], &format!("{subject} {number}"))
    }
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
