//! Cores that have something else to do.

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
};

/// Threads that never rest, until it is dropped.
pub struct Busy {
    enough: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Busy {
    pub fn start(threads: usize) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let work = |enough: Arc<AtomicBool>| {
            move || {
                let mut number = 1u64;
                while !enough.load(Relaxed) {
                    for _ in 0..10_000 {
                        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
                    }
                }
            }
        };
        let threads = (0..threads).map(|_| thread::spawn(work(Arc::clone(&enough)))).collect();
        Self { enough, threads }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.enough.store(true, Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
