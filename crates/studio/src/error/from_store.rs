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

/// What was found or mended at the start, for those findings a person should know of.
pub(crate) fn from_finding(finding: &store::Finding) -> Option<AppError> {
    use store::Finding as F;
    Some(match finding {
        F::DatabaseDamaged { set_aside, restored_from } => AppError::new(
            Code::StoreDamaged,
            match restored_from {
                Some(_) => "The database was damaged. The last backup took its place, and the library's files were read again.",
                None => "The database was damaged. A new one was made from the library's files.",
            },
            format!("The damaged file is kept as {}.", set_aside.display()),
        )
        .param("path", set_aside.display()),
        F::FilesMissing { paths } => AppError::new(
            Code::FileMissing,
            format!("{} of the library's files are missing.", paths.len()),
            "If you moved them, move them back into the library folder and start again.",
        )
        .param("count", paths.len())
        .param("first", paths.first().map_or("", String::as_str)),
        _ => return None,
    })
}
