//! The colours of a picture, by their names.

use image::RgbaImage;

/// Names in English and Chinese, each with a typical colour.
const NAMES: [(&str, &str, [i32; 3]); 14] = [
    ("black", "黑色", [15, 15, 15]),
    ("white", "白色", [245, 245, 245]),
    ("grey", "灰色", [128, 128, 128]),
    ("red", "红色", [200, 40, 40]),
    ("orange", "橙色", [235, 135, 40]),
    ("yellow", "黄色", [240, 220, 60]),
    ("green", "绿色", [60, 150, 70]),
    ("turquoise", "青绿色", [70, 190, 190]),
    ("blue", "蓝色", [50, 90, 200]),
    ("sky blue", "天蓝色", [135, 185, 235]),
    ("violet", "紫色", [130, 70, 170]),
    ("pink", "粉色", [240, 160, 190]),
    ("brown", "棕色", [120, 75, 45]),
    ("sand", "沙色", [220, 200, 160]),
];

/// The two colours that there is most of: English and Chinese names.
pub(super) fn of(picture: &RgbaImage) -> Vec<(&'static str, &'static str)> {
    let (width, height) = picture.dimensions();
    let step = (width.max(height) / 64).max(1) as usize;
    let mut counted = [0_u32; NAMES.len()];
    for y in (0..height).step_by(step) {
        for x in (0..width).step_by(step) {
            let [red, green, blue, opacity] = picture.get_pixel(x, y).0;
            if opacity > 40 {
                counted[nearest([red, green, blue])] += 1;
            }
        }
    }
    let mut places: Vec<usize> = (0..NAMES.len()).filter(|place| counted[*place] > 0).collect();
    places.sort_by_key(|place| std::cmp::Reverse(counted[*place]));
    places.iter().take(2).map(|place| (NAMES[*place].0, NAMES[*place].1)).collect()
}

fn nearest(colour: [u8; 3]) -> usize {
    let away = |known: [i32; 3]| -> i32 {
        known.iter().zip(colour).map(|(known, seen)| (known - i32::from(seen)).pow(2)).sum()
    };
    (0..NAMES.len()).min_by_key(|place| away(NAMES[*place].2)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn the_larger_part_is_named_first() {
        let picture = RgbaImage::from_fn(90, 60, |x, _| {
            if x < 60 { Rgba([40, 80, 210, 255]) } else { Rgba([250, 250, 250, 255]) }
        });
        assert_eq!(of(&picture), [("blue", "蓝色"), ("white", "白色")]);
        assert!(of(&RgbaImage::new(8, 8)).is_empty(), "nothing is to be seen in it");
    }
}
