//! Photographs to measure with: made of real ones, each different from all others.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    thread,
};

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};

use crate::{desktop::project, results::folder};

/// What scripts/setup fetches.
const REAL: [&str; 4] = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"];

/// Files of `count` JPEG photographs of this size, made once and kept for later runs.
pub fn files(count: u32, (width, height): (u32, u32)) -> Vec<PathBuf> {
    let folder = folder().join(format!("photographs-{width}x{height}"));
    fs::create_dir_all(&folder).expect("a folder");
    let real = real();
    let paths: Vec<PathBuf> = (0..count).map(|number| folder.join(format!("{number:04}.jpg"))).collect();
    let missing: Vec<(u32, &PathBuf)> = (0..).zip(&paths).filter(|(_, path)| !path.exists()).collect();
    thread::scope(|scope| {
        for half in missing.chunks(missing.len().div_ceil(2).max(1)) {
            let real = &real;
            scope.spawn(move || {
                for (number, path) in half {
                    write(path, &jpeg(real, *number, width, height));
                }
            });
        }
    });
    paths
}

fn real() -> Vec<RgbImage> {
    let folder = project().join("target/photographs");
    let open = |name| image::open(folder.join(name)).expect("\"scripts/setup test\" fetches it").to_rgb8();
    REAL.map(open).to_vec()
}

/// A photograph at twice its size, cut and turned as the number says, beside its mirror images until the frame is full,
/// with a sensor's noise over it.
fn jpeg(real: &[RgbImage], number: u32, width: u32, height: u32) -> Vec<u8> {
    let mut chance = Chance(u64::from(number) + 1);
    let photograph = &real[number as usize % real.len()];
    let (full_width, full_height) = photograph.dimensions();
    let (cut_width, cut_height) = (full_width * 3 / 4, full_height * 3 / 4);
    let (left, top) = (chance.below(full_width - cut_width), chance.below(full_height - cut_height));
    let cut = imageops::crop_imm(photograph, left, top, cut_width, cut_height).to_image();
    let tile = imageops::resize(&cut, cut_width * 2, cut_height * 2, imageops::FilterType::CatmullRom);
    let tile = match chance.below(4) {
        0 => tile,
        1 => imageops::rotate90(&tile),
        2 => imageops::rotate180(&tile),
        _ => imageops::flip_horizontal(&tile),
    };
    let mirrored = |at: u32, length: u32| {
        if (at / length).is_multiple_of(2) { at % length } else { length - 1 - at % length }
    };
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let pixel = tile.get_pixel(mirrored(x, tile.width()), mirrored(y, tile.height()));
        let noise = chance.below(9).cast_signed() - 4;
        Rgb(pixel.0.map(|value| (i32::from(value) + noise).clamp(0, 255) as u8))
    });
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).expect("a JPEG");
    bytes.into_inner()
}

/// Under another name first, so that an interrupted run leaves no half photograph.
fn write(path: &Path, bytes: &[u8]) {
    let aside = path.with_extension("part");
    fs::write(&aside, bytes).expect("a file");
    fs::rename(aside, path).expect("its name");
}

/// The same numbers in every run (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((number * u64::from(end.max(1))) >> 32) as u32
    }
}
