//! Uncompressed samples as files hold them.

/// How one sample is written, little end first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
    ALaw,
    MuLaw,
}

impl Sample {
    /// Bytes of one sample.
    pub(super) fn size(self) -> usize {
        match self {
            Self::U8 | Self::ALaw | Self::MuLaw => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ALaw => "A-law",
            Self::MuLaw => "mu-law",
            Self::F32 | Self::F64 => "PCM (float)",
            _ => "PCM",
        }
    }

    /// Adds the samples in some bytes.
    pub(super) fn read(self, bytes: &[u8], into: &mut Vec<f32>) {
        match self {
            Self::U8 => into.extend(bytes.iter().map(|&byte| (f32::from(byte) - 128.0) / 128.0)),
            Self::ALaw => into.extend(bytes.iter().map(|&byte| f32::from(a_law(byte)) / 32_768.0)),
            Self::MuLaw => into.extend(bytes.iter().map(|&byte| f32::from(mu_law(byte)) / 32_768.0)),
            Self::I16 => {
                into.extend(
                    arrays::<2>(bytes).map(|sample| f32::from(i16::from_le_bytes(sample)) / 32_768.0),
                );
            }
            Self::I24 => into.extend(arrays::<3>(bytes).map(|[a, b, c]| {
                // In the upper three bytes, so that the sign is where it belongs.
                i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0
            })),
            Self::I32 => into
                .extend(arrays::<4>(bytes).map(|sample| i32::from_le_bytes(sample) as f32 / 2_147_483_648.0)),
            Self::F32 => into.extend(arrays::<4>(bytes).map(|sample| finite(f32::from_le_bytes(sample)))),
            Self::F64 => {
                into.extend(arrays::<8>(bytes).map(|sample| finite(f64::from_le_bytes(sample) as f32)));
            }
        }
    }
}

fn arrays<const N: usize>(bytes: &[u8]) -> impl ExactSizeIterator<Item = [u8; N]> {
    bytes.as_chunks::<N>().0.iter().copied()
}

fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

/// ITU-T G.711, A-law.
fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let exponent = (byte >> 4) & 0x07;
    let mantissa = i16::from(byte & 0x0F) << 4;
    let size = match exponent {
        0 => mantissa + 8,
        exponent => (mantissa + 0x108) << (exponent - 1),
    };
    if byte & 0x80 == 0 { -size } else { size }
}

/// ITU-T G.711, mu-law.
fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let exponent = (byte >> 4) & 0x07;
    let size = (((i16::from(byte & 0x0F) << 3) + 0x84) << exponent) - 0x84;
    if byte & 0x80 == 0 { size } else { -size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sample: Sample, bytes: &[u8]) -> Vec<f32> {
        let mut into = Vec::new();
        sample.read(bytes, &mut into);
        into
    }

    #[test]
    fn whole_numbers_reach_from_minus_one_to_almost_one() {
        assert_eq!(read(Sample::U8, &[0, 128, 255]), [-1.0, 0.0, 127.0 / 128.0]);
        assert_eq!(read(Sample::I16, &[0, 0x80, 0, 0x40]), [-1.0, 0.5]);
        assert_eq!(read(Sample::I24, &[0, 0, 0x80, 0, 0, 0x40, 0, 0, 0xC0]), [-1.0, 0.5, -0.5]);
        assert_eq!(read(Sample::I32, &[0, 0, 0, 0x80]), [-1.0]);
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let bytes: Vec<u8> = [f32::NAN, f32::INFINITY, 0.25].into_iter().flat_map(f32::to_le_bytes).collect();
        assert_eq!(read(Sample::F32, &bytes), [0.0, 0.0, 0.25]);
    }

    #[test]
    fn telephone_codings_follow_the_recommendation() {
        assert_eq!((mu_law(0xFF), mu_law(0x7F), mu_law(0x80), mu_law(0x00)), (0, 0, 32_124, -32_124));
        assert_eq!((a_law(0xD5), a_law(0x55), a_law(0xAA), a_law(0x2A)), (8, -8, 32_256, -32_256));
    }
}
