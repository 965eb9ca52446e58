//! FLAC, block by block; its head is written once all is known.

use std::{
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
};

use flacenc::{
    bitsink::ByteSink,
    component::{BitRepr as _, StreamInfo},
    config,
    error::{Verified, Verify as _},
    source::{Context, Fill as _, FrameBuf},
};

use super::{Out, Tags, comments, whole};
use crate::{Error, Layout, Result};

/// Frames of a block.
const BLOCK: usize = 4096;
/// The same with many channels: some readers take no block of more than 64 kB.
const SMALL_BLOCK: usize = 2048;
/// The head: the name, then the head and the body of the first block of facts.
const HEAD: usize = 4 + 4 + 34;
/// What a block of facts may hold.
const LARGEST: usize = (1 << 24) - 1;
/// The coder takes no higher rate.
const HIGHEST_RATE: u32 = 96_000;
/// What the format can say of a rate.
const HIGHEST: u32 = (1 << 20) - 1;
/// A rate that blocks have no way to tell. They refer to the head then, which may tell any.
const ELSEWHERE: usize = 88_201;

pub(super) struct Flac {
    out: Out,
    layout: Layout,
    bits: u8,
    config: Verified<config::Encoder>,
    info: StreamInfo,
    block: FrameBuf,
    /// Samples of a block.
    full: usize,
    /// Counts samples, and sums them up.
    context: Context,
    waiting: Vec<i32>,
    bytes: Vec<u8>,
    sink: ByteSink,
    blocks: usize,
    smallest: u32,
    largest: u32,
}

impl Flac {
    pub(super) fn begin(mut out: Out, path: &Path, layout: Layout, bits: u8, tags: &Tags) -> Result<Self> {
        if layout.channels > 8 {
            return Err(Error::Invalid("FLAC holds eight channels at most"));
        }
        if layout.rate > HIGHEST {
            return Err(Error::Invalid("FLAC can't hold such a rate"));
        }
        let channels = usize::from(layout.channels);
        let rate = if layout.rate > HIGHEST_RATE { ELSEWHERE } else { layout.rate as usize };
        let info = StreamInfo::new(rate, channels, usize::from(bits)).map_err(|_| failed())?;
        let size = if channels > 2 { SMALL_BLOCK } else { BLOCK };
        let block = FrameBuf::with_size(channels, size).map_err(|_| failed())?;
        let config = config::Encoder::default().into_verified().map_err(|_| failed())?;
        let comments = comments::block("Canaletto", tags);
        if comments.len() > LARGEST {
            return Err(Error::Invalid("the titles of the chapters are too long"));
        }
        let mut head = vec![0; HEAD];
        // The last block of facts, of comments.
        head.extend((0x8400_0000 | comments.len() as u32).to_be_bytes());
        head.extend(comments);
        out.write_all(&head).map_err(|error| Error::file(path, error))?;
        Ok(Self {
            out,
            layout,
            bits,
            config,
            info,
            block,
            full: size * channels,
            context: Context::new(usize::from(bits), channels),
            waiting: Vec::with_capacity(size * channels),
            bytes: Vec::new(),
            sink: ByteSink::new(),
            blocks: 0,
            smallest: u32::MAX,
            largest: 0,
        })
    }

    pub(super) fn write(&mut self, frames: &[f32], path: &Path) -> Result<()> {
        let mut rest = frames;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(self.full - self.waiting.len()));
            self.waiting.extend(now.iter().map(|&sample| whole(sample, self.bits)));
            rest = later;
            if self.waiting.len() == self.full {
                self.encode(path)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self, path: &Path) -> Result<Out> {
        if !self.waiting.is_empty() {
            self.encode(path)?;
        }
        let head = self.head();
        self.out.seek(SeekFrom::Start(0)).map_err(|error| Error::file(path, error))?;
        self.out.write_all(&head).map_err(|error| Error::file(path, error))?;
        Ok(self.out)
    }

    fn encode(&mut self, path: &Path) -> Result<()> {
        let size = usize::from(self.bits / 8);
        self.bytes.clear();
        for sample in &self.waiting {
            self.bytes.extend_from_slice(&sample.to_le_bytes()[..size]);
        }
        self.context.fill_le_bytes(&self.bytes, size).map_err(|_| failed())?;
        self.block.fill_interleaved(&self.waiting).map_err(|_| failed())?;
        self.waiting.clear();
        let block = flacenc::encode_fixed_size_frame(&self.config, &self.block, self.blocks, &self.info)
            .map_err(|_| failed())?;
        self.blocks += 1;
        self.sink.clear();
        block.write(&mut self.sink).map_err(|_| failed())?;
        let bytes = self.sink.as_slice();
        self.smallest = self.smallest.min(bytes.len() as u32);
        self.largest = self.largest.max(bytes.len() as u32);
        self.out.write_all(bytes).map_err(|error| Error::file(path, error))
    }

    /// The name, and what is known of the whole.
    fn head(&self) -> Vec<u8> {
        let mut head = b"fLaC\0\0\0\x22".to_vec();
        head.extend([(self.block.size() as u16).to_be_bytes(); 2].concat());
        let smallest = if self.blocks == 0 { 0 } else { self.smallest };
        head.extend_from_slice(&smallest.to_be_bytes()[1..]);
        head.extend_from_slice(&self.largest.to_be_bytes()[1..]);
        // 20 bits of the rate, 3 of the channels, 5 of the bits, 36 of the frames.
        let frames = self.context.total_samples() as u64 & ((1 << 36) - 1);
        let facts = (u64::from(self.layout.rate) << 44)
            | (u64::from(self.layout.channels - 1) << 41)
            | (u64::from(self.bits - 1) << 36)
            | frames;
        head.extend(facts.to_be_bytes());
        head.extend(self.context.md5_digest());
        head
    }
}

fn failed() -> Error {
    Error::Coder("FLAC")
}
