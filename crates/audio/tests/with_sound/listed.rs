use std::{
    process::Command,
    time::{Duration, Instant},
};

use audio::{
    Error,
    devices::{self, Device},
    recorder::{Options, Recorder},
};

use crate::{
    killed::program,
    server::{make_default, plug_in, unplug},
};

fn ids(devices: &[Device]) -> Vec<(&str, bool)> {
    devices.iter().map(|device| (device.id.as_str(), device.is_default)).collect()
}

#[test]
fn microphones_are_listed_the_default_first_and_nothing_else() {
    assert_eq!(ids(&devices::inputs().unwrap()), [("pulseaudio:vmic", true)]);
    plug_in("second");
    let both = devices::inputs().unwrap();
    assert_eq!(ids(&both), [("pulseaudio:vmic", true), ("pulseaudio:second", false)]);
    assert!(both.iter().all(|device| !device.name.is_empty()), "{both:?}");
    make_default("second");
    let other = devices::inputs().unwrap();
    assert_eq!(ids(&other), [("pulseaudio:second", true), ("pulseaudio:vmic", false)]);
    make_default("vmic");
    unplug("second");
    assert_eq!(ids(&devices::inputs().unwrap()), [("pulseaudio:vmic", true)]);
}

#[test]
fn one_that_is_not_there_is_said_to_be_gone() {
    let device = Some("pulseaudio:never".to_owned());
    let options = Options { device, pre_roll: Duration::ZERO, tell: std::sync::Arc::new(|_| ()) };
    let armed = Recorder::arm(options);
    assert!(matches!(armed, Err(Error::DeviceGone)), "{armed:?}");
}

#[test]
fn without_a_sound_server_there_are_none_and_nothing_waits() {
    let asked = Instant::now();
    let output = Command::new(program()).env("PULSE_SERVER", "unix:/nowhere").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("pulseaudio"), "{output:?}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}
