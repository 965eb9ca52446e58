//! The operations this crate can ask for: the one place that knows their methods, paths and prices.

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads; may be repeated.
    Get,
    /// Makes something.
    Post,
}

impl Method {
    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
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
    /// An admin key.
    Admin,
}

/// Operations that share a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Models and what describes them.
    Models,
    /// Everything that makes or changes a picture.
    Image,
    /// Balances and charges.
    Billing,
    /// Keys and their limits.
    ApiKeys,
}

/// One operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// Its operationId in Venice's description; for the one that has none there, a name in the same style.
    pub id: &'static str,
    /// Its HTTP method.
    pub method: Method,
    /// Its path below the base URL, with a leading slash.
    pub path: &'static str,
    /// The rate limit it falls under.
    pub group: Group,
    /// The key it wants.
    pub auth: AuthNeed,
    /// Whether a call may be charged for.
    pub paid: bool,
    /// Whether the answer may come as a stream of events.
    pub streams: bool,
}

impl Operation {
    /// Whether a call can be sent twice without harm, so that any passing failure may be retried.
    pub fn is_repeatable(&self) -> bool {
        self.method == Method::Get && !self.paid
    }
}

const fn read(id: &'static str, path: &'static str, group: Group, auth: AuthNeed) -> Operation {
    Operation { id, method: Method::Get, path, group, auth, paid: false, streams: false }
}

const fn picture(id: &'static str, path: &'static str) -> Operation {
    Operation {
        id,
        method: Method::Post,
        path,
        group: Group::Image,
        auth: AuthNeed::Key,
        paid: true,
        streams: false,
    }
}

pub(crate) const LIST_MODELS: Operation = read("listModels", "/models", Group::Models, AuthNeed::Optional);
pub(crate) const LIST_MODEL_TRAITS: Operation =
    read("listModelTraits", "/models/traits", Group::Models, AuthNeed::Optional);
pub(crate) const LIST_MODEL_COMPATIBILITY_MAPPING: Operation =
    read("listModelCompatibilityMapping", "/models/compatibility_mapping", Group::Models, AuthNeed::Optional);
pub(crate) const LIST_IMAGE_STYLES: Operation =
    read("listImageStyles", "/image/styles", Group::Models, AuthNeed::Optional);
pub(crate) const GENERATE_IMAGE: Operation = picture("generateImage", "/image/generate");
pub(crate) const SIMPLE_GENERATE_IMAGE: Operation = picture("simpleGenerateImage", "/images/generations");
pub(crate) const EDIT_IMAGE: Operation = picture("editImage", "/image/edit");
pub(crate) const MULTI_EDIT_IMAGE: Operation = picture("multiEditImage", "/image/multi-edit");
pub(crate) const UPSCALE_IMAGE: Operation = picture("upscaleImage", "/image/upscale");
pub(crate) const BACKGROUND_REMOVE_IMAGE: Operation =
    picture("backgroundRemoveImage", "/image/background-remove");
pub(crate) const GET_BILLING_BALANCE: Operation =
    read("getBillingBalance", "/billing/balance", Group::Billing, AuthNeed::Admin);
pub(crate) const GET_API_KEY_RATE_LIMITS: Operation =
    read("getApiKeyRateLimits", "/api_keys/rate_limits", Group::ApiKeys, AuthNeed::Key);

/// Every operation of this crate.
pub const OPERATIONS: &[Operation] = &[
    LIST_MODELS,
    LIST_MODEL_TRAITS,
    LIST_MODEL_COMPATIBILITY_MAPPING,
    LIST_IMAGE_STYLES,
    GENERATE_IMAGE,
    SIMPLE_GENERATE_IMAGE,
    EDIT_IMAGE,
    MULTI_EDIT_IMAGE,
    UPSCALE_IMAGE,
    BACKGROUND_REMOVE_IMAGE,
    GET_BILLING_BALANCE,
    GET_API_KEY_RATE_LIMITS,
];

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
            assert_ne!(operation.paid, operation.is_repeatable(), "{operation:?}");
        }
    }
}
