//! Masks, references, styles, and what an answer says beside its picture.

use base64::{Engine, prelude::BASE64_STANDARD};
use image::{GrayImage, ImageFormat, Luma, RgbImage};
use serde_json::json;
use studio::{
    jobs::view::JobState,
    library::view::Origin,
    pictures::request::{EditRequest, MakeRequest, PictureRequest, StyleReferenceItem},
};

use crate::bench::{Bench, make, picture};

fn png(picture: impl Into<image::DynamicImage>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// White from the left to `until`.
fn mask(width: u32, height: u32, until: u32) -> String {
    let grey = GrayImage::from_fn(width, height, |x, _| Luma([if x < until { 255 } else { 0 }]));
    BASE64_STANDARD.encode(png(grey))
}

fn edit(model: &str, item: &str, change: impl FnOnce(&mut EditRequest)) -> PictureRequest {
    let mut edit = EditRequest {
        model: model.into(),
        item: item.into(),
        prompt: "night, coral".into(),
        ..EditRequest::default()
    };
    change(&mut edit);
    PictureRequest::Edit(edit)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_with_a_mask_changes_what_is_marked_and_nothing_else() {
    let bench = Bench::new().await;
    let photo = bench.imported("photo.png", &picture(400, 300, ImageFormat::Png)).await;
    let kept = bench.studio.keep_mask(photo.clone(), mask(400, 300, 150)).await.unwrap();
    assert_eq!((kept.width, kept.height), (400, 300));
    assert!((kept.covered - 0.375).abs() < 1e-9);
    let request = edit("firered-image-edit", &photo, |edit| edit.mask = Some(kept.id.clone()));
    let estimate = bench.studio.estimate_picture(&request).await.unwrap();
    assert_eq!(estimate.problem, None);
    let job = bench.run(request.clone()).await;
    assert_eq!((job.state, job.operation.as_str()), (JobState::Saved, "multiEditImage"), "{:?}", job.error);
    assert_eq!((bench.posts("multiEditImage").await, bench.posts("editImage").await), (1, 0));

    let before = bench.studio.item_pixels(photo.clone()).await.unwrap();
    let after = bench.studio.item_pixels(job.items[0].clone()).await.unwrap();
    assert_eq!(after.dimensions(), (400, 300));
    let mut changed = 0;
    for (x, y, pixel) in after.enumerate_pixels() {
        if x >= 150 {
            assert_eq!(pixel, before.get_pixel(x, y), "{x} {y}");
        } else if pixel != before.get_pixel(x, y) {
            changed += 1;
        }
    }
    assert!(changed > 150 * 300 * 9 / 10, "{changed}");

    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!((item.item.origin, item.parents.len(), &item.parents[0].id), (Origin::Edited, 1, &photo));
    assert!(item.recipe.iter().any(|field| field.name == "Mask" && field.value == kept.id));
    assert_eq!(item.request, Some(request));
    let bench = bench.reopen().await;
    let again = bench.studio.mask_png(kept.id.clone()).await.unwrap();
    let again = image::load_from_memory(&BASE64_STANDARD.decode(again).unwrap()).unwrap();
    assert_eq!((again.color(), again.width()), (image::ColorType::L8, 400), "grey, to go on painting");
    assert!(bench.home().join("library/.masks").join(format!("{}.png", kept.id)).exists());
    assert!(bench.studio.notices().is_empty(), "the check at the start takes masks for no strangers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_that_is_none_for_the_picture_is_refused_before_it_is_sent() {
    let bench = Bench::new().await;
    let photo = bench.imported("photo.png", &picture(400, 300, ImageFormat::Png)).await;
    let other = bench.imported("other.png", &picture(320, 300, ImageFormat::Png)).await;
    let keep = |png: String| bench.studio.keep_mask(photo.clone(), png);
    assert_eq!(keep(mask(400, 300, 0)).await.unwrap_err().code, "mask_empty");
    assert_eq!(keep(mask(300, 400, 100)).await.unwrap_err().code, "mask_misfit");
    let kept = keep(mask(400, 300, 100)).await.unwrap();
    for (item, id, code) in [
        (&other, kept.id.as_str(), "mask_misfit"),
        (&photo, "../../secret", "not_found"),
        (&photo, &"0".repeat(64), "not_found"),
    ] {
        let wrong = edit("firered-image-edit", item, |edit| edit.mask = Some(id.into()));
        let told = match bench.studio.estimate_picture(&wrong).await {
            Ok(estimate) => estimate.problem.unwrap(),
            Err(error) => error,
        };
        assert_eq!(told.code, code);
    }
    let one = edit("qwen-edit-uncensored", &photo, |edit| edit.mask = Some(kept.id.clone()));
    assert_eq!(bench.start(one).await.unwrap_err().code, "too_many_inputs");
    assert_eq!(bench.posts("multiEditImage").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn references_go_along_are_paid_for_and_stay_in_the_lineage() {
    let bench = Bench::new().await;
    let photo = bench.imported("photo.png", &picture(400, 300, ImageFormat::Png)).await;
    let one = bench.imported("one.jpg", &picture(300, 300, ImageFormat::Jpeg)).await;
    let two = bench.imported("two.png", &picture(256, 300, ImageFormat::Png)).await;
    let both = edit("flux-2-max-edit", &photo, |edit| edit.references = vec![one.clone(), two.clone()]);
    let estimate = bench.studio.estimate_picture(&both).await.unwrap();
    assert_eq!(estimate.amount.unwrap().amount.to_string(), "0.184", "the first picture is in the price");
    let job = bench.run(both).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    let parents: std::collections::HashSet<_> = item.parents.iter().map(|parent| parent.id.clone()).collect();
    assert_eq!(parents, [photo.clone(), one, two.clone()].into());
    assert!(item.recipe.iter().any(|field| field.name == "References" && field.value == "2"));
    let many = edit("firered-image-edit", &photo, |edit| edit.references = vec![two; 3]);
    assert_eq!(bench.start(many).await.unwrap_err().code, "too_many_inputs");

    let cheap = edit("gpt-image-2-edit", &photo, |edit| edit.quality = Some("low".into()));
    let estimate = bench.studio.estimate_picture(&cheap).await.unwrap();
    assert_eq!(estimate.amount.unwrap().amount.to_string(), "0.03");
    let job = bench.run(cheap).await;
    assert_eq!((job.state, job.operation.as_str()), (JobState::Saved, "multiEditImage"), "{:?}", job.error);
    let charges = bench.charges().await;
    let charged: rust_decimal::Decimal = charges
        .iter()
        .map(|(_, amount)| amount.trim_start_matches('-').parse::<rust_decimal::Decimal>().unwrap())
        .sum();
    assert_eq!(charged.normalize().to_string(), "0.214", "{charges:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn styles_are_followed_and_large_ones_go_as_smaller_copies() {
    let bench = Bench::new().await;
    let mut noise = 1_u32;
    let red = RgbImage::from_fn(2_000, 1_500, |_, _| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        image::Rgb([200 + (noise % 56) as u8, (noise >> 8) as u8 % 64, (noise >> 16) as u8 % 200])
    });
    let bytes = png(red);
    let red = bench
        .imported("red.png", &[&bytes[..], &vec![0; 9_000_000_usize.saturating_sub(bytes.len())]].concat())
        .await;
    let blue =
        bench.imported("blue.png", &png(RgbImage::from_pixel(64, 64, image::Rgb([10, 20, 240])))).await;
    let styled = |items: Vec<&String>, strength| {
        PictureRequest::Make(MakeRequest {
            model: "krea-2-turbo".into(),
            prompt: "a canal".into(),
            aspect_ratio: Some("1:1".into()),
            seed: Some(7),
            variants: 1,
            style_references: items
                .into_iter()
                .map(|item| StyleReferenceItem { item: item.clone(), strength })
                .collect(),
            ..MakeRequest::default()
        })
    };
    let plain = bench.run(styled(Vec::new(), None)).await;
    let job = bench.run(styled(vec![&red, &blue], Some(0.9))).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let item = bench.studio.item(job.items[0].clone()).await.unwrap();
    assert_eq!(item.parents.len(), 2);
    assert!(item.recipe.iter().any(|field| field.name == "Style references" && field.value == "2"));
    let pixels = |job: &studio::jobs::view::JobView| bench.studio.item_pixels(job.items[0].clone());
    assert_ne!(pixels(&job).await.unwrap(), pixels(&plain).await.unwrap(), "their colours show");
    for wrong in [styled(vec![&blue; 4], None), styled(vec![&blue], Some(1.5))] {
        assert!(bench.studio.estimate_picture(&wrong).await.unwrap().problem.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn models_tell_what_they_take() {
    let bench = Bench::new().await;
    let models = bench.studio.picture_models(false).await.unwrap();
    let model = |id: &str| models.make.iter().find(|model| model.id == id).unwrap();
    let (krea, nano, turbo) = (model("krea-2-turbo"), model("nano-banana-pro"), model("z-image-turbo"));
    assert_eq!((krea.max_style_references, krea.style_reference_strength), (3, true));
    assert_eq!((nano.max_style_references, nano.style_reference_strength), (4, false));
    assert!(nano.web_search && nano.prompt_thinking && !nano.lora);
    assert!(turbo.lora && !turbo.web_search && !turbo.prompt_thinking && turbo.max_style_references == 0);
    let mut searching = make("what was built this year", 1);
    let PictureRequest::Make(request) = &mut searching else { unreachable!() };
    (request.model, request.web_search, request.skip_prompt_thinking) =
        ("nano-banana-pro".into(), true, true);
    (request.width, request.height, request.aspect_ratio) = (None, None, Some("3:2".into()));
    let estimate = bench.studio.estimate_picture(&searching).await.unwrap();
    assert!(estimate.surcharge && estimate.problem.is_none());
    let job = bench.run(searching).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_answer_says_of_its_picture_is_kept_with_it() {
    let bench = Bench::new().await;
    let mut request = make("a naked gory statue", 1);
    let PictureRequest::Make(wish) = &mut request else { unreachable!() };
    (wish.enhance_prompt, wish.safe_mode) = (true, true);
    let job = bench.run(request).await;
    let receipt = bench.studio.item(job.items[0].clone()).await.unwrap().receipt.unwrap();
    let enhanced = receipt.enhanced_prompt.unwrap();
    assert!(enhanced.starts_with("a naked gory statue, ") && enhanced.contains(' '), "{enhanced}");
    assert!(receipt.blurred);
    assert!(receipt.warnings.iter().any(|warning| warning.contains("terms of service")));
    let plain = bench.run(make("a statue", 1)).await;
    let receipt = bench.studio.item(plain.items[0].clone()).await.unwrap().receipt.unwrap();
    assert_eq!((receipt.enhanced_prompt, receipt.blurred, receipt.warnings.len()), (None, false, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_a_start_finds_on_disk_still_says_it() {
    let bench = Bench::with(vec!["generateImage:lost_answer:1"]).await;
    let job = bench.run(make("a canal", 1)).await;
    assert_eq!(job.state, JobState::Unknown);
    // As a crash between the last byte and the next step leaves it.
    let body =
        json!({"id": "answer-1", "images": [BASE64_STANDARD.encode(picture(64, 64, ImageFormat::Png))]})
            .to_string();
    let receipt = json!({"picture": {"is_blurred": true, "is_content_violation": false,
        "enhanced_prompt": "a canal, low light on old plaster"}});
    let note =
        json!({"content_type": "application/json", "receipt": receipt, "took_ms": 5, "bytes": body.len()});
    let part = bench.home().join("work").join(format!("{}.part", job.id));
    std::fs::write(&part, body).unwrap();
    std::fs::write(part.with_extension("answer.json"), note.to_string()).unwrap();
    let bench = bench.reopen().await;
    let job = bench.ended(&job.id).await;
    assert_eq!(job.state, JobState::Saved, "{:?}", job.error);
    let receipt = bench.studio.item(job.items[0].clone()).await.unwrap().receipt.unwrap();
    assert_eq!(receipt.enhanced_prompt.as_deref(), Some("a canal, low light on old plaster"));
    assert!(receipt.blurred);
    assert_eq!(bench.posts("generateImage").await, 1);
}
