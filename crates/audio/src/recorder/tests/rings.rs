use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use crate::{
    Layout,
    recorder::ring::{Inlet, Outlet, Piece, ring, ring_after, ring_of},
};

const STEREO: Layout = Layout { rate: 1_000, channels: 2 };

/// Frames whose samples say when they came: 1 and -1 for the first, 2 and -2 for the second, …
fn frames(from: u64, count: u64) -> Vec<f32> {
    (from + 1..=from + count).flat_map(|at| [at as f32, -(at as f32)]).collect()
}

fn put(inlet: &mut Inlet, from: u64, count: u64, began: Instant) {
    inlet.hear(&frames(from, count), began + Duration::from_millis(from + count));
}

/// What comes out, with zeros for what is missing; and how many frames that is.
fn drain(outlet: &mut Outlet, into: &mut Vec<f32>) -> u64 {
    let mut missing = 0;
    outlet.drain(|piece| match piece {
        Piece::Samples(samples) => into.extend(samples),
        Piece::Missing(frames) => {
            missing += frames;
            into.resize(into.len() + frames as usize * 2, 0.0);
        }
    });
    missing
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However late it is emptied: each frame comes out at its own time, or there is silence for it, and it is counted.
    #[test]
    fn the_clock_holds(portions in prop::collection::vec((1u64..40, any::<bool>()), 1..60)) {
        let began = Instant::now();
        let (mut inlet, mut outlet) = ring_of(STEREO, 64, None);
        let (mut at, mut out, mut missing) = (0, Vec::new(), 0);
        for (count, empty) in portions {
            put(&mut inlet, at, count, began);
            at += count;
            if empty {
                missing += drain(&mut outlet, &mut out);
            }
        }
        missing += drain(&mut outlet, &mut out);
        // What is missing at the end is known once something comes after it.
        put(&mut inlet, at, 1, began);
        missing += drain(&mut outlet, &mut out);

        let whole = frames(0, at + 1);
        prop_assert_eq!(out.len(), whole.len());
        let silent = out.iter().zip(&whole).filter(|(out, there)| **out == 0.0 && out != there).count();
        prop_assert_eq!(silent as u64, missing * 2);
        prop_assert!(out.iter().zip(&whole).all(|(out, there)| out == there || *out == 0.0));
    }
}

#[test]
fn ten_seconds_of_a_disk_that_stands_still_fit() {
    let began = Instant::now();
    let (mut inlet, mut outlet) = ring(STEREO);
    for at in (0..10_000).step_by(20) {
        put(&mut inlet, at, 20, began);
    }
    let mut out = Vec::new();
    assert_eq!(drain(&mut outlet, &mut out), 0);
    assert_eq!(out, frames(0, 10_000));
}

#[test]
fn a_silence_of_a_second_is_filled() {
    let began = Instant::now();
    let (mut inlet, mut outlet) = ring(STEREO);
    let mut out = Vec::new();
    put(&mut inlet, 0, 20, began);
    // 999 ms are no reason, since they may only be late.
    inlet.hear(&frames(20, 20), began + Duration::from_millis(1_019));
    assert_eq!(drain(&mut outlet, &mut out), 0);
    inlet.hear(&frames(2_039, 20), began + Duration::from_millis(2_059));
    assert_eq!(drain(&mut outlet, &mut out), 1_020);
    assert_eq!(out.len(), 2 * (20 + 20 + 1_020 + 20));
}

#[test]
fn what_the_sound_system_lost_is_filled() {
    let began = Instant::now();
    let (mut inlet, mut outlet) = ring(STEREO);
    let mut out = Vec::new();
    put(&mut inlet, 0, 20, began);
    inlet.heard().has_lost.store(true, Relaxed);
    put(&mut inlet, 50, 20, began);
    put(&mut inlet, 70, 20, began);
    assert_eq!(drain(&mut outlet, &mut out), 30);
    assert_eq!(out, [frames(0, 20), vec![0.0; 60], frames(50, 40)].concat());
}

#[test]
fn another_ring_goes_on_after_what_is_missing() {
    let began = Instant::now();
    let (mut inlet, mut outlet) = ring_after(STEREO, began + Duration::from_millis(100));
    put(&mut inlet, 400, 20, began);
    let mut out = Vec::new();
    assert_eq!(drain(&mut outlet, &mut out), 300);
    assert_eq!(out, [vec![0.0; 600], frames(400, 20)].concat());
}
