//! Cutting out: what differs from the border's colours and stands in the middle is kept, with a soft edge.
//!
//! A first guess teaches two colour models, of the thing and of what is behind it; these decide again.

use image::RgbaImage;

/// The longest side of the small picture that the decision is made on.
const SMALL: u32 = 256;
/// How many colours stand for the border.
const COLOURS: usize = 6;

/// The picture with a background that is clear, and an edge that is half so.
pub(crate) fn cut_out(picture: RgbaImage) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let scale = (SMALL as f32 / width.max(height) as f32).min(1.0);
    let (small_width, small_height) =
        (((width as f32 * scale) as u32).max(1), ((height as f32 * scale) as u32).max(1));
    let small = image::imageops::thumbnail(&picture, small_width, small_height);
    let (columns, rows) = (small_width as usize, small_height as usize);
    let kept = learned(&small, &guess(&small));
    let kept = soft(&whole(&kept, columns, rows), columns, rows, 100);
    let mut out = picture;
    let alpha_at = |x: u32, y: u32| {
        let across = (x as f32 + 0.5) * small_width as f32 / width as f32 - 0.5;
        let down = (y as f32 + 0.5) * small_height as f32 / height as f32 - 0.5;
        sample(&kept, columns, rows, across, down)
    };
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        // Stretched about its middle, so that inside is whole and outside is clear.
        let alpha = ((alpha_at(x, y) - 0.5) * 2.4 + 0.5).clamp(0.0, 1.0);
        pixel[3] = (f32::from(pixel[3]) * alpha + 0.5) as u8;
    }
    out
}

fn sample(values: &[f32], width: usize, height: usize, across: f32, down: f32) -> f32 {
    let (across, down) = (across.clamp(0.0, (width - 1) as f32), down.clamp(0.0, (height - 1) as f32));
    let (left, top) = (across as usize, down as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (part, rest) = (across.fract(), down.fract());
    let above = values[top * width + left] * (1.0 - part) + values[top * width + right] * part;
    let below = values[bottom * width + left] * (1.0 - part) + values[bottom * width + right] * part;
    above * (1.0 - rest) + below * rest
}

/// 1 for what is kept, 0 for the background.
fn guess(small: &RgbaImage) -> Vec<f32> {
    let (width, height) = (small.width() as usize, small.height() as usize);
    let colours = border_colours(small);
    let mut salient: Vec<f32> = small
        .enumerate_pixels()
        .map(|(x, y, pixel)| {
            let nearest = colours.iter().map(|colour| distance(pixel.0, *colour)).fold(f32::MAX, f32::min);
            let across = (x as f32 + 0.5) / width as f32 - 0.5;
            let down = (y as f32 + 0.5) / height as f32 - 0.54;
            let middle = (1.0 - (across * across * 4.2 + down * down * 3.4)).clamp(0.0, 1.0);
            (nearest / 110.0).min(1.0) * (0.25 + 0.75 * middle) + middle * 0.16
        })
        .collect();
    // Something glaring in the middle pushes the threshold up; what is plainer belongs to it all the same.
    let cut = threshold(&salient) * 0.8;
    for value in &mut salient {
        *value = f32::from(*value > cut);
    }
    salient
}

fn distance(pixel: [u8; 4], colour: [f32; 3]) -> f32 {
    let [red, green, blue] = [0, 1, 2].map(|channel| f32::from(pixel[channel]) - colour[channel]);
    (red * red * 0.9 + green * green * 1.3 + blue * blue * 0.8).sqrt()
}

/// A few colours that the border is made of, found by a few rounds of k-means. The lower edge is left out: things
/// stand on it.
fn border_colours(small: &RgbaImage) -> Vec<[f32; 3]> {
    let (width, height) = small.dimensions();
    let band = (width.min(height) / 24).max(1);
    let border: Vec<[u8; 4]> = small
        .enumerate_pixels()
        .filter(|(x, y, _)| *x < band || *y < band || *x + band >= width)
        .map(|(_, _, pixel)| pixel.0)
        .collect();
    let of = |pixel: &[u8; 4]| [0, 1, 2].map(|channel| f32::from(pixel[channel]));
    let step = (border.len() / COLOURS).max(1);
    let mut colours: Vec<[f32; 3]> = border.iter().step_by(step).take(COLOURS).map(of).collect();
    for _ in 0..8 {
        let mut sums = vec![([0.0f32; 3], 0.0f32); colours.len()];
        for pixel in &border {
            let near = (0..colours.len()).min_by(|one, two| {
                distance(*pixel, colours[*one]).total_cmp(&distance(*pixel, colours[*two]))
            });
            if let Some(near) = near {
                let (sum, count) = &mut sums[near];
                for (total, channel) in sum.iter_mut().zip(of(pixel)) {
                    *total += channel;
                }
                *count += 1.0;
            }
        }
        for (colour, (sum, count)) in colours.iter_mut().zip(sums) {
            if count > 0.0 {
                *colour = sum.map(|total| total / count);
            }
        }
    }
    colours
}

/// Decides again, by how often a pixel's colour is found in what was kept and in what wasn't, and by its surroundings.
fn learned(small: &RgbaImage, kept: &[f32]) -> Vec<f32> {
    const LEVELS: usize = 16;
    let bin = |pixel: &[u8; 4]| {
        pixel[..3].iter().fold(0, |bin, channel| bin * LEVELS + usize::from(*channel) * LEVELS / 256)
    };
    let mut seen = vec![[0.02f32; 2]; LEVELS * LEVELS * LEVELS];
    let mut totals = [1.0f32; 2];
    for (pixel, inside) in small.pixels().zip(kept) {
        let side = usize::from(*inside > 0.5);
        seen[bin(&pixel.0)][side] += 1.0;
        totals[side] += 1.0;
    }
    let around = soft(kept, small.width() as usize, small.height() as usize, 26);
    small
        .pixels()
        .zip(around)
        .map(|(pixel, near)| {
            let [behind, thing] = seen[bin(&pixel.0)];
            let (behind, thing) = (behind / totals[0], thing / totals[1]);
            f32::from(thing / (thing + behind) * 0.5 + near * 0.5 > 0.46)
        })
        .collect()
}

/// Fills what is enclosed, and drops islands of under a thirtieth of the largest.
fn whole(kept: &[f32], width: usize, height: usize) -> Vec<f32> {
    let mut label = vec![0usize; kept.len()];
    let (mut sizes, mut open) = (vec![(0usize, false, false)], Vec::new());
    for start in 0..kept.len() {
        if label[start] != 0 {
            continue;
        }
        let inside = kept[start] > 0.5;
        let (name, mut size, mut border) = (sizes.len(), 0, false);
        label[start] = name;
        open.push(start);
        while let Some(at) = open.pop() {
            size += 1;
            let (x, y) = (at % width, at / width);
            border |= x == 0 || y == 0 || x + 1 == width || y + 1 == height;
            let beside = [
                (x > 0, 1, false),
                (x + 1 < width, 1, true),
                (y > 0, width, false),
                (y + 1 < height, width, true),
            ];
            for (there, step, onward) in beside {
                if !there {
                    continue;
                }
                let next = if onward { at + step } else { at - step };
                if label[next] == 0 && (kept[next] > 0.5) == inside {
                    label[next] = name;
                    open.push(next);
                }
            }
        }
        sizes.push((size, inside, border));
    }
    let largest = sizes.iter().filter(|(_, inside, _)| *inside).map(|(size, ..)| *size).max().unwrap_or(0);
    label
        .into_iter()
        .map(|name| {
            let (size, inside, border) = sizes[name];
            f32::from(if inside { size * 30 >= largest } else { !border && size * 3 < largest })
        })
        .collect()
}

/// Otsu's threshold: the value that parts the two most unlike groups.
fn threshold(values: &[f32]) -> f32 {
    let mut bins = [0u32; 64];
    for value in values {
        bins[((value * 63.0) as usize).min(63)] += 1;
    }
    let total = values.len() as f32;
    let sum: f32 = bins.iter().enumerate().map(|(bin, count)| bin as f32 * *count as f32).sum();
    let (mut best, mut cut, mut below, mut below_sum) = (-1.0, 0.5, 0.0, 0.0);
    for (bin, count) in bins.iter().enumerate() {
        below += *count as f32;
        below_sum += bin as f32 * *count as f32;
        let above = total - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = below_sum / below - (sum - below_sum) / above;
        let score = below * above * apart * apart;
        if score > best {
            best = score;
            cut = (bin as f32 + 0.5) / 63.0;
        }
    }
    cut
}

/// Blurred three times by a box of a `share` of the longer side, so that edges become soft.
fn soft(values: &[f32], width: usize, height: usize, share: usize) -> Vec<f32> {
    let reach = (width.max(height) / share).max(1);
    let mut kept = values.to_vec();
    for _ in 0..3 {
        let across: Vec<f32> = (0..height)
            .flat_map(|y| {
                let row = &kept[y * width..(y + 1) * width];
                (0..width)
                    .map(move |x| mean(&row[x.saturating_sub(reach)..(x + reach + 1).min(width)]))
                    .collect::<Vec<_>>()
            })
            .collect();
        for y in 0..height {
            for x in 0..width {
                let rows = y.saturating_sub(reach)..(y + reach + 1).min(height);
                let count = rows.len() as f32;
                kept[y * width + x] = rows.map(|row| across[row * width + x]).sum::<f32>() / count;
            }
        }
    }
    kept
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn a_disc_on_a_wall_is_cut_out_with_a_soft_edge() {
        let picture = RgbaImage::from_fn(300, 240, |x, y| {
            let away = (x as f32 - 150.0).hypot(y as f32 - 125.0);
            if away < 70.0 { Rgba([200, 60, 40, 255]) } else { Rgba([90, 130, 150, 255]) }
        });
        let cut = cut_out(picture);
        assert_eq!(cut.get_pixel(150, 125)[3], 255);
        assert_eq!(cut.get_pixel(4, 4)[3], 0);
        assert_eq!(cut.get_pixel(295, 235)[3], 0);
        let partial = cut.pixels().filter(|pixel| (1..255).contains(&pixel[3])).count();
        assert!(partial > 300, "{partial}");
    }

    #[test]
    fn even_a_single_pixel_is_answered() {
        assert_eq!(cut_out(RgbaImage::from_pixel(1, 1, Rgba([9, 9, 9, 255]))).dimensions(), (1, 1));
    }
}
