//! The table of operations: the router and `--routes` both read it.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::{MethodFilter, MethodRouter, any},
};

use crate::{
    answer::Answer,
    chance::Chance,
    control, delivery,
    gate::Access,
    house::House,
    operations::{self, Call},
    rates::Group,
    refusal::Refusal,
};

type Running = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;

/// How an operation is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// An operation that the sandbox serves.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// The limit it counts against, which its answers tell of.
    pub(crate) group: Option<Group>,
    /// What its answers' ids begin with; its own id, dashed, where nothing is said.
    pub(crate) id_prefix: Option<&'static str>,
    /// How many seconds its work naturally takes, at least and at most.
    pub(crate) natural: (f32, f32),
    pub(crate) run: fn(Call, Body) -> Running,
}

impl Operation {
    pub(crate) const fn new(
        id: &'static str,
        method: Method,
        path: &'static str,
        access: Access,
        run: fn(Call, Body) -> Running,
    ) -> Self {
        Self { id, method, path, access, group: None, id_prefix: None, natural: (1.5, 4.0), run }
    }

    /// Counts against the limit of a group, once its call takes its turn: paid work does so by itself.
    pub(crate) const fn rated(self, group: Group) -> Self {
        Self { group: Some(group), ..self }
    }

    /// Begins its answers' ids with `prefix`, such as `chatcmpl`.
    pub(crate) const fn with_ids(self, prefix: &'static str) -> Self {
        Self { id_prefix: Some(prefix), ..self }
    }

    /// Says how many seconds its work takes when nobody asked for haste.
    pub(crate) const fn taking(self, least: f32, most: f32) -> Self {
        Self { natural: (least, most), ..self }
    }
}

/// One file of operations each.
const GROUPS: &[&[Operation]] = &[
    operations::models::OPERATIONS,
    operations::styles::OPERATIONS,
    operations::generate::OPERATIONS,
    operations::simple_generate::OPERATIONS,
    operations::edit::OPERATIONS,
    operations::multi_edit::OPERATIONS,
    operations::upscale::OPERATIONS,
    operations::cut_out::OPERATIONS,
    operations::api_keys::OPERATIONS,
    operations::rate_limits::OPERATIONS,
    operations::billing::OPERATIONS,
    operations::usage_history::OPERATIONS,
    operations::usage_analytics::OPERATIONS,
    operations::characters::OPERATIONS,
    operations::web3_key::OPERATIONS,
    operations::x402::OPERATIONS,
    operations::crypto_rpc::OPERATIONS,
    operations::chat::OPERATIONS,
    operations::responses::OPERATIONS,
    operations::embeddings::OPERATIONS,
    operations::enclave::OPERATIONS,
    operations::augment::OPERATIONS,
    operations::speech::OPERATIONS,
    operations::transcription::OPERATIONS,
    operations::cloned_voice::OPERATIONS,
    operations::music::OPERATIONS,
    operations::films::OPERATIONS,
    operations::video_transcription::OPERATIONS,
];

/// Files that answers point to, under `/files`: not operations of the API, but served and failing like them.
const FILES: &[&[Operation]] = &[operations::characters::FILES, operations::films::FILES];

/// An operation as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The operation's id in Venice's description.
    pub operation: &'static str,
    /// GET, POST, PATCH or DELETE.
    pub method: &'static str,
    /// The path under `/api/v1`, with parameters such as `{id}`.
    pub path: &'static str,
}

/// Every operation that the sandbox serves.
pub fn routes() -> Vec<Route> {
    all(GROUPS)
        .map(|operation| Route {
            operation: operation.id,
            method: operation.method.name(),
            path: operation.path,
        })
        .collect()
}

/// Whether something is served under this id.
pub(crate) fn is_operation(id: &str) -> bool {
    all(GROUPS).chain(all(FILES)).any(|operation| operation.id == id)
}

/// The ids of what is served beside the API.
pub(crate) fn files() -> impl Iterator<Item = &'static str> {
    all(FILES).map(|operation| operation.id)
}

fn all(groups: &'static [&'static [Operation]]) -> impl Iterator<Item = &'static Operation> {
    groups.iter().copied().flatten()
}

pub(crate) fn router(house: &Arc<House>) -> Router {
    let mut paths: BTreeMap<String, MethodRouter> = BTreeMap::new();
    let below = |base: &'static str, groups| all(groups).map(move |operation| (base, operation));
    for (base, operation) in below("/api/v1", GROUPS).chain(below("/files", FILES)) {
        let house = Arc::clone(house);
        let serve = move |request: Request<Body>| operations::serve(Arc::clone(&house), operation, request);
        let path = paths.entry(format!("{base}{}", operation.path)).or_default();
        *path = std::mem::take(path).on(operation.method.filter(), serve);
    }
    let router = paths
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(&path, methods.fallback(wrong_method)));
    router.nest("/__sandbox", control::router(house)).fallback(any(unknown))
}

async fn unknown() -> axum::http::Response<Body> {
    let refusal = Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "The sandbox doesn't serve this path");
    delivery::deliver(refusal.into_answer(), "", None, Chance::new(0)).await
}

async fn wrong_method() -> axum::http::Response<Body> {
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed");
    delivery::deliver(refusal.into_answer(), "", None, Chance::new(0)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operation_is_listed_twice() {
        let mut ids: Vec<_> = all(GROUPS).chain(all(FILES)).map(|operation| operation.id).collect();
        let mut places: Vec<_> = routes().iter().map(|route| (route.path, route.method)).collect();
        let (all_ids, all_places) = (ids.len(), places.len());
        ids.sort_unstable();
        ids.dedup();
        places.sort_unstable();
        places.dedup();
        assert_eq!((ids.len(), places.len()), (all_ids, all_places));
    }
}
