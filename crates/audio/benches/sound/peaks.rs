//! The waveform of three hours.

use std::{fs, time::Instant};

use audio::peaks::{FINEST, Peaks};

use super::made::minutes;
use crate::results::{Results, median};

const MINUTES: u32 = 180;
const ROUNDS: usize = 3;
/// Seconds it may take.
const MOST: f64 = 1.5;

pub fn measure(results: &mut Results) {
    println!("\nThe waveform of three hours …");
    // A take, as the recorder writes it: that is what waveforms are read of while somebody waits. An hour of MP3 is told beside it.
    let take = "three hours of a take";
    for (name, count, file, how) in [
        (take, MINUTES, "hours.wav", "-ac 1 -ar 48000 -c:a pcm_s24le"),
        ("an hour of MP3", 60, "hour.mp3", "-c:a libmp3lame -b:a 128k"),
    ] {
        let path = minutes(count, how, file);
        let times: Vec<f64> = (0..=ROUNDS)
            .map(|_| {
                let started = Instant::now();
                let peaks = Peaks::of_file(&path).expect("it is read");
                let took = started.elapsed().as_secs_f64();
                let wanted = u64::from(count) * 60 * u64::from(FINEST);
                assert!((peaks.pairs.len() as u64).abs_diff(wanted) < 20, "{} stretches", peaks.pairs.len());
                took
            })
            .skip(1)
            .collect();
        println!("{name}: {times:.2?} s");
        if name == take {
            results.add("waveform of three hours of a take", "s", median(&times), MOST, 1.0);
            // It is 1.5 GB.
            fs::remove_file(&path).expect("the take is taken away");
        }
    }
}
