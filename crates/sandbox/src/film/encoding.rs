//! Frames and sound as an MP4 file.

use muxide::api::{AudioCodec, MuxerBuilder, VideoCodec};
use openh264::{
    OpenH264API,
    encoder::{
        Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode,
    },
    formats::{RgbSliceU8, YUVBuffer},
};

use super::{Script, Unfilmable, frames::Frames};
use crate::sound_files::{Sound, opus_packets};

pub(super) fn encode(script: &Script, sound: Option<&Sound>) -> Result<Vec<u8>, Unfilmable> {
    let rate = script.rate();
    let config = EncoderConfig::new()
        .max_frame_rate(FrameRate::from_hz(rate as f32))
        .rate_control_mode(RateControlMode::Off)
        .qp(QpRange::new(24, 32))
        .complexity(Complexity::Low)
        .skip_frames(false)
        .scene_change_detect(false)
        .intra_frame_period(IntraFramePeriod::from_num_frames(rate * 2))
        .num_threads(1);
    let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(unfilmable)?;
    let mut builder =
        MuxerBuilder::new(Vec::new()).video(VideoCodec::H264, script.width, script.height, f64::from(rate));
    let mut packets = match sound {
        Some(sound) => {
            builder = builder.audio(AudioCodec::Opus, sound.rate, sound.channels);
            let (packets, _) =
                opus_packets(sound).ok_or_else(|| Unfilmable("the sound can't be coded".into()))?;
            packets
        }
        None => Vec::new(),
    }
    .into_iter()
    .enumerate()
    .peekable();
    let mut muxer = builder.with_fast_start(true).build().map_err(unfilmable)?;
    let frames = Frames::of(script);
    let count = ((script.seconds * f64::from(rate)).round() as u32).max(2);
    for place in 0..count {
        let seconds = f64::from(place) / f64::from(rate);
        let picture = frames.frame(seconds as f32, place as f32 / (count - 1) as f32);
        let size = (script.width as usize, script.height as usize);
        let source = YUVBuffer::from_rgb8_source(RgbSliceU8::new(picture.as_raw(), size));
        let coded = encoder.encode(&source).map_err(unfilmable)?;
        let key = matches!(coded.frame_type(), FrameType::IDR | FrameType::I);
        muxer.write_video(seconds, &coded.to_vec(), key).map_err(unfilmable)?;
        // Sound lies beside the pictures that it belongs to; what outlasts them is left out.
        while let Some((number, packet)) =
            packets.next_if(|(number, _)| *number as f64 * 0.02 < seconds + 1.0 / f64::from(rate))
        {
            muxer.write_audio(number as f64 * 0.02, &packet).map_err(unfilmable)?;
        }
    }
    muxer.finish_in_place().map_err(unfilmable)?;
    Ok(muxer.into_writer())
}

fn unfilmable(error: impl std::fmt::Display) -> Unfilmable {
    Unfilmable(error.to_string())
}
