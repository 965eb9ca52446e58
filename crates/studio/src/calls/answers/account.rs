//! Models, characters, keys, charges, block chains and wallets.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use venice::{
    account::{
        ApiKey, ApiKeyRateLimits, BillingBalance, CreateApiKey, DeleteApiKey, DeletedApiKey, GetApiKeyById,
        GetApiKeyGenerateWeb3Key, GetApiKeyRateLimitLogs, GetApiKeyRateLimits, GetApiKeys, GetBillingBalance,
        GetBillingUsage, GetBillingUsageAnalytics, GetBillingUsageHistory, NewApiKey,
        PostApiKeyGenerateWeb3Key, RateLimitLog, UpdateApiKey, UsageAnalytics, UsageHistoryPage, Web3Token,
    },
    characters::{Character, CharacterReviews, GetCharacterBySlug, GetCharacterReviews, ListCharacters},
    crypto_rpc::{CryptoRpcNetworks, CryptoRpcProxy, ListCryptoRpcNetworks, RpcReplies},
    models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelList, ModelMap},
    wallet::Wallet,
    x402::{GetX402Balance, GetX402Transactions, TopUp, TopUpX402Balance, X402Balance, X402Transactions},
};

use super::shown;
use crate::{
    accounts::view::VaultPlace,
    calls::{Callable, ResultFile},
    money::{Money, usd},
};

shown! {
    ListModels => ModelList,
    ListModelTraits => ModelMap,
    ListModelCompatibilityMapping => ModelMap,
    ListCharacters => Vec<Character>,
    GetCharacterBySlug => Character,
    GetCharacterReviews => CharacterReviews,
    GetApiKeys => Vec<ApiKey>,
    GetApiKeyById => ApiKey,
    UpdateApiKey => ApiKey,
    DeleteApiKey => DeletedApiKey,
    GetApiKeyRateLimits => ApiKeyRateLimits,
    GetApiKeyRateLimitLogs => Vec<RateLimitLog>,
    GetApiKeyGenerateWeb3Key => Web3Token,
    GetBillingBalance => BillingBalance,
    GetBillingUsageHistory => UsageHistoryPage,
    GetBillingUsageAnalytics => UsageAnalytics,
    GetBillingUsage => UsageHistoryPage,
    ListCryptoRpcNetworks => CryptoRpcNetworks,
    CryptoRpcProxy => RpcReplies,
}

/// A key that was just made. The key itself went to where secrets are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MadeKey {
    /// What is known of it.
    pub key: NewApiKey,
    /// By what it can be copied.
    pub stored_as: Option<String>,
    /// Its last characters.
    pub last6: Option<String>,
    /// Where it is kept: in memory it is gone when the program ends.
    pub place: Option<VaultPlace>,
}

/// Operations that answer with a key.
macro_rules! makes_key {
    ($($request:ident)+) => {
        $(impl Callable for $request {
            type View = MadeKey;

            fn part(&self, key: NewApiKey) -> (MadeKey, Vec<ResultFile>) {
                (MadeKey { key, stored_as: None, last6: None, place: None }, Vec::new())
            }

            fn secret(answer: &mut NewApiKey) -> Option<(String, SecretString)> {
                let id = answer.id.clone();
                answer.take_api_key().map(|key| (id, key))
            }

            fn stored(view: &mut MadeKey, stored_as: String, last6: Option<String>, place: VaultPlace) {
                (view.stored_as, view.last6, view.place) = (Some(stored_as), last6, Some(place));
            }

            makes_key!(@signed $request);
        })+
    };
    (@signed PostApiKeyGenerateWeb3Key) => {
        fn signed_by(self, wallet: &Wallet) -> Self {
            let mut signed = self;
            // Somebody else's wallet has to sign for itself.
            let own = signed.address.is_empty() || signed.address.eq_ignore_ascii_case(wallet.address());
            if own && signed.signature.is_empty() && !signed.token.is_empty() {
                signed.signature = wallet.sign_message(&signed.token);
                wallet.address().clone_into(&mut signed.address);
            }
            signed
        }
    };
    (@signed CreateApiKey) => {};
}

makes_key! { CreateApiKey PostApiKeyGenerateWeb3Key }

impl Callable for TopUpX402Balance {
    type View = TopUp;

    fn part(&self, answer: TopUp) -> (TopUp, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn pays(&self) -> Option<Money> {
        self.payment_signature.as_ref()?.usd().map(usd)
    }
}

/// Operations about the wallet that asks.
macro_rules! own_wallet {
    ($($request:ident => $answer:ident)+) => {
        $(impl Callable for $request {
            type View = $answer;

            fn part(&self, answer: $answer) -> ($answer, Vec<ResultFile>) {
                (answer, Vec::new())
            }

            fn signed_by(self, wallet: &Wallet) -> Self {
                let mut own = self;
                if own.wallet_address.is_empty() {
                    wallet.address().clone_into(&mut own.wallet_address);
                }
                own
            }
        })+
    };
}

own_wallet! {
    GetX402Balance => X402Balance
    GetX402Transactions => X402Transactions
}
