//! What an earlier run would have sent, put together anew when its turn comes.

use store::Job;

use super::{job::Asked, look::bytes_of, pack};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    jobs::{Parcel, remote},
    money::Money,
    music::job as music,
};
use venice::FileInput;

impl Studio {
    /// The request of a planned film or piece of music, and what Venice wants for it now.
    pub(crate) async fn quoted_parcel(&self, payer: &Payer, job: &Job) -> Result<(Option<Money>, Parcel)> {
        if job.kind == remote::MUSIC {
            return self.music_parcel(payer, music::Asked::of(job)?.music).await;
        }
        let Asked { film, agreed, bytes } = Asked::of(job)?;
        let looked = self.look_at_film(payer, &film).await?;
        let price = self.ask_film_price(payer, &film, &looked).await?;
        if let Some(problem) = looked.problem {
            return Err(problem);
        }
        // Other files than were agreed to are asked about.
        let agreed = agreed.is_some() && bytes == bytes_of(&looked.seen).await?;
        let document = self.document(film.document.as_ref())?;
        let packing = move || {
            let files = looked.seen.iter().map(pack::read).collect::<Result<Vec<FileInput>>>()?;
            pack::pack(&film, &looked.model, files, document, agreed)
        };
        let wire = tokio::task::spawn_blocking(packing).await.map_err(AppError::internal)??;
        Ok((Some(price), Parcel::of(wire)))
    }
}
