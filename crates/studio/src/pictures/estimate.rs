//! What a request will cost and whether it can be sent: all that can be said before any money is spent.

use serde::{Deserialize, Serialize};

use super::{check, input::Misfit, request::PictureRequest};
use crate::{AppError, Result, Studio, money::Money, pricing};

/// A smaller copy that could be sent instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ScaleDown {
    /// Pixels of the picture.
    pub from_width: u32,
    /// Pixels of the picture.
    pub from_height: u32,
    /// Pixels of the copy.
    pub width: u32,
    /// Pixels of the copy.
    pub height: u32,
    /// Pixels of the result.
    pub result_width: u32,
    /// Pixels of the result.
    pub result_height: u32,
}

/// What the button said when it was pressed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Expected {
    /// The account that was to pay.
    pub account: String,
    /// The price; `None` = it said that it isn't known.
    pub amount: Option<Money>,
    /// The budgets, by their ids, that the user was asked about, and agrees to go over with it.
    #[serde(default)]
    #[cfg_attr(feature = "specta", specta(optional))]
    pub over_budgets: Vec<String>,
}

/// What a request will cost and whether it can be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Estimate {
    /// By the price list; `None` = unknown, never a guess.
    pub amount: Option<Money>,
    /// More may come on top that the list doesn't name.
    pub surcharge: bool,
    /// The account that will pay.
    pub account: String,
    /// Paid with the sandbox's pretend money.
    pub pretend: bool,
    /// Why it can't be sent as it is.
    pub problem: Option<AppError>,
    /// Something to consider; it can be sent all the same.
    pub advice: Option<AppError>,
    /// The copy that could be sent instead, or that will be where the user agreed.
    pub scale_down: Option<ScaleDown>,
}

impl Studio {
    /// Prices and checks a request. Nothing that is paid is sent.
    pub async fn estimate_picture(&self, request: &PictureRequest) -> Result<Estimate> {
        let payer = self.selected_payer().await?;
        let listed = self.models(&payer, false).await?;
        let price = pricing::price(request, &listed.models);
        let misfits = self.sources(request).await?.misfits(request);
        let scale_down = misfits.iter().find_map(|misfit| misfit.scale_down);
        let problem = match check::problem(request, &listed.models) {
            Some(problem) => Some(problem),
            None => match unsolved(misfits, request) {
                Some(problem) => Some(problem),
                None => self.over_limit(&payer, &price).await?,
            },
        };
        Ok(Estimate {
            amount: price.amount,
            surcharge: price.surcharge,
            account: payer.id,
            pretend: payer.pretend,
            advice: check::advice(request),
            problem,
            scale_down,
        })
    }
}

/// The first misfit that the copies the user agreed to don't solve.
pub(super) fn unsolved(misfits: Vec<Misfit>, request: &PictureRequest) -> Option<AppError> {
    let solved = |misfit: &Misfit| misfit.scale_down.is_some() && request.may_scale_down();
    misfits.into_iter().find(|misfit| !solved(misfit)).map(|misfit| misfit.problem)
}
