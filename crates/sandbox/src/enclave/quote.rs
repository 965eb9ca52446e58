//! A quote in the shape of Intel TDX (version 4), with words where measurements and signatures should be.

/// What every field that would hold a measurement or a signature says.
const WORDS: &[u8] = b"A SANDBOX MADE THIS: NOT A REAL QUOTE. ";

/// Intel's quoting enclave: the one value that is the same in every quote.
const VENDOR: [u8; 16] =
    [0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07];

/// A quote that binds an address and a nonce in its report data, and that proves nothing.
pub(crate) fn quote(address: [u8; 20], nonce: [u8; 32]) -> Vec<u8> {
    let mut quote = Vec::with_capacity(1300);
    // Header: version, kind of key, kind of enclave, two versions, the vendor, user data.
    quote.extend(4_u16.to_le_bytes());
    quote.extend(2_u16.to_le_bytes());
    quote.extend(0x81_u32.to_le_bytes());
    quote.extend([0; 4]);
    quote.extend(VENDOR);
    words(&mut quote, 20);
    // Report: version of the platform, two measurements of the module, attributes (debugging off), measurements.
    quote.extend([0; 16]);
    words(&mut quote, 96);
    quote.extend([0; 24]);
    words(&mut quote, 48 * 8);
    quote.extend(address);
    quote.extend([0; 12]);
    quote.extend(nonce);
    let signature = signature();
    quote.extend((signature.len() as u32).to_le_bytes());
    quote.extend(signature);
    quote
}

/// Signature, key, and the certification that would lead to Intel's root.
fn signature() -> Vec<u8> {
    let mut chain = Vec::new();
    words(&mut chain, 32);
    chain.extend(5_u16.to_le_bytes());
    chain.extend((WORDS.len() as u32).to_le_bytes());
    chain.extend(WORDS);
    let mut certified = Vec::new();
    words(&mut certified, 384 + 64);
    certified.extend(32_u16.to_le_bytes());
    certified.extend(chain);
    let mut signature = Vec::new();
    words(&mut signature, 64 + 64);
    signature.extend(6_u16.to_le_bytes());
    signature.extend((certified.len() as u32).to_le_bytes());
    signature.extend(certified);
    signature
}

fn words(to: &mut Vec<u8>, count: usize) {
    to.extend(WORDS.iter().cycle().take(count));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_data_stand_where_readers_look_for_them() {
        let quote = quote([7; 20], [9; 32]);
        assert_eq!((quote[0], quote[4]), (4, 0x81));
        assert_eq!(quote[568..588], [7; 20]);
        assert_eq!(quote[588..600], [0; 12]);
        assert_eq!(quote[600..632], [9; 32]);
        let length = u32::from_le_bytes(quote[632..636].try_into().unwrap()) as usize;
        assert_eq!(quote.len(), 636 + length);
        assert!(quote.windows(WORDS.len()).any(|part| part == WORDS));
    }
}
