mod large;
mod whole;

use std::{fs, path::Path};

use super::{HEAD, Writer};
use crate::Layout;

const MONO: Layout = Layout { rate: 48_000, channels: 1 };
const STEREO: Layout = Layout { rate: 44_100, channels: 2 };

/// Samples of 24 bits, each told from its neighbours.
fn samples(count: usize) -> Vec<f32> {
    (0..count).map(|at| ((at % 2000) as f32 - 1_000.0) * 8_000.0 / 8_388_608.0).collect()
}

fn write(path: &Path, layout: Layout, samples: &[f32], finish: bool) {
    let mut writer = Writer::create(path, layout).unwrap();
    writer.append(samples).unwrap();
    writer.sync().unwrap();
    if finish {
        writer.finish().unwrap();
    }
}

/// What is in a file of ours, read by hand.
fn read(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).unwrap();
    let data = u32::from_le_bytes(bytes[124..128].try_into().unwrap()) as usize;
    bytes[HEAD as usize..][..data]
        .chunks_exact(3)
        .map(|sample| (i32::from_le_bytes([0, sample[0], sample[1], sample[2]]) >> 8) as f32 / 8_388_608.0)
        .collect()
}
