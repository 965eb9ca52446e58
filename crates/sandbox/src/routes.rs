//! The table of operations: the router and `--routes` both read it.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::{MethodFilter, any, on},
};

use crate::{
    answer::Answer,
    chance::Chance,
    control, delivery,
    gate::Access,
    house::House,
    operations::{self, Call},
    refusal::Refusal,
};

type Running = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;

/// An operation that the sandbox serves.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    /// Counted against the picture rate, and answered with the headers of it.
    pub(crate) limited: bool,
    pub(crate) run: fn(Call, Body) -> Running,
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
    operations::account::OPERATIONS,
];

/// An operation as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The operation's id in Venice's description.
    pub operation: &'static str,
    /// GET or POST.
    pub method: &'static str,
    /// The path under `/api/v1`.
    pub path: &'static str,
}

/// Every operation that the sandbox serves.
pub fn routes() -> Vec<Route> {
    operations_served()
        .map(|operation| Route { operation: operation.id, method: operation.method, path: operation.path })
        .collect()
}

fn operations_served() -> impl Iterator<Item = &'static Operation> {
    GROUPS.iter().copied().flatten()
}

pub(crate) fn router(house: &Arc<House>) -> Router {
    let mut router = Router::new();
    for operation in operations_served() {
        let filter = if operation.method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        let house = Arc::clone(house);
        let serve = move |request: Request<Body>| operations::serve(Arc::clone(&house), operation, request);
        router =
            router.route(&format!("/api/v1{}", operation.path), on(filter, serve).fallback(wrong_method));
    }
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
        let mut ids: Vec<_> = routes().into_iter().map(|route| route.operation).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        assert_eq!(all, 12);
    }
}
