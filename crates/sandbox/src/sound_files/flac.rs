//! FLAC files of 16-bit samples.

use flacenc::{bitsink::ByteSink, component::BitRepr, error::Verify, source::MemSource};

use super::Sound;

pub(super) fn write(sound: &Sound) -> Option<Vec<u8>> {
    let config = flacenc::config::Encoder::default().into_verified().ok()?;
    let samples: Vec<i32> = sound.integers().into_iter().map(i32::from).collect();
    let source = MemSource::from_samples(&samples, usize::from(sound.channels), 16, sound.rate as usize);
    let mut stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size).ok()?;
    // The encoder counts the shorter last block, by which readers would take the file for one of varying blocks.
    stream.stream_info_mut().set_block_sizes(config.block_size, config.block_size).ok()?;
    let mut file = ByteSink::new();
    stream.write(&mut file).ok()?;
    Some(file.into_inner())
}
