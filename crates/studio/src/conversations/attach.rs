//! What goes with a message: media become items of the library, documents are kept beside it, each stored once.

use std::path::{Path, PathBuf};

use store::{Attachment, AttachmentBytes, Item, ItemId, MediaKind, NewAttachment, NewItem, Origin};

use super::{
    plan::parse,
    shown::attachment_views,
    sniff::{Found, look_at},
    view::{Attached, AttachmentKind, AttachmentView, ToAttach},
};
use crate::{
    AppError, Result, Studio,
    calls::view::FileRef,
    error::{Code, input_too_large},
    imports::name_of,
};

/// The most bytes of a picture that is taken in; what is sent of it is a smaller copy.
const MOST_OF_A_PICTURE: u64 = 256 << 20;
const MOST_BYTES: u64 = super::request::MOST_BYTES;
/// The first words of a document that are shown.
const EXCERPT: usize = 300;

impl Studio {
    /// Makes attachments of files and items; what can't go with a message is refused with the reason.
    pub async fn attach(&self, what: ToAttach) -> Result<Attached> {
        let mut attached = Attached { attachments: Vec::new(), refused: Vec::new() };
        for file in self.with_files_of_folders(what.files) {
            let kept = match &file {
                FileRef::Item(id) => self.attach_item(id).await,
                FileRef::Picked(handle) => self.attach_picked(handle).await,
            };
            match kept {
                Ok(view) => attached.attachments.push(view),
                // A full disk is no fault of one file.
                Err(error) if error.is(Code::DiskFull) || error.is(Code::ReadOnly) => return Err(error),
                // What can't go with a message may well go elsewhere: the words are a conversation's own.
                Err(error) => {
                    let operation = Some(super::OPERATION.to_owned());
                    attached.refused.push(AppError { operation, ..error });
                }
            }
        }
        Ok(attached)
    }

    /// A folder that was dropped stands for the files in it.
    fn with_files_of_folders(&self, files: Vec<FileRef>) -> Vec<FileRef> {
        let imports = &self.inner.imports;
        let of_one = |file: FileRef| {
            let FileRef::Picked(handle) = &file else { return vec![file] };
            match imports.path(handle).map(std::fs::read_dir) {
                Some(Ok(entries)) => {
                    let inside = entries.flatten().map(|entry| entry.path());
                    let mut inside: Vec<_> =
                        inside.filter(|path| path.is_file() && !name_of(path).starts_with('.')).collect();
                    inside.sort();
                    inside.into_iter().map(|path| FileRef::Picked(imports.remember(path))).collect()
                }
                _ => vec![file],
            }
        };
        files.into_iter().flat_map(of_one).collect()
    }

    async fn attach_item(&self, id: &str) -> Result<AttachmentView> {
        let id: ItemId = crate::library::parse(id)?;
        let views = self.store(move |store| {
            let item = store.library().get(id)?;
            attachment_views(store, vec![store.attachments().keep_item(kind_of(item.kind), id)?])
        });
        views.await?.pop().ok_or_else(|| AppError::not_found("attachment"))
    }

    async fn attach_picked(&self, handle: &str) -> Result<AttachmentView> {
        let path = self.inner.imports.path(handle).ok_or_else(|| AppError::not_found("file"))?;
        let name = name_of(&path);
        let pasted = path.starts_with(self.inner.home.join("work"));
        let kept = self.attach_file(path, pasted).await.map_err(|error| error.param("name", &name));
        if kept.is_ok() && pasted {
            self.inner.imports.forget(handle);
        }
        kept
    }

    async fn attach_file(&self, path: PathBuf, pasted: bool) -> Result<AttachmentView> {
        let (found, bytes) = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || look_at(&path)).await.map_err(AppError::internal)??
        };
        let name = if pasted { pasted_name(&path) } else { name_of(&path) };
        let limit = if found == Found::Picture { MOST_OF_A_PICTURE } else { MOST_BYTES };
        if bytes > limit {
            return Err(input_too_large(Some(bytes), limit));
        }
        match found {
            Found::Picture => {
                // The same way in as for the library: damaged pixels are found out, and equal bytes are one item.
                let report = self.import_quietly(path).await?;
                let item = report.items.into_iter().chain(report.already_there).next();
                match (item, report.refused.into_iter().next()) {
                    (Some(item), _) => self.attach_item(&item.id).await,
                    (None, Some(refusal)) => Err(refusal.error),
                    (None, None) => Err(AppError::not_found("file")),
                }
            }
            Found::Media(kind, mime, ending) => {
                let item = self
                    .store(move |store| {
                        let Some(incoming) = store.incoming_copy(&path, |_| true)? else {
                            return Err(store::Error::Fault("a copy was stopped by nobody"));
                        };
                        let there = store.library().of_hash(&incoming.blake3())?;
                        if let Some(item) = there.into_iter().find(|item| item.trashed_at.is_none()) {
                            return Ok(item.id);
                        }
                        let title = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy();
                        let new = NewItem {
                            kind,
                            format: Some((mime.to_owned(), ending.to_owned())),
                            ..NewItem::new(Origin::Imported, &title)
                        };
                        store.keep(incoming, new).map(|item| item.id)
                    })
                    .await?;
                self.attach_item(&item.to_string()).await
            }
            Found::Text => {
                let excerpt = {
                    let path = path.clone();
                    tokio::task::spawn_blocking(move || {
                        std::fs::read_to_string(path).map(|text| excerpt(&text))
                    })
                    .await
                    .map_err(AppError::internal)?
                    .ok()
                };
                let new = NewAttachment {
                    excerpt,
                    ..NewAttachment::new(store::AttachmentKind::Document, &name, "text/plain")
                };
                self.keep_attachment(new, AttachmentBytes::File(path)).await
            }
            Found::Recoded(text) => {
                let new = NewAttachment {
                    excerpt: Some(excerpt(&text)),
                    ..NewAttachment::new(store::AttachmentKind::Document, &name, "text/plain")
                };
                self.keep_attachment(new, AttachmentBytes::Bytes(text.into_bytes())).await
            }
            Found::Document(mime) => {
                let new = NewAttachment::new(store::AttachmentKind::Document, &name, mime);
                self.keep_attachment(new, AttachmentBytes::File(path)).await
            }
        }
    }

    pub(crate) async fn keep_attachment(
        &self,
        new: NewAttachment,
        bytes: AttachmentBytes,
    ) -> Result<AttachmentView> {
        let views =
            self.store(move |store| attachment_views(store, vec![store.attachments().keep(new, bytes)?]));
        views.await?.pop().ok_or_else(|| AppError::not_found("attachment"))
    }

    /// What can be read in a document, a search or a page.
    pub async fn read_attachment(&self, id: &str) -> Result<String> {
        let id = parse(id, "attachment")?;
        let mut carried = self.carried(&[id]).await?;
        let carried = carried.pop().ok_or_else(|| AppError::not_found("attachment"))?;
        if carried.is_missing {
            return Err(gone(&carried.name));
        }
        carried.text.ok_or_else(|| {
            AppError::new(
                Code::InputUnsupported,
                "Only Venice can read the words of this file.",
                "Open it in the program it was made with.",
            )
        })
    }
}

/// An attachment as the front end sees it.
pub(super) fn view_of(attachment: Attachment, item: Option<&Item>) -> AttachmentView {
    AttachmentView {
        id: attachment.id.to_string(),
        kind: attachment.kind.into(),
        name: attachment.name,
        mime: attachment.mime,
        bytes: attachment.bytes,
        item: item.map(crate::library::view_of),
        url: attachment.url,
        cost: attachment.cost,
        pretend: attachment.pretend,
        excerpt: attachment.excerpt,
    }
}

impl From<store::AttachmentKind> for AttachmentKind {
    fn from(kind: store::AttachmentKind) -> Self {
        match kind {
            store::AttachmentKind::Image => Self::Image,
            store::AttachmentKind::Audio => Self::Audio,
            store::AttachmentKind::Video => Self::Video,
            store::AttachmentKind::Document => Self::Document,
            store::AttachmentKind::Search => Self::Search,
            store::AttachmentKind::Page => Self::Page,
        }
    }
}

fn kind_of(kind: MediaKind) -> store::AttachmentKind {
    match kind {
        MediaKind::Picture => store::AttachmentKind::Image,
        MediaKind::Sound => store::AttachmentKind::Audio,
        MediaKind::Film => store::AttachmentKind::Video,
    }
}

/// The file of an attachment isn't there any more.
pub(super) fn gone(name: &str) -> AppError {
    AppError::new(
        Code::FileMissing,
        format!("“{name}” isn't where it was kept."),
        "Take it away from the message, or bring it back.",
    )
    .param("name", name)
}

/// The first words.
pub(super) fn excerpt(text: &str) -> String {
    let words = text.split_whitespace().take(EXCERPT).collect::<Vec<_>>().join(" ");
    words.chars().take(EXCERPT).collect()
}

/// What was pasted lies under a name of ours: `uuid-name`.
fn pasted_name(path: &Path) -> String {
    let name = name_of(path);
    name.split_once('-').map_or(name.clone(), |(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short() {
        assert_eq!(excerpt("a \n\n b"), "a b");
        assert_eq!(excerpt(&"水".repeat(1000)).chars().count(), EXCERPT);
    }
}
