//! The files of a request, one after the other.

use super::request::{FilmElement, FilmRequest, FilmRole};
use crate::calls::view::FileRef;

impl FilmRequest {
    /// All files but a document, each with what it is in the film, always in the same order.
    pub fn files(&self) -> Vec<(FilmRole, &FileRef)> {
        use FilmRole as R;
        let mut files = Vec::new();
        files.extend(self.image.iter().map(|file| (R::Image, file)));
        files.extend(self.end_image.iter().map(|file| (R::EndImage, file)));
        files.extend(self.sound.iter().map(|file| (R::Sound, file)));
        files.extend(self.film.iter().map(|file| (R::Film, file)));
        files.extend(self.reference_images.iter().map(|file| (R::ReferenceImage, file)));
        files.extend(self.reference_films.iter().map(|file| (R::ReferenceFilm, file)));
        files.extend(self.reference_sounds.iter().map(|file| (R::ReferenceSound, file)));
        for FilmElement { front, images, film } in &self.elements {
            files.extend(front.iter().chain(images).map(|file| (R::ElementImage, file)));
            files.extend(film.iter().map(|file| (R::ElementFilm, file)));
        }
        files.extend(self.scenes.iter().map(|file| (R::Scene, file)));
        files.extend(self.keyframes.iter().map(|frame| (R::Keyframe, &frame.image)));
        files
    }

    /// The same files, to be named differently.
    pub(super) fn files_mut(&mut self) -> Vec<&mut FileRef> {
        let mut files: Vec<&mut FileRef> = Vec::new();
        files.extend(&mut self.image);
        files.extend(&mut self.end_image);
        files.extend(&mut self.sound);
        files.extend(&mut self.film);
        files.extend(&mut self.reference_images);
        files.extend(&mut self.reference_films);
        files.extend(&mut self.reference_sounds);
        for FilmElement { front, images, film } in &mut self.elements {
            files.extend(front.iter_mut().chain(images));
            files.extend(film);
        }
        files.extend(&mut self.scenes);
        files.extend(self.keyframes.iter_mut().map(|frame| &mut frame.image));
        files
    }

    /// Whether some of its files are named by handles, which nobody knows after this run.
    pub(super) fn has_picked(&self) -> bool {
        self.files().iter().any(|(_, file)| matches!(file, FileRef::Picked(_)))
            || matches!(self.document, Some(super::request::FilmDocument::Picked(_)))
    }
}

impl FilmRole {
    /// The word for it in an error's values.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::EndImage => "end_image",
            Self::Sound => "sound",
            Self::Film => "film",
            Self::ReferenceImage => "reference_image",
            Self::ReferenceFilm => "reference_film",
            Self::ReferenceSound => "reference_sound",
            Self::Document => "document",
            Self::ElementImage => "element_image",
            Self::ElementFilm => "element_film",
            Self::Scene => "scene",
            Self::Keyframe => "keyframe",
        }
    }

    /// The same for a person.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Image => "first picture",
            Self::EndImage => "last picture",
            Self::Sound => "sound",
            Self::Film => "film",
            Self::ReferenceImage => "reference picture",
            Self::ReferenceFilm => "reference film",
            Self::ReferenceSound => "reference sound",
            Self::Document => "document",
            Self::ElementImage => "picture of an element",
            Self::ElementFilm => "film of an element",
            Self::Scene => "picture of a scene",
            Self::Keyframe => "keyframe",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::films::request::FilmKeyframe;

    #[test]
    fn both_lists_have_the_same_order() {
        let file = |name: &str| FileRef::Item(name.to_owned());
        let mut request = FilmRequest {
            image: Some(file("a")),
            end_image: Some(file("b")),
            sound: Some(file("c")),
            film: Some(file("d")),
            reference_images: vec![file("e"), file("f")],
            reference_films: vec![file("g")],
            reference_sounds: vec![file("h")],
            elements: vec![FilmElement {
                front: Some(file("i")),
                images: vec![file("j")],
                film: Some(file("k")),
            }],
            scenes: vec![file("l")],
            keyframes: vec![FilmKeyframe { image: file("m"), frame: 0 }],
            ..FilmRequest::default()
        };
        let told: Vec<FileRef> = request.files().into_iter().map(|(_, file)| file.clone()).collect();
        let changed: Vec<FileRef> = request.files_mut().into_iter().map(|file| file.clone()).collect();
        assert_eq!(told, changed);
        assert_eq!(told, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"].map(file));
        assert!(!request.has_picked());
        request.scenes.push(FileRef::Picked("p".to_owned()));
        assert!(request.has_picked());
    }
}
