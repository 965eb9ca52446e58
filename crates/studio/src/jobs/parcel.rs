//! What is sent, and what comes back.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use tempfile::TempPath;
use venice::{Body, Client, Receipt, Request};

use crate::{AppError, Result, money::Money};

type Sending<'a> = Pin<Box<dyn Future<Output = venice::Result<Option<Body>>> + Send + 'a>>;
type CalledOff<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A request with all it needs, to be sent once.
pub(crate) struct Parcel(Contents);

enum Contents {
    Packed(Packed),
    Later(Box<dyn FnOnce(bool) -> Packing + Send>),
}

type Packing = Pin<Box<dyn Future<Output = Result<Packed>> + Send>>;

/// A parcel that is ready to go.
pub(crate) struct Packed {
    request: Box<dyn Sendable>,
    /// A file that it sends, and that goes with it.
    _file: Option<TempPath>,
}

trait Sendable: Send + Sync {
    fn send<'a>(&'a self, client: &'a Client, called_off: CalledOff<'a>) -> Sending<'a>;
}

impl<R: Request> Sendable for R {
    fn send<'a>(&'a self, client: &'a Client, called_off: CalledOff<'a>) -> Sending<'a> {
        Box::pin(client.open_unless(self, called_off))
    }
}

impl Parcel {
    pub(crate) fn of(request: impl Request + 'static) -> Self {
        Self(Contents::Packed(Packed::of(request)))
    }

    /// One that is put together when its turn comes. `pack` is told whether it had to wait for that: what was true when it
    /// was asked for, such as its price, may not be true any more.
    pub(crate) fn later<F>(pack: impl FnOnce(bool) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Packed>> + Send + 'static,
    {
        Self(Contents::Later(Box::new(move |waited| Box::pin(pack(waited)))))
    }

    /// Puts it together. What can't be is surely not sent.
    pub(crate) async fn pack(self, waited: bool) -> Result<Packed> {
        match self.0 {
            Contents::Packed(packed) => Ok(packed),
            Contents::Later(pack) => pack(waited).await,
        }
    }
}

impl Packed {
    pub(crate) fn of(request: impl Request + 'static) -> Self {
        Self { request: Box::new(request), _file: None }
    }

    /// With a file that is deleted when this is done with.
    pub(crate) fn with(self, file: TempPath) -> Self {
        Self { _file: Some(file), ..self }
    }

    /// Sends it, unless it is called off before; what is on its way then is heard out. What comes back is not read yet.
    pub(super) async fn send(
        &self,
        client: &Client,
        called_off: impl Future<Output = ()> + Send,
    ) -> venice::Result<Option<Body>> {
        self.request.send(client, Box::pin(called_off)).await
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
