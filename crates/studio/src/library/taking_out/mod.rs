//! Taking many items out: as files in a folder or in one zip, in a format, a size and under names of one's choice.

mod dragging;
mod names;
pub(crate) mod output;
pub(super) mod render;
pub(crate) mod table;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use store::{Item, ItemId};

use self::{names::Names, output::Output, table::Row};
pub(crate) use self::{names::safe, output::aside};
use super::{parse_all, view::Refusal};
use crate::{AppError, Result, Studio, error::Code, events::AppEvent};

/// The file format of what is taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// As it is kept; the only one for sound and film.
    #[default]
    Original,
    /// PNG.
    Png,
    /// JPEG; what is transparent becomes white.
    Jpeg,
    /// WebP, lossless at quality 100.
    Webp,
}

/// How items are taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportOptions {
    /// The file format.
    pub format: ExportFormat,
    /// 1 to 100, for JPEG and WebP.
    pub quality: u8,
    /// Pictures with a longer side become smaller, in pixels; none leaves them as they are.
    pub longest_side: Option<u32>,
    /// Names with `{title}`, `{prompt}`, `{date}`, `{time}`, `{model}`, `{seed}`, `{rating}`, `{number}`, `{id}` in them, without
    /// an extension. A name that is taken gets a number.
    pub name_pattern: String,
    /// With the recipe inside, where the format can hold one.
    pub with_recipe: bool,
    /// As one zip, with a table (`items.csv`) of all that is in it.
    pub zip: bool,
}

/// What became of taking out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportReport {
    /// The name of the folder or the zip.
    pub target: String,
    /// Files written.
    pub written: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Items that could not be written.
    pub refused: Vec<Refusal>,
    /// Stopped before its end. What was written to a folder stays; a zip that isn't whole doesn't.
    pub cancelled: bool,
}

/// How many items are read at once.
const BATCH: usize = 50;
/// How many names are shown beforehand.
const SHOWN: usize = 20;
/// Progress is told no more often.
const PACE: Duration = Duration::from_millis(50);
/// The most pixels a side may have.
const LONGEST_SIDE: u32 = 16_384;

/// Goes up when what runs is to stop.
#[derive(Default)]
pub(crate) struct Exports(AtomicU64);

impl Studio {
    /// The names the first of these items would get.
    pub async fn export_names(&self, ids: Vec<String>, options: ExportOptions) -> Result<Vec<String>> {
        let mut names = Names::new(&options.name_pattern, ids.len());
        let first = parse_all(ids.get(..SHOWN.min(ids.len())).unwrap_or_default())?;
        let items = self.store(move |store| store.library().get_many(&first)).await?;
        let named = items.iter().map(|item| names.next(item, render::extension(item, &options)));
        Ok(named.collect())
    }

    /// Writes items into a folder, or into a zip at `target`. Nothing that is there is overwritten. Progress is told as
    /// [`crate::events::AppEvent::ExportProgress`].
    pub async fn export_items(
        &self,
        ids: Vec<String>,
        options: ExportOptions,
        target: PathBuf,
    ) -> Result<ExportReport> {
        if options.longest_side.is_some_and(|side| side == 0 || side > LONGEST_SIDE) {
            return Err(AppError::new(
                Code::FieldInvalid,
                format!("The longest side can have 1 to {LONGEST_SIDE} pixels."),
                "Choose another size.",
            )
            .param("field", "longest_side")
            .param("reason", format!("1-{LONGEST_SIDE}")));
        }
        self.must_be_outside(&target)?;
        let stop = &self.inner.exports.0;
        let begun = stop.load(Ordering::Relaxed);
        let all = parse_all(&ids)?;
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let mut work = Work {
            names: Names::new(&options.name_pattern, all.len()),
            output: off_thread({
                let zip = options.zip;
                move || Output::begin(&target, zip)
            })
            .await?,
            report: ExportReport::default(),
            trouble: None,
            options,
        };
        let (mut done, mut told) = (0, None::<Instant>);
        for ids in all.chunks(BATCH) {
            for taken in self.to_take(ids).await? {
                if stop.load(Ordering::Relaxed) != begun {
                    work.report.cancelled = true;
                    break;
                }
                work = off_thread(move || work.take(taken)).await?;
                done += 1;
                if told.is_none_or(|told| told.elapsed() >= PACE) || done == total {
                    told = Some(Instant::now());
                    self.tell(AppEvent::ExportProgress { done, total });
                }
            }
            if work.report.cancelled {
                break;
            }
        }
        off_thread(move || work.end()).await
    }

    /// Stops the running export.
    pub fn cancel_export(&self) {
        self.inner.exports.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The library's own folder is no place for copies: they would be taken for items.
    pub(crate) fn must_be_outside(&self, target: &Path) -> Result<()> {
        // What isn't there yet has no real path, its folder has.
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let folder = if target.is_dir() { target } else { target.parent().unwrap_or(target) };
        if real(folder).starts_with(real(&self.library_folder())) {
            return Err(AppError::new(
                Code::ReadOnly,
                "This folder belongs to the library itself.",
                "Choose a folder outside the library.",
            )
            .param("path", target.display()));
        }
        Ok(())
    }

    /// Items with their files, and all that the table says of them.
    async fn to_take(&self, ids: &[ItemId]) -> Result<Vec<Taken>> {
        let asked = ids.to_vec();
        let found = self
            .store(move |store| {
                let items = store.library().get_many(&asked)?;
                Ok(items
                    .into_iter()
                    .map(|item| (store.media_path(&item.file.path), item))
                    .collect::<Vec<_>>())
            })
            .await?;
        let mut found: std::collections::HashMap<ItemId, (PathBuf, Item)> =
            found.into_iter().map(|(path, item)| (item.id, (path, item))).collect();
        let boards = self.list_boards().await.unwrap_or_default();
        let mut all = Vec::new();
        for id in ids {
            let Some((path, item)) = found.remove(id) else {
                all.push(Taken::Gone(id.to_string()));
                continue;
            };
            let on = if boards.is_empty() {
                Vec::new()
            } else {
                // One that is deleted meanwhile is on no board, and its file is refused like any that is gone.
                self.item(id.to_string()).await.map(|item| item.boards).unwrap_or_default()
            };
            let names = boards.iter().filter(|board| on.contains(&board.id)).map(|board| board.name.clone());
            all.push(Taken::There(Box::new((path, item, names.collect()))));
        }
        Ok(all)
    }
}

/// An item to take out.
enum Taken {
    There(Box<(PathBuf, Item, Vec<String>)>),
    Gone(String),
}

/// An export under way.
struct Work {
    options: ExportOptions,
    names: Names,
    output: Output,
    report: ExportReport,
    /// What stands in the way of all files, such as a full disk.
    trouble: Option<AppError>,
}

impl Work {
    fn take(mut self, taken: Taken) -> Result<Self> {
        let (path, item, boards) = match taken {
            Taken::There(there) => *there,
            Taken::Gone(id) => {
                self.refuse(id, AppError::not_found("item"));
                return Ok(self);
            }
        };
        if let Some(trouble) = self.trouble.clone() {
            self.refuse(item.title, trouble);
            return Ok(self);
        }
        let written = render::render(&path, &item, &self.options).and_then(|(mut content, extension)| {
            loop {
                let name = self.names.next(&item, extension);
                if self.output.write(&name, &item, &mut content)? {
                    return Ok((name, content.len()));
                }
            }
        });
        match written {
            Ok((name, bytes)) => {
                self.report.written += 1;
                self.report.bytes += bytes;
                self.output.note(Row::new(&name, &item, &boards));
            }
            Err(error) => {
                if error.is(Code::DiskFull) || error.is(Code::ReadOnly) {
                    // A zip that lacks one is none; files stay, and the others are told to be missing.
                    if self.options.zip {
                        return Err(error);
                    }
                    self.trouble = Some(error.clone());
                }
                self.refuse(item.title, error);
            }
        }
        Ok(self)
    }

    fn refuse(&mut self, name: String, error: AppError) {
        let error = error.param("name", &name);
        self.report.refused.push(Refusal { name, folder: None, error });
    }

    fn end(self) -> Result<ExportReport> {
        let Self { output, mut report, .. } = self;
        if report.cancelled && output.is_zip() {
            (report.written, report.bytes) = (0, 0);
            return Ok(report);
        }
        report.target = output.end()?;
        Ok(report)
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?
}
