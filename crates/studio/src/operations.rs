//! The requests of the API's operations, for whoever makes them by hand.

pub use venice::{
    account::{
        CreateApiKey, DeleteApiKey, GetApiKeyById, GetApiKeyGenerateWeb3Key, GetApiKeyRateLimitLogs,
        GetApiKeyRateLimits, GetApiKeys, GetBillingBalance, GetBillingUsage, GetBillingUsageAnalytics,
        GetBillingUsageHistory, PostApiKeyGenerateWeb3Key, UpdateApiKey,
    },
    audio::{
        CompleteAudio, CreateClonedVoice, CreateSpeech, CreateTranscription, QueueAudio, QuoteAudio,
        RetrieveAudio,
    },
    augment::{CreateTextParser, WebScrape, WebSearch},
    characters::{GetCharacterBySlug, GetCharacterReviews, ListCharacters},
    chat::CreateChatCompletion,
    crypto_rpc::{CryptoRpcProxy, ListCryptoRpcNetworks},
    embeddings::CreateEmbedding,
    images::{
        BackgroundRemoveImage, EditImage, GenerateImage, ListImageStyles, MultiEditImage,
        SimpleGenerateImage, UpscaleImage,
    },
    models::{ListModelCompatibilityMapping, ListModelTraits, ListModels},
    responses::CreateResponse,
    tee::{GetTeeAttestation, GetTeeSignature},
    video::{CompleteVideo, CreateVideoTranscription, QueueVideo, QuoteVideo, RetrieveVideo},
    x402::{GetX402Balance, GetX402Transactions, TopUpX402Balance},
};

pub use crate::calls::Callable;
