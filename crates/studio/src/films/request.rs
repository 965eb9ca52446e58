//! What can be asked for in the Film room. The same value is quoted, checked, sent, kept as the recipe and sent again.

use serde::{Deserialize, Serialize};

use crate::calls::view::FileRef;

/// A film that is asked for. Which fields a model takes is told by its [`FilmModel`](super::view::FilmModel).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmRequest {
    /// A model id of the list.
    pub model: String,
    /// What to show; an enlargement needs none.
    pub prompt: String,
    /// What not to show.
    pub negative_prompt: Option<String>,
    /// One of the model's own, such as `5s`; none where it has none to choose.
    pub duration: Option<String>,
    /// Width to height, such as `16:9`.
    pub aspect_ratio: Option<String>,
    /// A tier of size, such as `720p`.
    pub resolution: Option<String>,
    /// For enlargements: 1, 2 or 4.
    pub upscale_factor: Option<u8>,
    /// Whether it is to have sound, where that can be chosen.
    pub audio: Option<bool>,
    /// The picture it begins with.
    pub image: Option<FileRef>,
    /// The picture it ends with.
    pub end_image: Option<FileRef>,
    /// The sound that goes with it.
    pub sound: Option<FileRef>,
    /// The film that is changed or enlarged.
    pub film: Option<FileRef>,
    /// Pictures to keep to.
    pub reference_images: Vec<FileRef>,
    /// Films to keep to.
    pub reference_films: Vec<FileRef>,
    /// Voices or sounds to keep to.
    pub reference_sounds: Vec<FileRef>,
    /// A document or a web page to keep to.
    pub document: Option<FilmDocument>,
    /// What is to become of the films it keeps to: `auto`, `reference`, `edit` or `extend`.
    pub task: Option<String>,
    /// Characters and objects; the prompt calls them `@Element1` and so on.
    pub elements: Vec<FilmElement>,
    /// Pictures of scenes; the prompt calls them `@Image1` and so on.
    pub scenes: Vec<FileRef>,
    /// Pictures at places in the film.
    pub keyframes: Vec<FilmKeyframe>,
}

/// A document or a web page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FilmDocument {
    /// The address of a page or a file that anybody can read.
    Address(String),
    /// The handle of a file that was picked.
    Picked(String),
    /// A file that was picked and sent before, as it is kept.
    Kept(String),
}

/// A character or an object, as pictures or a film show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmElement {
    /// A picture from the front.
    pub front: Option<FileRef>,
    /// Pictures from elsewhere, at most 3.
    pub images: Vec<FileRef>,
    /// A film of it.
    pub film: Option<FileRef>,
}

/// A picture at a place in the film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmKeyframe {
    /// The picture.
    pub image: FileRef,
    /// Which frame it is, from 0, 24 a second.
    pub frame: u32,
}

/// What a file is in a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum FilmRole {
    /// The picture it begins with.
    Image,
    /// The picture it ends with.
    EndImage,
    /// The sound that goes with it.
    Sound,
    /// The film that is changed or enlarged.
    Film,
    /// A picture to keep to.
    ReferenceImage,
    /// A film to keep to.
    ReferenceFilm,
    /// A voice or a sound to keep to.
    ReferenceSound,
    /// A document to keep to.
    Document,
    /// A picture of a character or an object.
    ElementImage,
    /// A film of a character or an object.
    ElementFilm,
    /// A picture of a scene.
    Scene,
    /// A picture at a place in the film.
    Keyframe,
}

/// What the user confirms before faces are sent to some models. All three are to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmAgreements {
    /// The provider's text was read and agreed to.
    pub terms: bool,
    /// The user has the right to use what is sent.
    pub rights: bool,
    /// The user knows that it may be looked at before it is worked on.
    pub screening: bool,
}

/// Where an earlier request is read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RequestOrigin {
    /// What was made by it.
    Item(String),
    /// The job it was sent in.
    Job(String),
}
