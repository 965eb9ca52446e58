use crate::open_enum::open_enum;

open_enum! {
    /// The codes of Venice's errors.
    ///
    /// See <https://docs.venice.ai/api-reference/error-codes>. Where an answer brings none, one is inferred from its
    /// status.
    #[expect(missing_docs, reason = "each is named as Venice names it")]
    pub enum ErrorCode {
        AuthenticationFailed = "AUTHENTICATION_FAILED",
        AuthenticationFailedInactiveKey = "AUTHENTICATION_FAILED_INACTIVE_KEY",
        X402InvalidSignIn = "X402_INVALID_SIGN_IN",
        ProOnlyModel = "PRO_ONLY_MODEL",
        InsufficientBalance = "INSUFFICIENT_BALANCE",
        PaymentRequired = "PAYMENT_REQUIRED",
        ApiKeyUsdSpendLimitExceeded = "API_KEY_USD_SPEND_LIMIT_EXCEEDED",
        ApiKeyDiemSpendLimitExceeded = "API_KEY_DIEM_SPEND_LIMIT_EXCEEDED",
        Unauthorized = "UNAUTHORIZED",
        ApiAccessDisabled = "API_ACCESS_DISABLED",
        X402WalletMismatch = "X402_WALLET_MISMATCH",
        X402InvalidPayment = "X402_INVALID_PAYMENT",
        InvalidRequest = "INVALID_REQUEST",
        InvalidModel = "INVALID_MODEL",
        InvalidAudioFormat = "INVALID_AUDIO_FORMAT",
        InvalidVideoFormat = "INVALID_VIDEO_FORMAT",
        CorruptedImage = "CORRUPTED_IMAGE",
        ImageTooSmall = "IMAGE_TOO_SMALL",
        ImageTooLarge = "IMAGE_TOO_LARGE",
        TooManyTokens = "TOO_MANY_TOKENS",
        CharacterNotFound = "CHARACTER_NOT_FOUND",
        ModelNotFound = "MODEL_NOT_FOUND",
        MediaNotFound = "MEDIA_NOT_FOUND",
        /// Inferred from a 404 that names nothing.
        NotFound = "NOT_FOUND",
        NeedsConsent = "NEEDS_CONSENT",
        /// Inferred from a 410: the model or the operation was retired.
        Gone = "GONE",
        PayloadTooLarge = "PAYLOAD_TOO_LARGE",
        InvalidContentType = "INVALID_CONTENT_TYPE",
        VideoDurationTooLong = "VIDEO_DURATION_TOO_LONG",
        VideoDurationTooShort = "VIDEO_DURATION_TOO_SHORT",
        ContentPolicyViolation = "CONTENT_POLICY_VIOLATION",
        ProviderContentPolicy = "PROVIDER_CONTENT_POLICY",
        AsrUpstreamValidationFailed = "ASR_UPSTREAM_VALIDATION_FAILED",
        RateLimitExceeded = "RATE_LIMIT_EXCEEDED",
        ModelOverloaded = "MODEL_OVERLOADED",
        InferenceFailed = "INFERENCE_FAILED",
        UpscaleFailed = "UPSCALE_FAILED",
        ImageEditError = "IMAGE_EDIT_ERROR",
        UnknownError = "UNKNOWN_ERROR",
        TeeAttestationFailed = "TEE_ATTESTATION_FAILED",
        TeeSignatureFailed = "TEE_SIGNATURE_FAILED",
        AsrUpstreamFailed = "ASR_UPSTREAM_FAILED",
        ModelOffline = "MODEL_OFFLINE",
        ModelAtCapacity = "MODEL_AT_CAPACITY",
        /// Inferred from a 502, 503 or other gateway status without an error of Venice's.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
        RequestTimeout = "REQUEST_TIMEOUT",
    }
}

/// The longest code that is believed to be one.
const LONGEST: usize = 64;

impl ErrorCode {
    pub(crate) fn static_str(&self) -> &'static str {
        Self::KNOWN.iter().find(|known| *known == self).map_or("UNKNOWN_ERROR", |known| known.as_str())
    }

    /// Reads a code as an answer spells it (`needs_consent`, `INVALID_MODEL`); `None` for what looks like prose.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let plausible = !text.is_empty()
            && text.len() <= LONGEST
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        plausible.then(|| Self::from(text.to_ascii_uppercase().replace(['-', '.'], "_")))
    }

    /// The code for an answer that names none.
    pub(crate) fn infer(status: u16, readable: bool, message: &str) -> Self {
        match status {
            401 => Self::AuthenticationFailed,
            402 => Self::InsufficientBalance,
            403 => Self::Unauthorized,
            404 => Self::NotFound,
            408 | 504 => Self::RequestTimeout,
            409 if message.contains("consent") => Self::NeedsConsent,
            410 => Self::Gone,
            413 => Self::PayloadTooLarge,
            415 => Self::InvalidContentType,
            422 if message.to_ascii_lowercase().contains("polic") => Self::ContentPolicyViolation,
            429 => Self::RateLimitExceeded,
            400..=499 => Self::InvalidRequest,
            503 if readable => Self::ModelAtCapacity,
            500 => Self::UnknownError,
            _ if readable => Self::UnknownError,
            _ => Self::ServiceUnavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("needs_consent", Some(ErrorCode::NeedsConsent))]
    #[case("INVALID_MODEL", Some(ErrorCode::InvalidModel))]
    #[case("invalid-api.key", Some(ErrorCode::Other("INVALID_API_KEY".into())))]
    #[case("Something went wrong", None)]
    #[case("", None)]
    #[case("429", None)]
    fn codes_are_read_in_any_spelling(#[case] text: &str, #[case] code: Option<ErrorCode>) {
        assert_eq!(ErrorCode::read(text), code);
    }

    #[test]
    fn a_known_code_has_a_static_name() {
        for code in ErrorCode::KNOWN {
            assert_eq!(code.static_str(), code.as_str());
            assert_eq!(ErrorCode::from(code.as_str()), *code);
        }
    }
}
