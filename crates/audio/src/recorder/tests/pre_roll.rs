use proptest::prelude::*;

use crate::recorder::pre_roll::PreRoll;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_keeps_the_last(capacity in 0usize..50, parts in prop::collection::vec((0usize..120, any::<bool>()), 0..20)) {
        let mut pre_roll = PreRoll::new(capacity);
        let mut all = Vec::new();
        for (count, silent) in parts {
            if silent {
                all.resize(all.len() + count, 0.0);
                pre_roll.add_silence(count as u64);
            } else {
                let samples: Vec<f32> = (all.len()..all.len() + count).map(|at| at as f32 + 1.0).collect();
                pre_roll.add(&samples);
                all.extend(samples);
            }
            let kept = &all[all.len().saturating_sub(capacity)..];
            prop_assert_eq!(pre_roll.parts().concat(), kept);
        }
    }
}
