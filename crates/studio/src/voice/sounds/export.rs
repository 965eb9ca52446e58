//! Sounds as files of the user's own, in a coding of choice.

use std::path::{Path, PathBuf};

use audio::{
    decode::Probe,
    encode::{Coding, transcode},
};

use super::{SoundFormat, Source, stop::waiting, tags_of};
use crate::{
    AppError, Result, Studio,
    library::taking_out::{aside, safe},
};

/// Bits a second of each channel: more can't be told apart.
const OPUS: u32 = 96_000;

impl SoundFormat {
    fn coding(self) -> Coding {
        match self {
            Self::Wav => Coding::Wave { bits: 24 },
            Self::Flac => Coding::Flac { bits: 24 },
            Self::Opus => Coding::Opus { bitrate: OPUS },
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Opus => "opus",
        }
    }

    /// Whether a file is what was asked for already.
    fn is_that_of(self, source: &Source, probe: &Probe) -> bool {
        let ext = source.item.file.ext.as_str();
        !probe.is_film
            && match self {
                Self::Wav => ext == "wav",
                Self::Flac => ext == "flac",
                Self::Opus => matches!(ext, "opus" | "ogg") && probe.codec.eq_ignore_ascii_case("opus"),
            }
    }
}

impl Studio {
    /// The file name a sound is taken out under.
    pub async fn sound_name(&self, id: String, format: SoundFormat) -> Result<String> {
        let source = self.source_of_sound(&id).await?;
        Ok(format!("{}.{}", safe(&source.item.title), format.ending()))
    }

    /// Writes a sound in another coding where the user wants it. One that is in it already is copied as it is. The file
    /// appears when it is whole; when nobody waits for it any more, nothing is left of it.
    pub async fn export_sound(&self, id: String, format: SoundFormat, to: PathBuf) -> Result<()> {
        let source = self.source_of_sound(&id).await?;
        self.must_be_outside(&to)?;
        let (_waiting, asked) = waiting();
        let work = tokio::task::spawn_blocking(move || {
            let probe = audio::decode::probe(&source.path)?;
            if format.is_that_of(&source, &probe) {
                return copy(&source.path, &to, || asked.goes_on());
            }
            // The encoder makes the file itself; the name is free for it.
            let place = aside(&to)?.into_temp_path();
            let _ = std::fs::remove_file(&place);
            transcode(&source.path, None, &place, format.coding(), &tags_of(&source.item), |_| {
                asked.goes_on()
            })?;
            place.persist(&to).map_err(|error| store::Error::file(&to, error.error).into())
        });
        work.await.map_err(AppError::internal)?
    }
}

/// A copy, piece by piece.
fn copy(from: &Path, to: &Path, mut goes_on: impl FnMut() -> bool) -> Result<()> {
    use std::io::{Read, Write};

    let reading = |error| AppError::from(store::Error::file(from, error));
    let writing = |error| AppError::from(store::Error::file(to, error));
    let mut source = std::fs::File::open(from).map_err(reading)?;
    let mut file = aside(to)?;
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = source.read(&mut piece).map_err(reading)?;
        if length == 0 {
            break;
        }
        if !goes_on() {
            return Err(audio::Error::Stopped.into());
        }
        file.write_all(&piece[..length]).map_err(writing)?;
    }
    file.as_file().sync_all().map_err(writing)?;
    file.persist(to).map_err(|error| writing(error.error))?;
    Ok(())
}
