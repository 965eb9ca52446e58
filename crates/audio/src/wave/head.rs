//! The head of a file: chunks of fixed sizes, so that it can be written over in place.

use crate::Layout;

/// Bytes before the first sample.
pub const HEAD: u64 = 128;

const SIZE: usize = HEAD as usize;
/// Where each chunk begins. That of the 64-bit sizes is filler until they are needed.
const SIZES: usize = 12;
const FORMAT: usize = 48;
const MARK: usize = 96;
const DATA: usize = 120;

const EXTENSIBLE: u16 = 0xFFFE;
/// `KSDATAFORMAT_SUBTYPE_PCM`, as it lies in the file.
const PCM: [u8; 16] = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
const OPEN: [u8; 16] = *b"canaletto open\0\0";
const DONE: [u8; 16] = *b"canaletto done\0\0";

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub layout: Layout,
    /// Bytes of samples.
    pub data: u64,
    /// The file is still being written, or its writer was killed.
    pub open: bool,
}

/// Bytes of one frame.
pub(super) fn frame(layout: Layout) -> u64 {
    u64::from(layout.channels) * 3
}

/// A chunk has an even length: bytes that follow an odd one.
pub(super) fn padding(data: u64) -> u64 {
    data % 2
}

impl Head {
    pub fn to_bytes(self) -> [u8; SIZE] {
        let Self { layout, data, open } = self;
        let whole = HEAD - 8 + data + padding(data);
        let frame = frame(layout);
        let mut bytes = [0; SIZE];
        let mut put = |at: usize, what: &[u8]| bytes[at..at + what.len()].copy_from_slice(what);
        put(8, b"WAVE");
        put(SIZES + 4, &28u32.to_le_bytes());
        put(DATA, b"data");
        if let (Ok(whole), Ok(data)) = (u32::try_from(whole), u32::try_from(data)) {
            put(0, b"RIFF");
            put(4, &whole.to_le_bytes());
            put(SIZES, b"JUNK");
            put(DATA + 4, &data.to_le_bytes());
        } else {
            put(0, b"RF64");
            put(4, &u32::MAX.to_le_bytes());
            put(SIZES, b"ds64");
            put(SIZES + 8, &whole.to_le_bytes());
            put(SIZES + 16, &data.to_le_bytes());
            put(SIZES + 24, &(data / frame).to_le_bytes());
            put(DATA + 4, &u32::MAX.to_le_bytes());
        }
        put(FORMAT, b"fmt ");
        put(FORMAT + 4, &40u32.to_le_bytes());
        put(FORMAT + 8, &EXTENSIBLE.to_le_bytes());
        put(FORMAT + 10, &layout.channels.to_le_bytes());
        put(FORMAT + 12, &layout.rate.to_le_bytes());
        put(FORMAT + 16, &layout.rate.saturating_mul(frame as u32).to_le_bytes());
        put(FORMAT + 20, &(frame as u16).to_le_bytes());
        put(FORMAT + 22, &24u16.to_le_bytes());
        put(FORMAT + 24, &22u16.to_le_bytes());
        put(FORMAT + 26, &24u16.to_le_bytes());
        put(FORMAT + 28, &speakers(layout.channels).to_le_bytes());
        put(FORMAT + 32, &PCM);
        put(MARK, b"JUNK");
        put(MARK + 4, &16u32.to_le_bytes());
        put(MARK + 8, if open { &OPEN } else { &DONE });
        bytes
    }

    /// What a head of ours says; none where it is another's.
    pub fn read(bytes: &[u8; SIZE]) -> Option<Self> {
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let layout = Layout { rate: number(FORMAT + 12), channels: short(FORMAT + 10) };
        let data = match &bytes[..4] {
            b"RIFF" => u64::from(number(DATA + 4)),
            b"RF64" => u64::from(number(SIZES + 16)) | u64::from(number(SIZES + 20)) << 32,
            _ => return None,
        };
        let head = Self { layout, data, open: bytes[MARK + 8..DATA] == OPEN };
        // Whatever else it holds, it is ours when we would have written the same.
        (is_possible(layout) && data <= u64::MAX - HEAD && head.to_bytes() == *bytes).then_some(head)
    }

    /// Whether the first bytes of a file can be those of a head of ours.
    pub fn may_begin(bytes: &[u8]) -> bool {
        let begins = |at: usize, with: &[u8]| {
            let there = bytes.get(at..).unwrap_or_default();
            there.iter().zip(with).all(|(there, with)| there == with)
        };
        (begins(0, b"RIFF") && begins(SIZES, b"JUNK") || begins(0, b"RF64") && begins(SIZES, b"ds64"))
            && begins(8, b"WAVE")
            && begins(FORMAT, b"fmt ")
            && begins(MARK, b"JUNK")
    }
}

/// Whether a head can say it.
pub(super) fn is_possible(layout: Layout) -> bool {
    layout.rate > 0 && layout.channels > 0 && layout.channels <= u16::MAX / 3
}

/// The usual loudspeakers of so many channels, as a mask; none where there is no usual arrangement.
fn speakers(channels: u16) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        3 => 0x7,
        4 => 0x33,
        5 => 0x37,
        6 => 0x3F,
        8 => 0x63F,
        _ => 0,
    }
}
