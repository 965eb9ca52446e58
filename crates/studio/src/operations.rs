//! The requests and answers of the API's operations, for whoever calls them by hand.

pub use venice::{account::*, audio::*, augment::*, images::*, models::*, queue::*, video::*};

pub use crate::calls::{
    answers::{FilmQueued, MadeImages, Retrieved},
    view::Made,
};
