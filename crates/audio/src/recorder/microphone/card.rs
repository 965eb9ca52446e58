//! A microphone of the system itself.

use std::{
    sync::{
        Arc,
        atomic::Ordering::Relaxed,
        mpsc::{Receiver, Sender},
    },
    time::Instant,
};

use cpal::{
    BufferSize, Data, ErrorKind, FromSample, I24, InputCallbackInfo, SampleFormat, SizedSample, StreamConfig,
    U24,
    traits::{DeviceTrait, StreamTrait},
};

use super::{News, Opened, Wanted};
use crate::{
    Layout, Result,
    devices::{ANSWERS_WITHIN, Card, told},
    recorder::ring::Inlet,
};

/// Opens it and keeps it until it is to be closed.
pub(super) fn hold(card: &Card, wanted: &Wanted, news: &Sender<News>, closed: &Receiver<()>) -> Result<()> {
    let default = card.opens.default_input_config().map_err(told)?;
    let natural = Layout { rate: default.sample_rate(), channels: default.channels() };
    let (mut inlet, outlet) = wanted.ring(natural);
    let opened = Opened::new(card.device.id.clone(), &inlet);
    let Layout { rate, channels } = opened.layout;
    let config = StreamConfig { channels, sample_rate: rate, buffer_size: BufferSize::Default };
    let mut sends = Some(news.clone());
    let mut floats = Vec::new();
    let hear = move |data: &Data, _: &InputCallbackInfo| {
        put(data, &mut floats, &mut inlet);
        if let Some(news) = sends.take() {
            let _ = news.send(News::Sends);
        }
    };
    let (heard, broken) = (Arc::clone(&opened.heard), Arc::clone(&opened.broken));
    let failed = move |error: cpal::Error| match error.kind() {
        ErrorKind::Xrun => heard.has_lost.store(true, Relaxed),
        ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {
            tracing::debug!(%error, "the microphone goes on");
        }
        _ => {
            tracing::warn!(%error, "the microphone failed");
            broken.store(true, Relaxed);
        }
    };
    let _ = news.send(News::Opened(Box::new((opened, outlet))));
    let format = default.sample_format();
    let stream = card
        .opens
        .build_input_stream_raw(config, format, hear, failed, Some(ANSWERS_WITHIN))
        .map_err(told)?;
    stream.play().map_err(told)?;
    let _ = closed.recv();
    Ok(())
}

/// Puts what came into the ring; `floats` is where it is converted.
fn put(data: &Data, floats: &mut Vec<f32>, inlet: &mut Inlet) {
    let now = Instant::now();
    if let Some(samples) = data.as_slice::<f32>() {
        inlet.hear(samples, now);
    } else {
        floats.clear();
        convert(data, floats);
        inlet.hear(floats, now);
    }
}

/// All samples from -1 to 1. Those of other kinds, which no microphone sends, are left out.
fn convert(data: &Data, into: &mut Vec<f32>) {
    match data.sample_format() {
        SampleFormat::I8 => add::<i8>(data, into),
        SampleFormat::I16 => add::<i16>(data, into),
        SampleFormat::I24 => add::<I24>(data, into),
        SampleFormat::I32 => add::<i32>(data, into),
        SampleFormat::U8 => add::<u8>(data, into),
        SampleFormat::U16 => add::<u16>(data, into),
        SampleFormat::U24 => add::<U24>(data, into),
        SampleFormat::U32 => add::<u32>(data, into),
        SampleFormat::F64 => add::<f64>(data, into),
        _ => {}
    }
}

fn add<T>(data: &Data, into: &mut Vec<f32>)
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let samples = data.as_slice::<T>().unwrap_or_default();
    into.extend(samples.iter().map(|sample| sample.to_sample::<f32>()));
}
