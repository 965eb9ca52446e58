//! Pictures changed here: each change is a new item that knows where it came from.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use studio::{
    library::view::{LibraryQuery, Origin},
    pictures::adjust::{Adjustment, Background, Crop, PixelSize},
};

use crate::bench::{Bench, make, picture};

/// A quarter of red, green, blue and white each, from the top left on.
fn quarters(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(80, 40, |x, y| {
        Rgb([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]][(x / 40 + y / 20 * 2) as usize])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_turned_flipped_cropped_and_resized_in_this_order() {
    let bench = Bench::new().await;
    let id = bench.imported("quarters.png", &quarters(ImageFormat::Png)).await;
    let adjustment = Adjustment {
        turn: 90,
        flip_horizontal: true,
        crop: Some(Crop { x: 0, y: 40, width: 40, height: 40 }),
        resize: Some(PixelSize { width: 20, height: 20 }),
        ..Adjustment::default()
    };
    let done = bench.studio.adjust_picture(id.clone(), adjustment).await.unwrap();
    assert_eq!(
        (done.width, done.height, done.mime.as_str(), done.origin),
        (20, 20, "image/png", Origin::Adjusted)
    );
    assert_eq!((done.title.as_str(), done.cost.is_none()), ("quarters", true));
    let pixels = bench.studio.item_pixels(done.id.clone()).await.unwrap();
    // Turned, blue and red stand above white and green; flipped, red and blue above green and white.
    assert_eq!((pixels.get_pixel(4, 10).0, pixels.get_pixel(15, 10).0), ([0, 255, 0, 255], [255; 4]));
    let details = bench.studio.item(done.id).await.unwrap();
    assert_eq!((details.parents[0].id.as_str(), details.receipt.is_none()), (id.as_str(), true));
    let field = |name: &str| details.recipe.iter().find(|field| field.name == name).unwrap().value.clone();
    assert_eq!((field("Turned"), field("Cropped")), ("90°".into(), "40 × 40 at 0, 40".into()));
    assert_eq!(bench.studio.item(id).await.unwrap().children.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jpeg_stays_one_and_a_made_picture_is_found_by_its_words() {
    let bench = Bench::new().await;
    let jpeg = bench.imported("a.jpg", &quarters(ImageFormat::Jpeg)).await;
    let flip = Adjustment { flip_vertical: true, ..Adjustment::default() };
    assert_eq!(bench.studio.adjust_picture(jpeg, flip).await.unwrap().mime, "image/jpeg");
    let made = bench.run(make("a lagoon at dawn", 1)).await.items[0].clone();
    let cropped =
        Adjustment { crop: Some(Crop { x: 9, y: 9, width: 99, height: 77 }), ..Adjustment::default() };
    let done = bench.studio.adjust_picture(made, cropped).await.unwrap();
    assert_eq!((done.seed, done.prompt.as_deref()), (None, Some("a lagoon at dawn")));
    let query = LibraryQuery { text: Some("lagoon".into()), ..LibraryQuery::default() };
    assert_eq!(bench.studio.library_page(query).await.unwrap().total, 2);
    let details = bench.studio.item(done.id).await.unwrap();
    assert!(details.request.is_none(), "no request makes this picture again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_or_can_not_be_is_refused() {
    let bench = Bench::new().await;
    let id = bench.imported("a.png", &picture(300, 200, ImageFormat::Png)).await;
    let size = |width, height| Some(PixelSize { width, height });
    let part = |x, y, width, height| Some(Crop { x, y, width, height });
    for adjustment in [
        Adjustment::default(),
        Adjustment { resize: size(300, 200), crop: part(0, 0, 300, 200), ..Adjustment::default() },
        Adjustment { turn: 45, ..Adjustment::default() },
        Adjustment { crop: part(0, 0, 301, 200), ..Adjustment::default() },
        Adjustment { turn: 90, crop: part(0, 0, 300, 200), ..Adjustment::default() },
        Adjustment { crop: part(u32::MAX, 0, 2, 2), ..Adjustment::default() },
        Adjustment { crop: part(0, 0, 0, 5), ..Adjustment::default() },
        Adjustment { resize: size(0, 5), ..Adjustment::default() },
        Adjustment { resize: size(16_385, 5), ..Adjustment::default() },
    ] {
        let refused = bench.studio.adjust_picture(id.clone(), adjustment).await.unwrap_err();
        assert_eq!(refused.code, "field_invalid", "{adjustment:?}");
    }
    let colour = Background::Colour { colour: "#336699".into() };
    let opaque = bench.studio.compose_picture(id.clone(), colour).await.unwrap_err();
    assert_eq!(opaque.code, "input_unsupported");
    assert_eq!(bench.studio.library_status().await.unwrap().items, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_out_is_put_before_a_colour_or_a_picture() {
    let bench = Bench::new().await;
    let clear = RgbaImage::from_fn(60, 60, |x, _| Rgba([250, 200, 0, if x < 30 { 0 } else { 255 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(clear).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let cut_out = bench.imported("cut out.png", bytes.get_ref()).await;
    let behind = bench.imported("behind.png", &quarters(ImageFormat::Png)).await;

    let colour = Background::Colour { colour: "#336699".into() };
    let done = bench.studio.compose_picture(cut_out.clone(), colour).await.unwrap();
    assert_eq!((done.origin, done.has_alpha), (Origin::Composed, false));
    let pixels = bench.studio.item_pixels(done.id).await.unwrap();
    assert_eq!(
        (pixels.get_pixel(5, 5).0, pixels.get_pixel(50, 5).0),
        ([0x33, 0x66, 0x99, 255], [250, 200, 0, 255])
    );

    let other = Background::Picture { item: behind.clone(), position: 0.0, blur: 0.0 };
    let done = bench.studio.compose_picture(cut_out.clone(), other).await.unwrap();
    let pixels = bench.studio.item_pixels(done.id.clone()).await.unwrap();
    assert_eq!((pixels.dimensions(), pixels.get_pixel(5, 5).0), ((60, 60), [255, 0, 0, 255]));
    let mut parents: Vec<_> =
        bench.studio.item(done.id).await.unwrap().parents.into_iter().map(|item| item.id).collect();
    parents.sort();
    let mut expected = vec![cut_out, behind];
    expected.sort();
    assert_eq!(parents, expected);
}
