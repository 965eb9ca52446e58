//! What the looks at the library's files found, in words.

use std::path::Path;

use store::Finding;

use super::upkeep::LibraryFinding;
use crate::{AppError, error::Code};

/// No more paths are told of one finding.
const MOST_PATHS: usize = 500;

/// What was found or mended at the start, for those findings a person should know of at once.
pub(crate) fn at_start(finding: &Finding) -> Option<AppError> {
    let told = matches!(
        finding,
        Finding::DatabaseDamaged { .. } | Finding::FilesMissing { .. } | Finding::LibraryGone { .. }
    );
    told.then(|| in_words(finding).notice)
}

/// A finding in words, with its files.
pub(crate) fn in_words(finding: &Finding) -> LibraryFinding {
    use Finding as F;
    let one = |notice: AppError| LibraryFinding { notice, paths: Vec::new(), count: 1 };
    match finding {
        F::DatabaseDamaged { set_aside, restored_from } => one(AppError::new(
            Code::StoreDamaged,
            match restored_from {
                Some(_) => "The database was damaged. The last backup took its place, and the library's files were read again.",
                None => "The database was damaged. A new one was made from the library's files.",
            },
            format!("The damaged file is kept as {}.", set_aside.display()),
        )
        .param("path", set_aside.display())),
        F::LibraryGone { folder } => one(library_gone(folder)),
        F::FilesMissing { paths } => many(paths, Code::FilesMissing,
            "files of the library aren't where they were kept.",
            "If you moved them, move them back into the library's folder, under any name; then check again."),
        F::FilesFound { paths } => many(paths, Code::FilesFound,
            "files had moved or were missing, and were found again.", "There is nothing to do."),
        F::FilesAdopted { paths, items } => {
            let mut found = many(paths, Code::FilesAdopted,
                "files that were put into the library's folder are in the library now.", "There is nothing to do.");
            found.notice = found.notice.param("items", items);
            found
        }
        F::FilesChanged { paths } => many(paths, Code::FilesChanged,
            "files aren't of the size they were kept with: another program changed them.",
            "They were left alone. Put the originals back if you have them."),
        F::FilesDamaged { paths } => many(paths, Code::FilesDamaged,
            "files don't hold the bytes that were kept: they were damaged or changed.",
            "They were left alone. Put copies back if you have them, and look after the disk."),
        F::Copies { paths } => many(paths, Code::FilesTwice,
            "files are second copies of what is in the library.", "They were left alone; you may delete them."),
        F::SidecarsUnreadable { paths } => many(paths, Code::SidecarsUnreadable,
            "notes beside files can't be read.", "They were renamed to end in .json.damaged, and written anew."),
        F::SidecarsNewer { paths } => many(paths, Code::SidecarsNewer,
            "notes beside files are of a newer version of Canaletto.", "They were left alone. Use that version."),
        F::SidecarsAlone { paths } => many(paths, Code::SidecarsAlone,
            "notes are there without their files.", "They were left alone. Put the files back beside them if you have them."),
        F::Unreadable { paths } => many(paths, Code::FilesUnreadable,
            "files or folders can't be read.", "Give yourself the right to read them, then check again."),
        F::WorkFilesAlone { paths } => {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            many(&paths, Code::WorkFilesAlone,
                "answers in the work folder belong to no job that is known.",
                "They may have been paid for, and were left alone.")
        }
        F::LineageCycles { links } => {
            let notice = AppError::new(
                Code::LineageCycles,
                format!("{links} links made something its own ancestor, and were left out."),
                "There is nothing to do.",
            );
            LibraryFinding { notice: notice.param("count", links), paths: Vec::new(), count: number(*links) }
        }
        other => one(AppError::internal(format!("{other:?}"))),
    }
}

pub(crate) fn library_gone(folder: &Path) -> AppError {
    AppError::from(store::Error::LibraryGone { folder: folder.to_path_buf(), kept: None })
}

fn many(paths: &[String], code: Code, what: &str, hint: &str) -> LibraryFinding {
    let notice = AppError::new(code, format!("{} {what}", paths.len()), hint)
        .param("count", paths.len())
        .param("first", paths.first().map_or("", String::as_str));
    LibraryFinding {
        notice,
        paths: paths.iter().take(MOST_PATHS).cloned().collect(),
        count: number(paths.len()),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
