//! Sends one good call of each operation and checks its answer.
//!
//! `cargo run -p venice --example every_operation -- --base-url URL --api-key KEY --admin-key KEY`
//!
//! With a real account this costs a little money. Exits with 1 where anything failed.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use std::future::Future;
use std::io::Cursor;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat as FileFormat, Rgb, RgbImage, RgbaImage};
use venice::FileInput;
use venice::images::{
    BackgroundRemoveImage, EditImage, GenerateImage, ImageFormat, ImageSize, MultiEditImage, Picture,
    ResponseFormat, SimpleGenerateImage, UpscaleFactor, UpscaleImage,
};
use venice::models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelList, ModelType};
use venice::{Auth, Client};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Fails the operation with what was found wrong.
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!($($text)+).into());
        }
    };
}

struct Options {
    base_url: String,
    api_key: String,
    admin_key: String,
}

fn options() -> Result<Options, String> {
    let mut arguments = std::env::args().skip(1);
    let (mut base_url, mut api_key, mut admin_key) = (None, None, None);
    while let Some(name) = arguments.next() {
        let slot = match name.as_str() {
            "--base-url" => &mut base_url,
            "--api-key" => &mut api_key,
            "--admin-key" => &mut admin_key,
            other => return Err(format!("unknown option {other}")),
        };
        *slot = Some(arguments.next().ok_or(format!("{name} wants a value"))?);
    }
    let wanted = |value: Option<String>, name: &str| value.ok_or(format!("{name} is missing"));
    Ok(Options {
        base_url: wanted(base_url, "--base-url")?,
        api_key: wanted(api_key, "--api-key")?,
        admin_key: wanted(admin_key, "--admin-key")?,
    })
}

/// Runs one check and prints how it went.
struct Report {
    failures: usize,
}

impl Report {
    async fn check(&mut self, operation: &str, check: impl Future<Output = Outcome>) {
        match check.await {
            Ok(()) => println!("ok {operation}"),
            Err(why) => {
                self.failures += 1;
                println!("failed {operation}: {why}{}", said(why.as_ref()));
            }
        }
    }
}

/// What the server said; it quotes nothing but the requests of this program.
fn said(why: &(dyn std::error::Error + 'static)) -> String {
    let api = why.downcast_ref::<venice::Error>().and_then(venice::Error::api);
    api.map(|api| format!(" ({:?} {:?} {:?})", api.message, api.fields, api.issues)).unwrap_or_default()
}

/// A picture of slopes and a disc, so that an edit or a cut-out has something to work on.
fn drawn(side: u32, blue: u8) -> Vec<u8> {
    let middle = f64::from(side) / 2.0;
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let inside = (f64::from(x) - middle).hypot(f64::from(y) - middle) < middle / 2.0;
        if inside {
            Rgb([230, 120, blue])
        } else {
            Rgb([(x * 255 / side) as u8, (y * 255 / side) as u8, blue])
        }
    });
    let mut file = Cursor::new(Vec::new());
    // Writing a PNG to memory fails for sizes of zero only.
    if picture.write_to(&mut file, FileFormat::Png).is_err() {
        return Vec::new();
    }
    file.into_inner()
}

fn decoded(picture: &Picture) -> Result<RgbaImage, Box<dyn std::error::Error>> {
    Ok(image::load_from_memory(&picture.bytes)?.into_rgba8())
}

fn file() -> FileInput {
    FileInput::bytes("drawn.png", "image/png", drawn(512, 90))
}

fn base64(side: u32) -> FileInput {
    FileInput::Base64(STANDARD.encode(drawn(side, 40)))
}

/// The first model of a type that isn't out of order.
fn pick(models: &ModelList, model_type: &ModelType) -> Result<String, Box<dyn std::error::Error>> {
    let usable = |model: &&venice::models::Model| model.model_type == *model_type && !model.spec.offline;
    let with_pixels = |model: &&venice::models::Model| {
        model.spec.constraints.as_ref().is_some_and(|constraints| constraints.width_height_divisor.is_some())
    };
    let mut candidates = models.models.iter().filter(usable);
    let chosen = candidates.clone().find(with_pixels).or_else(|| candidates.next());
    Ok(chosen.ok_or(format!("no {model_type} model is listed"))?.id.clone())
}

/// The first editing model that combines pictures.
fn pick_combining(models: &ModelList) -> Result<String, Box<dyn std::error::Error>> {
    let combines = |model: &&venice::models::Model| {
        let constraints = model.spec.constraints.as_ref();
        model.model_type == ModelType::Inpaint
            && !model.spec.offline
            && constraints.is_none_or(|constraints| constraints.most_input_images() >= 2)
    };
    Ok(models.models.iter().find(combines).ok_or("no model that combines pictures is listed")?.id.clone())
}

async fn reads(report: &mut Report, client: &Client, admin: &Client) {
    report
        .check("listModels", async {
            let all = client.list_models(&ListModels::all()).await?;
            ensure!(!all.value.models.is_empty(), "no models");
            ensure!(all.value.skipped.is_empty(), "unreadable: {:?}", all.value.skipped);
            ensure!(all.receipt.operation == "listModels", "a receipt of {}", all.receipt.operation);
            let images = client.list_models(&ListModels::of_type(ModelType::Image)).await?.value;
            ensure!(
                images.models.iter().all(|model| model.model_type == ModelType::Image),
                "models of other types"
            );
            let text = client.list_models(&ListModels::new()).await?.value;
            ensure!(
                text.models.iter().all(|model| model.model_type == ModelType::Text),
                "models of other types"
            );
            Ok(())
        })
        .await;
    report
        .check("listModelTraits", async {
            let traits = client
                .list_model_traits(&ListModelTraits { model_type: Some(ModelType::Image) })
                .await?
                .value;
            ensure!(traits.ids.contains_key("default"), "no default among {:?}", traits.ids);
            let traits = client.list_model_traits(&ListModelTraits::default()).await?.value;
            ensure!(!traits.ids.is_empty(), "no traits of text models");
            Ok(())
        })
        .await;
    report
        .check("listModelCompatibilityMapping", async {
            let mapping = client
                .list_model_compatibility_mapping(&ListModelCompatibilityMapping::default())
                .await?
                .value;
            ensure!(!mapping.ids.is_empty(), "no names");
            Ok(())
        })
        .await;
    report
        .check("listImageStyles", async {
            let styles = client.list_image_styles().await?.value;
            ensure!(!styles.is_empty(), "no styles");
            Ok(())
        })
        .await;
    report
        .check("getBillingBalance", async {
            let balance = admin.get_billing_balance().await?.value;
            ensure!(balance.balances.usd.is_some() || balance.balances.diem.is_some(), "no balance in it");
            Ok(())
        })
        .await;
    report
        .check("getApiKeyRateLimits", async {
            let limits = client.get_api_key_rate_limits().await?.value;
            ensure!(limits.access_permitted, "the key has no access");
            ensure!(limits.rate_limits.iter().any(|model| !model.rate_limits.is_empty()), "no limits");
            Ok(())
        })
        .await;
}

async fn generation(report: &mut Report, client: &Client, models: &ModelList) {
    report
        .check("generateImage", async {
            let model = pick(models, &ModelType::Image)?;
            let request =
                GenerateImage::new(&model, "a gondola at dusk").width(512_u32).height(512_u32).seed(7);
            let answer = client.generate_image(&request.clone().variants(2).format(ImageFormat::Png)).await?;
            ensure!(answer.value.images.len() == 2, "{} pictures of 2", answer.value.images.len());
            ensure!(answer.receipt.answer_id.is_some(), "no id");
            for picture in &answer.value.images {
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                ensure!(decoded(picture)?.dimensions() == (512, 512), "another size");
            }
            let answer =
                client.generate_image(&request.return_binary(true).format(ImageFormat::Jpeg)).await?;
            let picture = answer.value.images.first().ok_or("no picture")?;
            ensure!(picture.format == ImageFormat::Jpeg, "a {} and no jpeg", picture.format);
            decoded(picture)?;
            Ok(())
        })
        .await;
    report
        .check("simpleGenerateImage", async {
            for format in [ResponseFormat::B64Json, ResponseFormat::Url] {
                let request = SimpleGenerateImage::new("a gondola at dusk")
                    .size(ImageSize::S512)
                    .response_format(format);
                let answer = client.simple_generate_image(&request).await?.value;
                ensure!(answer.images.len() == 1, "{} pictures of 1", answer.images.len());
                ensure!(decoded(&answer.images[0])?.dimensions() == (512, 512), "another size");
            }
            Ok(())
        })
        .await;
}

async fn changes(report: &mut Report, client: &Client, models: &ModelList) {
    report
        .check("editImage", async {
            let model = pick(models, &ModelType::Inpaint)?;
            for image in [file(), base64(512)] {
                let request =
                    EditImage::new(image, "make the disc blue").model(&model).output_format(ImageFormat::Png);
                let picture = client.edit_image(&request).await?.value;
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                decoded(&picture)?;
            }
            Ok(())
        })
        .await;
    report
        .check("multiEditImage", async {
            let model = pick_combining(models)?;
            let second = FileInput::bytes("second.png", "image/png", drawn(512, 200));
            for images in [vec![file(), second.clone()], vec![base64(512), second]] {
                let request = MultiEditImage::new(images, "put the second beside the first").model(&model);
                decoded(&client.multi_edit_image(&request).await?.value)?;
            }
            Ok(())
        })
        .await;
    report
        .check("upscaleImage", async {
            for (image, scale, side) in [
                (file(), UpscaleFactor::X2, 1024),
                (base64(256), UpscaleFactor::X4, 1024),
                (base64(512), UpscaleFactor::X2, 1024),
            ] {
                let request = UpscaleImage::new(image).scale(scale).creativity(0.01);
                let size = decoded(&client.upscale_image(&request).await?.value)?.dimensions();
                ensure!(size == (side, side), "{size:?} instead of {side} by {side}");
            }
            Ok(())
        })
        .await;
    report
        .check("backgroundRemoveImage", async {
            for image in [file(), base64(512)] {
                let picture = client.background_remove_image(&BackgroundRemoveImage::new(image)).await?.value;
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                let transparent = decoded(&picture)?.pixels().any(|pixel| pixel.0[3] < 255);
                ensure!(transparent, "nothing is transparent");
            }
            Ok(())
        })
        .await;
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\nusage: every_operation --base-url URL --api-key KEY --admin-key KEY");
            return ExitCode::from(2);
        }
    };
    let with = |key: &str| Client::builder(&options.base_url).auth(Auth::Bearer(key.into())).build();
    let (client, admin) = match (with(&options.api_key), with(&options.admin_key)) {
        (Ok(client), Ok(admin)) => (client, admin),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut report = Report { failures: 0 };
    reads(&mut report, &client, &admin).await;
    let models = client.list_models(&ListModels::all()).await.map(|answer| answer.value).unwrap_or_default();
    generation(&mut report, &client, &models).await;
    changes(&mut report, &client, &models).await;
    if report.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
