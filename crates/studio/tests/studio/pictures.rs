//! The main job: make, edit, upscale, cut out; and all of it is still there after a new start.

use image::ImageFormat;
use studio::{
    jobs::view::JobState,
    library::view::{LibraryQuery, Origin},
    pictures::request::{CutOutRequest, EditRequest, PictureRequest, UpscaleRequest},
};

use crate::bench::{Bench, make, picture};

#[tokio::test(flavor = "multi_thread")]
async fn four_variants_are_one_request_four_items_and_one_price() {
    let bench = Bench::new().await;
    let request = make("a quiet canal at first light", 4);
    let estimate = bench.studio.estimate_picture(&request).await.unwrap();
    assert_eq!(estimate.problem, None);
    let job = bench.run(request).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    assert_eq!(job.items.len(), 4);
    assert_eq!(bench.posts("generateImage").await, 1);
    let charges = bench.charges().await;
    assert_eq!(charges.len(), 1);
    assert_eq!(
        charges[0].1.parse::<f64>().ok(),
        job.estimate.as_ref().map(|money| money.amount.to_string().parse().unwrap())
    );
    assert_eq!(job.estimate, estimate.amount);

    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!(item.item.origin, Origin::Made);
    assert_eq!((item.item.width, item.item.height), (512, 512));
    assert!(item.item.cost_is_estimate, "the price list is not a charge");
    let whole = item.item.cost.unwrap().amount * rust_decimal::Decimal::from(4);
    assert_eq!(Some(whole), job.estimate.map(|money| money.amount));
    let request = item.request.expect("the recipe can make it again");
    let PictureRequest::Make(again) = request else { panic!("made by another request") };
    assert!(again.seed.is_some(), "a seed is always sent");
    assert!(item.file.exists);
    assert_eq!(item.item.mime, "image/webp");
    assert!(item.receipt.unwrap().answer_id.is_some());
    let hashes: std::collections::HashSet<_> =
        futures_util::future::join_all(job.items.iter().map(|id| bench.studio.item(id.clone())))
            .await
            .into_iter()
            .map(|item| item.unwrap().file.blake3)
            .collect();
    assert_eq!(hashes.len(), 4, "four different pictures");
}

#[tokio::test(flavor = "multi_thread")]
async fn photographs_are_edited_upscaled_and_cut_out_and_stay() {
    let bench = Bench::new().await;
    let photo = bench.imported("canal.jpg", &picture(600, 400, ImageFormat::Jpeg)).await;
    let edit_model = bench.studio.picture_models(false).await.unwrap().default_edit.unwrap();
    let edit = PictureRequest::Edit(EditRequest {
        model: edit_model,
        item: photo.clone(),
        prompt: "sunset light".into(),
        ..EditRequest::default()
    });
    let edited = bench.run(edit).await;
    assert_eq!(edited.state, JobState::Saved, "{:?}", edited.error);
    let upscale =
        UpscaleRequest { item: photo.clone(), scale: 2, creativity: Some("0.01".into()), scale_down: false };
    let upscaled = bench.run(PictureRequest::Upscale(upscale)).await;
    assert_eq!(upscaled.state, JobState::Saved, "{:?}", upscaled.error);
    let cut_out =
        bench.run(PictureRequest::CutOut(CutOutRequest { item: photo.clone(), scale_down: false })).await;
    assert_eq!(cut_out.state, JobState::Saved, "{:?}", cut_out.error);
    assert_eq!(bench.charges().await.len(), 3);

    let bench = bench.reopen().await;
    let photo = bench.studio.item(photo).await.unwrap();
    let origins: Vec<_> = photo.children.iter().map(|child| child.origin).collect();
    for origin in [Origin::Edited, Origin::Upscaled, Origin::CutOut] {
        assert!(origins.contains(&origin), "{origins:?}");
    }
    let large = bench.studio.item(upscaled.items[0].clone()).await.unwrap();
    assert_eq!((large.item.width, large.item.height), (1200, 800));
    assert_eq!(large.parents[0].id, photo.item.id);
    assert!(bench.studio.item(cut_out.items[0].clone()).await.unwrap().item.has_alpha);
    let page = bench.studio.library_page(LibraryQuery::default()).await.unwrap();
    assert_eq!(page.total, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_megapixels_are_offered_scaled_down_and_sent_only_then() {
    let bench = Bench::new().await;
    let photo = bench.imported("large.png", &picture(4000, 3000, ImageFormat::Png)).await;
    let upscale = |scale_down| {
        PictureRequest::Upscale(UpscaleRequest {
            item: photo.clone(),
            scale: 2,
            creativity: None,
            scale_down,
        })
    };
    let estimate = bench.studio.estimate_picture(&upscale(false)).await.unwrap();
    assert_eq!(estimate.problem.unwrap().code, "upscale_too_large");
    let offered = estimate.scale_down.unwrap();
    assert_eq!(bench.start(upscale(false)).await.unwrap_err().code, "upscale_too_large");
    assert_eq!(bench.posts("upscaleImage").await, 0, "nothing was sent");

    assert_eq!(bench.studio.estimate_picture(&upscale(true)).await.unwrap().problem, None);
    let job = bench.run(upscale(true)).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let result = bench.studio.item(job.items[0].clone()).await.unwrap().item;
    assert_eq!((result.width, result.height), (offered.result_width, offered.result_height));
    let source = bench.studio.item(photo).await.unwrap().item;
    assert_eq!((source.width, source.height), (4000, 3000), "the picture itself stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_file_brings_its_recipe_back() {
    let bench = Bench::new().await;
    let job = bench.run(make("a bridge, 水上的桥", 1)).await;
    let target = bench.folder.path().join("out.webp");
    let name = bench.studio.export_item(job.items[0].clone(), target.clone(), true).await.unwrap();
    assert_eq!(name, "out.webp");
    let again = bench.imported("again.webp", &std::fs::read(&target).unwrap()).await;
    let item = bench.studio.item(again).await.unwrap();
    assert_eq!(item.item.prompt.as_deref(), Some("a bridge, 水上的桥"));
    assert!(item.request.is_some());

    let inside = bench.studio.library_folder().join("stolen.webp");
    assert_eq!(
        bench.studio.export_item(job.items[0].clone(), inside, false).await.unwrap_err().code,
        "read_only"
    );
}
