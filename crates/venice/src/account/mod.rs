//! What an account has, how much of what it may ask for, and what it was charged.

mod api_keys;
mod balance;
mod key_settings;
mod new_key;
mod rate_limits;
mod usage_analytics;
mod usage_csv;
mod usage_history;
mod web3_key;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use api_keys::{
    ApiKey, DeleteApiKey, DeletedApiKey, GetApiKeyById, GetApiKeys, KeyUsage, TrailingUsage, UpdateApiKey,
};
pub use balance::{Balances, BillingBalance, GetBillingBalance};
pub use key_settings::{
    ApiKeyType, ConsumptionLimit, ConsumptionLimits, Expiry, LimitPeriod, ModelPrivacy, SpendLimit,
};
pub use new_key::{CreateApiKey, NewApiKey};
pub use rate_limits::{
    ApiKeyRateLimits, ApiTier, GetApiKeyRateLimitLogs, GetApiKeyRateLimits, LimitAmount, LimitKind,
    ModelRateLimits, RateLimitLog,
};
pub use usage_analytics::{
    DailyAmounts, DateUsage, GetBillingUsageAnalytics, KeyTotals, ModelUsage, UnitUsage, UsageAnalytics,
};
pub use usage_history::{
    GetBillingUsage, GetBillingUsageHistory, InferenceDetails, UsageEntry, UsageFormat, UsageHistoryPage,
    UsageWalk,
};
pub use web3_key::{GetApiKeyGenerateWeb3Key, PostApiKeyGenerateWeb3Key, Web3Token};

use crate::errors::{Error, Result};
use crate::open_enum::open_enum;

open_enum! {
    /// What is used up by a call. Amounts of different currencies are never to be added up.
    pub enum Currency {
        /// US dollars.
        Usd = "USD",
        /// DIEM.
        Diem = "DIEM",
        /// Venice Compute Units, the older name of DIEM.
        Vcu = "VCU",
        /// Credits of a subscription.
        BundledCredits = "BUNDLED_CREDITS",
    }
}

/// Reads `{"data": …}`.
pub(crate) fn data<T: DeserializeOwned>(json: &[u8], what: &'static str) -> Result<T> {
    #[derive(Deserialize)]
    struct Holder<T> {
        data: T,
    }
    serde_json::from_slice::<Holder<T>>(json)
        .map(|holder| holder.data)
        .map_err(|_| Error::unexpected(what, None))
}
