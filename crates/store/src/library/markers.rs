use super::Library;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::tables::files;
use crate::tables::items;
use crate::tables::markers::{self, Marker};

/// The longest a label may be, in characters.
const LONGEST_LABEL: usize = 200;
/// The most places of one sound.
const MOST: usize = 10_000;

impl Library<'_> {
    /// The marked places of a sound, in its order.
    pub fn markers(&self, id: ItemId) -> Result<Vec<Marker>> {
        self.store.database().read(|db| {
            items::get_row(db, id)?;
            markers::of_item(db, id)
        })
    }

    /// Notes the length of a sound or film of this hash, in milliseconds, where it wasn't known.
    pub fn set_length(&self, blake3: &str, length_ms: u64) -> Result<()> {
        let blake3 = blake3.to_owned();
        self.store.database().write(move |db, changes| {
            if files::set_length(db, &blake3, length_ms)? {
                changes.items(items::ids_of_hash(db, &blake3)?);
            }
            Ok(())
        })?;
        self.store.sidecars_are_behind();
        Ok(())
    }

    /// These are the marked places of a sound from now on, in whatever order they are given. The sidecar follows within 5
    /// seconds.
    pub fn set_markers(&self, id: ItemId, markers: Vec<Marker>) -> Result<()> {
        let markers = tidy(markers)?;
        self.store.change_items([id], move |db, _, row| markers::set_of_item(db, row, &markers))
    }
}

/// In the order of the sound; labels have one line.
pub(crate) fn tidy(mut markers: Vec<Marker>) -> Result<Vec<Marker>> {
    if markers.len() > MOST {
        return Err(Error::OutOfRange { what: "number of markers" });
    }
    for marker in &mut markers {
        marker.label = marker.label.split_whitespace().collect::<Vec<_>>().join(" ");
        if marker.label.chars().count() > LONGEST_LABEL {
            return Err(Error::OutOfRange { what: "marker" });
        }
    }
    markers.sort_by_key(|marker| marker.at_ms);
    Ok(markers)
}

#[cfg(test)]
mod tests {
    use crate::testing::{self, Home};
    use crate::{Error, ItemId, Marker, NewItem, Origin};

    fn at(at_ms: u64, label: &str) -> Marker {
        Marker { at_ms, label: label.to_owned() }
    }

    #[test]
    fn markers_are_in_the_order_of_the_sound() {
        let home = Home::new();
        let store = home.open();
        let new =
            NewItem { markers: vec![at(9, "last"), at(1, "")], ..NewItem::new(Origin::Recorded, "take") };
        let item = store.keep(testing::png(1), new).unwrap();
        let library = store.library();
        assert_eq!(library.markers(item.id).unwrap(), [at(1, ""), at(9, "last")]);
        library.set_markers(item.id, vec![at(5, " two\n words "), at(0, "黄昏")]).unwrap();
        assert_eq!(library.markers(item.id).unwrap(), [at(0, "黄昏"), at(5, "two words")]);
        let refused = library.set_markers(item.id, vec![at(0, &"x".repeat(201))]);
        assert!(matches!(refused, Err(Error::OutOfRange { what: "marker" })));
        assert_eq!(library.markers(item.id).unwrap().len(), 2, "nothing is lost by it");
        let nobody = ItemId::new(testing::START);
        assert!(library.markers(nobody).unwrap_err().is_not_found());
        assert!(library.set_markers(nobody, Vec::new()).unwrap_err().is_not_found());
        library.trash(&[item.id]).unwrap();
        library.empty_trash(None).unwrap();
        let left: i64 = store
            .database()
            .read(|db| Ok(db.query_row("SELECT count(*) FROM markers", [], |row| row.get(0))?))
            .unwrap();
        assert_eq!(left, 0);
    }
}
