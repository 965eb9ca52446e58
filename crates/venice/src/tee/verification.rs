use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::attestation::{GetTeeAttestation, TeeAttestation};
use super::keys::{self, Address};
use super::quote::{self, Measurements, TdxQuote};

/// What came out of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Check {
    /// It is as it should be.
    Passed,
    /// It isn't.
    Failed {
        /// Why.
        reason: String,
    },
    /// Nobody knows.
    NotChecked {
        /// Why.
        reason: String,
    },
}

impl Check {
    /// Whether it is known to be as it should be.
    pub fn is_passed(&self) -> bool {
        *self == Self::Passed
    }

    fn of(is_passed: bool, reason: &str) -> Self {
        if is_passed { Self::Passed } else { Self::failed(reason) }
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    fn not_checked(reason: impl Into<String>) -> Self {
        Self::NotChecked { reason: reason.into() }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("verified"),
            Self::Failed { reason } => write!(f, "failed: {reason}"),
            Self::NotChecked { reason } => write!(f, "not verified: {reason}"),
        }
    }
}

/// What was verified of an attestation, and what wasn't.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct Verification {
    /// The answer names the nonce and the model that were asked about.
    pub answers_the_question: Check,
    /// The signing address is that of the signing key.
    pub address_of_key: Check,
    /// The quote was made for the nonce.
    pub nonce_in_quote: Check,
    /// The quote was made by whoever has the signing key.
    pub key_in_quote: Check,
    /// The machine can't be looked into by its owner.
    pub not_debug: Check,
    /// Intel vouches for the processor that made the quote, and nobody changed it.
    pub intel_signature: Check,
    /// The processor has all of Intel's corrections.
    pub platform_up_to_date: Check,
    /// NVIDIA vouches for the graphics processors. This is never checked here.
    pub nvidia: Check,
    /// What Intel says of the processor: `UpToDate`, `OutOfDate`, `SWHardeningNeeded` ….
    pub platform_status: Option<String>,
    /// Intel's advisories for what the processor lacks.
    pub advisories: Vec<String>,
    /// What runs in the machine, where there is a quote. Whether it is what it should be isn't checked here.
    pub measurements: Option<Measurements>,
    /// Whether Venice says that it found all good. Nothing rests on it.
    pub venice_says: Option<bool>,
}

impl Verification {
    /// The checks by name, in the order in which they are told.
    pub fn checks(&self) -> [(&'static str, &Check); 8] {
        [
            ("answers_the_question", &self.answers_the_question),
            ("address_of_key", &self.address_of_key),
            ("nonce_in_quote", &self.nonce_in_quote),
            ("key_in_quote", &self.key_in_quote),
            ("not_debug", &self.not_debug),
            ("intel_signature", &self.intel_signature),
            ("platform_up_to_date", &self.platform_up_to_date),
            ("nvidia", &self.nvidia),
        ]
    }

    /// Whether the signing key surely belongs to a machine in a processor of Intel's that nobody can look into. What
    /// runs in it, whether the processor is up to date, and the graphics processors are other questions.
    pub fn is_genuine(&self) -> bool {
        [
            &self.answers_the_question,
            &self.address_of_key,
            &self.nonce_in_quote,
            &self.key_in_quote,
            &self.not_debug,
            &self.intel_signature,
        ]
        .into_iter()
        .all(Check::is_passed)
    }

    /// The names of all that isn't known to be as it should be.
    pub fn open_questions(&self) -> Vec<&'static str> {
        self.checks().into_iter().filter(|(_, check)| !check.is_passed()).map(|(name, _)| name).collect()
    }
}

/// What Intel publishes to verify quotes with: certificates, revocations and the state of its processors.
///
/// It is fetched from Intel or a cache such as Phala's, is public, and expires after some weeks.
#[derive(Clone, PartialEq, Eq)]
pub struct Collateral(Vec<u8>);

impl Collateral {
    /// Takes it as JSON, in the form of `dcap-qvl` and of caches for it (`QuoteCollateralV3`).
    pub fn from_json(json: impl Into<Vec<u8>>) -> Self {
        Self(json.into())
    }
}

impl fmt::Debug for Collateral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collateral({} bytes)", self.0.len())
    }
}

impl TeeAttestation {
    /// Checks all that can be checked: against what was asked, against itself, and against what Intel publishes.
    pub fn verify(
        &self,
        request: &GetTeeAttestation,
        collateral: Option<&Collateral>,
        now: Timestamp,
    ) -> Verification {
        let key = self.key().and_then(keys::public_key);
        let address = key.as_ref().map(Address::of);
        let raw_quote = self.intel_quote.as_deref().and_then(quote::bytes);
        let quote = raw_quote.as_deref().and_then(TdxQuote::read);
        let about_quote = |check: &dyn Fn(&TdxQuote) -> Check| match (&quote, &self.intel_quote) {
            (Some(quote), _) => check(quote),
            (None, Some(_)) => Check::failed("the quote is none of Intel TDX"),
            (None, None) => Check::not_checked("there is no quote"),
        };
        let intel = match (&raw_quote, collateral) {
            (Some(raw), Some(collateral)) if quote.is_some() => intel(raw, collateral, now),
            (Some(_), None) if quote.is_some() => {
                Intel::unknown("what Intel publishes to verify it with isn't at hand")
            }
            _ => Intel { signature: about_quote(&|_| Check::Passed), ..Intel::unknown("there is no quote") },
        };
        Verification {
            answers_the_question: self.answers(request),
            address_of_key: self.is_address_of_key(address.as_ref()),
            nonce_in_quote: about_quote(&|quote| {
                let nonce = request.nonce.as_bytes();
                let held = &quote.report_data[32..];
                let is_held = held == nonce || held == Sha256::digest(nonce).as_slice();
                Check::of(is_held, "the quote was made for another nonce")
            }),
            key_in_quote: about_quote(&|quote| match &address {
                Some(address) => Check::of(
                    quote.report_data[..20] == *address.as_bytes()
                        && quote.report_data[20..32].iter().all(|byte| *byte == 0),
                    "the quote names another key",
                ),
                None => Check::not_checked("there is no signing key"),
            }),
            not_debug: about_quote(&|quote| {
                Check::of(!quote.is_debug, "the machine runs in debug mode: its owner can look into it")
            }),
            intel_signature: intel.signature,
            platform_up_to_date: intel.platform,
            nvidia: Check::not_checked(
                if self.nvidia_payload.as_ref().is_some_and(|payload| !payload.is_null()) {
                    "NVIDIA's evidence isn't verified here"
                } else {
                    "there is no evidence of NVIDIA's"
                },
            ),
            platform_status: intel.status,
            advisories: intel.advisories,
            measurements: quote.as_ref().map(|quote| quote.measurements.clone()),
            venice_says: self.verified,
        }
    }

    fn answers(&self, request: &GetTeeAttestation) -> Check {
        let nonce = self.nonce.as_deref().map(str::to_ascii_lowercase);
        match (nonce, &self.model) {
            (None, _) => Check::failed("the answer names no nonce"),
            (Some(nonce), _) if nonce != request.nonce.to_string() => {
                Check::failed("the answer is for another nonce")
            }
            (_, Some(model)) if *model != request.model => Check::failed("the answer is about another model"),
            _ => Check::Passed,
        }
    }

    fn is_address_of_key(&self, address: Option<&Address>) -> Check {
        let Some(address) = address else {
            return match self.key() {
                Some(_) => Check::failed("the signing key is none of secp256k1"),
                None => Check::not_checked("there is no signing key"),
            };
        };
        match self.signing_address.as_deref().map(str::parse::<Address>) {
            Some(Ok(said)) => Check::of(said == *address, "the signing address belongs to another key"),
            Some(Err(_)) => Check::failed("the signing address is none"),
            // It follows from the key, so none is needed.
            None => Check::Passed,
        }
    }
}

/// What is known by way of Intel.
struct Intel {
    signature: Check,
    platform: Check,
    status: Option<String>,
    advisories: Vec<String>,
}

impl Intel {
    fn unknown(reason: &str) -> Self {
        Self::with_signature(Check::not_checked(reason))
    }

    fn with_signature(signature: Check) -> Self {
        let platform = Check::not_checked("Intel's signature isn't verified");
        Self { signature, platform, status: None, advisories: Vec::new() }
    }
}

#[cfg(not(feature = "tdx"))]
fn intel(_: &[u8], _: &Collateral, _: Timestamp) -> Intel {
    Intel::unknown("this program was built without it")
}

#[cfg(feature = "tdx")]
fn intel(raw_quote: &[u8], collateral: &Collateral, now: Timestamp) -> Intel {
    use dcap_qvl::QuoteCollateralV3;
    use dcap_qvl::verify::QuoteVerifier;

    let Ok(collateral) = serde_json::from_slice::<QuoteCollateralV3>(&collateral.0) else {
        return Intel::unknown("what Intel publishes to verify it with can't be read");
    };
    let now = now.as_second().try_into().unwrap_or_default();
    // A debug machine is told of by a check of its own.
    match QuoteVerifier::new_prod().allow_debug(true).verify(raw_quote, &collateral, now) {
        Ok(report) => Intel {
            signature: Check::Passed,
            platform: Check::of(
                report.status == "UpToDate",
                &format!("Intel says of the processor: {}", report.status),
            ),
            status: Some(report.status),
            advisories: report.advisory_ids,
        },
        Err(error) => Intel::with_signature(Check::failed(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tee::Nonce;
    use k256::SecretKey;
    use rstest::rstest;

    const QUOTE: &[u8] = include_bytes!("../../tests/data/tdx_quote.bin");
    const REPORT_DATA: usize = 568;

    fn collateral() -> Collateral {
        Collateral::from_json(include_bytes!("../../tests/data/tdx_quote_collateral.json").to_vec())
    }

    /// When the collateral was good.
    fn june() -> Timestamp {
        "2025-06-20T12:00:00Z".parse().unwrap()
    }

    /// A question, and an answer to it with this quote.
    fn attestation(quote: &[u8]) -> (GetTeeAttestation, TeeAttestation) {
        let nonce: [u8; 32] = quote[REPORT_DATA + 32..REPORT_DATA + 64].try_into().unwrap();
        let request = GetTeeAttestation::new("m", Nonce::from(nonce));
        let key = SecretKey::from_slice(&[7; 32]).unwrap().public_key();
        let attestation = TeeAttestation {
            verified: Some(true),
            nonce: Some(request.nonce.to_string()),
            model: Some("m".into()),
            intel_quote: Some(hex::encode(quote)),
            signing_key: Some(hex::encode(keys::uncompressed(&key))),
            signing_address: Some(Address::of(&key).to_string()),
            ..TeeAttestation::default()
        };
        (request, attestation)
    }

    /// A quote that names the key of [`attestation`], as nobody but its processor could make it.
    fn forged() -> Vec<u8> {
        let key = SecretKey::from_slice(&[7; 32]).unwrap().public_key();
        let mut quote = QUOTE.to_vec();
        quote[REPORT_DATA..REPORT_DATA + 20].copy_from_slice(Address::of(&key).as_bytes());
        quote[REPORT_DATA + 20..REPORT_DATA + 32].fill(0);
        quote
    }

    #[cfg(feature = "tdx")]
    #[test]
    fn a_genuine_quote_is_verified() {
        let (request, attestation) = attestation(QUOTE);
        let verification = attestation.verify(&request, Some(&collateral()), june());
        assert_eq!(verification.intel_signature, Check::Passed);
        assert_eq!(
            (verification.platform_status.as_deref(), &verification.platform_up_to_date),
            (Some("UpToDate"), &Check::Passed)
        );
        assert!(verification.nonce_in_quote.is_passed() && verification.not_debug.is_passed());
        // It is genuine, but it isn't about this key.
        assert_eq!(verification.open_questions(), ["key_in_quote", "nvidia"]);
        assert!(!verification.is_genuine());
    }

    #[cfg(feature = "tdx")]
    #[test]
    fn a_quote_that_was_made_up_is_not() {
        let (request, attestation) = attestation(&forged());
        let verification = attestation.verify(&request, Some(&collateral()), june());
        let Check::Failed { reason } = &verification.intel_signature else { panic!("{verification:?}") };
        assert!(!reason.is_empty());
        assert_eq!(verification.open_questions(), ["intel_signature", "platform_up_to_date", "nvidia"]);
        assert!(!verification.is_genuine());
        assert_eq!(verification.venice_says, Some(true));
    }

    #[cfg(feature = "tdx")]
    #[rstest]
    #[case::too_early("2025-06-01T00:00:00Z")]
    #[case::too_late("2026-11-21T00:00:00Z")]
    fn collateral_expires(#[case] now: &str) {
        let (request, attestation) = attestation(QUOTE);
        let verification = attestation.verify(&request, Some(&collateral()), now.parse().unwrap());
        assert!(matches!(verification.intel_signature, Check::Failed { .. }), "{verification:?}");
    }

    #[test]
    fn without_collateral_nothing_is_known_of_intel() {
        let (request, attestation) = attestation(&forged());
        for collateral in [None, Some(Collateral::from_json(*b"{}"))] {
            let verification = attestation.verify(&request, collateral.as_ref(), june());
            assert!(matches!(verification.intel_signature, Check::NotChecked { .. }), "{verification:?}");
            assert_eq!(verification.open_questions(), ["intel_signature", "platform_up_to_date", "nvidia"]);
            assert!(!verification.is_genuine());
        }
    }

    #[rstest]
    #[case::nonce(|it: &mut TeeAttestation| it.nonce = Some("00".repeat(32)), "answers_the_question")]
    #[case::no_nonce(|it: &mut TeeAttestation| it.nonce = None, "answers_the_question")]
    #[case::model(|it: &mut TeeAttestation| it.model = Some("other".into()), "answers_the_question")]
    #[case::address(|it: &mut TeeAttestation| it.signing_address = Some(format!("0x{}", "1".repeat(40))), "address_of_key")]
    #[case::no_address(|it: &mut TeeAttestation| it.signing_address = Some("nowhere".into()), "address_of_key")]
    #[case::no_key(|it: &mut TeeAttestation| it.signing_key = Some("04".into()), "address_of_key")]
    #[case::quote(|it: &mut TeeAttestation| it.intel_quote = Some("none".into()), "nonce_in_quote")]
    #[case::no_quote(|it: &mut TeeAttestation| it.intel_quote = None, "not_debug")]
    fn each_check_fails_by_itself(#[case] change: fn(&mut TeeAttestation), #[case] check: &str) {
        let (request, mut attestation) = attestation(&forged());
        change(&mut attestation);
        let verification = attestation.verify(&request, None, june());
        assert!(verification.open_questions().contains(&check), "{verification:?}");
        assert!(!verification.is_genuine());
    }

    #[test]
    fn a_quote_for_another_nonce_or_in_debug_mode_is_told() {
        let mut quote = forged();
        let (_, attestation) = attestation(&quote);
        let other = GetTeeAttestation::new("m", Nonce::from([1; 32]));
        assert!(matches!(attestation.verify(&other, None, june()).nonce_in_quote, Check::Failed { .. }));
        quote[168] |= 1;
        let (request, attestation) = self::attestation(&quote);
        assert!(matches!(attestation.verify(&request, None, june()).not_debug, Check::Failed { .. }));
    }

    #[test]
    fn a_nonce_may_stand_in_the_quote_as_its_hash() {
        let mut quote = forged();
        let (request, mut attestation) = attestation(&quote);
        quote[REPORT_DATA + 32..REPORT_DATA + 64].copy_from_slice(&Sha256::digest(request.nonce.as_bytes()));
        attestation.intel_quote = Some(hex::encode(&quote));
        assert!(attestation.verify(&request, None, june()).nonce_in_quote.is_passed());
    }
}
