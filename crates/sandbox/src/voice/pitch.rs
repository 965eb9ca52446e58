//! How high somebody speaks.

use crate::sound_files::Sound;

/// Pitches of voices, in hertz.
const LOWEST: f32 = 70.0;
const HIGHEST: f32 = 400.0;

/// The middle pitch of a recorded voice, in hertz; none where nobody speaks.
pub(crate) fn pitch(sound: &Sound) -> Option<f32> {
    let mixed = sound.mixed();
    let frame = sound.rate as usize / 20;
    let (least, most) = ((sound.rate as f32 / HIGHEST) as usize, (sound.rate as f32 / LOWEST) as usize);
    // A minute tells enough.
    let mut found: Vec<f32> = mixed
        .chunks_exact((frame + most).max(1))
        .take(1200)
        .filter_map(|part| {
            let energy: f32 = part[..frame].iter().map(|sample| sample * sample).sum();
            if energy / (frame as f32) < 1e-4 {
                return None;
            }
            let likeness = |lag: usize| {
                let (mut both, mut shifted) = (0.0, 1e-9);
                for (now, later) in part[..frame].iter().zip(&part[lag..]) {
                    both += now * later;
                    shifted += later * later;
                }
                both / (energy * shifted).sqrt()
            };
            let lags = (least..most).map(|lag| (lag, likeness(lag))).collect::<Vec<_>>();
            let best = lags.iter().map(|(_, likeness)| *likeness).fold(0.0, f32::max);
            // The shortest lag that is nearly as like as any: longer ones are its multiples.
            let (lag, _) = lags.windows(3).map(|three| three[1]).zip(lags.windows(3)).find_map(
                |((lag, likeness), three)| {
                    let peak = three[0].1 <= likeness && three[2].1 <= likeness;
                    (best > 0.6 && peak && likeness > best * 0.9).then_some((lag, likeness))
                },
            )?;
            Some(sound.rate as f32 / lag as f32)
        })
        .collect();
    found.sort_by(f32::total_cmp);
    found.get(found.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::{Manner, speak};

    #[test]
    fn a_voice_is_taken_after() {
        for wanted in [105.0, 200.0] {
            let manner =
                Manner { voice: "x", pitch: Some(wanted), speed: 1.0, style: "", temperature: 1.0, seed: 1 };
            let text = "The water of the lagoon lies very still in the morning, and we are on our way.";
            let heard = pitch(&speak(text, &manner).sound).unwrap();
            assert!((heard / wanted - 1.0).abs() < 0.15, "{heard} for {wanted}");
        }
        assert_eq!(pitch(&Sound::mono(16_000, vec![0.0; 32_000])), None);
    }
}
