//! What the pictures are like that come back.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::{
    Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::client::{Caller, disc, header, png};

async fn image(response: Response) -> DynamicImage {
    assert_eq!(response.status(), 200);
    image::load_from_memory(&response.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_seed_gives_the_same_bytes_from_any_sandbox_and_another_seed_others() {
    let (one, two) = (Caller::instant().await, Caller::instant().await);
    let bytes = async |caller: &Caller, prompt: &str, seed| {
        caller.picture(prompt, seed).send().await.unwrap().bytes().await.unwrap()
    };
    let first = bytes(&one, "a gondola at dusk", 42).await;
    assert_eq!(first, bytes(&two, "a gondola at dusk", 42).await);
    assert_ne!(first, bytes(&one, "a gondola at dusk", 43).await);
    assert_ne!(first, bytes(&one, "a gondola at dawn", 42).await);
    assert_ne!(bytes(&one, "a", 0).await, bytes(&one, "a", 0).await, "no seed: each its own");
}

#[tokio::test]
async fn formats_and_sizes_are_those_asked_for() {
    let caller = Caller::instant().await;
    for (format, read) in
        [("webp", ImageFormat::WebP), ("png", ImageFormat::Png), ("jpeg", ImageFormat::Jpeg)]
    {
        let body = json!({"model": "z-image-turbo", "prompt": "a", "width": 648, "height": 200, "format": format, "return_binary": true});
        let response = caller.post("/image/generate", &body).send().await.unwrap();
        assert_eq!(header(&response, "content-type"), format!("image/{format}"));
        let bytes = response.bytes().await.unwrap();
        assert_eq!(image::guess_format(&bytes).unwrap(), read);
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (648, 200));
    }
    let body = json!({"model": "nano-banana-pro", "prompt": "a", "aspect_ratio": "9:16", "resolution": "2K", "return_binary": true});
    let tall = image(caller.post("/image/generate", &body).send().await.unwrap()).await;
    assert_eq!((tall.width(), tall.height()), (1536, 2736));
}

#[tokio::test]
async fn variants_differ_and_can_each_be_made_again() {
    let caller = Caller::instant().await;
    let body = json!({"model": "z-image-turbo", "prompt": "a canal", "variants": 3, "width": 256, "height": 192, "format": "png"});
    let answer: Value = caller.post("/image/generate", &body).send().await.unwrap().json().await.unwrap();
    let images = answer["images"].as_array().unwrap();
    assert_eq!(images.len(), 3);
    let seed = answer["request"]["seed"].as_i64().unwrap();
    for (place, encoded) in images.iter().enumerate() {
        let again = caller.picture("a canal", seed + i64::try_from(place).unwrap()).send().await.unwrap();
        assert_eq!(STANDARD.decode(encoded.as_str().unwrap()).unwrap(), again.bytes().await.unwrap());
    }
    assert!(answer["id"].as_str().unwrap().starts_with("generate-image-"));
}

#[tokio::test]
async fn the_recipe_is_in_the_file_where_it_is_wanted() {
    let caller = Caller::instant().await;
    for (embed, found) in [(true, true), (false, false)] {
        let body = json!({"model": "z-image-turbo", "prompt": "a remarkable regatta", "width": 256, "height": 256,
            "return_binary": true, "embed_exif_metadata": embed});
        let bytes = caller.post("/image/generate", &body).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes.windows(20).any(|part| part == b"a remarkable regatta"), found);
        assert!(image::load_from_memory(&bytes).is_ok());
    }
}

#[tokio::test]
async fn an_edit_changes_the_picture_and_keeps_its_size() {
    let caller = Caller::instant().await;
    let before = disc(320, 240);
    let form = || {
        Form::new()
            .text("prompt", "at night, two gondolas")
            .part("image", Part::bytes(png(&before)).file_name("a.png"))
    };
    let post = || {
        caller
            .http
            .post(format!("{}/image/edit", caller.running.base_url()))
            .bearer_auth(caller.running.api_key())
    };
    let response = post().multipart(form()).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "image/png");
    let bytes = response.bytes().await.unwrap();
    let after = image::load_from_memory(&bytes).unwrap().into_rgba8();
    assert_eq!(after.dimensions(), before.dimensions());
    let changed = after.pixels().zip(before.pixels()).filter(|(one, two)| one != two).count();
    assert!(changed > 320 * 240 / 2, "{changed}");
    assert_eq!(bytes, post().multipart(form()).send().await.unwrap().bytes().await.unwrap());
}

#[tokio::test]
async fn tiers_choose_size_and_format_of_an_edit() {
    let caller = Caller::instant().await;
    let body = json!({"image": STANDARD.encode(png(&disc(400, 300))), "prompt": "dawn", "model": "nano-banana-pro-edit",
        "resolution": "2K", "aspect_ratio": "16:9"});
    let response = caller.post("/image/edit", &body).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "image/jpeg");
    let edited = image(response).await;
    assert_eq!((edited.width(), edited.height()), (2720, 1536));
}

#[tokio::test]
async fn a_mask_says_where() {
    let caller = Caller::instant().await;
    let before = disc(320, 240);
    let mask =
        RgbaImage::from_fn(320, 240, |x, _| if x < 160 { Rgba([0, 0, 0, 255]) } else { Rgba([255; 4]) });
    let body = json!({"images": [STANDARD.encode(png(&before)), STANDARD.encode(png(&mask))], "prompt": "coral night"});
    let after = image(caller.post("/image/multi-edit", &body).send().await.unwrap()).await.into_rgba8();
    let changed = |from: u32, to: u32| {
        (from..to)
            .flat_map(|x| (0..240).map(move |y| (x, y)))
            .filter(|(x, y)| after.get_pixel(*x, *y) != before.get_pixel(*x, *y))
            .count()
    };
    assert_eq!(changed(0, 160), 0);
    assert!(changed(160, 320) > 160 * 240 / 2);
}

#[tokio::test]
async fn scaling_up_is_exact_and_four_is_reduced_where_it_must_be() {
    let caller = Caller::instant().await;
    for (width, height, scale, wanted) in
        [(321, 243, 2, (642, 486)), (300, 260, 4, (1200, 1040)), (1500, 1400, 4, (4239, 3957))]
    {
        let body = json!({"image": STANDARD.encode(png(&disc(width, height))), "scale": scale});
        let response = caller.post("/image/upscale", &body).send().await.unwrap();
        assert_eq!(header(&response, "content-type"), "image/png");
        let large = image(response).await;
        assert_eq!((large.width(), large.height()), wanted);
    }
}

#[tokio::test]
async fn a_cut_out_keeps_the_middle_with_a_soft_edge() {
    let caller = Caller::instant().await;
    let body = json!({"image": STANDARD.encode(png(&disc(300, 240)))});
    let cut = image(caller.post("/image/background-remove", &body).send().await.unwrap()).await.into_rgba8();
    assert_eq!(cut.dimensions(), (300, 240));
    assert_eq!((cut.get_pixel(150, 120)[3], cut.get_pixel(3, 3)[3]), (255, 0));
    assert!(cut.pixels().any(|pixel| (1..255).contains(&pixel[3])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_fetched_from_this_machine() {
    let caller = Caller::instant().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/photo.png?size=full", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let length = stream.read(&mut request).await.unwrap();
        let file = png(&disc(300, 240));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", file.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&file).await.unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let response =
        caller.post("/image/background-remove", &json!({"image_url": address})).send().await.unwrap();
    assert_eq!(image(response).await.width(), 300);
    assert!(serving.await.unwrap().starts_with("GET /photo.png?size=full HTTP/1.1"));
}
