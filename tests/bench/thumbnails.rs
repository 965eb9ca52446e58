//! Thumbnails of photographs as a camera makes them, beside libvips' own program for it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Instant,
};

use store::{ItemId, NewItem, OpenOptions, Origin, Size, Store, SystemClock};
use tempfile::TempDir;

use crate::{
    photographs,
    results::{Results, folder, median},
};

const PHOTOGRAPHS: u32 = 200;
const WORKERS: usize = 2;
const RUNS: usize = 3;

/// The store's small thumbnails and vipsthumbnail's of the same size, by turns.
pub fn measure(results: &mut Results) {
    println!("\nThumbnails of {PHOTOGRAPHS} photographs of 12 megapixels, {RUNS} times each …");
    let photographs = photographs::files(PHOTOGRAPHS, (4000, 3000));
    let bytes: u64 = photographs.iter().map(|path| fs::metadata(path).expect("a photograph").len()).sum();
    println!("{:.1} MB a photograph", bytes as f64 / f64::from(PHOTOGRAPHS) / 1e6);
    let work = tempfile::Builder::new().prefix("thumbnails-").tempdir_in(folder()).expect("a folder");
    let (store, items) = library(&work, &photographs);

    let (mut ours, mut jpeg, mut webp) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(of_store(&store, &items));
        jpeg.push(of_vips(&photographs, &work.path().join("jpeg"), "%s.jpg"));
        webp.push(of_vips(&photographs, &work.path().join("webp"), "%s.webp[Q=78,effort=2]"));
    }
    let ours = median(&ours);
    results.add("thumbnails against vipsthumbnail (JPEG)", "s", ours, median(&jpeg), 1.5);
    results.add("thumbnails against vipsthumbnail (WebP)", "s", ours, median(&webp), 1.5);
}

fn library(folder: &TempDir, photographs: &[PathBuf]) -> (Store, Vec<ItemId>) {
    let options = OpenOptions {
        home: folder.path().join("home"),
        library: folder.path().join("library"),
        clock: Arc::new(SystemClock),
    };
    let (store, _) = Store::open(options).expect("a store");
    let kept = store.keep_many(photographs.iter().map(|path| {
        let bytes = fs::read(path).expect("a photograph");
        (bytes.into(), NewItem::new(Origin::Imported, "A photograph"))
    }));
    let items = kept.into_iter().map(|item| item.expect("kept").id).collect();
    (store, items)
}

/// Seconds for all of them. Afterwards there are none again.
fn of_store(store: &Store, items: &[ItemId]) -> f64 {
    let started = Instant::now();
    thread::scope(|scope| {
        for share in items.chunks(items.len().div_ceil(WORKERS)) {
            scope.spawn(move || {
                for item in share {
                    store.thumbnail(*item, Size::Small).expect("a thumbnail");
                }
            });
        }
    });
    let took = started.elapsed().as_secs_f64();
    fs::remove_dir_all(store.home_path().join("thumbs")).expect("a cache to delete");
    took
}

/// Seconds for all of them. One process for each worker, each with one thread.
pub fn of_vips(photographs: &[PathBuf], to: &Path, names: &str) -> f64 {
    fs::create_dir_all(to).expect("a folder");
    let output = to.join(names);
    let started = Instant::now();
    let workers: Vec<_> = photographs
        .chunks(photographs.len().div_ceil(WORKERS))
        .map(|share| {
            let mut command = Command::new("vipsthumbnail");
            command.args(["--vips-concurrency=1", "--size=420x240", "-o"]).arg(&output).args(share);
            command.stdin(Stdio::null()).spawn().expect("vipsthumbnail starts; Debian's libvips-tools has it")
        })
        .collect();
    for mut worker in workers {
        assert!(worker.wait().expect("a child").success(), "vipsthumbnail failed");
    }
    let took = started.elapsed().as_secs_f64();
    let made = fs::read_dir(to).expect("a folder").count();
    assert_eq!(made, photographs.len(), "vipsthumbnail made as many as were asked for");
    fs::remove_dir_all(to).expect("a folder to delete");
    took
}
