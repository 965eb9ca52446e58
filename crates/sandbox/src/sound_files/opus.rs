//! Opus packets, and Ogg files of them.

use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder};

use super::Sound;

/// Opus counts in 48,000ths of a second, whatever the rate of the input.
const CLOCK: u32 = 48_000;
const SERIAL: u32 = 0x0ca7_a1e7;

/// Packets of 20 ms, and how many 48,000ths of a second a player skips at the start.
pub(crate) fn packets(sound: &Sound) -> Option<(Vec<Vec<u8>>, u16)> {
    let channels = if sound.channels == 2 { Channels::Stereo } else { Channels::Mono };
    let mut encoder = Encoder::new(sound.rate, channels, Application::Audio).ok()?;
    encoder.set_bitrate(Bitrate::Bits(if sound.channels == 2 { 96_000 } else { 40_000 })).ok()?;
    encoder.set_complexity(5).ok()?;
    let lookahead = encoder.get_lookahead().ok()?;
    let skip = u16::try_from(lookahead.unsigned_abs() * (CLOCK / sound.rate)).ok()?;
    let frame = (sound.rate / 50) as usize * usize::from(sound.channels);
    let mut samples = sound.samples.clone();
    // What the encoder looks ahead is pushed out by silence.
    samples.resize(samples.len() + lookahead.unsigned_abs() as usize * usize::from(sound.channels), 0.0);
    samples.resize(samples.len().div_ceil(frame) * frame, 0.0);
    let packets = samples
        .chunks_exact(frame)
        .map(|part| encoder.encode_vec_float(part, 4000))
        .collect::<Result<_, _>>();
    Some((packets.ok()?, skip))
}

pub(super) fn write(sound: &Sound) -> Option<Vec<u8>> {
    let (packets, skip) = packets(sound)?;
    let length = (sound.samples.len() / usize::from(sound.channels.max(1))) as u64
        * u64::from(CLOCK / sound.rate)
        + u64::from(skip);
    let mut head = b"OpusHead\x01".to_vec();
    head.push(sound.channels as u8);
    head.extend_from_slice(&skip.to_le_bytes());
    head.extend_from_slice(&sound.rate.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    let vendor = b"Canaletto sandbox";
    let mut tags = b"OpusTags".to_vec();
    tags.extend_from_slice(&(vendor.len() as u32).to_le_bytes());
    tags.extend_from_slice(vendor);
    tags.extend_from_slice(&0u32.to_le_bytes());
    let mut writer = PacketWriter::new(Vec::new());
    writer.write_packet(head, SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    writer.write_packet(tags, SERIAL, PacketWriteEndInfo::EndPage, 0).ok()?;
    let last = packets.len().saturating_sub(1);
    for (place, packet) in packets.into_iter().enumerate() {
        let position = (place as u64 + 1) * u64::from(CLOCK / 50);
        let (end, position) = match place {
            // The end says how much of the last packet is sound.
            place if place == last => (PacketWriteEndInfo::EndStream, position.min(length)),
            place if place % 25 == 24 => (PacketWriteEndInfo::EndPage, position),
            _ => (PacketWriteEndInfo::NormalPacket, position),
        };
        writer.write_packet(packet, SERIAL, end, position).ok()?;
    }
    Some(writer.into_inner())
}
