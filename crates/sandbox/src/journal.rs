//! Lines of JSON that are on disk before anybody is answered, so that a killed sandbox goes on from what it had told.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

/// A whole line that can't be read. Its file is left as it is: what stands after the line may be worth more than it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "line {line} of {} can't be read, and nothing was changed: mend or delete that line, or move the file away to \
     begin without it",
    file.display()
)]
pub struct Damaged {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from one.
    pub line: usize,
}

/// A file that grows by a line for each change; without a folder nothing is kept.
#[derive(Debug)]
pub(crate) struct Journal(Option<File>);

impl Journal {
    /// Opens `folder/name`, locked against another sandbox, and hands each whole line that it has to `apply`.
    ///
    /// # Errors
    /// [`Damaged`] as the source of the error, where a whole line can't be read.
    pub(crate) fn open<L: DeserializeOwned>(
        folder: Option<&Path>,
        name: &str,
        apply: impl FnMut(L),
    ) -> std::io::Result<Self> {
        let Some(folder) = folder else { return Ok(Self(None)) };
        std::fs::create_dir_all(folder)?;
        let path = folder.join(name);
        let mut file = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path)?;
        file.try_lock()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // A line that was cut by a kill was never answered for: it goes.
        let kept = replay(&text, apply)
            .map_err(|line| std::io::Error::new(ErrorKind::InvalidData, Damaged { file: path, line }))?;
        file.set_len(kept)?;
        file.seek(SeekFrom::End(0))?;
        if kept == 0 {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self(Some(file)))
    }

    /// Adds a line, on disk before this returns.
    pub(crate) fn write(&mut self, line: &impl Serialize) -> std::io::Result<()> {
        let Some(file) = &mut self.0 else { return Ok(()) };
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let before = file.stream_position()?;
        let written = file.write_all(&text).and_then(|()| file.sync_data());
        if written.is_err() {
            // The next line would be glued to half a line, and neither could be read.
            file.set_len(before)?;
            file.seek(SeekFrom::Start(before))?;
        }
        written
    }
}

/// Applies each whole line and says how many bytes those are; else the number of the line that can't be read.
fn replay<L: DeserializeOwned>(text: &[u8], mut apply: impl FnMut(L)) -> Result<u64, usize> {
    let mut kept = 0;
    for (number, line) in (1_usize..).zip(text.split_inclusive(|byte| *byte == b'\n')) {
        if !line.ends_with(b"\n") {
            break;
        }
        apply(serde_json::from_slice(line).map_err(|_| number)?);
        kept += line.len();
    }
    Ok(kept as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(folder: &Path) -> (Journal, Vec<u32>) {
        let mut lines = Vec::new();
        let journal = Journal::open(Some(folder), "numbers.jsonl", |line: u32| lines.push(line)).unwrap();
        (journal, lines)
    }

    #[test]
    fn a_cut_last_line_goes_and_the_next_one_follows_the_whole_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, lines) = opened(folder.path());
        assert!(lines.is_empty());
        journal.write(&1).unwrap();
        drop(journal);
        let path = folder.path().join("numbers.jsonl");
        std::fs::write(&path, "1\n23").unwrap();
        let (mut journal, lines) = opened(folder.path());
        assert_eq!(lines, [1]);
        journal.write(&4).unwrap();
        drop(journal);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n4\n");
    }

    #[test]
    fn an_unreadable_whole_line_is_named_and_the_file_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("numbers.jsonl");
        for (text, line) in [("1\nsecret\n3\n4", 2), ("1\n2\n\"three\"\n", 3), ("\n1\n", 1)] {
            std::fs::write(&path, text).unwrap();
            let error = Journal::open(Some(folder.path()), "numbers.jsonl", |_: u32| {}).unwrap_err();
            assert_eq!(error.downcast::<Damaged>().unwrap(), Damaged { file: path.clone(), line });
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        let said = Damaged { file: "state/ledger.jsonl".into(), line: 7 }.to_string();
        assert!(said.starts_with("line 7 of state/ledger.jsonl can't be read"), "{said}");
        assert!(said.ends_with("move the file away to begin without it"), "{said}");
    }

    #[test]
    fn a_journal_has_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let (_first, _) = opened(folder.path());
        assert!(Journal::open(Some(folder.path()), "numbers.jsonl", |_: u32| {}).is_err());
    }
}
