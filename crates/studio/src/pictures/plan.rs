//! The pictures of a batch, one by one: every model with every style and wording, each with its seeds.

use std::collections::HashSet;

use venice::models::Model;

use super::{
    batch::{MOST_PICTURES, PictureBatch, Wording as Choosing},
    check,
    fit::fitted,
    request::MakeRequest,
    wildcards::{self, Wording},
};
use crate::{AppError, error::Code};

/// The largest seed; the smallest is its opposite.
const LARGEST_SEED: i32 = 999_999_999;
/// Pictures of one request.
const MOST_VARIANTS: u32 = 4;

/// What a batch consists of.
pub(super) struct Grid {
    /// The wish as each model takes it.
    pub models: Vec<MakeRequest>,
    styles: Vec<Option<String>>,
    wording: Wording,
    is_each: bool,
    each: u32,
    seeds: Seeds,
}

/// Where seeds come from.
enum Seeds {
    /// From this one on.
    InARow(Option<i32>),
    /// This one, then by chance.
    FirstThenChance(i32),
    /// By chance, and nobody has to know which picture has which.
    Chance,
}

impl Grid {
    /// Reads a batch. The words of its prompt may be in error, and so may the number of each.
    pub(super) fn read(batch: &PictureBatch, models: &[Model]) -> Result<Self, AppError> {
        let mut request = MakeRequest { variants: 1, ..batch.request.clone() };
        let wording = wildcards::open(&mut request)?;
        if !(1..=MOST_PICTURES).contains(&batch.each) {
            return Err(check::out_of_range("count", batch.each, &format!("1 to {MOST_PICTURES}")));
        }
        let find = |id: &String| models.iter().find(|model| model.id == *id);
        let fit = |id: String| match find(&id) {
            // What was chosen for the form's own model is told when it is wrong, not changed.
            Some(model) if id != request.model => fitted(&request, model),
            _ => MakeRequest { model: id, ..request.clone() },
        };
        let own = if batch.models.is_empty() { vec![request.model.clone()] } else { batch.models.clone() };
        let styles = if batch.styles.is_empty() {
            vec![request.style.clone()]
        } else {
            distinct(batch.styles.clone())
                .map(|style| Some(style).filter(|style| !style.is_empty()))
                .collect()
        };
        let seeds = match request.seed.filter(|seed| *seed != 0) {
            first if batch.seeds_in_a_row => Seeds::InARow(first),
            Some(first) => Seeds::FirstThenChance(first),
            None => Seeds::Chance,
        };
        Ok(Self {
            models: distinct(own).map(fit).collect(),
            styles,
            is_each: batch.wording == Choosing::Each,
            wording,
            each: batch.each,
            seeds,
        })
    }

    /// How many wordings there are.
    pub(super) fn wording_count(&self) -> u64 {
        self.wording.count()
    }

    /// Some of the wordings.
    pub(super) fn some_wordings(&self, most: usize) -> Vec<String> {
        let mut some = self.wording.first(256);
        some.truncate(most);
        some
    }

    /// Pictures of one model.
    pub(super) fn pictures_of_a_model(&self) -> u64 {
        let wordings = if self.is_each { self.wording.count() } else { 1 };
        (self.styles.len() as u64).saturating_mul(wordings).saturating_mul(u64::from(self.each))
    }

    /// Pictures in all.
    pub(super) fn pictures(&self) -> u64 {
        self.pictures_of_a_model().saturating_mul(self.models.len() as u64)
    }

    /// Refuses more than are made at once.
    pub(super) fn check_count(&self) -> Result<(), AppError> {
        let count = self.pictures();
        if count <= u64::from(MOST_PICTURES) {
            return Ok(());
        }
        Err(AppError::new(
            Code::TooManyPictures,
            format!("This would be {count} pictures, more than the {MOST_PICTURES} of one batch."),
            "Choose fewer models, styles, wordings or seeds.",
        )
        .param("count", count)
        .param("max", MOST_PICTURES))
    }

    /// The requests, in the order they are sent. `chance` answers a number below the one it is given.
    ///
    /// A picture whose seed is to be known has a request of its own: which of several variants has which seed isn't
    /// told. Where seeds and words are left to chance, up to four go into one and spare the rate.
    pub(super) fn requests(
        &self,
        chance: &mut impl FnMut(usize) -> usize,
    ) -> Result<Vec<MakeRequest>, AppError> {
        self.check_count()?;
        let words_change = self.wording.is_open() && !self.is_each;
        let together = match self.seeds {
            Seeds::Chance if !words_change => MOST_VARIANTS,
            _ => 1,
        };
        // The rows of the grid share them: what differs between two pictures is then only what was varied.
        let seeds = self.chosen_seeds(self.each.div_ceil(together), chance);
        let wordings =
            if self.is_each { self.wording.all().unwrap_or_default() } else { vec![String::new()] };
        let mut requests = Vec::new();
        for model in &self.models {
            for style in &self.styles {
                for wording in &wordings {
                    let mut left = self.each;
                    for seed in &seeds {
                        let prompt = if self.is_each { wording.clone() } else { self.wording.chosen(chance) };
                        let mut request = MakeRequest {
                            seed: Some(*seed),
                            style: style.clone(),
                            variants: left.min(together),
                            ..model.clone()
                        };
                        wildcards::put(&mut request, prompt);
                        left -= request.variants;
                        requests.push(request);
                    }
                }
            }
        }
        Ok(requests)
    }

    fn chosen_seeds(&self, count: u32, chance: &mut impl FnMut(usize) -> usize) -> Vec<i32> {
        let mut any = || i32::try_from(chance(LARGEST_SEED as usize)).unwrap_or(0) + 1;
        match self.seeds {
            Seeds::InARow(first) => {
                let first = first.unwrap_or_else(&mut any);
                std::iter::successors(Some(first), |seed| Some(following(*seed)))
                    .take(count as usize)
                    .collect()
            }
            Seeds::FirstThenChance(first) => {
                std::iter::once(first).chain(std::iter::repeat_with(any)).take(count as usize).collect()
            }
            Seeds::Chance => std::iter::repeat_with(any).take(count as usize).collect(),
        }
    }
}

/// The next seed in the range; 0 is passed over, it would leave the choice to Venice.
fn following(seed: i32) -> i32 {
    match seed {
        LARGEST_SEED.. => -LARGEST_SEED,
        -1 => 1,
        seed => seed + 1,
    }
}

fn distinct(all: Vec<String>) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    all.into_iter().filter(move |one| seen.insert(one.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(change: impl FnOnce(&mut PictureBatch)) -> PictureBatch {
        let request = MakeRequest { model: "a".into(), prompt: "a canal".into(), ..MakeRequest::default() };
        let mut batch = PictureBatch { request, each: 4, ..PictureBatch::default() };
        change(&mut batch);
        batch
    }

    fn planned(batch: &PictureBatch) -> Vec<MakeRequest> {
        let mut turn = 0;
        let mut chance = |of: usize| {
            turn += 7;
            turn % of
        };
        Grid::read(batch, &[]).unwrap().requests(&mut chance).unwrap()
    }

    #[test]
    fn rows_of_a_grid_share_their_seeds() {
        let grid = batch(|batch| {
            batch.models = vec!["a".into(), "b".into(), "a".into()];
            batch.styles = vec![String::new(), "Film".into(), "Oil".into()];
            batch.seeds_in_a_row = true;
            batch.request.seed = Some(41);
        });
        let all = planned(&grid);
        assert_eq!(all.len(), 24);
        assert!(all.iter().all(|request| request.variants == 1));
        for row in all.chunks(4) {
            assert_eq!(row.iter().map(|one| one.seed.unwrap()).collect::<Vec<_>>(), [41, 42, 43, 44]);
        }
        assert_eq!((all[0].style.as_deref(), all[4].style.as_deref()), (None, Some("Film")));
        assert_eq!((all[0].model.as_str(), all[12].model.as_str()), ("a", "b"));
    }

    #[test]
    fn what_is_left_to_chance_goes_four_to_a_request() {
        let loose = planned(&batch(|batch| {
            batch.each = 10;
            batch.styles = vec!["Film".into(), "Oil".into()];
        }));
        assert_eq!(loose.iter().map(|one| one.variants).collect::<Vec<_>>(), [4, 4, 2, 4, 4, 2]);
        assert_eq!(loose[0].seed, loose[3].seed);
        let locked = planned(&batch(|batch| batch.request.seed = Some(5)));
        assert_eq!((locked.len(), locked[0].seed), (4, Some(5)));
        let open = planned(&batch(|batch| batch.request.prompt = "{dawn|dusk}".into()));
        assert_eq!(open.len(), 4, "each has words of its own");
        assert!(open.iter().all(|one| one.written_as.as_deref() == Some("{dawn|dusk}")));
        let prompts: HashSet<_> = open.iter().map(|one| one.prompt.as_str()).collect();
        assert_eq!(prompts, HashSet::from(["dawn", "dusk"]));
    }

    #[test]
    fn every_wording_is_made() {
        let all = planned(&batch(|batch| {
            batch.request.prompt = "{dawn|dusk|dusk} {fog|}".into();
            batch.wording = Choosing::Each;
            batch.each = 2;
        }));
        let prompts: Vec<_> = all.iter().map(|one| (one.prompt.as_str(), one.variants)).collect();
        assert_eq!(prompts, [("dawn fog", 2), ("dawn ", 2), ("dusk fog", 2), ("dusk ", 2)]);
    }

    #[test]
    fn more_than_a_hundred_are_refused_however_many() {
        let refused = |batch: &PictureBatch| {
            let grid = Grid::read(batch, &[]).unwrap();
            grid.requests(&mut |_| 0).map(drop).unwrap_err().params["count"].clone()
        };
        assert_eq!(
            refused(&batch(|batch| (batch.each, batch.models) = (51, vec!["a".into(), "b".into()]))),
            "102"
        );
        let endless = batch(|batch| {
            batch.request.prompt = "{a|b|c|d}".repeat(99);
            batch.wording = Choosing::Each;
        });
        assert_eq!(refused(&endless), u64::MAX.to_string());
        assert_eq!(planned(&batch(|batch| batch.each = 100)).len(), 25);
        assert!(Grid::read(&batch(|batch| batch.each = 0), &[]).is_err());
    }

    #[test]
    fn seeds_stay_within_their_range() {
        assert_eq!([following(7), following(-1), following(LARGEST_SEED)], [8, 1, -LARGEST_SEED]);
    }
}
