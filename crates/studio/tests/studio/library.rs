//! The library as a whole: boards, shape, a disk that is taken out, and another place.

use base64::{Engine, prelude::BASE64_STANDARD};
use image::ImageFormat;
use serde_json::json;
use studio::{
    events::AppEvent,
    jobs::view::JobState,
    library::{bulk::ItemsPatch, view::LibraryQuery},
};

use crate::bench::{Bench, make, picture};

async fn three(bench: &Bench) -> Vec<String> {
    let mut ids = Vec::new();
    for (n, width) in [40, 80, 120].into_iter().enumerate() {
        ids.push(bench.imported(&format!("{n}.png"), &picture(width, 40, ImageFormat::Png)).await);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_filter_and_items_tell_theirs() {
    let bench = Bench::new().await;
    let ids = three(&bench).await;
    let studio = &bench.studio;
    let board = studio.save_board(None, " Boats ".into()).await.unwrap();
    studio.put_on_board(board.id.clone(), ids[..2].to_vec(), true).await.unwrap();
    bench.hear(|event| matches!(event, AppEvent::Boards).then_some(())).await;
    let listed = studio.list_boards().await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].items), ("Boats", 2));
    assert_eq!(studio.item(ids[0].clone()).await.unwrap().boards, std::slice::from_ref(&board.id));
    let on = LibraryQuery { board: Some(board.id.clone()), ..LibraryQuery::default() };
    let shape = studio.library_shape(on.clone()).await.unwrap();
    let packed = BASE64_STANDARD.decode(&shape.ids).unwrap();
    let seen: Vec<String> =
        packed.chunks(16).map(|id| uuid::Uuid::from_slice(id).unwrap().to_string()).collect();
    let page = studio.library_page(on).await.unwrap();
    assert_eq!(seen, page.items.iter().map(|item| item.id.clone()).collect::<Vec<_>>());
    assert_eq!((shape.total, shape.days.iter().map(|day| day.items).sum::<u32>()), (2, 2));
    assert_eq!(BASE64_STANDARD.decode(&shape.ratios).unwrap().len(), 4);

    let patch = ItemsPatch { rating: Some(4), add_tags: vec!["new".into()], ..ItemsPatch::default() };
    studio.change_items(ids.clone(), patch).await.unwrap();
    let item = studio.item(ids[2].clone()).await.unwrap();
    assert_eq!((item.item.rating, item.tags), (4, vec!["new".to_owned()]));
    assert_eq!(studio.item_lineage(ids[0].clone()).await.unwrap().items.len(), 1);
    let facets = studio.library_facets().await.unwrap();
    assert_eq!(facets.first_day, Some(item.item.day.clone()));

    studio.delete_board(board.id.clone()).await.unwrap();
    assert_eq!(studio.delete_board(board.id).await.unwrap_err().code, "not_found");
    assert_eq!(studio.save_board(None, " ".into()).await.unwrap_err().code, "field_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_waits_for_a_library_that_was_taken_out() {
    let bench = Bench::new().await;
    let library = bench.studio.library_folder();
    let away = library.with_extension("away");
    bench.arm(json!({"operation": "generateImage", "kind": "latency", "ms": 3_000, "times": 1})).await;
    let job = bench.start(make("a canal", 1)).await.unwrap();
    bench.in_state(&job.id, JobState::Sent).await;
    std::fs::rename(&library, &away).unwrap();
    let reachable = |wanted: bool| {
        move |event: &AppEvent| {
            matches!(event, AppEvent::Library { reachable } if *reachable == wanted).then_some(())
        }
    };
    bench.hear(reachable(false)).await;
    let said = bench
        .hear(|event| match event {
            AppEvent::Notice { error } if error.code == "library_gone" => Some(error.clone()),
            _ => None,
        })
        .await;
    assert!(said.hint.unwrap().contains("safe in"));
    assert_eq!(bench.studio.open_jobs().await.unwrap()[0].state, JobState::Ready);
    assert!(!bench.studio.library_status().await.unwrap().reachable);
    assert!(!library.exists(), "nothing new is begun in its place");

    // With the library away nothing is sent that would have to be kept there.
    let refused = bench.run(make("another canal", 1)).await;
    assert_eq!(refused.error.unwrap().code, "library_gone");
    assert_eq!(bench.charges().await.len(), 1);

    std::fs::rename(&away, &library).unwrap();
    bench.hear(reachable(true)).await;
    let saved = bench.in_state(&job.id, JobState::Saved).await;
    assert_eq!(saved.items.len(), 1);
    assert_eq!(bench.studio.library_status().await.unwrap().items, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_opens_without_its_library_and_goes_on_when_it_is_back() {
    let bench = Bench::new().await;
    let ids = three(&bench).await;
    let library = bench.studio.library_folder();
    let away = library.with_extension("away");
    bench.studio.close().await;
    std::fs::rename(&library, &away).unwrap();
    let bench = bench.reopen().await;
    assert!(bench.studio.notices().iter().any(|notice| notice.code == "library_gone"));
    let status = bench.studio.library_status().await.unwrap();
    assert_eq!((status.items, status.missing, status.reachable), (3, 0, false));
    assert_eq!(bench.studio.item_file(&ids[0]).await.unwrap_err().code, "library_gone");
    std::fs::rename(&away, &library).unwrap();
    bench.hear(|event| matches!(event, AppEvent::Library { reachable: true }).then_some(())).await;
    bench.studio.item_file(&ids[0]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_library_moves_and_everything_follows() {
    let bench = Bench::new().await;
    let ids = three(&bench).await;
    let to = bench.folder.path().join("disk/library");
    let refused = bench.studio.move_library(to.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.params["reason"].as_str()),
        ("folder_unsuitable", "no_folder")
    );
    std::fs::create_dir_all(&to).unwrap();
    let moved = bench.studio.move_library(to.clone()).await.unwrap();
    assert_eq!((moved.folder, moved.cancelled, moved.left), (to.display().to_string(), false, Vec::new()));
    bench
        .hear(|event| {
            matches!(event, AppEvent::LibraryWork { done, total, .. } if done == total).then_some(())
        })
        .await;
    assert_eq!(bench.studio.library_folder(), to);
    assert!(bench.studio.item_file(&ids[0]).await.unwrap().0.starts_with(&to));
    let check = bench.studio.check_library(true).await.unwrap();
    assert_eq!((check.files, check.hashed, check.findings), (3, true, Vec::new()));
    let bench = bench.reopen().await;
    assert_eq!(bench.studio.library_folder(), to);
    assert_eq!(bench.run(make("a canal", 1)).await.state, JobState::Saved);
}
