use std::time::{Duration, Instant};

use crate::recorder::{
    Level,
    meter::{Held, Meter},
};

fn near(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.001
}

#[test]
fn nothing_heard_is_no_silence() {
    let (meter, mut held) = (Meter::default(), Held::default());
    assert_eq!(held.read(&meter, Instant::now()), None);
    meter.add(&[0.0; 100]);
    assert_eq!(held.read(&meter, Instant::now()), Some(Level::default()));
    assert_eq!(held.read(&meter, Instant::now()), None);
}

#[test]
fn a_level_is_of_all_that_came_since_the_last() {
    let (meter, mut held) = (Meter::default(), Held::default());
    meter.add(&[0.5, -0.5]);
    meter.add(&[-0.25, 0.25]);
    let level = held.read(&meter, Instant::now()).unwrap();
    assert_eq!((level.peak, level.clipped), (0.5, 0));
    assert!(near(level.rms, 0.395_28), "{level:?}");
    meter.add(&[0.125; 10]);
    let level = held.read(&meter, Instant::now()).unwrap();
    assert_eq!((level.peak, level.held), (0.125, 0.5));
    assert!(near(level.rms, 0.125), "{level:?}");
}

#[test]
fn samples_at_the_end_of_the_scale_are_counted() {
    let (meter, mut held) = (Meter::default(), Held::default());
    meter.add(&[1.0, -1.0, 32_767.0 / 32_768.0, 1.5, 0.999]);
    let level = held.read(&meter, Instant::now()).unwrap();
    assert_eq!((level.peak, level.held, level.clipped), (1.5, 1.5, 4));
}

#[test]
fn the_loudest_stays_and_then_falls() {
    let (meter, mut held) = (Meter::default(), Held::default());
    let began = Instant::now();
    let mut held_at = |milliseconds: u64, sample: f32| {
        meter.add(&[sample]);
        held.read(&meter, began + Duration::from_millis(milliseconds)).unwrap().held
    };
    assert_eq!(held_at(0, 0.8), 0.8);
    assert_eq!(held_at(1_500, 0.1), 0.8);
    // 20 dB in a second.
    assert!(near(held_at(1_550, 0.1), 0.8 * 0.891_25));
    assert!(near(held_at(2_050, 0.01), 0.8 * 0.891_25 * 0.316_23));
    assert_eq!(held_at(2_100, 0.5), 0.5);
    assert_eq!(held_at(3_500, 0.1), 0.5);
}
