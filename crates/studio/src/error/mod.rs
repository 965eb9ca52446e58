//! The one error shape that leaves the studio.
//!
//! Every layer below has its own typed errors; this is what they become for a person. `code` decides what the front
//! end shows and offers, `message` says what happened in English, `hint` what to do about it. Translations are keyed
//! by `code` and filled from `params`.

mod from_audio;
pub(crate) mod from_queue;
mod from_store;
mod from_vault;
mod from_venice;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use from_audio::not_sound;
pub(crate) use from_store::{format_unsupported, from_picture};
pub(crate) use from_venice::{input_too_large, key_malformed};

/// What went wrong, in the shape the front end reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[error("{message}")]
pub struct AppError {
    /// Venice's code (upper case) or one of [`Code`] (lower case).
    pub code: String,
    /// What happened, one sentence, fit to be shown. Never a key, a prompt or an address with a signature.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// True where the very same request may work later.
    pub retryable: bool,
    /// The API operation, where one was asked for.
    pub operation: Option<String>,
    /// Venice's id of the request, for its support.
    pub request_id: Option<String>,
    /// Values for the localised words of `code`.
    pub params: BTreeMap<String, String>,
}

/// What a studio function answers.
pub type Result<T> = std::result::Result<T, AppError>;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Our own codes, beside those of Venice. A new one only where the front end treats it differently.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// The text that crosses to the front end.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The typed key holds white space or is far too short or long to be one.
    KeyMalformed = "key_malformed",
    /// The account has no key, or it is gone from where it was kept.
    KeyMissing = "key_missing",
    /// The place secrets are kept in didn't answer in time.
    VaultTimedOut = "vault_timeout",
    /// The place secrets are kept in is locked.
    VaultLocked = "vault_locked",
    /// The passphrase doesn't open the encrypted file.
    VaultPassphrase = "vault_wrong_passphrase",
    /// Secrets can't be kept for another reason.
    VaultFailed = "vault_failed",
    /// The price is over the user's limit for one click.
    LimitPerClick = "limit_per_click",
    /// It would go over a budget that stops what does.
    BudgetStops = "budget_stops",
    /// It would go over a budget that asks: with the user's consent the same request may be sent.
    BudgetAsks = "budget_asks",
    /// A limit is set and the price isn't known.
    PriceUnknown = "price_unknown",
    /// A file has more bytes than may be sent.
    InputTooLarge = "input_too_large",
    /// A picture has fewer pixels than the operation takes.
    InputTooSmall = "input_too_small",
    /// A file is something other than a picture.
    InputNotAPicture = "input_not_a_picture",
    /// A picture file ends before its picture does.
    InputTruncated = "input_truncated",
    /// A file of zero bytes.
    InputEmpty = "input_empty",
    /// A file that can't be read.
    InputUnreadable = "input_unreadable",
    /// A file of a kind we don't use, or whose content makes no sense.
    InputUnsupported = "input_unsupported",
    /// A file in a format we can't use, for which there are others that hold the same.
    FormatUnsupported = "format_unsupported",
    /// A picture has more pixels than may be sent or opened.
    InputTooManyPixels = "input_too_many_pixels",
    /// A prompt is longer than the model takes.
    PromptTooLong = "prompt_too_long",
    /// There is no prompt.
    PromptEmpty = "prompt_empty",
    /// The prompt is signs alone; advice, not a refusal.
    PromptWithoutWords = "prompt_without_words",
    /// Width or height isn't a multiple of the model's step, or is out of range.
    SizeNotDivisible = "size_not_divisible",
    /// A setting that the model doesn't offer.
    SettingNotOffered = "setting_not_offered",
    /// The braces of `{dawn|dusk}` don't match.
    WildcardsInvalid = "wildcards_invalid",
    /// A transcript was edited elsewhere since it was read.
    TranscriptChanged = "transcript_changed",
    /// It isn't known when what was said.
    TimesUnknown = "times_unknown",
    /// An address that isn't one of a film on `YouTube`.
    NotAFilmAddress = "not_a_film_address",
    /// A batch of more pictures than are made at once.
    TooManyPictures = "too_many_pictures",
    /// More pictures go in than the model takes.
    TooManyInputs = "too_many_inputs",
    /// Nothing is marked in a mask.
    MaskEmpty = "mask_empty",
    /// A mask that isn't one for this picture.
    MaskMisfit = "mask_misfit",
    /// It was stopped before Venice took it: while a limit held it back, or because it was refused.
    NotTaken = "not_taken",
    /// The upscaled picture would have more pixels than Venice makes.
    UpscaleTooLarge = "upscale_too_large",
    /// No room left on the disk.
    DiskFull = "disk_full",
    /// A folder that can't be written to.
    ReadOnly = "read_only",
    /// The database was damaged and has been set aside.
    StoreDamaged = "store_damaged",
    /// A kept file is missing.
    FileMissing = "file_missing",
    /// The library's folder isn't there.
    LibraryGone = "library_gone",
    /// The library is being moved, or another check or move is under way.
    LibraryBusy = "library_busy",
    /// A folder the library can't be moved to.
    FolderUnsuitable = "folder_unsuitable",
    /// A copy isn't equal to what was copied.
    CopyDiffers = "copy_differs",
    /// Kept files that aren't where they were kept; their number.
    FilesMissing = "files_missing",
    /// Files that had moved, or were missing, and are linked again.
    FilesFound = "files_found",
    /// Files that were put into the library by hand, and are items now.
    FilesAdopted = "files_adopted",
    /// Files of another size than they were kept with.
    FilesChanged = "files_changed",
    /// Files whose bytes aren't what was kept.
    FilesDamaged = "files_damaged",
    /// Second copies of what is in the library.
    FilesTwice = "files_twice",
    /// Files and folders that can't be read.
    FilesUnreadable = "files_unreadable",
    /// Sidecars that can't be read.
    SidecarsUnreadable = "sidecars_unreadable",
    /// Sidecars of a newer version.
    SidecarsNewer = "sidecars_newer",
    /// Sidecars without their files.
    SidecarsAlone = "sidecars_alone",
    /// Received bytes no job knows of.
    WorkFilesAlone = "work_files_alone",
    /// Lineage in a circle was left out.
    LineageCycles = "lineage_cycles",
    /// Another window of the studio has this folder.
    InUse = "in_use",
    /// Something named by the front end isn't there (any more).
    NotFound = "not_found",
    /// The network can't be reached.
    NetworkDown = "network_down",
    /// No answer in time.
    TimedOut = "timed_out",
    /// The answer broke off.
    CutOff = "cut_off",
    /// An answer that isn't what the API promises, such as a page of HTML.
    UnexpectedAnswer = "unexpected_answer",
    /// An answer that was paid for, is on disk, and isn't what the API promises.
    AnswerUnreadable = "answer_unreadable",
    /// Too many failures in a row: we stopped before Venice would block us.
    BreakerOpen = "breaker_open",
    /// The work was asked for and its answer is unknown: it may have been charged.
    ChargedUnknown = "charged_unknown",
    /// Something that makes or changes things was asked for and its answer is unknown: it may have been done.
    DoneUnknown = "done_unknown",
    /// An answer was lost, and the ledger has its charge.
    ChargeFound = "charge_found",
    /// The same, where the charge is a guess.
    ChargeLikely = "charge_likely",
    /// An answer was lost or not waited for, and the ledger surely has no charge for it.
    NotCharged = "not_charged",
    /// Rows of the history of charges that can't be read; their number.
    ChargesUnread = "charges_unread",
    /// It was stopped before it was sent.
    NotSent = "not_sent",
    /// It can't be cancelled any more.
    JobNotCancellable = "job_not_cancellable",
    /// The provider goes on with an accepted job, and can't be reached.
    WaitsForNetwork = "waits_for_network",
    /// The same, and it doesn't answer as it should.
    WaitsForServer = "waits_for_server",
    /// The same, and the account isn't let in: its key, its balance or where that is kept.
    WaitsForAccount = "waits_for_account",
    /// A result is at the provider, and there is no room for it on the disk.
    WaitsForRoom = "waits_for_room",
    /// The provider says that an accepted job failed, and not yet that it has ended.
    WaitsForProvider = "waits_for_provider",
    /// The provider says that it has nothing for us; it is asked for a while before that is believed.
    WaitsForResult = "waits_for_result",
    /// The provider doesn't have an accepted job's result, or not any more.
    ResultGone = "result_gone",
    /// A result is done, and where it can be fetched isn't known.
    ResultUnreachable = "result_unreachable",
    /// The user doesn't wait any more for what the provider goes on with.
    StoppedWaiting = "stopped_waiting",
    /// There is nothing at the provider that could be looked for.
    NothingToLookFor = "nothing_to_look_for",
    /// An account with jobs that are not done yet.
    AccountInUse = "account_in_use",
    /// The price or the account isn't what the button said.
    PriceChanged = "price_changed",
    /// Asked for twice in a way that may cost twice.
    NeedsConfirmation = "needs_confirmation",
    /// It is asked for again elsewhere than in the Queue.
    AskedElsewhere = "asked_elsewhere",
    /// The desktop takes no notifications.
    NoNotifications = "no_notifications",
    /// A field of a request that can't be sent as it is.
    FieldInvalid = "field_invalid",
    /// The operation is for wallets, and this account has none.
    NeedsWallet = "needs_wallet",
    /// The operation takes an admin key, and this account has none.
    NeedsAdminKey = "needs_admin_key",
    /// A key that was to look after others isn't an admin key.
    KeyNotAdmin = "key_not_admin",
    /// An admin key of another account at Venice.
    KeyOfOtherAccount = "key_of_other_account",
    /// A key that an account here works with, and that was to be deleted.
    KeyInUseHere = "key_in_use_here",
    /// A new key would be gone with the program.
    KeyNotKept = "key_not_kept",
    /// A key is being replaced.
    RotationOpen = "rotation_open",
    /// What was typed is no secret of a wallet.
    WalletMalformed = "wallet_malformed",
    /// This wallet is an account already.
    WalletKnown = "wallet_known",
    /// Nobody has shown that there is a copy of a wallet's key.
    WalletNotBackedUp = "wallet_not_backed_up",
    /// What was typed isn't what the copy of a wallet's key ends with.
    BackupDiffers = "backup_differs",
    /// The amount was typed twice, and differently.
    AmountsDiffer = "amounts_differ",
    /// Less than what may be paid into a wallet's balance.
    TopUpTooSmall = "top_up_too_small",
    /// Nobody knows yet what became of the payment before.
    TopUpOpen = "top_up_open",
    /// Venice offers no way to pay that the wallet has.
    TopUpNotOffered = "top_up_not_offered",
    /// A payment was sent, and nobody knows what became of it.
    TopUpUnknown = "top_up_unknown",
    /// A payment on Solana names a recent block, and none was told.
    TopUpNeedsBlock = "top_up_needs_block",
    /// An answer is being written in this conversation; one at a time.
    ConversationBusy = "conversation_busy",
    /// A conversation is longer than the model's window.
    ConversationTooLong = "conversation_too_long",
    /// There is nothing in a text that can be said.
    TextEmpty = "text_empty",
    /// A text is longer than what is spoken at once.
    TextTooLong = "text_too_long",
    /// The letters of a text are coded in a way that nobody can tell for certain.
    TextEncodingUnknown = "text_encoding_unknown",
    /// A file without text that can be read.
    InputNotText = "input_not_text",
    /// More voices are to be tried than are tried at once.
    TooManyVoices = "too_many_voices",
    /// A cloned voice has ended at Venice.
    VoiceEnded = "voice_ended",
    /// A cloned voice of another account, or of nobody we know.
    VoiceForeign = "voice_foreign",
    /// A cloned voice that was made for another model.
    VoiceOfOtherModel = "voice_of_other_model",
    /// Nobody has said that whoever is heard in a sample agrees.
    ConsentMissing = "consent_missing",
    /// A sample with too little speech in it.
    SampleTooShort = "sample_too_short",
    /// A sample of which a part must be chosen.
    SampleTooLong = "sample_too_long",
    /// A sample in which nothing is heard.
    SampleSilent = "sample_silent",
    /// The kept sample of a cloned voice is gone.
    SampleGone = "sample_gone",
    /// The model clones no voices, or takes no sample that can be made here.
    CloningNotOffered = "cloning_not_offered",
    /// There is no microphone at all.
    NoMicrophone = "no_microphone",
    /// The microphone that was chosen isn't there, or was unplugged.
    MicrophoneGone = "microphone_gone",
    /// The system doesn't let us record.
    MicrophoneNotAllowed = "microphone_not_allowed",
    /// The microphone is open and sends nothing.
    MicrophoneStalled = "microphone_stalled",
    /// The system's sound failed.
    SoundSystemFailed = "sound_system_failed",
    /// A take is being recorded; one at a time.
    TakeUnderWay = "take_under_way",
    /// No take is being recorded.
    NoTake = "no_take",
    /// The disk takes only a few minutes more of the take that is being recorded.
    RecordingRoomLow = "recording_room_low",
    /// A take was ended before the disk was full.
    TakeEndedFull = "take_ended_full",
    /// A take is whole on disk, and can't be brought into the library yet.
    TakeWaits = "take_waits",
    /// Takes of an earlier run were completed and kept; their number.
    TakesRecovered = "takes_recovered",
    /// A take of an earlier run that nothing can be read of.
    TakeDamaged = "take_damaged",
    /// A file that is no sound and no film that can be read.
    InputNotSound = "input_not_sound",
    /// A film without sound, where sound is wanted.
    InputNoTrack = "input_no_track",
    /// A sound without any length.
    SoundEmpty = "sound_empty",
    /// Venice wants the user's consent before it works with faces; nothing was charged.
    NeedsConsent = "needs_consent",
    /// Not all that Venice wants confirmed was confirmed.
    AgreementMissing = "agreement_missing",
    /// A model that isn't offered where the user is.
    RegionUnavailable = "region_unavailable",
    /// A file of a format that isn't taken in its place in a film.
    FilmInputFormat = "film_input_format",
    /// A file with more bytes than are taken in its place in a film.
    FilmInputTooLarge = "film_input_too_large",
    /// A film or sound that is shorter or longer than is taken in its place in a film.
    FilmInputLength = "film_input_length",
    /// Films or sounds that are longer together than is taken.
    FilmInputsTooLong = "film_inputs_too_long",
    /// A film or sound in which nothing can be read.
    FilmInputDamaged = "film_input_damaged",
    /// A picture of a shape that no film has.
    FilmInputRatio = "film_input_ratio",
    /// A picture of another shape than the film; advice, not a refusal.
    FilmRatioDiffers = "film_ratio_differs",
    /// A film model that takes no such file.
    FilmInputNotTaken = "film_input_not_taken",
    /// A film model that wants a file that isn't there.
    FilmInputMissing = "film_input_missing",
    /// More files than a film model takes in a place.
    FilmInputsTooMany = "film_inputs_too_many",
    /// Two keyframes in one place, or one behind the end.
    FilmKeyframePlace = "film_keyframe_place",
    /// A prompt is shorter than the model wants.
    PromptTooShort = "prompt_too_short",
    /// A model that sings wants words.
    LyricsMissing = "lyrics_missing",
    /// The words to sing are longer than the model takes.
    LyricsTooLong = "lyrics_too_long",
    /// There are words to sing, and they are to be made up too.
    LyricsTwice = "lyrics_twice",
    /// A film or sound that is kept, and not all of it can be read.
    ResultDamaged = "result_damaged",
    /// The user stopped it, and nothing is left of it.
    Stopped = "stopped",
    /// Our own fault.
    Internal = "internal",
}

impl AppError {
    /// An error of our own with what happened and what to do.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::with_code(code.as_str(), message, Some(hint.into()))
    }

    /// An error in Venice's own words, known before it is asked.
    pub(crate) fn venice(code: &str, message: &str, hint: &str) -> Self {
        Self::with_code(code, message, Some(hint.to_owned()))
    }

    fn with_code(code: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint,
            retryable: false,
            operation: None,
            request_id: None,
            params: BTreeMap::new(),
        }
    }

    /// Adds a value for the localised words.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// Marks it as something that may work later as it is.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// True when it has this code of ours.
    pub fn is(&self, code: Code) -> bool {
        self.code == code.as_str()
    }

    /// Whether no server answered. What is asked for free may be asked again; it says nothing of what was paid for.
    pub(crate) fn is_nobody_there(&self) -> bool {
        [Code::NetworkDown, Code::TimedOut, Code::CutOff, Code::BreakerOpen].iter().any(|code| self.is(*code))
    }

    /// Something that must not happen; the detail goes to the log, not to the window.
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        tracing::error!(%detail, "internal error");
        Self::new(
            Code::Internal,
            "Something went wrong inside Canaletto.",
            "Nothing that was kept is affected. If it happens again, please report it with the log.",
        )
    }

    /// A thing the front end named that isn't there.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Code::NotFound,
            format!("This {what} isn't there any more."),
            "Go back and choose another one.",
        )
        .param("what", what)
    }
}
