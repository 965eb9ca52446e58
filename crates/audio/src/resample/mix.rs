//! Fewer channels.

/// Mixes interleaved frames to one channel.
pub fn to_mono(frames: &[f32], channels: u16, into: &mut Vec<f32>) {
    match channels {
        0 | 1 => into.extend_from_slice(frames),
        2 => into.extend(frames.as_chunks::<2>().0.iter().map(|[left, right]| 0.5 * (left + right))),
        channels => mix(frames, channels, 1, into),
    }
}

/// Mixes interleaved frames to fewer channels, or spreads one over more. Nothing gets louder than it was.
pub fn mix(frames: &[f32], from: u16, to: u16, into: &mut Vec<f32>) {
    let (from, to) = (from.max(1), to.max(1));
    let each = frames.chunks_exact(usize::from(from));
    match (from, to) {
        _ if from == to => into.extend_from_slice(frames),
        (1, _) => into.extend(frames.iter().flat_map(|&sample| std::iter::repeat_n(sample, usize::from(to)))),
        (_, 1) => {
            let weights: Vec<f32> = normal((0..from).map(|channel| {
                let (left, right) = place(channel, from);
                left + right
            }));
            into.extend(each.map(|frame| {
                frame.iter().zip(&weights).map(|(sample, weight)| sample * weight).sum::<f32>()
            }));
        }
        (_, 2) => {
            let left = normal((0..from).map(|channel| place(channel, from).0));
            let right = normal((0..from).map(|channel| place(channel, from).1));
            let sum = |frame: &[f32], weights: &[f32]| {
                frame.iter().zip(weights).map(|(sample, weight)| sample * weight).sum::<f32>()
            };
            into.extend(each.flat_map(|frame| [sum(frame, &left), sum(frame, &right)]));
        }
        // There is no rule for these: the first channels stay, or silence stands beside them.
        _ => {
            for frame in each {
                into.extend((0..usize::from(to)).map(|channel| frame.get(channel).copied().unwrap_or(0.0)));
            }
        }
    }
}

/// How much of a channel goes to the left and to the right, in the order of WAV: front left, right, centre, bass, back.
fn place(channel: u16, channels: u16) -> (f32, f32) {
    const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    match (channels, channel) {
        (_, 0) => (1.0, 0.0),
        (_, 1) => (0.0, 1.0),
        (3 | 5.., 2) => (HALF, HALF),
        // The bass of a film says nothing that isn't in the others.
        (6.., 3) => (0.0, 0.0),
        (7, 4) => (0.5, 0.5),
        (4.., channel) if (channel % 2 == 0) == (channels != 5 && channels != 7) => (HALF, 0.0),
        _ => (0.0, HALF),
    }
}

/// Weights that are one together.
fn normal(weights: impl Iterator<Item = f32>) -> Vec<f32> {
    let weights: Vec<f32> = weights.collect();
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum.max(f32::MIN_POSITIVE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(frames: &[f32], from: u16, to: u16) -> Vec<f32> {
        let mut into = Vec::new();
        mix(frames, from, to, &mut into);
        into
    }

    #[test]
    fn nothing_gets_louder() {
        for from in 1..=8 {
            for to in 1..=2 {
                let loud = mixed(&vec![1.0; usize::from(from)], from, to);
                assert!(loud.iter().all(|sample| (sample - 1.0).abs() < 1e-5), "{from} to {to}: {loud:?}");
            }
        }
    }

    #[test]
    fn surround_keeps_its_sides_and_its_centre() {
        // Back left, then back right, of 5.1.
        let [left, right] = mixed(&[0.0, 0.0, 0.0, 0.0, 1.0, 0.0], 6, 2)[..] else { panic!("a frame") };
        assert!(left > 0.2 && right == 0.0);
        let [left, right] = mixed(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 6, 2)[..] else { panic!("a frame") };
        assert!(left == 0.0 && right > 0.2);
        assert!(mixed(&[0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 6, 1)[0] > 0.25);
        assert!(mixed(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0], 6, 1)[0].abs() < 1e-6);
    }

    #[test]
    fn one_channel_is_spread() {
        assert_eq!(mixed(&[0.5, -0.5], 1, 2), [0.5, 0.5, -0.5, -0.5]);
    }
}
