//! What a run is to be like: drawn from a seed, and the same each time.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use studio::jobs::view::{JobState, JobView, RemoteStage};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    Picture,
    Speech,
    Music,
    /// Its bytes come in the answer.
    Film,
    /// Its bytes are fetched from an address of its own, a few times at most.
    PrivateFilm,
}

impl Work {
    const ALL: [Self; 5] = [Self::Film, Self::PrivateFilm, Self::Music, Self::Picture, Self::Speech];

    /// It goes on at the provider.
    pub fn is_remote(self) -> bool {
        matches!(self, Self::Film | Self::PrivateFilm | Self::Music)
    }

    /// The request that is paid for.
    pub fn paid(self) -> &'static str {
        match self {
            Self::Picture => "generateImage",
            Self::Speech => "createSpeech",
            Self::Music => "queueAudio",
            Self::Film | Self::PrivateFilm => "queueVideo",
        }
    }

    /// The request by which is asked how far it is.
    pub fn retrieve(self) -> &'static str {
        if self == Self::Music { "retrieveAudio" } else { "retrieveVideo" }
    }

    /// The request whose answer is the result.
    pub fn result(self) -> &'static str {
        match self {
            Self::PrivateFilm => "downloadFilm",
            Self::Film | Self::Music => self.retrieve(),
            Self::Picture | Self::Speech => self.paid(),
        }
    }

    /// The request that clears the provider's copy away.
    pub fn clearing(self) -> &'static str {
        match self {
            Self::PrivateFilm => "deleteFilm",
            Self::Music => "completeAudio",
            _ => "completeVideo",
        }
    }

    /// How many results are wanted.
    pub fn wanted(self) -> usize {
        if self == Self::Picture { 2 } else { 1 }
    }

    fn troubles(self) -> &'static [Trouble] {
        use Trouble::{Cut, FullDisk, Gone, LostAnswer, None, Refused, ServerFails, TurnedDown};
        if self.is_remote() {
            &[None, Cut, FullDisk, ServerFails, LostAnswer, None, Gone, Cut, TurnedDown]
        } else {
            &[None, LostAnswer, None, Cut, Refused]
        }
    }
}

/// What goes wrong beside the kills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    None,
    /// The work is charged, and nobody hears of it.
    LostAnswer,
    /// The request isn't taken.
    Refused,
    /// Who asks how far it is, is answered with 500.
    ServerFails,
    /// The provider lets go of it before it was fetched.
    Gone,
    /// The result breaks off; that of a private address twice.
    Cut,
    /// There is no room for the result, for a while.
    FullDisk,
    /// The provider takes it on, then turns it down and gives the money back.
    TurnedDown,
}

/// Where a job stands when the process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    Planned,
    Sent,
    Accepted,
    Downloading,
    Ready,
    /// Or another end.
    Saved,
    /// A little later, when the provider's copy is cleared away.
    Clearing,
}

impl Moment {
    /// What is drawn from: more often what there is more to lose in.
    const DRAWN: [Self; 12] = [
        Self::Planned,
        Self::Sent,
        Self::Accepted,
        Self::Accepted,
        Self::Downloading,
        Self::Downloading,
        Self::Downloading,
        Self::Ready,
        Self::Ready,
        Self::Saved,
        Self::Clearing,
        Self::Clearing,
    ];

    /// Where a job stands by what is told of it.
    pub fn of(job: &JobView) -> Self {
        let downloads = job.progress.is_some_and(|progress| progress.stage == RemoteStage::Downloading);
        match job.state {
            JobState::Planned => Self::Planned,
            JobState::Sent if job.received.is_some() => Self::Downloading,
            JobState::Sent => Self::Sent,
            JobState::Accepted if downloads => Self::Downloading,
            JobState::Accepted => Self::Accepted,
            JobState::Ready => Self::Ready,
            _ => Self::Saved,
        }
    }
}

/// When the process is killed: so long after the `nth` time that the job is told to be so far or further, or after it
/// came to its end.
#[derive(Debug, Clone, Copy)]
pub struct Kill {
    pub moment: Moment,
    pub nth: u32,
    pub delay: Duration,
}

/// A run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    pub work: Work,
    pub trouble: Trouble,
    /// The provider's copy is cleared away, as the user's setting says.
    pub clears: bool,
    /// How long the paid request takes before its answer begins, in milliseconds.
    pub answers_after: u64,
    /// The Queue is paused until the first kill, so that the job still is planned then.
    pub pauses: bool,
    /// How often the trouble is met, where it can be met more than once.
    pub times: u64,
    pub kills: Vec<Kill>,
}

impl Plan {
    /// The run of a seed. Neighbours differ in what is made; all that is made meets all its troubles in turn.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let works = Work::ALL.len() as u64;
        let work = Work::ALL[(seed % works) as usize];
        let troubles = work.troubles();
        let round = seed / works + 3 * (seed % works);
        let trouble = troubles[(round % troubles.len() as u64) as usize];
        let mut kills: Vec<Kill> = (0..=chance.below(3)).map(|_| Kill::draw(&mut chance)).collect();
        if chance.below(3) > 0 {
            // One after the other on its way; else a later one may fall into what the first has left.
            kills.sort_by_key(|kill| kill.moment);
        }
        let is_over_soon = matches!(trouble, Trouble::LostAnswer | Trouble::Refused | Trouble::Gone)
            || (trouble == Trouble::Cut && !work.is_remote());
        if is_over_soon {
            kills.truncate(1);
        }
        if let Some(at) = kills.iter().position(|kill| kill.moment == Moment::Sent) {
            // Often there is nothing left to lose after it.
            kills.truncate(at + 1);
        }
        Self {
            seed,
            work,
            trouble,
            clears: chance.below(2) == 0,
            answers_after: chance.below(4) * 40,
            pauses: kills[0].moment == Moment::Planned,
            times: 1 + chance.below(2),
            kills,
        }
    }
}

impl Kill {
    fn draw(chance: &mut Chance) -> Self {
        let moment = Moment::DRAWN[chance.below(Moment::DRAWN.len() as u64) as usize];
        let nth = match moment {
            Moment::Accepted | Moment::Downloading => 1 + chance.below(3) as u32,
            _ => 1,
        };
        let delay = match moment {
            // It lasts no longer.
            Moment::Ready => chance.below(11),
            Moment::Clearing => 30 + chance.below(41),
            _ => chance.below(41),
        };
        Self { moment, nth, delay: Duration::from_millis(delay) }
    }
}

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn all_that_is_made_meets_all_its_troubles() {
    let met: std::collections::BTreeSet<_> =
        (0..500).map(Plan::of).map(|plan| (plan.work, plan.trouble)).collect();
    for work in Work::ALL {
        for trouble in work.troubles() {
            assert!(met.contains(&(work, *trouble)), "{work:?} {trouble:?}");
        }
    }
}
