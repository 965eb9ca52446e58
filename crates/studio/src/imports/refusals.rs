//! Files that an import refused: the first for the window, and each of them in a list on disk where they are many, as when a disk
//! is full in the middle of a hundred thousand.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::Zoned;
use tempfile::NamedTempFile;

use crate::library::{taking_out::output::aside, view::Refusal};

/// The most refusals that are held in memory and told to the window.
const SHOWN: usize = 10_000;
/// The most lists that are kept.
const LISTS: usize = 10;

pub(super) struct Refusals {
    shown: Vec<Refusal>,
    count: usize,
    /// Where lists are kept.
    folder: PathBuf,
    list: List,
}

enum List {
    NotNeeded,
    /// Under its own name only when it is whole.
    Open(PathBuf, BufWriter<NamedTempFile>),
    /// A disk may be full, which is why so much is refused.
    Failed,
}

/// What is told of them.
pub(super) struct Told {
    pub(super) shown: Vec<Refusal>,
    pub(super) count: usize,
    /// The list with each of them, where not all are shown.
    pub(super) list: Option<PathBuf>,
}

impl Refusals {
    pub(super) fn new(home: &Path) -> Self {
        Self { shown: Vec::new(), count: 0, folder: home.join("refused"), list: List::NotNeeded }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, refusal: Refusal) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(refusal);
            return;
        }
        if matches!(self.list, List::NotNeeded) {
            self.list = self.begin().map_or_else(failed, |(path, file)| List::Open(path, file));
        }
        if let List::Open(_, file) = &mut self.list
            && let Err(error) = line(file, &refusal)
        {
            self.list = failed(error);
        }
    }

    fn begin(&self) -> io::Result<(PathBuf, BufWriter<NamedTempFile>)> {
        fs::create_dir_all(&self.folder)?;
        let mut lists: Vec<PathBuf> =
            fs::read_dir(&self.folder)?.flatten().map(|entry| entry.path()).collect();
        // They begin with their time.
        lists.sort_unstable();
        for old in lists.iter().rev().skip(LISTS - 1) {
            let _ = fs::remove_file(old);
        }
        let name =
            format!("{}-{}.txt", Zoned::now().strftime("%Y%m%d-%H%M%S"), uuid::Uuid::new_v4().simple());
        let path = self.folder.join(name);
        let mut file = BufWriter::new(aside(&path).map_err(io::Error::other)?);
        for refusal in &self.shown {
            line(&mut file, refusal)?;
        }
        Ok((path, file))
    }

    pub(super) fn end(self) -> Told {
        let list = match self.list {
            List::Open(path, file) => {
                let written = file.into_inner().map_err(io::IntoInnerError::into_error);
                let synced = written.and_then(|file| file.as_file().sync_all().map(|()| file));
                let kept = synced.and_then(|file| file.persist(&path).map_err(|error| error.error));
                kept.map_err(failed).ok().map(|_| path)
            }
            List::NotNeeded | List::Failed => None,
        };
        Told { shown: self.shown, count: self.count, list }
    }
}

fn failed(error: io::Error) -> List {
    tracing::warn!(%error, "the list of what an import refused could not be written");
    List::Failed
}

/// A file and why, on one line.
fn line(file: &mut impl Write, refusal: &Refusal) -> io::Result<()> {
    let Refusal { name, folder, error } = refusal;
    let path = folder.as_ref().map_or_else(|| name.clone(), |folder| format!("{folder}/{name}"));
    writeln!(file, "{}\t{}", path.replace(char::is_control, " "), error.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AppError, error::Code};

    fn refusal(number: usize) -> Refusal {
        let error = AppError::new(Code::DiskFull, "The disk is full.", "Make room.");
        Refusal { name: format!("{number}\n.png"), folder: (number > 0).then(|| "a/b".to_owned()), error }
    }

    #[test]
    fn each_is_listed_and_the_first_are_shown() {
        let home = tempfile::tempdir().unwrap();
        let mut few = Refusals::new(home.path());
        few.push(refusal(0));
        let told = few.end();
        assert_eq!((told.shown.len(), told.count, told.list), (1, 1, None));
        assert!(!home.path().join("refused").exists());

        for _ in 0..=LISTS {
            let mut many = Refusals::new(home.path());
            for number in 0..SHOWN + 3 {
                many.push(refusal(number));
            }
            let told = many.end();
            assert_eq!((told.shown.len(), told.count), (SHOWN, SHOWN + 3));
            let list = fs::read_to_string(told.list.unwrap()).unwrap();
            let lines: Vec<&str> = list.lines().collect();
            assert_eq!(lines.len(), SHOWN + 3);
            assert_eq!(lines[0], "0 .png\tThe disk is full.");
            assert_eq!(lines[SHOWN + 2], format!("a/b/{} .png\tThe disk is full.", SHOWN + 2));
        }
        assert_eq!(fs::read_dir(home.path().join("refused")).unwrap().count(), LISTS);
    }

    #[test]
    fn what_became_no_list_takes_no_room() {
        let home = tempfile::tempdir().unwrap();
        let mut many = Refusals::new(home.path());
        for number in 0..SHOWN + 3 {
            many.push(refusal(number));
        }
        drop(many);
        assert_eq!(fs::read_dir(home.path().join("refused")).unwrap().count(), 0);
    }

    #[test]
    fn without_room_for_a_list_they_are_counted() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("refused"), "in the way").unwrap();
        let mut many = Refusals::new(home.path());
        for number in 0..SHOWN + 3 {
            many.push(refusal(number));
        }
        let told = many.end();
        assert_eq!((told.shown.len(), told.count, told.list), (SHOWN, SHOWN + 3, None));
    }
}
