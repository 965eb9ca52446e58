//! A noise of two channels in 16 bits, of which each frame says its place.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Write},
    ops::Range,
    path::Path,
};

pub const RATE: u32 = 48_000;

/// Places are told by 28 bits, scattered so that it is noise: 93 minutes.
const PLACES: u32 = 1 << 28;
const SCATTER: u32 = 0x9E3_779B;
/// Multiplied with it, `SCATTER` is 1 among so many.
const GATHER: u32 = gather();

const fn gather() -> u32 {
    // Newton's way doubles the bits that are right each time.
    let mut inverse = SCATTER;
    let mut round = 0;
    while round < 5 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(SCATTER.wrapping_mul(inverse)));
        round += 1;
    }
    inverse
}

/// 14 bits as a sample that is never 0.
fn sample(bits: u32) -> i16 {
    let centred = (bits & 0x3FFF) as i16 - 8192;
    if centred >= 0 { centred + 1 } else { centred }
}

fn bits(sample: i16) -> u32 {
    let centred = if sample > 0 { sample - 1 } else { sample };
    (i32::from(centred) + 8192) as u32 & 0x3FFF
}

fn frame(place: u32) -> [i16; 2] {
    let scattered = place.wrapping_mul(SCATTER) % PLACES;
    [sample(scattered), sample(scattered >> 14)]
}

fn place([left, right]: [i16; 2]) -> u32 {
    (bits(left) | bits(right) << 14).wrapping_mul(GATHER) % PLACES
}

/// Writes places as a WAV file of 16 bits.
pub fn write(path: &Path, places: &Range<u32>) {
    let mut file = BufWriter::new(File::create(path).expect("a new file"));
    let bytes = places.len() as u32 * 4;
    let mut head = Vec::new();
    head.extend(b"RIFF");
    head.extend((bytes + 36).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16u32.to_le_bytes());
    head.extend([1, 0, 2, 0]);
    head.extend(RATE.to_le_bytes());
    head.extend((RATE * 4).to_le_bytes());
    head.extend([4, 0, 16, 0]);
    head.extend(b"data");
    head.extend(bytes.to_le_bytes());
    file.write_all(&head).expect("a head");
    for place in places.clone() {
        for sample in frame(place) {
            file.write_all(&sample.to_le_bytes()).expect("a sample");
        }
    }
    file.flush().expect("the end");
}

/// Part of the signal in a take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Its frames in the take.
    pub at: u64,
    pub end: u64,
    /// Its places in the signal.
    pub from: u32,
    pub to: u32,
    /// Places in between that are missing: whole cycles that the sound server left out.
    pub skipped: u32,
}

/// The server works in cycles of so many frames. Where the machine is late, it leaves some out, for all who listen; what
/// we lose are portions of other sizes.
const CYCLE: u32 = 1_024;

impl Run {
    /// Whether this frame goes on with it.
    fn takes(&mut self, at: u64, place: u32) -> bool {
        let (gap, missing) = (at - self.end, place.wrapping_sub(self.to));
        let few = 16 * CYCLE;
        let left_out = missing <= few && missing.is_multiple_of(CYCLE) && gap <= u64::from(few);
        if left_out {
            self.skipped += missing;
            (self.end, self.to) = (at + 1, place + 1);
        }
        left_out
    }
}

/// What of the places is in a take, as its head says how long it is; and its frames.
pub fn read(path: &Path, places: &Range<u32>) -> (Vec<Run>, u64) {
    let mut file = BufReader::new(File::open(path).expect("a take"));
    let mut head = [0; 128];
    file.read_exact(&mut head).expect("its head");
    assert_eq!((&head[..4], &head[120..124]), (&b"RIFF"[..], &b"data"[..]));
    assert_eq!((head[58], head[70]), (2, 24), "two channels of 24 bits");
    let frames = u64::from(u32::from_le_bytes(head[124..128].try_into().expect("four bytes"))) / 6;
    let mut samples = (0..frames).map(|at| {
        let mut bytes = [0; 6];
        file.read_exact(&mut bytes).unwrap_or_else(|error| panic!("{error} at {at} of {frames}"));
        assert_eq!((bytes[0], bytes[3]), (0, 0), "16 bits come through 24 as they are");
        [i16::from_le_bytes([bytes[1], bytes[2]]), i16::from_le_bytes([bytes[4], bytes[5]])]
    });
    (runs(&mut samples, places), frames)
}

/// What of the places another recorder has in a file of 16-bit samples.
pub fn read_raw(path: &Path, places: &Range<u32>) -> Vec<Run> {
    let bytes = std::fs::read(path).expect("what it recorded");
    let (frames, _) = bytes.as_chunks::<4>();
    runs(
        &mut frames.iter().map(|frame| [0, 2].map(|low| i16::from_le_bytes([frame[low], frame[low + 1]]))),
        places,
    )
}

fn runs(samples: &mut dyn Iterator<Item = [i16; 2]>, places: &Range<u32>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, samples) in (0..).zip(samples).filter(|(_, samples)| *samples != [0, 0]) {
        let place = place(samples);
        // The server may still hold a cycle of what was played before.
        if !places.contains(&place) {
            continue;
        }
        if !runs.last_mut().is_some_and(|run| run.takes(at, place)) {
            runs.push(Run { at, end: at + 1, from: place, to: place + 1, skipped: 0 });
        }
    }
    runs
}

#[test]
fn each_frame_says_its_place() {
    for at in (0..PLACES).step_by(99_991).chain([0, 1, PLACES - 1]) {
        let frame = frame(at);
        assert!(frame.iter().all(|sample| *sample != 0));
        assert_eq!(place(frame), at);
    }
}
