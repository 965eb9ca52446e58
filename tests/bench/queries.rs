//! The first page of any filter or search in a library of 10,000.

use std::time::Instant;

use store::{Origin, Query, Sort, Store};

use crate::{
    library,
    results::{Results, folder, median},
};

const ROUNDS: usize = 50;
/// How long a first page may take, in milliseconds.
const ALLOWED: f64 = 20.0;

/// The median of each query; the slowest query counts.
pub fn measure(results: &mut Results) {
    println!("\nFirst pages of a library of {} items, {ROUNDS} times each …", library::ITEMS);
    let home = tempfile::Builder::new().prefix("library-").tempdir_in(folder()).expect("a folder");
    let store = library::make(home.path());
    let mut slowest: f64 = 0.0;
    for (name, query) in queries() {
        let (middle, longest, found) = time(&store, &query);
        println!("{name:<36} {middle:>7.2} ms, at most {longest:>7.2} ms, {found:>6} found");
        slowest = slowest.max(middle);
    }
    results.add("slowest first page of 10,000", "ms", slowest, ALLOWED, 1.0);
}

/// Median and longest in milliseconds, and how many items the query has.
fn time(store: &Store, query: &Query) -> (f64, f64, u64) {
    let library = store.library();
    let mut found = 0;
    let times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            found = library.page(query).expect("a page").total;
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    (median(&times), times.into_iter().fold(0.0, f64::max), found)
}

fn queries() -> Vec<(&'static str, Query)> {
    let all = Query::default;
    let text = |text: &str| Query { text: Some(text.to_owned()), ..all() };
    let model = |model: &str| Query { model: Some(model.to_owned()), ..all() };
    let tag = |tag: &str| Query { tag: Some(tag.to_owned()), ..all() };
    vec![
        ("everything, newest first", all()),
        ("everything, oldest first", Query { sort: Sort::Oldest, ..all() }),
        ("everything, by title", Query { sort: Sort::Title, ..all() }),
        ("everything, largest first", Query { sort: Sort::Size, ..all() }),
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
                sort: Sort::Size,
                ..text("light")
            },
        ),
    ]
}
