//! What is dragged out of the window.

use std::{io::Cursor, path::PathBuf};

use store::Size;

use crate::{
    AppError, Result, Studio,
    library::{missing, parse_all},
};

/// The most files of one drag: every program that they come over reads their list.
const MOST: usize = 1_000;
/// The longest side of the picture that hangs on the pointer.
const ICON: u32 = 96;

impl Studio {
    /// The files of items, in the order asked for, and a small PNG of the first to hang on the pointer; an empty one where it
    /// has no thumbnail. Files that aren't there are left out.
    pub async fn files_to_drag(&self, ids: Vec<String>) -> Result<(Vec<PathBuf>, Vec<u8>)> {
        let ids = parse_all(ids.get(..MOST.min(ids.len())).unwrap_or_default())?;
        self.store(move |store| {
            let items = store.library().get_many(&ids)?;
            let Some(first) = items.first() else { return Ok(Err(AppError::not_found("item"))) };
            let lost = missing(&store.media_path(&first.file.path));
            let icon = store.thumbnail(first.id, Size::Small).ok().and_then(|path| icon(&path));
            let paths = items.iter().map(|item| store.media_path(&item.file.path));
            let files: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
            Ok(if files.is_empty() { Err(lost) } else { Ok((files, icon.unwrap_or_default())) })
        })
        .await?
    }
}

fn icon(thumbnail: &std::path::Path) -> Option<Vec<u8>> {
    let mut png = Cursor::new(Vec::new());
    let small = image::open(thumbnail).ok()?.thumbnail(ICON, ICON);
    small.write_to(&mut png, image::ImageFormat::Png).ok()?;
    Some(png.into_inner())
}
