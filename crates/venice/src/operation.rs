//! The operations this crate can ask for: the one place that knows their methods, paths and prices.

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Makes something, or asks with a body.
    Post,
    /// Changes something.
    Patch,
    /// Takes something away.
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What an operation needs in order to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthNeed {
    /// Answers anyone; a key is sent where there is one.
    Optional,
    /// An inference key, an admin key or a wallet.
    Key,
    /// An inference key or an admin key; no wallet.
    ApiKey,
    /// An admin key.
    Admin,
    /// The wallet that is asked about.
    Wallet,
}

/// Operations about the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Conversations.
    Chat,
    /// Texts as vectors.
    Embeddings,
    /// Everything that makes or changes a picture.
    Image,
    /// Speech, transcripts, voices and music.
    Audio,
    /// Films, and transcripts of films.
    Video,
    /// The web and documents as text.
    Augment,
    /// Characters to talk with.
    Characters,
    /// Models and what describes them.
    Models,
    /// Keys and their limits.
    ApiKeys,
    /// Balances and charges.
    Billing,
    /// Block chains.
    CryptoRpc,
    /// Wallets that pay.
    X402,
    /// Proof of where a model runs.
    Tee,
}

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[
        Self::Chat,
        Self::Embeddings,
        Self::Image,
        Self::Audio,
        Self::Video,
        Self::Augment,
        Self::Characters,
        Self::Models,
        Self::ApiKeys,
        Self::Billing,
        Self::CryptoRpc,
        Self::X402,
        Self::Tee,
    ];

    /// The group's name in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embeddings => "embeddings",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Augment => "augment",
            Self::Characters => "characters",
            Self::Models => "models",
            Self::ApiKeys => "api_keys",
            Self::Billing => "billing",
            Self::CryptoRpc => "crypto_rpc",
            Self::X402 => "x402",
            Self::Tee => "tee",
        }
    }
}

/// A rate limit: that of an operation, by its id.
pub(crate) type Lane = &'static str;

/// One operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// Its operationId in Venice's description; for those that have none there, a name in the same style.
    pub id: &'static str,
    /// Its HTTP method.
    pub method: Method,
    /// Its path below the base URL, with a leading slash; `{name}` stands for a value of the request.
    pub path: &'static str,
    /// What it is about.
    pub group: Group,
    /// The key it wants.
    pub auth: AuthNeed,
    /// Whether a call may be charged for.
    pub paid: bool,
    /// Whether the answer may come as a stream: events, or sound as it is spoken.
    pub streams: bool,
    repeatable: bool,
}

impl Operation {
    /// Whether a call can be sent twice without harm, so that any passing failure may be retried.
    pub fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Where its rate limit is counted. Each operation keeps to what its own answers said: which of them share a limit
    /// isn't documented, and where two do, the server's refusal shuts the one that meets it.
    pub(crate) fn lane(&self) -> Lane {
        self.id
    }

    pub(crate) const fn new(
        id: &'static str,
        method: Method,
        path: &'static str,
        group: Group,
        auth: AuthNeed,
    ) -> Self {
        let repeatable = matches!(method, Method::Get);
        Self { id, method, path, group, auth, paid: false, streams: false, repeatable }
    }

    const fn paid(self) -> Self {
        Self { paid: true, ..self }
    }

    const fn streaming(self) -> Self {
        Self { streams: true, ..self }
    }

    /// For what can be sent twice without harm, though it isn't a GET.
    pub(crate) const fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }
}

/// Defines a constant for each operation, and the list of them all.
macro_rules! operations {
    ($( $name:ident = $id:literal $method:ident $path:literal $group:ident $auth:ident $(. $trait:ident)*; )+) => {
        $(
            pub(crate) const $name: Operation =
                Operation::new($id, Method::$method, $path, Group::$group, AuthNeed::$auth)$(.$trait())*;
        )+

        /// Every operation of this crate.
        pub const OPERATIONS: &[Operation] = &[$($name),+];
    };
}

operations! {
    CREATE_CHAT_COMPLETION = "createChatCompletion" Post "/chat/completions" Chat Key .paid .streaming;
    CREATE_RESPONSE = "createResponse" Post "/responses" Chat Key .paid .streaming;
    CREATE_EMBEDDING = "createEmbedding" Post "/embeddings" Embeddings Key .paid;
    GENERATE_IMAGE = "generateImage" Post "/image/generate" Image Key .paid;
    SIMPLE_GENERATE_IMAGE = "simpleGenerateImage" Post "/images/generations" Image Key .paid;
    EDIT_IMAGE = "editImage" Post "/image/edit" Image Key .paid;
    MULTI_EDIT_IMAGE = "multiEditImage" Post "/image/multi-edit" Image Key .paid;
    UPSCALE_IMAGE = "upscaleImage" Post "/image/upscale" Image Key .paid;
    BACKGROUND_REMOVE_IMAGE = "backgroundRemoveImage" Post "/image/background-remove" Image Key .paid;
    LIST_IMAGE_STYLES = "listImageStyles" Get "/image/styles" Image Optional;
    CREATE_SPEECH = "createSpeech" Post "/audio/speech" Audio Key .paid .streaming;
    CREATE_TRANSCRIPTION = "createTranscription" Post "/audio/transcriptions" Audio Key .paid;
    CREATE_CLONED_VOICE = "createClonedVoice" Post "/audio/voices" Audio Key .paid;
    QUOTE_AUDIO = "quoteAudio" Post "/audio/quote" Audio Optional .repeatable;
    QUEUE_AUDIO = "queueAudio" Post "/audio/queue" Audio Key .paid;
    RETRIEVE_AUDIO = "retrieveAudio" Post "/audio/retrieve" Audio Key .repeatable;
    COMPLETE_AUDIO = "completeAudio" Post "/audio/complete" Audio Key .repeatable;
    QUOTE_VIDEO = "quoteVideo" Post "/video/quote" Video Optional .repeatable;
    QUEUE_VIDEO = "queueVideo" Post "/video/queue" Video Key .paid;
    RETRIEVE_VIDEO = "retrieveVideo" Post "/video/retrieve" Video Key .repeatable;
    COMPLETE_VIDEO = "completeVideo" Post "/video/complete" Video Key .repeatable;
    CREATE_VIDEO_TRANSCRIPTION = "createVideoTranscription" Post "/video/transcriptions" Video Key .paid;
    WEB_SEARCH = "webSearch" Post "/augment/search" Augment Key .paid;
    WEB_SCRAPE = "webScrape" Post "/augment/scrape" Augment Key .paid;
    CREATE_TEXT_PARSER = "createTextParser" Post "/augment/text-parser" Augment Key .paid;
    LIST_CHARACTERS = "listCharacters" Get "/characters" Characters ApiKey;
    GET_CHARACTER_BY_SLUG = "getCharacterBySlug" Get "/characters/{slug}" Characters ApiKey;
    GET_CHARACTER_REVIEWS = "getCharacterReviews" Get "/characters/{slug}/reviews" Characters ApiKey;
    LIST_MODELS = "listModels" Get "/models" Models Optional;
    LIST_MODEL_TRAITS = "listModelTraits" Get "/models/traits" Models Optional;
    LIST_MODEL_COMPATIBILITY_MAPPING =
        "listModelCompatibilityMapping" Get "/models/compatibility_mapping" Models Optional;
    GET_API_KEYS = "getApiKeys" Get "/api_keys" ApiKeys Admin;
    GET_API_KEY_BY_ID = "getApiKeyById" Get "/api_keys/{id}" ApiKeys Admin;
    CREATE_API_KEY = "createApiKey" Post "/api_keys" ApiKeys Admin;
    UPDATE_API_KEY = "updateApiKey" Patch "/api_keys" ApiKeys Admin;
    DELETE_API_KEY = "deleteApiKey" Delete "/api_keys" ApiKeys Admin;
    GET_API_KEY_RATE_LIMITS = "getApiKeyRateLimits" Get "/api_keys/rate_limits" ApiKeys ApiKey;
    GET_API_KEY_RATE_LIMIT_LOGS = "getApiKeyRateLimitLogs" Get "/api_keys/rate_limits/log" ApiKeys Admin;
    GET_API_KEY_GENERATE_WEB3_KEY =
        "getApiKeyGenerateWeb3Key" Get "/api_keys/generate_web3_key" ApiKeys Optional;
    POST_API_KEY_GENERATE_WEB3_KEY =
        "postApiKeyGenerateWeb3Key" Post "/api_keys/generate_web3_key" ApiKeys Optional;
    GET_BILLING_BALANCE = "getBillingBalance" Get "/billing/balance" Billing Admin;
    GET_BILLING_USAGE_HISTORY = "getBillingUsageHistory" Get "/billing/usage-history" Billing Admin;
    GET_BILLING_USAGE_ANALYTICS = "getBillingUsageAnalytics" Get "/billing/usage-analytics" Billing Admin;
    GET_BILLING_USAGE = "getBillingUsage" Get "/billing/usage" Billing Admin;
    LIST_CRYPTO_RPC_NETWORKS = "listCryptoRpcNetworks" Get "/crypto/rpc/networks" CryptoRpc Optional;
    CRYPTO_RPC_PROXY = "cryptoRpcProxy" Post "/crypto/rpc/{network}" CryptoRpc Key .paid;
    GET_X402_BALANCE = "getX402Balance" Get "/x402/balance/{walletAddress}" X402 Wallet;
    TOP_UP_X402_BALANCE = "topUpX402Balance" Post "/x402/top-up" X402 Optional;
    GET_X402_TRANSACTIONS = "getX402Transactions" Get "/x402/transactions/{walletAddress}" X402 Wallet;
    GET_TEE_ATTESTATION = "getTeeAttestation" Get "/tee/attestation" Tee Key;
    GET_TEE_SIGNATURE = "getTeeSignature" Get "/tee/signature" Tee Key;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_routes_are_unique_and_only_posts_cost() {
        let ids: HashSet<_> = OPERATIONS.iter().map(|operation| operation.id).collect();
        let routes: HashSet<_> =
            OPERATIONS.iter().map(|operation| (operation.method, operation.path)).collect();
        assert_eq!(ids.len(), OPERATIONS.len());
        assert_eq!(routes.len(), OPERATIONS.len());
        for operation in OPERATIONS {
            assert!(operation.path.starts_with('/') && !operation.path.ends_with('/'), "{operation:?}");
            assert!(!(operation.paid && operation.is_repeatable()), "{operation:?}");
            assert!(!operation.paid || operation.method == Method::Post, "{operation:?}");
            assert!(Group::ALL.contains(&operation.group), "{operation:?}");
        }
    }
}
