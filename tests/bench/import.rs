//! A folder of photographs brought in, beside libvips' own program making its thumbnails alone.

use std::{fs, path::PathBuf, sync::Arc, time::Instant};

use studio::{Options, Studio};

use crate::{
    photographs,
    results::{Results, folder, median},
    thumbnails::of_vips,
};

const PHOTOGRAPHS: u32 = 200;
const RUNS: usize = 3;
/// The least of vipsthumbnail's rate with both cores. Ours also reads each file's recipe, hashes, copies and syncs it, and
/// writes its sidecar and row.
const LEAST: f64 = 0.7;

/// The whole import of a folder into an empty library, and vipsthumbnail's, by turns.
pub async fn measure(results: &mut Results) {
    println!("\nImport of {PHOTOGRAPHS} photographs of 12 megapixels, {RUNS} times …");
    let photographs = photographs::files(PHOTOGRAPHS, (4000, 3000));
    let work = tempfile::Builder::new().prefix("import-").tempdir_in(folder()).expect("a folder");
    let picked = work.path().join("picked");
    fs::create_dir(&picked).expect("a folder");
    let here: Vec<PathBuf> = photographs
        .iter()
        .map(|path| {
            let link = picked.join(path.file_name().expect("a name"));
            fs::hard_link(path, &link).expect("the same file");
            link
        })
        .collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        ours.push(of_studio(work.path().join(format!("home-{run}")), &picked).await);
        theirs.push(of_vips(&here, &work.path().join("webp"), "%s.webp[Q=78,effort=2]"));
    }
    let rate = |seconds: &[f64]| f64::from(PHOTOGRAPHS) / median(seconds);
    results.add_at_least("import against vipsthumbnail (WebP)", "/s", rate(&ours), rate(&theirs), LEAST);
}

/// Seconds until all are kept, with their thumbnails and hashes.
async fn of_studio(home: PathBuf, picked: &std::path::Path) -> f64 {
    let options = Options { home: home.clone(), sandbox: None, run_account: None, events: Arc::new(|_| {}) };
    let studio = Studio::open(options).await.expect("a studio");
    let handles = studio.pick(vec![picked.to_owned()]).into_iter().map(|folder| folder.handle).collect();
    let started = Instant::now();
    let report = studio.import_picked(handles).await.expect("a report");
    let took = started.elapsed().as_secs_f64();
    assert_eq!(report.taken, PHOTOGRAPHS, "{:?}", report.refused);
    assert!(report.items.iter().all(|item| item.thumbhash.is_some()), "all have their thumbnails");
    studio.close().await;
    drop(studio);
    fs::remove_dir_all(home).expect("a library to delete");
    took
}
