//! The first page of any filter, order or search in a library of 100,000, and what is done to 10,000 of them at once.

use std::{fmt::Display, time::Instant};

use store::{CostFilter, Currency, ItemId, Origin, PatchMany, Query, Sort, Store};

use crate::{
    library,
    results::{Results, folder, median},
};

const ROUNDS: usize = 50;
/// How many items the library has; `QUERIES_ITEMS` says another number.
const ITEMS: u32 = 100_000;
/// How long a first page may take, in milliseconds.
const ALLOWED: f64 = 30.0;
/// How long the shape of the whole library may take, in milliseconds.
const SHAPE_ALLOWED: f64 = 150.0;
/// How long the deletion of 10,000 items with their files may take, in seconds.
const DELETION_ALLOWED: f64 = 5.0;

/// The median of each query; the slowest query counts.
pub fn measure(results: &mut Results) {
    let items = std::env::var("QUERIES_ITEMS").ok().and_then(|items| items.parse().ok()).unwrap_or(ITEMS);
    println!("\nFirst pages of a library of {items} items, {ROUNDS} times each …");
    let home = tempfile::Builder::new().prefix("library-").tempdir_in(folder()).expect("a folder");
    let started = Instant::now();
    drop(library::make(home.path(), items, library::Files::Stubs));
    tell("making the library, all taken in from files", started);
    let started = Instant::now();
    let store = library::open(home.path());
    tell("opening it", started);
    let started = Instant::now();
    store.library().page(&Query::default()).expect("a page");
    tell("its very first page", started);
    let mut slowest: f64 = 0.0;
    for (name, query) in queries(&store) {
        let (middle, longest, found) = time(|| store.library().page(&query).expect("a page").total);
        println!("{name:<36} {middle:>7.2} ms, at most {longest:>7.2} ms, {found:>6} found");
        slowest = slowest.max(middle);
    }
    results.add("slowest first page of 100,000", "ms", slowest, ALLOWED, 1.0);
    let all = Query::default();
    let (shape, longest, bytes) = time(|| store.library().shape(&all).expect("a shape").ids.len());
    println!("{:<36} {shape:>7.2} ms, at most {longest:>7.2} ms, {bytes} bytes of ids", "the shape of all");
    results.add("shape of 100,000 items", "ms", shape, SHAPE_ALLOWED, 1.0);
    let (days, longest, found) = time(|| store.library().days(&all).expect("days").len());
    println!("{:<36} {days:>7.2} ms, at most {longest:>7.2} ms, {found:>6} found", "its days");
    let (facets, longest, found) = time(|| store.library().facets().expect("facets").tags.len());
    println!(
        "{:<36} {facets:>7.2} ms, at most {longest:>7.2} ms, {found:>6} found",
        "what there is to filter by"
    );
    many(results, &store);
}

/// What is done to a tenth of all at once.
fn many(results: &mut Results, store: &Store) {
    let shape = store.library().shape(&Query::default()).expect("a shape");
    let ids: Vec<ItemId> = shape
        .ids
        .chunks_exact(16)
        .step_by((shape.ids.len() / 160_000).max(1))
        .take(10_000)
        .map(|id| ItemId(id.try_into().map(uuid::Uuid::from_bytes).expect("16 bytes")))
        .collect();
    let library = store.library();
    let started = Instant::now();
    let patch = PatchMany { rating: Some(3), add_tags: vec!["sorted".to_owned()], ..PatchMany::default() };
    library.change_many(&ids, patch).expect("changed");
    tell(format!("rating and tagging {}", ids.len()), started);
    let started = Instant::now();
    library.trash(&ids).expect("into the trash");
    tell("putting them into the trash", started);
    library.restore(&ids).expect("out of it");
    library.trash(&ids).expect("and in again");
    let started = Instant::now();
    let emptied = library.empty_trash(None).expect("emptied");
    tell(format!("deleting {} with {} files", emptied.items, emptied.files), started);
    results.add("deleting 10,000 items", "s", started.elapsed().as_secs_f64(), DELETION_ALLOWED, 1.0);
}

fn tell(name: impl Display, started: Instant) {
    println!("{name:<48} {:>7.2} s", started.elapsed().as_secs_f64());
}

/// Median and longest in milliseconds, and what came of it.
fn time<T: Default>(mut work: impl FnMut() -> T) -> (f64, f64, T) {
    let mut found = T::default();
    let times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            found = work();
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    (median(&times), times.into_iter().fold(0.0, f64::max), found)
}

fn queries(store: &Store) -> Vec<(&'static str, Query)> {
    let all = Query::default;
    let text = |text: &str| Query { text: Some(text.to_owned()), ..all() };
    let model = |model: &str| Query { model: Some(model.to_owned()), ..all() };
    let boards = store.boards().list().expect("boards");
    let board = |name: &str| {
        let found = boards.iter().find(|board| board.name == name).map(|board| board.id.to_string());
        Query { board: found, ..all() }
    };
    let days = |from: i64, to: i64| {
        let day = |ago: i64| (jiff::Zoned::now().date() - jiff::ToSpan::days(ago)).to_string();
        Query { from_day: Some(day(from)), to_day: Some(day(to)), ..all() }
    };
    let cost = |min: &str, max: &str| CostFilter::Between {
        currency: Currency::Usd,
        pretend: false,
        min: Some(min.to_owned()),
        max: Some(max.to_owned()),
    };
    let tag = |tag: &str| Query { tag: Some(tag.to_owned()), ..all() };
    vec![
        ("everything, newest first", all()),
        ("everything, oldest first", Query { sort: Sort::Oldest, ..all() }),
        ("everything, by title", Query { sort: Sort::Title, ..all() }),
        ("everything, largest first", Query { sort: Sort::Size, ..all() }),
        ("everything, best first", Query { sort: Sort::Rating, ..all() }),
        ("a board with half of all", board("half")),
        ("that, by title", Query { sort: Sort::Title, ..board("half") }),
        ("a board with few", board("few")),
        ("a month", days(400, 370)),
        ("ten years, oldest first", Query { sort: Sort::Oldest, ..days(3650, 0) }),
        ("a million pixels or more", Query { min_pixels: Some(1_000_000), ..all() }),
        ("files of 1 to 4 kB", Query { min_bytes: Some(1_000), max_bytes: Some(4_000), ..all() }),
        ("up to five cents", Query { cost: Some(cost("0", "0.05")), ..all() }),
        ("nothing paid", Query { cost: Some(CostFilter::Free), ..all() }),
        ("500 at once", Query { limit: 500, ..all() }),
        ("imported", Query { origin: Some(Origin::Imported), ..all() }),
        ("a model often used", model(library::MODELS[0])),
        ("a model rarely used", model(library::MODELS[4])),
        ("a model that is nowhere", model("none")),
        ("a tag often used", tag(library::TAGS[0])),
        ("a tag rarely used", tag(library::TAGS[3])),
        ("favourites", Query { favourite: true, ..all() }),
        ("four stars or more", Query { min_rating: 4, ..all() }),
        ("the trash", Query { trashed: true, ..all() }),
        ("a word of every item", text("light")),
        ("a word of an eighth", text("gondola")),
        ("three words", text("rooftops rain woodcut")),
        ("the beginning of a word", text("gond")),
        ("one letter", text("a")),
        ("Chinese", text("贡多拉")),
        ("a number", text("4711")),
        ("a word that is nowhere", text("submarine")),
        ("a word of every item, by title", Query { sort: Sort::Title, ..text("campanile") }),
        (
            "all at once",
            Query {
                origin: Some(Origin::Made),
                model: Some(library::MODELS[1].to_owned()),
                tag: Some(library::TAGS[0].to_owned()),
                min_rating: 1,
                min_pixels: Some(500_000),
                cost: Some(cost("0.01", "0.09")),
                sort: Sort::Size,
                ..text("light")
            },
        ),
        (
            "a word, a tag and a board, by title",
            Query {
                tag: Some(library::TAGS[0].to_owned()),
                text: Some("soft light".to_owned()),
                sort: Sort::Title,
                ..board("half")
            },
        ),
    ]
}
