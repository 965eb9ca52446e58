//! A command for every operation of the API, named as the operation is.

use studio::{
    Result,
    calls::view::{Answered, CallEvent, With},
    operations as api,
};
use tauri::ipc::Channel;

use super::{Shared, guarded};

/// Defines a command that makes a call and answers with what came back.
macro_rules! operations {
    ($($name:ident($request:ident);)+) => {
        $(
            /// Calls the operation of this name: at the price and from the account the button showed, where it may be
            /// charged.
            #[tauri::command]
            #[specta::specta]
            pub async fn $name(
                studio: Shared<'_>,
                request: api::$request,
                extras: With,
                told: Channel<CallEvent>,
            ) -> Result<Answered<<api::$request as api::Callable>::View>> {
                guarded(&studio, async move |studio| {
                    // A window that is gone needn't be told.
                    studio.call(request, extras, std::sync::Arc::new(move |event| drop(told.send(event)))).await
                })
                .await
            }
        )+
    };
}

operations! {
    create_chat_completion(CreateChatCompletion);
    create_response(CreateResponse);
    create_embedding(CreateEmbedding);
    generate_image(GenerateImage);
    simple_generate_image(SimpleGenerateImage);
    edit_image(EditImage);
    multi_edit_image(MultiEditImage);
    upscale_image(UpscaleImage);
    background_remove_image(BackgroundRemoveImage);
    list_image_styles(ListImageStyles);
    create_speech(CreateSpeech);
    create_transcription(CreateTranscription);
    create_cloned_voice(CreateClonedVoice);
    quote_audio(QuoteAudio);
    queue_audio(QueueAudio);
    retrieve_audio(RetrieveAudio);
    complete_audio(CompleteAudio);
    quote_video(QuoteVideo);
    queue_video(QueueVideo);
    retrieve_video(RetrieveVideo);
    complete_video(CompleteVideo);
    create_video_transcription(CreateVideoTranscription);
    web_search(WebSearch);
    web_scrape(WebScrape);
    create_text_parser(CreateTextParser);
    list_models(ListModels);
    list_model_traits(ListModelTraits);
    list_model_compatibility_mapping(ListModelCompatibilityMapping);
    list_characters(ListCharacters);
    get_character_by_slug(GetCharacterBySlug);
    get_character_reviews(GetCharacterReviews);
    get_api_keys(GetApiKeys);
    get_api_key_by_id(GetApiKeyById);
    create_api_key(CreateApiKey);
    update_api_key(UpdateApiKey);
    delete_api_key(DeleteApiKey);
    get_api_key_rate_limits(GetApiKeyRateLimits);
    get_api_key_rate_limit_logs(GetApiKeyRateLimitLogs);
    get_api_key_generate_web3_key(GetApiKeyGenerateWeb3Key);
    post_api_key_generate_web3_key(PostApiKeyGenerateWeb3Key);
    get_billing_balance(GetBillingBalance);
    get_billing_usage_history(GetBillingUsageHistory);
    get_billing_usage_analytics(GetBillingUsageAnalytics);
    get_billing_usage(GetBillingUsage);
    list_crypto_rpc_networks(ListCryptoRpcNetworks);
    crypto_rpc_proxy(CryptoRpcProxy);
    get_x402_balance(GetX402Balance);
    top_up_x402_balance(TopUpX402Balance);
    get_x402_transactions(GetX402Transactions);
    get_tee_attestation(GetTeeAttestation);
    get_tee_signature(GetTeeSignature);
}
