//! What goes into a film beside words.

use serde::{Deserialize, Serialize};

use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::operation::Operation;

/// The most bytes Venice takes for music.
const LARGEST_SOUND: u64 = 15 * 1024 * 1024;
/// The most bytes Venice takes for a film that is referred to.
const LARGEST_REFERENCE: u64 = 50 * 1024 * 1024;
/// The most bytes Venice takes for a document.
const LARGEST_DOCUMENT: u64 = 100 * 1024 * 1024;

/// A character or an object of a film, as pictures or a film show it. The prompt calls the first `@Element1`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VideoElement {
    /// A picture of it from the front.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub frontal_image_url: Option<FileInput>,
    /// Pictures of it from elsewhere, at most 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 3), extend("x-file" = "image")))]
    pub reference_image_urls: Vec<FileInput>,
    /// A film of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "video")))]
    pub video_url: Option<FileInput>,
}

/// A picture at a place in the film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keyframe {
    /// The picture.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image_url: FileInput,
    /// Which frame it is, counted from 0, 24 a second. Each only once.
    pub frame_index: u32,
}

/// What the user agreed to after a [`Consent`](crate::Consent) was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VideoConsents {
    /// To what the provider of the Seedance models wants agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seedance: Option<SeedanceConsent>,
}

/// Three things a user confirms before faces are sent to a Seedance model. All are to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeedanceConsent {
    /// That the provider's text was read and agreed to.
    pub confirmed_terms_and_privacy: bool,
    /// That the user has the right to use what is sent.
    pub confirmed_legal_right: bool,
    /// That the user knows that it may be screened.
    pub confirmed_screening_acknowledged: bool,
}

impl VideoConsents {
    /// The user confirmed all three of [`SeedanceConsent`], each by itself.
    pub fn seedance() -> Self {
        Self {
            seedance: Some(SeedanceConsent {
                confirmed_terms_and_privacy: true,
                confirmed_legal_right: true,
                confirmed_screening_acknowledged: true,
            }),
        }
    }

    pub(super) fn check(self, operation: &Operation) -> Result<()> {
        match self.seedance {
            Some(consent)
                if !(consent.confirmed_terms_and_privacy
                    && consent.confirmed_legal_right
                    && consent.confirmed_screening_acknowledged) =>
            {
                Err(Error::invalid_input("consents", "isn't confirmed").of(operation))
            }
            _ => Ok(()),
        }
    }
}

/// Checks files: each is an address, a data URL or a file, and no larger than Venice takes.
pub(super) struct Inputs<'a>(pub(super) &'a Operation);

impl Inputs<'_> {
    pub(super) fn pictures<'f>(
        &self,
        field: &'static str,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        self.all(field, FileInput::MAX_PICTURE, files)
    }

    pub(super) fn sounds<'f>(
        &self,
        field: &'static str,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        self.all(field, LARGEST_SOUND, files)
    }

    pub(super) fn references<'f>(
        &self,
        field: &'static str,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        self.all(field, LARGEST_REFERENCE, files)
    }

    pub(super) fn documents<'f>(
        &self,
        field: &'static str,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        self.all(field, LARGEST_DOCUMENT, files)
    }

    /// Films of any size: Venice tells no limit.
    pub(super) fn films<'f>(
        &self,
        field: &'static str,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        self.all(field, u64::MAX, files)
    }

    fn all<'f>(
        &self,
        field: &'static str,
        limit: u64,
        files: impl IntoIterator<Item = &'f FileInput>,
    ) -> Result<()> {
        files.into_iter().try_for_each(|file| file.check_linked(field, limit, self.0))
    }
}
