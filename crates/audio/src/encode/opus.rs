//! Opus in Ogg, after RFC 7845.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    path::Path,
};

use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Encoder};

use super::{Out, Tags, comments};
use crate::{Error, Layout, Result, resample::Converter};

/// The rate that the coder works at.
const RATE: u32 = 48_000;
/// Frames of a packet: 20 ms.
const PACKET: usize = 960;
/// Packets on a page: a second.
const ON_A_PAGE: u32 = 50;
/// What a packet may be at most.
const LARGEST: usize = 4000;

pub(super) struct Opus {
    out: PacketWriter<'static, Out>,
    encoder: Encoder,
    /// From what comes in to what the coder takes.
    converter: Converter,
    from: Layout,
    channels: usize,
    serial: u32,
    /// Frames that the coder puts before the first.
    skip: u64,
    waiting: Vec<f32>,
    /// The last packet, which is told apart.
    last: Option<Vec<u8>>,
    /// Frames that were taken in.
    taken: u64,
    /// Frames in packets, the last one too.
    coded: u64,
    on_page: u32,
}

impl Opus {
    pub(super) fn begin(out: Out, path: &Path, layout: Layout, bitrate: u32, tags: &Tags) -> Result<Self> {
        let channels = layout.channels.min(2);
        let mut encoder = Encoder::new(
            RATE,
            if channels == 1 { Channels::Mono } else { Channels::Stereo },
            Application::Audio,
        )
        .map_err(failed)?;
        let bitrate = bitrate.clamp(6_000, 256_000) * u32::from(channels);
        encoder.set_bitrate(Bitrate::Bits(bitrate.cast_signed())).map_err(failed)?;
        let skip = encoder.get_lookahead().map_err(failed)?.unsigned_abs();
        let serial = RandomState::new().build_hasher().finish() as u32;
        let mut out = PacketWriter::new(out);
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels as u8);
        head.extend((skip as u16).to_le_bytes());
        head.extend(layout.rate.to_le_bytes());
        // No gain, and the usual order of channels.
        head.extend([0, 0, 0]);
        let mut comments = comments::block(opus::version(), tags);
        comments.splice(0..0, *b"OpusTags");
        out.write_packet(head, serial, PacketWriteEndInfo::EndPage, 0)
            .map_err(|error| Error::file(path, error))?;
        out.write_packet(comments, serial, PacketWriteEndInfo::EndPage, 0)
            .map_err(|error| Error::file(path, error))?;
        Ok(Self {
            out,
            encoder,
            converter: Converter::new(Layout { rate: RATE, channels }),
            from: layout,
            channels: usize::from(channels),
            serial,
            skip: u64::from(skip),
            waiting: Vec::new(),
            last: None,
            taken: 0,
            coded: 0,
            on_page: 0,
        })
    }

    pub(super) fn write(&mut self, frames: &[f32], path: &Path) -> Result<()> {
        let before = self.waiting.len();
        self.converter.push(self.from, frames, &mut self.waiting)?;
        self.taken += ((self.waiting.len() - before) / self.channels) as u64;
        self.encode(path)
    }

    pub(super) fn finish(mut self, path: &Path) -> Result<Out> {
        let before = self.waiting.len();
        self.converter.finish(&mut self.waiting)?;
        self.taken += ((self.waiting.len() - before) / self.channels) as u64;
        self.encode(path)?;
        // What the coder still holds comes out as silence goes in.
        let end = self.skip + self.taken;
        while self.coded < end || self.last.is_none() {
            self.waiting.resize(PACKET * self.channels, 0.0);
            self.encode(path)?;
        }
        let last = self.last.take().unwrap_or_default();
        self.out
            .write_packet(last, self.serial, PacketWriteEndInfo::EndStream, end)
            .map_err(|error| Error::file(path, error))?;
        Ok(self.out.into_inner())
    }

    /// Codes what fills whole packets.
    fn encode(&mut self, path: &Path) -> Result<()> {
        let size = PACKET * self.channels;
        let mut from = 0;
        while self.waiting.len() - from >= size {
            let mut packet = vec![0; LARGEST];
            let length =
                self.encoder.encode_float(&self.waiting[from..from + size], &mut packet).map_err(failed)?;
            packet.truncate(length);
            from += size;
            if let Some(before) = self.last.replace(packet) {
                self.on_page += 1;
                let is_full = self.on_page >= ON_A_PAGE;
                let end =
                    if is_full { PacketWriteEndInfo::EndPage } else { PacketWriteEndInfo::NormalPacket };
                self.out
                    .write_packet(before, self.serial, end, self.coded)
                    .map_err(|error| Error::file(path, error))?;
                if is_full {
                    self.on_page = 0;
                }
            }
            self.coded += PACKET as u64;
        }
        self.waiting.drain(..from);
        Ok(())
    }
}

fn failed(_: opus::Error) -> Error {
    Error::Coder("Opus")
}
