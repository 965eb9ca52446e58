//! Work on another thread that ends when nobody waits for it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Kept by who waits: dropped, the work ends.
pub(super) struct Waiting(Arc<AtomicBool>);

/// Asked by the work.
#[derive(Clone)]
pub(super) struct Asked(Arc<AtomicBool>);

/// Both ends.
pub(super) fn waiting() -> (Waiting, Asked) {
    let wanted = Arc::new(AtomicBool::new(true));
    (Waiting(Arc::clone(&wanted)), Asked(wanted))
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Asked {
    /// Somebody waits still.
    pub(super) fn goes_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
