use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::keys::without_prefix;

/// Where a quote of version 4 has its body, after the header.
const BODY: usize = 48;
/// Version 5 puts the kind and the size of the body before it.
const BODY_OF_VERSION_5: usize = BODY + 2 + 4;
/// The size of the body that all versions have in common.
const BODY_SIZE: usize = 584;
/// What a header says of TDX; other values are other kinds of hardware.
const TDX: u32 = 0x81;
/// Bytes of a measurement.
const MEASUREMENT: usize = 48;

/// Intel's quote: what a processor says of the virtual machine that runs in it.
///
/// Reading it proves nothing; that Intel's key vouches for it is checked by
/// [`TeeAttestation::verify`](super::TeeAttestation::verify).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TdxQuote {
    /// Whether the machine's owner can look into it.
    pub is_debug: bool,
    /// What the machine itself put into the quote.
    pub report_data: [u8; 64],
    /// What runs in the machine.
    pub measurements: Measurements,
}

/// What runs in a machine: hashes in hex, to be compared with those of a build one trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Measurements {
    /// Its firmware.
    pub mr_td: String,
    /// Its hardware, as it was set up.
    pub rt_mr0: String,
    /// Its kernel.
    pub rt_mr1: String,
    /// Its first file system.
    pub rt_mr2: String,
    /// Its application.
    pub rt_mr3: String,
}

/// Reads a quote in hex or base64.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    let text = without_prefix(text);
    hex::decode(text).ok().or_else(|| STANDARD.decode(text).ok())
}

impl TdxQuote {
    /// Reads a quote of version 4 or 5; `None` for what is none.
    pub fn read(quote: &[u8]) -> Option<Self> {
        let version = u16::from_le_bytes(part(quote, 0)?);
        let start = match version {
            4 => BODY,
            5 => BODY_OF_VERSION_5,
            _ => return None,
        };
        if u32::from_le_bytes(part(quote, 4)?) != TDX {
            return None;
        }
        let body = quote.get(start..start + BODY_SIZE)?;
        let measurement = |at: usize| Some(hex::encode(part::<MEASUREMENT>(body, at)?));
        Some(Self {
            is_debug: part::<8>(body, 120)?[0] & 1 != 0,
            report_data: part(body, 520)?,
            measurements: Measurements {
                mr_td: measurement(136)?,
                rt_mr0: measurement(328)?,
                rt_mr1: measurement(376)?,
                rt_mr2: measurement(424)?,
                rt_mr3: measurement(472)?,
            },
        })
    }
}

fn part<const SIZE: usize>(bytes: &[u8], at: usize) -> Option<[u8; SIZE]> {
    bytes.get(at..at.checked_add(SIZE)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUOTE: &[u8] = include_bytes!("../../tests/data/tdx_quote.bin");

    #[test]
    fn a_quote_comes_in_several_spellings() {
        for text in [hex::encode(QUOTE), format!("0x{}", hex::encode(QUOTE)), STANDARD.encode(QUOTE)] {
            assert_eq!(bytes(&text).unwrap(), QUOTE);
        }
        assert_eq!(bytes("not a quote"), None);
    }

    #[cfg(feature = "tdx")]
    #[test]
    fn a_quote_is_read_as_another_implementation_reads_it() {
        let other = dcap_qvl::quote::Quote::parse(QUOTE).unwrap();
        let other = other.report.as_td10().unwrap();
        let quote = TdxQuote::read(QUOTE).unwrap();
        assert_eq!((quote.report_data, quote.is_debug), (other.report_data, other.td_attributes[0] & 1 == 1));
        let hashes = [other.mr_td, other.rt_mr0, other.rt_mr1, other.rt_mr2, other.rt_mr3].map(hex::encode);
        let Measurements { mr_td, rt_mr0, rt_mr1, rt_mr2, rt_mr3 } = quote.measurements;
        assert_eq!([mr_td, rt_mr0, rt_mr1, rt_mr2, rt_mr3], hashes);
    }

    #[test]
    fn the_body_of_version_5_stands_further_on() {
        let mut newer = QUOTE[..BODY].to_vec();
        newer[0] = 5;
        newer.extend_from_slice(&[2, 0, 0x48, 2, 0, 0]);
        newer.extend_from_slice(&QUOTE[BODY..]);
        assert_eq!(TdxQuote::read(&newer), TdxQuote::read(QUOTE));
    }

    #[test]
    fn what_is_no_quote_of_tdx_is_none() {
        assert_eq!(TdxQuote::read(&QUOTE[..BODY + BODY_SIZE - 1]), None);
        for (place, byte) in [(0, 3), (0, 6), (4, 0)] {
            let mut other = QUOTE.to_vec();
            other[place] = byte;
            assert_eq!(TdxQuote::read(&other), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(version in 3_u8..7, bytes in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut quote = vec![version, 0, 0, 0, 0x81, 0, 0, 0];
            quote.extend_from_slice(&bytes);
            let is_whole = quote.len() >= BODY + BODY_SIZE && version == 4 || quote.len() >= BODY_OF_VERSION_5 + BODY_SIZE && version == 5;
            prop_assert_eq!(TdxQuote::read(&quote).is_some(), is_whole);
        }
    }
}
