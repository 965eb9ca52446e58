//! What is shown of each operation's answer, and the files that are in it.

mod account;
mod film;
mod pictures;
mod sound;
mod text;
mod web;

pub use account::MadeKey;
pub use film::FilmQueued;
pub use pictures::MadeImages;
pub use sound::Retrieved;
pub use text::Attested;

/// Operations whose answers are shown as they are.
macro_rules! shown {
    ($($request:ident => $answer:ty,)+) => {
        $(impl $crate::calls::Callable for $request {
            type View = $answer;

            fn part(&self, answer: $answer) -> ($answer, Vec<$crate::calls::ResultFile>) {
                (answer, Vec::new())
            }
        })+
    };
}

pub(crate) use shown;

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
