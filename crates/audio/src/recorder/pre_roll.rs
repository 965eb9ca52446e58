//! What was heard last, kept for the beginning of the next take.

/// The last samples, no more than its capacity.
#[derive(Debug)]
pub(super) struct PreRoll {
    samples: Vec<f32>,
    /// Where the next one goes, once it is full.
    next: usize,
    capacity: usize,
}

impl PreRoll {
    pub fn new(capacity: usize) -> Self {
        Self { samples: Vec::with_capacity(capacity), next: 0, capacity }
    }

    pub fn add(&mut self, samples: &[f32]) {
        let last = &samples[samples.len().saturating_sub(self.capacity)..];
        let room = self.capacity - self.samples.len();
        let (new, over) = last.split_at(room.min(last.len()));
        self.samples.extend_from_slice(new);
        self.put_over(over.len(), |place, from, count| place.copy_from_slice(&over[from..from + count]));
    }

    pub fn add_silence(&mut self, samples: u64) {
        let samples = usize::try_from(samples).unwrap_or(usize::MAX).min(self.capacity);
        let new = samples.min(self.capacity - self.samples.len());
        self.samples.resize(self.samples.len() + new, 0.0);
        self.put_over(samples - new, |place, _, _| place.fill(0.0));
    }

    /// Goes around: `put` gets each place, where it begins in what is put, and how long it is.
    fn put_over(&mut self, count: usize, put: impl Fn(&mut [f32], usize, usize)) {
        let mut done = 0;
        while done < count {
            let now = (count - done).min(self.capacity - self.next);
            put(&mut self.samples[self.next..self.next + now], done, now);
            done += now;
            self.next = (self.next + now) % self.capacity;
        }
    }

    /// What there is, the oldest first.
    pub fn parts(&self) -> [&[f32]; 2] {
        let (newer, older) = self.samples.split_at(self.next);
        [older, newer]
    }
}
