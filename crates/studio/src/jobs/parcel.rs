//! What is sent, and what comes back.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use venice::{Body, Client, Receipt, Request};

use crate::{AppError, money::Money};

type Sending<'a> = Pin<Box<dyn Future<Output = venice::Result<Body>> + Send + 'a>>;

/// A request with all it needs, ready to be sent once.
pub(crate) struct Parcel(Box<dyn Sendable>);

trait Sendable: Send + Sync {
    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a>;
}

impl<R: Request> Sendable for R {
    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(client.open(self))
    }
}

impl Parcel {
    pub(crate) fn of(request: impl Request + 'static) -> Self {
        Self(Box::new(request))
    }

    /// Sends it. What comes back is not read yet.
    pub(super) async fn send(self, client: &Client) -> venice::Result<Body> {
        self.0.send(client).await
    }
}

/// An answer that is whole and on disk.
#[derive(Clone)]
pub(crate) struct Sent {
    pub bytes: Bytes,
    pub content_type: Option<String>,
    pub receipt: Receipt,
}

/// What came of an answer.
#[derive(Default)]
pub(crate) struct Kept {
    /// The id in its body.
    pub answer_id: Option<String>,
    /// Fewer results than were asked for, or some that can't be shown. What arrived stays on disk then.
    pub problem: Option<AppError>,
    /// What it cost, where the answer or what it used tells that.
    pub cost: Option<Money>,
    /// The same, where it is the server's own word.
    pub charged: Option<Money>,
}
