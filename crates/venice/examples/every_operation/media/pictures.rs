//! Pictures.

use std::error::Error;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat as FileFormat, Rgb, RgbImage, RgbaImage};
use venice::FileInput;
use venice::images::{
    BackgroundRemoveImage, EditImage, GenerateImage, ImageFormat, ImageSize, MultiEditImage, Picture,
    ResponseFormat, SimpleGenerateImage, UpscaleFactor, UpscaleImage,
};
use venice::models::{Model, ModelType};

use crate::{Report, Setting, ensure};

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    generation(report, setting).await;
    changes(report, setting).await;
}

/// A picture of slopes and a disc, so that an edit or a cut-out has something to work on.
pub fn drawn(side: u32, blue: u8) -> Vec<u8> {
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

fn decoded(picture: &Picture) -> Result<RgbaImage, Box<dyn Error>> {
    Ok(image::load_from_memory(&picture.bytes)?.into_rgba8())
}

fn file() -> FileInput {
    FileInput::bytes("drawn.png", "image/png", drawn(512, 90))
}

fn base64(side: u32) -> FileInput {
    FileInput::Base64(STANDARD.encode(drawn(side, 40)))
}

/// An image model, if possible one that takes sizes in pixels.
fn pick_image(setting: &Setting) -> Result<&str, String> {
    let with_pixels = |model: &Model| {
        model.spec.constraints.as_ref().is_some_and(|constraints| constraints.width_height_divisor.is_some())
    };
    let model = setting
        .pick(&ModelType::Image, with_pixels)
        .or_else(|_| setting.pick(&ModelType::Image, |_| true))?;
    Ok(&model.id)
}

/// Whether an editing model combines pictures.
fn combines(model: &Model) -> bool {
    model.spec.constraints.as_ref().is_none_or(|constraints| constraints.most_input_images() >= 2)
}

async fn generation(report: &mut Report, setting: &Setting) {
    report
        .check("listImageStyles", async {
            let styles = setting.client.list_image_styles().await?.value;
            ensure!(!styles.is_empty(), "no styles");
            Ok(())
        })
        .await;
    report
        .check("generateImage", async {
            let model = pick_image(setting)?;
            let request =
                GenerateImage::new(model, "a gondola at dusk").width(512_u32).height(512_u32).seed(7);
            let answer =
                setting.client.generate_image(&request.clone().variants(2).format(ImageFormat::Png)).await?;
            ensure!(answer.value.images.len() == 2, "{} pictures of 2", answer.value.images.len());
            ensure!(answer.receipt.answer_id.is_some(), "no id");
            for picture in &answer.value.images {
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                ensure!(decoded(picture)?.dimensions() == (512, 512), "another size");
            }
            let answer =
                setting.client.generate_image(&request.return_binary(true).format(ImageFormat::Jpeg)).await?;
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
                let answer = setting.client.simple_generate_image(&request).await?.value;
                ensure!(answer.images.len() == 1, "{} pictures of 1", answer.images.len());
                ensure!(decoded(&answer.images[0])?.dimensions() == (512, 512), "another size");
            }
            Ok(())
        })
        .await;
}

async fn changes(report: &mut Report, setting: &Setting) {
    report
        .check("editImage", async {
            let model = &setting.pick(&ModelType::Inpaint, |_| true)?.id;
            for image in [file(), base64(512)] {
                let request =
                    EditImage::new(image, "make the disc blue").model(model).output_format(ImageFormat::Png);
                let picture = setting.client.edit_image(&request).await?.value;
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                decoded(&picture)?;
            }
            Ok(())
        })
        .await;
    report
        .check("multiEditImage", async {
            let model = &setting.pick(&ModelType::Inpaint, combines)?.id;
            let second = FileInput::bytes("second.png", "image/png", drawn(512, 200));
            for images in [vec![file(), second.clone()], vec![base64(512), second]] {
                let request = MultiEditImage::new(images, "put the second beside the first").model(model);
                decoded(&setting.client.multi_edit_image(&request).await?.value)?;
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
                let size = decoded(&setting.client.upscale_image(&request).await?.value)?.dimensions();
                ensure!(size == (side, side), "{size:?} instead of {side} by {side}");
            }
            Ok(())
        })
        .await;
    report
        .check("backgroundRemoveImage", async {
            for image in [file(), base64(512)] {
                let picture =
                    setting.client.background_remove_image(&BackgroundRemoveImage::new(image)).await?.value;
                ensure!(picture.format == ImageFormat::Png, "a {} and no png", picture.format);
                let transparent = decoded(&picture)?.pixels().any(|pixel| pixel.0[3] < 255);
                ensure!(transparent, "nothing is transparent");
            }
            Ok(())
        })
        .await;
}
