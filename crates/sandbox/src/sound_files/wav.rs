//! WAV files of 16-bit samples.

use super::Sound;

pub(super) fn write(sound: &Sound) -> Vec<u8> {
    let data = u32::try_from(sound.samples.len() * 2).unwrap_or(u32::MAX - 36);
    let frame = sound.channels * 2;
    let mut file = Vec::with_capacity(44 + data as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + data).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    file.extend_from_slice(&1u16.to_le_bytes());
    file.extend_from_slice(&sound.channels.to_le_bytes());
    file.extend_from_slice(&sound.rate.to_le_bytes());
    file.extend_from_slice(&(sound.rate * u32::from(frame)).to_le_bytes());
    file.extend_from_slice(&frame.to_le_bytes());
    file.extend_from_slice(&16u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&data.to_le_bytes());
    file.extend(sound.integers().into_iter().flat_map(i16::to_le_bytes));
    file
}
