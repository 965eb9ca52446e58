//! The files of a request: what the window names becomes bytes on their way, and never a path it could choose.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::ItemId;
use venice::FileInput;

use super::view::{FileRef, SentFile};
use crate::{AppError, Result, Studio, error::Code};

/// A file that was found, and how it is remembered.
#[derive(Debug, Clone, Serialize, serde::Deserialize)]
pub(crate) struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// The item it is, where it is one.
    pub item: Option<ItemId>,
}

/// The files of a request by their place in it.
pub(crate) type Files = BTreeMap<String, Found>;

impl Studio {
    /// Finds the files a window named.
    pub(crate) async fn find_files(&self, named: &BTreeMap<String, FileRef>) -> Result<Files> {
        let mut files = Files::new();
        for (place, file) in named {
            let found = match file {
                FileRef::Item(id) => {
                    let id: ItemId = id.parse().map_err(|_| AppError::not_found("item"))?;
                    let item = self.store(move |store| store.library().get(id)).await?;
                    Found {
                        path: self.inner.store.media_path(&item.file.path),
                        name: item.file.path.rsplit('/').next().unwrap_or_default().to_owned(),
                        mime: item.file.mime.clone(),
                        item: Some(id),
                    }
                }
                FileRef::Picked(handle) => {
                    let path = self.inner.imports.path(handle).ok_or_else(|| AppError::not_found("file"))?;
                    if path.is_dir() {
                        return Err(AppError::new(
                            Code::InputUnreadable,
                            "This is a folder.",
                            "Choose one of the files in it.",
                        ));
                    }
                    let mime = mime_guess::from_path(&path).first_or_octet_stream().essence_str().to_owned();
                    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                    Found { path, name, mime, item: None }
                }
            };
            files.insert(place.clone(), found);
        }
        Ok(files)
    }

    /// Files of an earlier call, named so that they can be sent again.
    pub(crate) fn name_again(&self, files: Files) -> BTreeMap<String, SentFile> {
        let named = files.into_iter().map(|(place, found)| {
            let file = match found.item {
                Some(item) => Some(FileRef::Item(item.to_string())),
                None => {
                    found.path.is_file().then(|| FileRef::Picked(self.inner.imports.remember(found.path)))
                }
            };
            (place, SentFile { name: found.name, file })
        });
        named.collect()
    }
}

/// The request with its files in it.
pub(crate) fn attach<R: Serialize + DeserializeOwned>(request: &R, files: &Files) -> Result<R> {
    let mut value = serde_json::to_value(request).map_err(AppError::internal)?;
    // Nobody but us can write these texts, so that nothing the window sent is taken for a file.
    let secret = uuid::Uuid::new_v4().simple().to_string();
    let mut at_hand = Vec::new();
    for (index, (place, found)) in files.iter().enumerate() {
        let stand_in = format!("{secret}-{index}");
        let input = FileInput::path(&found.path, &found.mime)
            .map_err(|error| AppError::from(store::Error::file(&found.path, error)))?;
        put(&mut value, place, stand_in.clone().into()).ok_or_else(|| misplaced(place))?;
        at_hand.push((stand_in, input));
    }
    FileInput::at_hand(at_hand, || serde_json::from_value(value)).map_err(|_| misplaced("/"))
}

fn misplaced(place: &str) -> AppError {
    AppError::new(
        Code::FieldInvalid,
        "A file was named for a place where this request has none.",
        "Choose the file again.",
    )
    .param("field", place)
    .param("reason", "—")
}

/// Puts a value in its place, making the objects and lists on the way; `None` where something else is in it.
fn put(root: &mut Value, pointer: &str, value: Value) -> Option<()> {
    let mut node = root;
    for step in pointer.strip_prefix('/')?.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        if node.is_null() {
            *node = if step.parse::<usize>().is_ok() {
                Value::Array(Vec::new())
            } else {
                Value::Object(serde_json::Map::new())
            };
        }
        node = match node {
            Value::Object(fields) => fields.entry(step).or_insert(Value::Null),
            Value::Array(entries) => {
                let at: usize = step.parse().ok().filter(|at| *at <= entries.len())?;
                if at == entries.len() {
                    entries.push(Value::Null);
                }
                entries.get_mut(at)?
            }
            _ => return None,
        };
    }
    *node = value;
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use venice::images::{MultiEditImage, UpscaleImage};

    use super::*;

    fn found(folder: &tempfile::TempDir, name: &str) -> Found {
        let path = folder.path().join(name);
        std::fs::write(&path, b"abc").unwrap();
        Found { path, name: name.into(), mime: "image/png".into(), item: None }
    }

    #[test]
    fn files_take_the_places_they_are_named_for() {
        let folder = tempfile::tempdir().unwrap();
        let request: UpscaleImage = serde_json::from_value(json!({"scale": 4})).unwrap();
        let whole = attach(&request, &Files::from([("/image".into(), found(&folder, "a.png"))])).unwrap();
        assert!(matches!(whole.image, FileInput::Path { size: 3, .. }));

        let request: MultiEditImage = serde_json::from_value(json!({"prompt": "both"})).unwrap();
        let files = ["a.png", "b.png"].map(|name| found(&folder, name));
        let places = ["/images/0".to_owned(), "/images/1".to_owned()];
        let whole = attach(&request, &places.into_iter().zip(files).collect()).unwrap();
        assert_eq!(whole.images.len(), 2);
    }

    #[test]
    fn a_place_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let request: UpscaleImage = serde_json::from_value(json!({})).unwrap();
        for place in ["image", "/image/0/x", ""] {
            let files = Files::from([(place.into(), found(&folder, "a.png"))]);
            let error = attach(&request, &files);
            assert!(error.is_err() || place == "/image/0/x", "{place}");
        }
    }

    #[test]
    fn lists_grow_one_by_one() {
        let mut value = json!({"a": [{"b": ""}]});
        put(&mut value, "/a/0/b", json!(1)).unwrap();
        put(&mut value, "/a/1", json!(2)).unwrap();
        put(&mut value, "/c/0/d~1e", json!(3)).unwrap();
        assert_eq!(value, json!({"a": [{"b": 1}, 2], "c": [{"d/e": 3}]}));
        assert!(put(&mut value, "/a/5", json!(1)).is_none());
        assert!(put(&mut value, "/a/1/x", json!(1)).is_none());
    }
}
