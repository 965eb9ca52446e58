//! Seeded chance whose sequence stays the same over versions and platforms, so that pictures keep their bytes.

/// A `SplitMix64` generator.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// From 0 to just under 1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A whole number under `count`; 0 when `count` is 0.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        if count == 0 { 0 } else { (self.next() % u64::from(count)) as u32 }
    }

    /// An id in the shape of a random UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    pub(crate) fn happens(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }
}

pub(crate) fn scramble(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A number that depends on each byte of `text` and on `seed`.
pub(crate) fn mix(seed: u64, text: &str) -> u64 {
    let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    scramble(folded ^ scramble(seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (mut one, mut two) = (Chance::new(7), Chance::new(7));
        assert_eq!(
            (0..5).map(|_| one.next()).collect::<Vec<_>>(),
            (0..5).map(|_| two.next()).collect::<Vec<_>>()
        );
        assert_eq!(Chance::new(7).next(), 7_191_089_600_892_374_487);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut chance = Chance::new(1);
        assert!((0..1000).all(|_| (2.0..3.0).contains(&chance.between(2.0, 3.0))));
        assert!((0..1000).all(|_| chance.below(4) < 4));
        assert_eq!(chance.below(0), 0);
    }

    #[test]
    fn ids_have_the_shape_of_a_random_uuid() {
        let id = Chance::new(1).uuid();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(id[14..].starts_with('4') && matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }

    #[test]
    fn a_changed_letter_changes_the_mix() {
        assert_ne!(mix(1, "gondola"), mix(1, "gondole"));
        assert_ne!(mix(1, "gondola"), mix(2, "gondola"));
    }
}
