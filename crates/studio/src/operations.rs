//! The requests and answers of the API's operations, for whoever calls them by hand.

pub use venice::{account::*, audio::*, augment::*, chat::*, embeddings::*, images::*, models::*, queue::*, responses::*, tee::*, video::*};

pub use crate::calls::{
    answers::{Attested, FilmQueued, MadeImages, Retrieved},
    view::Made,
};
