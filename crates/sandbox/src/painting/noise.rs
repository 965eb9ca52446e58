//! Smooth noise over a plane.

use crate::chance::scramble;

/// A number from 0 to 1 for a place of a grid.
pub(crate) fn cell(seed: u64, x: u32, y: u32) -> f32 {
    let place =
        u64::from(x).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(y).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    (scramble(seed ^ place) >> 40) as f32 / (1u64 << 24) as f32
}

/// Value noise from 0 to 1, with features of size 1.
pub(crate) fn noise(seed: u64, x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let soft = |along: f32| along * along * (3.0 - 2.0 * along);
    let (across, down) = (soft(x - left), soft(y - top));
    // Far enough from nought that no place is below it.
    let (left, top) = ((left + 65_536.0) as u32, (top + 65_536.0) as u32);
    let above = cell(seed, left, top) * (1.0 - across) + cell(seed, left + 1, top) * across;
    let below = cell(seed, left, top + 1) * (1.0 - across) + cell(seed, left + 1, top + 1) * across;
    above * (1.0 - down) + below * down
}

/// Three octaves of noise.
pub(crate) fn clouds(seed: u64, x: f32, y: f32) -> f32 {
    noise(seed, x, y) * 0.57
        + noise(seed ^ 1, x * 2.1, y * 2.1) * 0.28
        + noise(seed ^ 2, x * 4.3, y * 4.3) * 0.15
}
