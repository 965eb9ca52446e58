//! Each operation: what is sent, and what is made of the answer.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json as value};
use venice::FileInput;
use venice::images::{
    BackgroundRemoveImage, EditImage, GenerateImage, GeneratedImages, ImageFormat, ImageSize, Moderation,
    MultiEditImage, Picture, Quality, ResponseFormat, SimpleGenerateImage, UpscaleFactor, UpscaleImage,
};
use venice::models::{
    ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelType, Privacy, VideoModelType,
};
use venice::{Warning, account};
use wiremock::matchers::{body_json, header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockBuilder, MockServer, Request};

use crate::servers::{KEY, PNG, client, expect, json, png};

const PNG_BASE64: &str = "iVBORw0KGgotYS1waWN0dXJlLQ==";

pub fn get(route: &str) -> MockBuilder {
    Mock::given(method("GET"))
        .and(path(format!("/api/v1{route}")))
        .and(header("authorization", format!("Bearer {KEY}")))
}

pub fn post(route: &str) -> MockBuilder {
    Mock::given(method("POST"))
        .and(path(format!("/api/v1{route}")))
        .and(header("authorization", format!("Bearer {KEY}")))
}

/// The body holds each of these texts, in this order.
pub fn form(parts: &'static [&'static str]) -> impl Fn(&Request) -> bool + Send + Sync {
    move |request: &Request| {
        let is_form = request
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
        let text = String::from_utf8_lossy(&request.body).into_owned();
        let mut rest = text.as_str();
        is_form && parts.iter().all(|part| rest.split_once(part).map(|(_, after)| rest = after).is_some())
    }
}

fn file() -> FileInput {
    FileInput::bytes("boat.png", "image/png", PNG)
}

#[tokio::test]
async fn list_models() {
    let server = MockServer::start().await;
    get("/models")
        .and(query_param("type", "all"))
        .respond_with(json(200, include_str!("fixtures/models.json")).insert_header("cf-ray", "ray-1"))
        .mount(&server)
        .await;
    let answer = expect(&server, client(&server).list_models(&ListModels::all()).await).await;
    assert_eq!(
        (answer.receipt.operation.as_str(), answer.receipt.cf_ray.as_deref()),
        ("listModels", Some("ray-1"))
    );
    let list = answer.value;
    assert_eq!(list.model_type, Some(ModelType::All));

    let painter = list.get("painter-one").unwrap();
    assert_eq!(painter.created.unwrap().to_string(), "2026-03-25T00:00:00Z");
    assert_eq!((&painter.model_type, painter.spec.name.as_deref()), (&ModelType::Image, Some("Painter One")));
    let constraints = painter.spec.constraints.as_ref().unwrap();
    assert_eq!(constraints.width_height_divisor, Some(8));
    assert_eq!(constraints.steps.unwrap().max, Some(50));
    assert_eq!(constraints.qualities, [Quality::Low, Quality::Other("ultra".into())]);
    assert_eq!(constraints.extra["maxBrushes"], 3);
    let pricing = painter.spec.pricing.as_ref().unwrap();
    assert!(pricing.is_fully_read());
    assert_eq!(pricing.generation.unwrap().usd.unwrap().to_string(), "0.01");

    let director = &list.get("director").unwrap().spec;
    assert_eq!(director.privacy, Some(Privacy::Other("shared-with-neighbours".into())));
    let constraints = director.constraints.as_ref().unwrap();
    assert_eq!(constraints.aspect_ratios, ["16:9"]);
    assert_eq!(constraints.prompt_character_limit, Some(1000));
    assert_eq!(
        (&constraints.model_type, constraints.audio_configurable),
        (&Some(VideoModelType::TextToVideo), Some(false))
    );
    let deprecation = director.deprecation.as_ref().unwrap();
    assert!(deprecation.auto_remap && deprecation.removes_at.is_none());
    assert_eq!(deprecation.ends_at().unwrap().to_string(), "2026-12-24T00:00:00Z");

    let talker = list.get("talker").unwrap();
    assert_eq!(talker.model_type, ModelType::Other("telepathy".into()));
    assert_eq!((talker.spec.name.as_ref(), talker.context_length), (None, Some(131_072)));
    let capabilities = talker.spec.capabilities.as_ref().unwrap();
    assert!(capabilities.supports_vision && capabilities.supports_e2ee && !capabilities.supports_web_search);
    assert_eq!(capabilities.reasoning_effort_options.len(), 2);
    assert_eq!(talker.spec.pricing.as_ref().unwrap().input.unwrap().usd.unwrap().to_string(), "0.115");

    let skipped: Vec<_> = list.skipped.iter().map(|model| (model.index, model.id.as_deref())).collect();
    assert_eq!(skipped, [(3, Some("no-spec")), (4, None), (5, None)]);

    // What was read can be kept and read again.
    for model in &list.models {
        let again: venice::models::Model =
            serde_json::from_value(serde_json::to_value(model).unwrap()).unwrap();
        assert_eq!(&again, model);
    }
}

#[tokio::test]
async fn list_models_without_a_type_and_without_a_key() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api/v1/models"))
        .and(query_param_is_missing("type"))
        .and(|request: &Request| !request.headers.contains_key("authorization"))
        .respond_with(json(200, r#"{"object":"list","type":"text","data":[]}"#))
        .mount(&server)
        .await;
    let nobody = venice::Client::builder(&format!("{}/api/v1/", server.uri())).build().unwrap();
    let answer = expect(&server, nobody.list_models(&ListModels::new()).await).await;
    assert!(answer.value.models.is_empty());
}

#[tokio::test]
async fn list_model_traits() {
    let server = MockServer::start().await;
    get("/models/traits")
        .and(query_param("type", "image"))
        .respond_with(json(200, include_str!("fixtures/traits.json")))
        .mount(&server)
        .await;
    let answer = expect(
        &server,
        client(&server).list_model_traits(&ListModelTraits { model_type: Some(ModelType::Image) }).await,
    )
    .await;
    assert_eq!(answer.value.ids.len(), 2);
    assert_eq!(answer.value.ids["default"], "painter-one");
}

#[tokio::test]
async fn list_model_compatibility_mapping() {
    let server = MockServer::start().await;
    get("/models/compatibility_mapping")
        .and(query_param_is_missing("type"))
        .respond_with(json(200, include_str!("fixtures/compatibility_mapping.json")))
        .mount(&server)
        .await;
    let answer = expect(
        &server,
        client(&server).list_model_compatibility_mapping(&ListModelCompatibilityMapping::default()).await,
    )
    .await;
    assert_eq!(answer.value.ids["gpt-4o"], "talker");
    assert_eq!(answer.value.model_type, Some(ModelType::Text));
}

#[tokio::test]
async fn list_image_styles() {
    let server = MockServer::start().await;
    get("/image/styles").respond_with(json(200, include_str!("fixtures/styles.json"))).mount(&server).await;
    let answer = expect(&server, client(&server).list_image_styles().await).await;
    assert_eq!(answer.value, ["3D Model", "Analog Film", "Watercolor"]);
}

#[tokio::test]
async fn get_billing_balance() {
    let server = MockServer::start().await;
    get("/billing/balance")
        .respond_with(json(200, include_str!("fixtures/billing_balance.json")))
        .mount(&server)
        .await;
    let balance = expect(&server, client(&server).get_billing_balance().await).await.value;
    assert!(balance.can_consume);
    assert_eq!(balance.consumption_currency, Some(account::Currency::BundledCredits));
    assert_eq!(balance.balances.usd.unwrap().to_string(), "12.34");
    assert_eq!(balance.balances.diem, None);
    assert_eq!(balance.diem_epoch_allocation.unwrap().to_string(), "100.5");
}

#[tokio::test]
async fn get_api_key_rate_limits() {
    let server = MockServer::start().await;
    get("/api_keys/rate_limits")
        .respond_with(json(200, include_str!("fixtures/rate_limits.json")))
        .mount(&server)
        .await;
    let limits = expect(&server, client(&server).get_api_key_rate_limits().await).await.value;
    assert!(limits.access_permitted && limits.key_expiration.is_none());
    assert_eq!(limits.api_tier.id.as_deref(), Some("paid"));
    assert_eq!(limits.balances[&account::Currency::Diem].to_string(), "100.023");
    assert_eq!(limits.balances[&account::Currency::Other("SHELLS".into())].to_string(), "3");
    assert_eq!(limits.next_epoch_begins.unwrap().to_string(), "2026-11-22T00:00:00Z");
    assert_eq!(limits.rate_limits.len(), 2);
    assert_eq!(limits.rate_limits[0].rate_limits[0].kind, account::LimitKind::RequestsPerMinute);
    assert!(limits.rate_limits[1].rate_limits.is_empty());
}

fn generated() -> String {
    value!({
        "id": "generate-image-1", "images": [PNG_BASE64, "not a picture", PNG_BASE64], "request": {"prompt": "p"},
        "timing": {"inferenceDuration": 1200, "inferencePreprocessingTime": 1, "inferenceQueueTime": "?", "total": 1300.5},
    })
    .to_string()
}

#[tokio::test]
async fn generate_image() {
    let server = MockServer::start().await;
    let sent = value!({
        "model": "painter-one", "prompt": "a gondola", "negative_prompt": "rain", "width": 512, "height": 768,
        "aspect_ratio": "16:9", "resolution": "1K", "quality": "high", "steps": 8, "cfg_scale": 7.5, "seed": -7,
        "variants": 2, "style_preset": "Watercolor", "lora_strength": 50, "format": "webp", "safe_mode": false,
        "hide_watermark": true, "embed_exif_metadata": true, "enable_web_search": false, "enhance_prompt": false,
        "disable_prompt_optimization_thinking": true, "return_binary": false,
        "style_references": [{"image": "https://example.com/a.png", "strength": 0.3},
                             {"image": format!("data:image/png;base64,{PNG_BASE64}")}],
    });
    post("/image/generate")
        .and(body_json(&sent))
        .respond_with(
            json(200, &generated())
                .insert_header("x-venice-balance-usd", "9.99")
                .insert_header("x-venice-is-blurred", "true")
                .insert_header("x-venice-deprecated", "true"),
        )
        .mount(&server)
        .await;
    let request = GenerateImage::new("painter-one", "a gondola")
        .negative_prompt("rain")
        .width(512_u32)
        .height(768_u32)
        .aspect_ratio("16:9")
        .resolution("1K")
        .quality(Quality::High)
        .steps(8_u32)
        .cfg_scale(7.5)
        .seed(-7)
        .variants(2)
        .style_preset("Watercolor")
        .lora_strength(50)
        .format(ImageFormat::Webp)
        .safe_mode(false)
        .hide_watermark(true)
        .embed_exif_metadata(true)
        .enable_web_search(false)
        .enhance_prompt(false)
        .disable_prompt_optimization_thinking(true)
        .return_binary(false)
        .style_reference(FileInput::Url("https://example.com/a.png".into()), Some(0.3))
        .style_reference(file(), None);
    let answer = expect(&server, client(&server).generate_image(&request).await).await;
    assert_eq!(answer.value.images.len(), 2);
    assert_eq!(answer.value.unreadable, 1);
    assert_eq!(answer.value.images[0].bytes, PNG);
    assert_eq!(answer.value.images[0].format, ImageFormat::Png);
    assert_eq!(answer.value.timing.unwrap().total, Some(1300.5));
    assert_eq!(answer.value.timing.unwrap().inference_queue_time, None);
    assert_eq!(answer.value.request, Some(value!({"prompt": "p"})));
    assert_eq!(answer.receipt.answer_id.as_deref(), Some("generate-image-1"));
    assert_eq!(answer.receipt.balance.usd.unwrap().to_string(), "9.99");
    assert_eq!(answer.receipt.picture.is_blurred, Some(true));
    assert!(matches!(answer.receipt.warnings[..], [Warning::ModelDeprecated { .. }]));
    let debug = format!("{request:?} {answer:?}");
    assert!(!debug.contains("gondola") && !debug.contains("rain"), "{debug}");
}

#[tokio::test]
async fn generate_image_as_a_file() {
    let server = MockServer::start().await;
    let sent = value!({"model": "m", "prompt": "p", "return_binary": true});
    post("/image/generate").and(body_json(&sent)).respond_with(png()).mount(&server).await;
    let request = GenerateImage::new("m", "p").return_binary(true);
    let answer = expect(&server, client(&server).generate_image(&request).await).await;
    assert_eq!((answer.value.images[0].bytes.as_ref(), answer.receipt.answer_id), (PNG, None));
}

#[tokio::test]
async fn generate_image_unread() {
    let server = MockServer::start().await;
    post("/image/generate").respond_with(json(200, &generated())).mount(&server).await;
    let body = client(&server).open(&GenerateImage::new("m", "p")).await;
    let body = expect(&server, body).await;
    assert_eq!(
        (body.content_type(), body.content_length()),
        (Some("application/json"), Some(generated().len() as u64))
    );
    let content_type = body.content_type().map(str::to_owned);
    let bytes = body.collect(10_000).await.unwrap();
    let images = GeneratedImages::from_body(content_type.as_deref(), bytes.clone()).unwrap();
    assert_eq!(images, GeneratedImages::from_json(&bytes).unwrap());
    assert_eq!(images.id.as_deref(), Some("generate-image-1"));
}

#[tokio::test]
async fn simple_generate_image() {
    let server = MockServer::start().await;
    let sent = value!({"prompt": "p", "model": "m", "size": "512x512", "output_format": "png", "moderation": "low",
                       "response_format": "url"});
    let answered = value!({"created": 1_795_262_400, "data": [
        {"url": format!("data:image/png;base64,{PNG_BASE64}")}, {"b64_json": PNG_BASE64}, {"b64_json": "?"}, {}]});
    post("/images/generations")
        .and(body_json(&sent))
        .respond_with(json(200, &answered.to_string()))
        .mount(&server)
        .await;
    let request = SimpleGenerateImage::new("p")
        .model("m")
        .size(ImageSize::S512)
        .output_format(ImageFormat::Png)
        .moderation(Moderation::Low)
        .response_format(ResponseFormat::Url);
    let answer = expect(&server, client(&server).simple_generate_image(&request).await).await;
    assert_eq!(answer.value.images.len(), 2);
    assert_eq!(answer.value.created.unwrap().to_string(), "2026-11-21T12:00:00Z");
    let body = expect(&server, client(&server).open(&request).await).await;
    assert_eq!(body.receipt().operation, "simpleGenerateImage");
}

#[tokio::test]
async fn edit_image_with_a_file() {
    let server = MockServer::start().await;
    let parts = &[
        "name=\"model\"\r\n\r\nm\r\n",
        "name=\"prompt\"\r\n\r\nmake it \u{201c}dusk\u{201d}\r\n",
        "name=\"safe_mode\"\r\n\r\nfalse\r\n",
        "name=\"image\"; filename=\"boat.png\"\r\nContent-Type: image/png\r\n",
        "-a-picture-\r\n",
    ];
    post("/image/edit")
        .and(form(parts))
        .respond_with(png().insert_header("x-venice-model-id", "m"))
        .mount(&server)
        .await;
    let request = EditImage::new(file(), "make it \u{201c}dusk\u{201d}").model("m").safe_mode(false);
    let answer = expect(&server, client(&server).edit_image(&request).await).await;
    assert_eq!(answer.value, Picture { bytes: Bytes::from_static(PNG), format: ImageFormat::Png });
    assert_eq!(answer.receipt.model.id.as_deref(), Some("m"));
    assert!(!format!("{request:?}").contains("dusk"));
}

#[tokio::test]
async fn edit_image_with_an_address() {
    let server = MockServer::start().await;
    let sent = value!({"image": "https://example.com/a.png", "prompt": "p", "aspect_ratio": "16:9", "resolution": "2K",
        "output_format": "jpeg", "enhance_prompt": true, "disable_prompt_optimization_thinking": true});
    post("/image/edit").and(body_json(&sent)).respond_with(png()).mount(&server).await;
    let request = EditImage::new(FileInput::Url("https://example.com/a.png".into()), "p")
        .aspect_ratio("16:9")
        .resolution("2K")
        .output_format(ImageFormat::Jpeg)
        .enhance_prompt(true)
        .disable_prompt_optimization_thinking(true);
    expect(&server, client(&server).edit_image(&request).await).await;
    let body = expect(&server, client(&server).open(&request).await).await;
    assert_eq!(body.collect(1_000).await.unwrap(), PNG);
}

#[tokio::test]
async fn multi_edit_image_with_files() {
    let server = MockServer::start().await;
    let parts = &[
        "name=\"modelId\"\r\n\r\nm\r\n",
        "name=\"prompt\"\r\n\r\np\r\n",
        "name=\"images\"; filename=\"boat.png\"",
        "name=\"images\"; filename=\"mask.png\"",
    ];
    post("/image/multi-edit").and(form(parts)).respond_with(png()).mount(&server).await;
    let images = vec![file(), FileInput::bytes("mask.png", "image/png", PNG)];
    let request = MultiEditImage::new(images, "p").model("m");
    expect(&server, client(&server).multi_edit_image(&request).await).await;
}

#[tokio::test]
async fn multi_edit_image_with_mixed_inputs() {
    let server = MockServer::start().await;
    let sent = value!({
        "images": [format!("data:image/png;base64,{PNG_BASE64}"), "https://example.com/a.png", PNG_BASE64],
        "prompt": "p", "modelId": "m", "quality": "low", "aspect_ratio": "auto", "resolution": "1K",
        "output_format": "png", "safe_mode": true, "enhance_prompt": false, "disable_prompt_optimization_thinking": false,
    });
    post("/image/multi-edit").and(body_json(&sent)).respond_with(png()).mount(&server).await;
    let url = FileInput::Url("https://example.com/a.png".into());
    let request = MultiEditImage::new(vec![file(), url, FileInput::Base64(PNG_BASE64.into())], "p")
        .model("m")
        .quality(Quality::Low)
        .aspect_ratio("auto")
        .resolution("1K")
        .output_format(ImageFormat::Png)
        .safe_mode(true)
        .enhance_prompt(false)
        .disable_prompt_optimization_thinking(false);
    expect(&server, client(&server).multi_edit_image(&request).await).await;
    expect(&server, client(&server).open(&request).await).await;
}

#[tokio::test]
async fn upscale_image() {
    let server = MockServer::start().await;
    let parts = &[
        "name=\"creativity\"\r\n\r\n0.02\r\n",
        "name=\"scale\"\r\n\r\n4\r\n",
        "name=\"image\"; filename=\"boat.png\"",
    ];
    post("/image/upscale").and(form(parts)).respond_with(png()).mount(&server).await;
    let sent = value!({"image": PNG_BASE64, "scale": 2});
    post("/image/upscale").and(body_json(&sent)).respond_with(png()).mount(&server).await;
    let client = client(&server);
    let request = UpscaleImage::new(file()).scale(UpscaleFactor::X4).creativity(0.02);
    // The form's fields come in the order of the request.
    expect(&server, client.upscale_image(&request).await).await;
    let request = UpscaleImage::new(FileInput::Base64(PNG_BASE64.into())).scale(UpscaleFactor::X2);
    expect(&server, client.upscale_image(&request).await).await;
    expect(&server, client.open(&request).await).await;
    let refused =
        client.upscale_image(&UpscaleImage::new(FileInput::Url("https://example.com/a.png".into()))).await;
    assert_eq!(refused.unwrap_err().code(), "INVALID_INPUT");
}

#[tokio::test]
async fn background_remove_image() {
    let server = MockServer::start().await;
    let client = client(&server);
    for (input, sent) in [
        (FileInput::Base64(PNG_BASE64.into()), value!({"image": PNG_BASE64})),
        (
            FileInput::Url("https://example.com/a.png".into()),
            value!({"image_url": "https://example.com/a.png"}),
        ),
    ] {
        post("/image/background-remove").and(body_json(&sent)).respond_with(png()).mount(&server).await;
        expect(&server, client.background_remove_image(&BackgroundRemoveImage::new(input)).await).await;
    }
    post("/image/background-remove")
        .and(form(&["name=\"image\"; filename=\"boat.png\""]))
        .respond_with(png())
        .mount(&server)
        .await;
    let request = BackgroundRemoveImage::new(file());
    let answer = expect(&server, client.background_remove_image(&request).await).await;
    assert_eq!(answer.value.bytes, PNG);
    expect(&server, client.open(&request).await).await;
}

#[tokio::test]
async fn duration_covers_the_whole_answer() {
    let server = MockServer::start().await;
    get("/image/styles")
        .respond_with(json(200, include_str!("fixtures/styles.json")).set_delay(Duration::from_millis(20)))
        .mount(&server)
        .await;
    let answer = expect(&server, client(&server).list_image_styles().await).await;
    assert!(answer.receipt.duration_ms >= 20, "{:?}", answer.receipt);
    let kept: Value = serde_json::to_value(&answer.receipt).unwrap();
    assert_eq!(kept["operation"], "listImageStyles");
}
