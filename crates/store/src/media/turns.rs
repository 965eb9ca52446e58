//! A lock whose turns go in the order they were asked for: who takes it again and again, as the writing of sidecars does,
//! lets everybody else in between.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The lock.
#[derive(Default)]
pub(crate) struct Turns {
    tickets: Mutex<Tickets>,
    moved_on: Condvar,
}

#[derive(Default)]
struct Tickets {
    next: u64,
    called: u64,
}

/// One's turn, until it is dropped.
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take(&self) -> Turn<'_> {
        let mut tickets = self.tickets();
        let mine = tickets.next;
        tickets.next += 1;
        while tickets.called != mine {
            tickets = self.moved_on.wait(tickets).unwrap_or_else(PoisonError::into_inner);
        }
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.tickets().called += 1;
        self.0.moved_on.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_first_is_first() {
        let turns = Turns::default();
        let order = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let first = turns.take();
            scope.spawn(|| {
                let _turn = turns.take();
                order.lock().unwrap().push("other");
            });
            while turns.tickets().next < 2 {
                std::thread::yield_now();
            }
            drop(first);
            let _again = turns.take();
            order.lock().unwrap().push("again");
        });
        assert_eq!(*order.lock().unwrap(), ["other", "again"]);
    }
}
