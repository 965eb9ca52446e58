//! MP3 files: constant bit rate, long blocks, one gain for all bands.
//!
//! The filter bank is computed from tables here, as the crate that counts and writes the codes computes every cosine
//! anew and takes half as long as the sound lasts.

use std::f32::consts::PI;

use oxideav_mp3::{
    BlockType, C_TABLE, ChannelMode, GranuleChannel, MainDataWriter, Mp3FrameHeader, MpegVersion, NUM_LINES,
    SideInfo, emit_huffman, exact_bit_count_band_aligned, make_silent_header, subdivide_bands, write_header,
    write_side_info,
};

use super::Sound;

const BANDS: usize = 32;
/// Samples of a band in a granule.
const STEPS: usize = 18;
const GRANULE: usize = BANDS * STEPS;
/// The largest value that the codes can write.
const MOST: f32 = 8206.0;
/// The coupling of neighbouring bands, as the standard's annex gives it.
const COUPLING: [f32; 8] = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037];

type Lines = [f32; NUM_LINES];

pub(super) fn write(sound: &Sound) -> Option<Vec<u8>> {
    let mode = if sound.channels == 2 { ChannelMode::Stereo } else { ChannelMode::SingleChannel };
    let kilobits = if sound.channels == 2 { 192 } else { 64 };
    let header = make_silent_header(kilobits, sound.rate, mode).ok()?;
    let channels = usize::from(sound.channels.max(1));
    let granules = if header.version == MpegVersion::Mpeg1 { 2 } else { 1 };
    let bank = Bank::new();
    let mut states = vec![State::new(); channels];
    let frames = sound.samples.len() / channels;
    let mut file = Vec::new();
    let mut at = 0;
    // The bank holds back some 500 samples: one granule more brings them out.
    while at < frames + GRANULE {
        let mut lines = Vec::with_capacity(granules * channels);
        for _ in 0..granules {
            for (channel, state) in states.iter_mut().enumerate() {
                let sample = |place: usize| {
                    sound.samples.get((at + place) * channels + channel).copied().unwrap_or(0.0)
                };
                lines.push(bank.granule(state, sample));
            }
            at += GRANULE;
        }
        file.extend(frame(&header, channels, &lines)?);
    }
    Some(file)
}

fn frame(header: &Mp3FrameHeader, channels: usize, lines: &[Lines]) -> Option<Vec<u8>> {
    let lsf = header.version != MpegVersion::Mpeg1;
    let granules = lines.len() / channels;
    let mut side = SideInfo {
        main_data_begin: 0,
        private_bits: 0,
        scfsi: [[false; 4]; 2],
        granules: [[SILENT; 2]; 2],
        channels: channels as u8,
        granule_count: granules as u8,
        lsf,
    };
    let length = header.frame_len()?;
    let room = (length - 4 - side.byte_len()) * 8 / lines.len();
    let mut data = MainDataWriter::new();
    for (place, lines) in lines.iter().enumerate() {
        side.granules[place / channels][place % channels] = code(header, lines, room, &mut data)?;
    }
    let mut frame = write_header(header).to_vec();
    frame.extend(write_side_info(&side));
    frame.extend(data.finish());
    frame.resize(length, 0);
    Some(frame)
}

const SILENT: GranuleChannel = GranuleChannel {
    part2_3_length: 0,
    big_values: 0,
    global_gain: 0,
    scalefac_compress: 0,
    window_switching_flag: false,
    block_type: BlockType::Long,
    mixed_block_flag: false,
    table_select: [0; 3],
    subblock_gain: [0; 3],
    region0_count: 0,
    region1_count: 0,
    preflag: false,
    scalefac_scale: false,
    count1table_select: false,
};

/// Writes the lines as finely as there is room for.
fn code(
    header: &Mp3FrameHeader,
    lines: &Lines,
    room: usize,
    data: &mut MainDataWriter,
) -> Option<GranuleChannel> {
    let powers: Vec<f32> = lines.iter().map(|line| line.abs().powf(0.75)).collect();
    let loudest = powers.iter().copied().fold(0.0, f32::max);
    let quantized = |gain: u8| {
        let step = (-0.1875 * (f32::from(gain) - 210.0)).exp2();
        if loudest * step > MOST {
            return None;
        }
        let mut values = [0; NUM_LINES];
        for ((value, power), line) in values.iter_mut().zip(&powers).zip(lines) {
            let size = (power * step + 0.4054) as i32;
            *value = if *line < 0.0 { -size } else { size };
        }
        let count = exact_bit_count_band_aligned(&values, &SILENT, header.sample_rate_hz, header.version)?;
        (count.bits <= room).then_some((values, count))
    };
    let (mut low, mut high) = (0, 255);
    while low < high {
        let middle = low + (high - low) / 2;
        if quantized(middle).is_some() { high = middle } else { low = middle + 1 }
    }
    let (values, count) = quantized(low)?;
    let split = subdivide_bands(header.sample_rate_hz, header.version, count.split.big_pairs);
    let bits = emit_huffman(
        data,
        &values,
        count.split.big_pairs,
        split.region_ends,
        count.table_select,
        count.split.count1_quads,
        count.count1table_b,
    )
    .ok()?;
    Some(GranuleChannel {
        part2_3_length: bits as u16,
        big_values: count.split.big_pairs as u16,
        global_gain: low,
        table_select: count.table_select,
        region0_count: split.region0_count,
        region1_count: split.region1_count,
        count1table_select: count.count1table_b,
        ..SILENT
    })
}

/// What one channel carries over from granule to granule.
#[derive(Clone)]
struct State {
    recent: [f32; 512],
    /// Each step of the last granule, band by band.
    before: [[f32; BANDS]; STEPS],
}

impl State {
    fn new() -> Self {
        Self { recent: [0.0; 512], before: [[0.0; BANDS]; STEPS] }
    }
}

/// The tables of the filter bank.
struct Bank {
    window: Vec<f32>,
    matrix: Vec<[f32; 64]>,
    transform: Vec<[f32; 36]>,
    coupling: [(f32, f32); 8],
}

impl Bank {
    fn new() -> Self {
        let matrix = (0..BANDS)
            .map(|band| {
                std::array::from_fn(|k| ((2 * band + 1) as f32 * (k as f32 - 16.0) * PI / 64.0).cos())
            })
            .collect();
        let transform = (0..STEPS)
            .map(|line| {
                std::array::from_fn(|k| {
                    let window = (PI / 36.0 * (k as f32 + 0.5)).sin();
                    (PI / 72.0 * (2 * k + 19) as f32 * (2 * line + 1) as f32).cos() * window / 9.0
                })
            })
            .collect();
        let coupling = COUPLING.map(|c| (1.0 / (1.0 + c * c).sqrt(), c / (1.0 + c * c).sqrt()));
        Self { window: C_TABLE.iter().map(|value| *value as f32).collect(), matrix, transform, coupling }
    }

    /// The 576 lines of the next granule.
    fn granule(&self, state: &mut State, sample: impl Fn(usize) -> f32) -> Lines {
        let mut steps = [[0.0; BANDS]; STEPS];
        for (step, bands) in steps.iter_mut().enumerate() {
            state.recent.copy_within(0..480, 32);
            for place in 0..BANDS {
                state.recent[31 - place] = sample(step * BANDS + place);
            }
            let mut folded = [0.0; 64];
            for (place, value) in folded.iter_mut().enumerate() {
                *value = (0..8)
                    .map(|row| self.window[place + 64 * row] * state.recent[place + 64 * row])
                    .sum::<f32>();
            }
            for (band, (out, row)) in bands.iter_mut().zip(&self.matrix).enumerate() {
                let value: f32 = row.iter().zip(&folded).map(|(a, b)| a * b).sum();
                // Every second band comes out upside down.
                *out = if band % 2 == 1 && step % 2 == 1 { -value } else { value };
            }
        }
        let mut lines = [0.0; NUM_LINES];
        for (band, lines) in lines.chunks_exact_mut(STEPS).enumerate() {
            let both: [f32; 2 * STEPS] = std::array::from_fn(|place| {
                if place < STEPS { state.before[place][band] } else { steps[place - STEPS][band] }
            });
            for (line, row) in lines.iter_mut().zip(&self.transform) {
                *line = row.iter().zip(&both).map(|(a, b)| a * b).sum();
            }
        }
        state.before = steps;
        for edge in (STEPS..NUM_LINES).step_by(STEPS) {
            for (place, (straight, across)) in self.coupling.iter().enumerate() {
                let (below, above) = (lines[edge - 1 - place], lines[edge + place]);
                lines[edge - 1 - place] = below * straight + above * across;
                lines[edge + place] = above * straight - below * across;
            }
        }
        lines
    }
}
