//! Jobs of a batch in a line: each gets its turn after the one before, whichever task runs first.

use tokio::sync::oneshot;

/// A place in a line. It is left by being dropped.
pub(crate) struct Place {
    before: Option<oneshot::Receiver<()>>,
    _behind: oneshot::Sender<()>,
}

impl Place {
    /// The places of a line.
    pub(crate) fn line(length: usize) -> Vec<Self> {
        let mut before = None;
        let place = |_| {
            let (behind, next) = oneshot::channel();
            Self { before: before.replace(next), _behind: behind }
        };
        (0..length).map(place).collect()
    }

    /// Waits until nobody stands before it.
    pub(super) async fn reached(&mut self) {
        if let Some(before) = &mut self.before {
            // Nothing is ever sent: who stood there has left, however that came.
            let _ = before.await;
            self.before = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn each_comes_after_the_one_before() {
        let mut line = Place::line(3).into_iter();
        let (mut first, mut second, mut third) =
            (line.next().unwrap(), line.next().unwrap(), line.next().unwrap());
        first.reached().await;
        assert!(second.reached().now_or_never().is_none());
        drop(first);
        second.reached().await;
        assert!(third.reached().now_or_never().is_none());
        drop(second);
        third.reached().await;
    }
}
