//! What the store's failures are in words.

use super::{AppError, Code};

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        use store::Error as E;
        match &error {
            E::InUse { home } => AppError::new(
                Code::InUse,
                "Canaletto already runs with this folder.",
                "Use the window that is open, or end the other program first.",
            )
            .param("folder", home.display()),
            E::NewerDatabase { .. } => AppError::new(
                Code::StoreDamaged,
                "The library was written by a newer version of Canaletto.",
                "Start that version. Nothing was changed.",
            ),
            E::DiskFull { path, kept } => AppError::new(
                Code::DiskFull,
                "The disk is full.",
                match kept {
                    Some(kept) => format!("Make room, then start Canaletto again. What arrived is safe in {}.", kept.display()),
                    None => "Make room, then try again. Nothing that was kept is affected.".to_owned(),
                },
            )
            .param("path", path.display()),
            E::ReadOnly { path, kept } | E::Denied { path, kept } => AppError::new(
                Code::ReadOnly,
                format!("{} can't be written to.", path.display()),
                match kept {
                    Some(kept) => format!("Give yourself the right to write there. What arrived is safe in {}.", kept.display()),
                    None => "Give yourself the right to write there, then try again. Nothing that was kept is affected.".to_owned(),
                },
            )
            .param("path", path.display()),
            E::LibraryGone { folder, kept } => AppError::new(
                Code::LibraryGone,
                format!("The library's folder isn't there: {}.", folder.display()),
                match kept {
                    Some(kept) => format!("Connect its disk, or put the folder back; then it goes on by itself. What arrived is safe in {}.", kept.display()),
                    None => "Connect its disk, or put the folder back. If you moved it, choose its new place in the settings.".to_owned(),
                },
            )
            .param("folder", folder.display()),
            E::LibraryMoving { kept } => AppError::new(
                Code::LibraryBusy,
                "The library is being moved; nothing new can be kept until that is done.",
                match kept {
                    Some(kept) => format!("Wait for the end of the move, or stop it. What arrived is safe in {}.", kept.display()),
                    None => "Wait for the end of the move, or stop it, then try again.".to_owned(),
                },
            ),
            E::NoPlace { folder, why } => from_no_place(folder, *why),
            E::CopyDiffers { path } => AppError::new(
                Code::CopyDiffers,
                "A copy isn't equal to its file: the disk may be damaged.",
                "Nothing was moved, and the copies are gone again. Choose another disk.",
            )
            .param("path", path.display()),
            E::OutOfRange { what } => AppError::new(
                Code::FieldInvalid,
                format!("This {what} can't be used."),
                "Nothing was changed. Type another value.",
            )
            .param("field", what)
            .param("reason", "it is empty, too long or out of range"),
            E::Outdated { what: "transcript" } => AppError::new(
                Code::TranscriptChanged,
                "This transcript was changed elsewhere since it was opened here.",
                "Nothing was overwritten. Copy what you have changed, then open it anew.",
            ),
            E::NotFound { what, .. } => AppError::not_found(what),
            E::Picture(problem) => from_picture(problem),
            other => AppError::internal(other),
        }
    }
}

/// What is wrong with a picture file.
pub(crate) fn from_picture(problem: &store::PictureProblem) -> AppError {
    use store::PictureProblem as P;
    match problem {
        P::Empty => AppError::new(
            Code::InputEmpty,
            "This file is empty (0 bytes).",
            "It may not have been copied to the end. Copy it again, or choose another file.",
        ),
        P::NotAPicture { seems } => AppError::new(
            Code::InputNotAPicture,
            match seems {
                Some(seems) => format!("This file isn't a picture: it seems to be {seems}."),
                None => "This file isn't a picture.".to_owned(),
            },
            "Choose a PNG, JPEG, WebP or GIF file.",
        )
        .param("seems", seems.unwrap_or_default()),
        P::Truncated => AppError::new(
            Code::InputTruncated,
            "This picture is cut off: the file ends before its picture does.",
            "It may not have been copied to the end. Copy it again, or choose another file.",
        ),
        P::TooManyPixels { width, height, .. } => AppError::new(
            Code::InputTooManyPixels,
            format!("This picture says it has {width} × {height} pixels, more than can be opened."),
            "Scale it down in another program first.",
        )
        .param("width", width)
        .param("height", height),
        P::Unsupported { format } => format_unsupported(format, "JPEG, PNG, WebP"),
        other => AppError::new(
            Code::InputUnsupported,
            format!("This picture can't be read: {other}."),
            "Save it again as PNG, JPEG or WebP and choose that.",
        ),
    }
}

/// A file in a format that can't be used, and those that can: their names are the same in every language.
pub(crate) fn format_unsupported(format: &str, instead: &str) -> AppError {
    AppError::new(
        Code::FormatUnsupported,
        format!("Files in the format {format} can't be used."),
        format!("Convert it to one of these first: {instead}."),
    )
    .param("format", format)
    .param("instead", instead)
}

/// Why the library can't be moved to a folder.
fn from_no_place(folder: &std::path::Path, why: store::NoPlace) -> AppError {
    use store::NoPlace as N;
    let (reason, message, hint) = match why {
        N::NotEmpty => (
            "not_empty",
            "There is something in this folder already.",
            "Choose an empty folder, or one that isn't there yet. Nothing was moved.",
        ),
        N::Overlaps => (
            "overlaps",
            "This folder is the library, lies in it, or has it inside.",
            "Choose a folder apart from the library. Nothing was moved.",
        ),
        N::NoFolder => (
            "no_folder",
            "There is no such folder, and it can't be made there.",
            "Choose another one. Nothing was moved.",
        ),
        N::TooSmall { needed, free } => {
            return AppError::new(
                Code::DiskFull,
                "There isn't enough room for the library there.",
                "Choose another disk, or make room. Nothing was moved.",
            )
            .param("path", folder.display())
            .param("needed", needed)
            .param("free", free);
        }
    };
    AppError::new(Code::FolderUnsuitable, message, hint)
        .param("reason", reason)
        .param("folder", folder.display())
}
