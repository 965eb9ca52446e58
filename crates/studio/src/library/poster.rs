//! Posters: the frame by which a film is shown where it is small. The web view draws it, because it has the codecs.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{parse, view::ItemView, view_of};
use crate::{
    AppError, Result, Studio,
    error::{Code, input_too_large},
};

/// A poster has at most some million pixels.
const MOST_BYTES: usize = 16 << 20;

impl Studio {
    /// Has a film shown by this frame of it: a PNG as Base64. It replaces the one before.
    pub async fn keep_poster(&self, film: String, png: String) -> Result<ItemView> {
        let id = parse(&film)?;
        if png.len() > MOST_BYTES / 3 * 4 {
            return Err(input_too_large(Some(png.len() as u64 / 4 * 3), MOST_BYTES as u64));
        }
        let frame = BASE64_STANDARD.decode(png.trim()).map_err(|_| not_a_poster())?;
        self.store(move |store| store.put_poster(id, &frame)).await?;
        self.store(move |store| store.library().get(id)).await.map(|item| view_of(&item))
    }
}

fn not_a_poster() -> AppError {
    AppError::new(
        Code::InputUnreadable,
        "The frame didn't arrive as a PNG.",
        "Take it again. If it happens again, please report it.",
    )
    .param("name", "poster.png")
}
