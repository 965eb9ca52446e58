//! What all operations have in common: a request that can be sent, and how its answer is read.

use bytes::Bytes;

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::errors::Result;
use crate::operation::Operation;
use crate::receipt::{Answer, Receipt};

/// A request of one operation. Each operation has one type for its request, which names the type of its answer.
///
/// The methods of [`Client`] that are named after the operations send them; [`Client::send`] and [`Client::open`] do
/// the same for code that doesn't care which operation it is.
pub trait Request: Send + Sync {
    /// What the answer is read as.
    type Answer: Send;

    /// The operation.
    const OPERATION: Operation;

    /// The request, checked and put together.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::InvalidInput`] or [`crate::ErrorKind::InputTooLarge`] for what the server would surely
    /// refuse.
    #[doc(hidden)]
    fn call(&self) -> Result<Call>;

    /// Reads the body of a good answer. `content_type` is the media type, without parameters and in lower case.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::UnexpectedBody`] where it isn't an answer of this operation.
    fn read(receipt: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<Self::Answer>;

    /// The id by which the ledger of charges knows the answer, where its body tells one.
    fn answer_id(_answer: &Self::Answer) -> Option<&str> {
        None
    }
}

impl Client {
    /// Sends a request and reads its answer into memory.
    ///
    /// # Errors
    ///
    /// Every kind of [`crate::ErrorKind`]; [`crate::Error::fate`] tells what became of the work.
    pub async fn send<R: Request>(&self, request: &R) -> Result<Answer<R::Answer>> {
        let mut answer = self.fetch(&request.call()?, R::read).await?;
        answer.receipt.answer_id = R::answer_id(&answer.value).map(str::to_owned);
        Ok(answer)
    }

    /// Sends a request and leaves the body of its answer to the caller, who may store it before looking at it with
    /// [`Request::read`].
    ///
    /// # Errors
    ///
    /// As [`Client::send`], but for those of the body.
    pub async fn open<R: Request>(&self, request: &R) -> Result<Body> {
        self.answered(&request.call()?).await
    }

    /// Like [`Client::open`], for what can be called off: nothing is sent once `called_off` is over, but what is on its way is
    /// heard out, because the server may have begun with it. `None` where it was called off before anything was sent.
    ///
    /// # Errors
    ///
    /// As [`Client::open`]; where it was called off before it would have been sent again, that of the last attempt.
    pub async fn open_unless<R: Request>(
        &self,
        request: &R,
        called_off: impl Future<Output = ()>,
    ) -> Result<Option<Body>> {
        self.answered_unless(&request.call()?, called_off).await
    }

    /// Like [`Client::open`], but nothing is sent again by itself: for a caller who asks on and on, and has a pace of its
    /// own.
    ///
    /// # Errors
    ///
    /// As [`Client::open`].
    pub async fn open_once<R: Request>(&self, request: &R) -> Result<Body> {
        self.answered_once(&request.call()?).await
    }
}

/// `Debug` for a request: the named fields and nothing that was written by a person.
macro_rules! debug_without_words {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    };
}

/// A fluent setter for an optional field.
macro_rules! setters {
    ($( $(#[$meta:meta])* $field:ident: $kind:ty; )+) => {
        $(
            $(#[$meta])*
            #[must_use]
            pub fn $field(mut self, $field: impl Into<$kind>) -> Self {
                self.$field = Some($field.into());
                self
            }
        )+
    };
}

pub(crate) use debug_without_words;
pub(crate) use setters;
