//! The studio while it opens.
//!
//! The database, the keychain and the sandbox are opened beside the window, not before it: the first frame doesn't
//! wait for them. A command that comes early waits here, and one that comes after a failure gets its reason.

use studio::{AppError, Result, Studio};
use tokio::sync::watch;

/// What is open, once it is.
#[derive(Clone)]
pub struct Opened {
    /// The use cases.
    pub studio: Studio,
    /// The prefix of every media address, token included.
    pub media_origin: String,
}

/// The studio, open or opening.
pub struct Opening(watch::Receiver<Option<Result<Opened>>>);

/// The other end: tells that it is open, or why not.
pub struct Opener(watch::Sender<Option<Result<Opened>>>);

impl Opening {
    /// Something to wait on and something to tell it with.
    pub fn new() -> (Opener, Self) {
        let (sender, receiver) = watch::channel(None);
        (Opener(sender), Self(receiver))
    }

    /// Waits until it is open.
    pub async fn opened(&self) -> Result<Opened> {
        let mut receiver = self.0.clone();
        match receiver.wait_for(Option::is_some).await {
            Ok(opened) => {
                opened.clone().unwrap_or_else(|| Err(AppError::internal("opened without an answer")))
            }
            Err(_) => Err(AppError::internal("opening ended without an answer")),
        }
    }

    /// Waits until the use cases are there.
    pub async fn studio(&self) -> Result<Studio> {
        self.opened().await.map(|opened| opened.studio)
    }

    /// The studio, if it is open already.
    pub fn now(&self) -> Option<Studio> {
        self.0.borrow().as_ref().and_then(|opened| opened.as_ref().ok()).map(|opened| opened.studio.clone())
    }
}

impl Opener {
    /// Tells everyone who waits.
    pub fn done(self, opened: Result<Opened>) {
        let _ = self.0.send(Some(opened));
    }
}
