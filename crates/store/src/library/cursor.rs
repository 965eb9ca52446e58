use super::Sort;
use super::index::{Entry, Key, Order};
use crate::error::{Error, Result};
use crate::ids::ItemId;

/// The last item of a page: the next begins after it. As text `SORT.ID.KEY`.
pub(super) fn write(sort: Sort, last: &Entry) -> String {
    let key = match last.key(order_of(sort).0) {
        Key::Time(day, made_at) => format!("{day}/{made_at}"),
        Key::Title(title) => title,
        Key::Size(bytes) => bytes.to_string(),
        Key::Rating(rating) => rating.to_string(),
    };
    format!("{}.{}.{key}", sort.as_str(), last.id)
}

pub(super) fn read(sort: Sort, text: &str) -> Result<(Key, ItemId)> {
    let bad = || Error::BadCursor;
    let mut parts = text.splitn(3, '.');
    let mut next = || parts.next().ok_or_else(bad);
    if next()? != sort.as_str() {
        return Err(bad());
    }
    let id = next()?.parse().map_err(|_| bad())?;
    let key = next()?;
    let key = match order_of(sort).0 {
        Order::Time => {
            let (day, made_at) = key.split_once('/').ok_or_else(bad)?;
            Key::Time(day.parse().map_err(|_| bad())?, made_at.parse().map_err(|_| bad())?)
        }
        Order::Title => Key::Title(key.to_owned()),
        Order::Size => Key::Size(key.parse().map_err(|_| bad())?),
        Order::Rating => Key::Rating(key.parse().map_err(|_| bad())?),
    };
    Ok((key, id))
}

/// The order to walk, and whether from its end.
pub(super) fn order_of(sort: Sort) -> (Order, bool) {
    match sort {
        Sort::Newest => (Order::Time, true),
        Sort::Oldest => (Order::Time, false),
        Sort::Title => (Order::Title, false),
        Sort::Size => (Order::Size, true),
        Sort::Rating => (Order::Rating, true),
    }
}
