//! Models and the account.

use venice::{
    account::{ApiKeyRateLimits, BillingBalance, GetApiKeyRateLimits, GetBillingBalance},
    models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelList, ModelMap},
};

use super::shown;

shown! {
    ListModels => ModelList,
    ListModelTraits => ModelMap,
    ListModelCompatibilityMapping => ModelMap,
    GetApiKeyRateLimits => ApiKeyRateLimits,
    GetBillingBalance => BillingBalance,
}
