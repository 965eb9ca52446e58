//! The Voice room: recording, transcripts, speech.

use studio::{
    Result,
    conversations::view::AttachmentView,
    library::view::{ItemView, Picked},
    money::Money,
    pictures::estimate::Expected,
    voice::{
        clones::{CloneRequest, CloneView},
        models::VoiceModels,
        recorder::{InputDevice, Marker, RecorderEvent, RecorderState},
        sounds::{SoundFormat, SoundView},
        speech::{ReadingView, SpeechEstimate, SpeechRequest, VoiceChoice},
        texts::{FoundText, TextEstimate, TextSource},
        transcripts::{
            TranscribeEstimate, TranscribeRequest, Transcript, TranscriptFormat, TranscriptPage,
            TranscriptSummary, TranscriptText,
        },
    },
};
use tauri::{AppHandle, State, WebviewWindow, ipc::Channel};
use tauri_plugin_dialog::DialogExt;

use super::{Shared, exports::LastExport, guarded};

/// The microphones there are now.
#[tauri::command]
#[specta::specta]
pub async fn input_devices(studio: Shared<'_>) -> Result<Vec<InputDevice>> {
    guarded(&studio, async move |studio| studio.input_devices().await).await
}

/// How the recorder stands.
#[tauri::command]
#[specta::specta]
pub async fn recorder_state(studio: Shared<'_>) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.recorder_state().await).await
}

/// Tells what the recorder hears, until another asks.
#[tauri::command]
#[specta::specta]
pub async fn watch_recorder(studio: Shared<'_>, on_event: Channel<RecorderEvent>) -> Result<()> {
    guarded(&studio, async move |studio| {
        studio.watch_recorder(std::sync::Arc::new(move |event| {
            // A page that is gone hears nothing.
            let _ = on_event.send(event);
        }));
        Ok(())
    })
    .await
}

/// Opens a microphone: this one, or the one that was chosen last.
#[tauri::command]
#[specta::specta]
pub async fn arm_recorder(studio: Shared<'_>, device: Option<String>) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.arm_recorder(device).await).await
}

/// Closes the microphone; a take that runs is ended and kept.
#[tauri::command]
#[specta::specta]
pub async fn disarm_recorder(studio: Shared<'_>) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.disarm_recorder().await).await
}

/// Begins a take, or a test of the microphone.
#[tauri::command]
#[specta::specta]
pub async fn start_take(studio: Shared<'_>, test: bool) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.start_take(test).await).await
}

/// Holds the take, or goes on with it.
#[tauri::command]
#[specta::specta]
pub async fn pause_take(studio: Shared<'_>, paused: bool) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.pause_take(paused).await).await
}

/// Marks where the take is now.
#[tauri::command]
#[specta::specta]
pub async fn mark_take(studio: Shared<'_>, label: String) -> Result<RecorderState> {
    guarded(&studio, async move |studio| studio.mark_take(label).await).await
}

/// Ends the take and keeps it; null for a test.
#[tauri::command]
#[specta::specta]
pub async fn stop_take(studio: Shared<'_>) -> Result<Option<ItemView>> {
    guarded(&studio, async move |studio| studio.stop_take().await).await
}

/// A sound of the library.
#[tauri::command]
#[specta::specta]
pub async fn get_sound(studio: Shared<'_>, id: String) -> Result<SoundView> {
    guarded(&studio, async move |studio| studio.sound(id).await).await
}

/// Replaces the marked places of a sound.
#[tauri::command]
#[specta::specta]
pub async fn set_markers(studio: Shared<'_>, id: String, markers: Vec<Marker>) -> Result<SoundView> {
    guarded(&studio, async move |studio| studio.set_markers(id, markers).await).await
}

/// A new item: a part of this sound. Free.
#[tauri::command]
#[specta::specta]
pub async fn trim_sound(studio: Shared<'_>, id: String, from_ms: u64, to_ms: u64) -> Result<ItemView> {
    guarded(&studio, async move |studio| studio.trim_sound(id, from_ms, to_ms).await).await
}

/// The models of the Voice room; `refresh` asks Venice again.
#[tauri::command]
#[specta::specta]
pub async fn voice_models(studio: Shared<'_>, refresh: bool) -> Result<VoiceModels> {
    guarded(&studio, async move |studio| studio.voice_models(refresh).await).await
}

/// Marks a voice as a favourite, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn mark_voice(
    studio: Shared<'_>,
    model: String,
    voice: String,
    favourite: bool,
) -> Result<VoiceModels> {
    guarded(&studio, async move |studio| studio.mark_voice(model, voice, favourite).await).await
}

/// Counts, prices and checks what is to be said. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn estimate_speech(studio: Shared<'_>, request: SpeechRequest) -> Result<SpeechEstimate> {
    guarded(&studio, async move |studio| studio.estimate_speech(&request).await).await
}

/// Has a text spoken, at the price and from the account the button showed.
#[tauri::command]
#[specta::specta]
pub async fn start_speech(
    studio: Shared<'_>,
    request: SpeechRequest,
    expected: Expected,
) -> Result<ReadingView> {
    guarded(&studio, async move |studio| studio.start_speech(request, expected).await).await
}

/// Prices one line said by many voices.
#[tauri::command]
#[specta::specta]
pub async fn estimate_audition(
    studio: Shared<'_>,
    request: SpeechRequest,
    voices: Vec<VoiceChoice>,
) -> Result<SpeechEstimate> {
    guarded(&studio, async move |studio| studio.estimate_audition(&request, voices).await).await
}

/// One line said by many voices.
#[tauri::command]
#[specta::specta]
pub async fn start_audition(
    studio: Shared<'_>,
    request: SpeechRequest,
    voices: Vec<VoiceChoice>,
    expected: Expected,
) -> Result<Vec<ReadingView>> {
    guarded(&studio, async move |studio| studio.start_audition(request, voices, expected).await).await
}

/// The readings of the room's list, the last first.
#[tauri::command]
#[specta::specta]
pub async fn list_readings(studio: Shared<'_>) -> Result<Vec<ReadingView>> {
    guarded(&studio, async move |studio| studio.readings().await).await
}

/// Sends what is missing of a reading again, for no more than the button showed.
#[tauri::command]
#[specta::specta]
pub async fn retry_reading(
    studio: Shared<'_>,
    id: String,
    even_if_charged: bool,
    most: Option<Money>,
    over_budgets: Vec<String>,
) -> Result<ReadingView> {
    guarded(&studio, async move |studio| {
        studio.agreeing(&over_budgets).retry_reading(id, even_if_charged, most).await
    })
    .await
}

/// Stops what is still to come of a reading.
#[tauri::command]
#[specta::specta]
pub async fn cancel_reading(studio: Shared<'_>, id: String) -> Result<ReadingView> {
    guarded(&studio, async move |studio| studio.cancel_reading(id).await).await
}

/// Takes a reading off the room's list.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_reading(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.dismiss_reading(id).await).await
}

/// The form of the Speak tab as it was left.
#[tauri::command]
#[specta::specta]
pub async fn speech_draft(studio: Shared<'_>) -> Result<Option<String>> {
    guarded(&studio, async move |studio| studio.speech_draft().await).await
}

/// Keeps the form of the Speak tab.
#[tauri::command]
#[specta::specta]
pub async fn keep_speech_draft(studio: Shared<'_>, draft: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.keep_speech_draft(draft).await).await
}

/// What getting a text costs.
#[tauri::command]
#[specta::specta]
pub async fn estimate_text(studio: Shared<'_>, source: TextSource) -> Result<TextEstimate> {
    guarded(&studio, async move |studio| studio.estimate_text(source).await).await
}

/// Gets a text from a file or a page.
#[tauri::command]
#[specta::specta]
pub async fn fetch_text(
    studio: Shared<'_>,
    source: TextSource,
    expected: Option<Expected>,
    accept_unpriced: bool,
) -> Result<FoundText> {
    guarded(&studio, async move |studio| studio.fetch_text(source, expected, accept_unpriced).await).await
}

/// The cloned voices of the selected account.
#[tauri::command]
#[specta::specta]
pub async fn list_clones(studio: Shared<'_>) -> Result<Vec<CloneView>> {
    guarded(&studio, async move |studio| studio.clones().await).await
}

/// What cloning costs, and whether the sample fits.
#[tauri::command]
#[specta::specta]
pub async fn estimate_clone(studio: Shared<'_>, request: CloneRequest) -> Result<TextEstimate> {
    guarded(&studio, async move |studio| studio.estimate_clone(&request).await).await
}

/// Clones a voice.
#[tauri::command]
#[specta::specta]
pub async fn make_clone(
    studio: Shared<'_>,
    request: CloneRequest,
    expected: Expected,
    accept_unpriced: bool,
) -> Result<CloneView> {
    guarded(&studio, async move |studio| studio.make_clone(request, expected, accept_unpriced).await).await
}

/// Makes a cloned voice anew from its kept sample.
#[tauri::command]
#[specta::specta]
pub async fn renew_clone(
    studio: Shared<'_>,
    id: String,
    expected: Expected,
    accept_unpriced: bool,
) -> Result<CloneView> {
    guarded(&studio, async move |studio| studio.renew_clone(id, expected, accept_unpriced).await).await
}

/// Renames a cloned voice.
#[tauri::command]
#[specta::specta]
pub async fn rename_clone(studio: Shared<'_>, id: String, name: String) -> Result<CloneView> {
    guarded(&studio, async move |studio| studio.rename_clone(id, name).await).await
}

/// Takes a cloned voice off the shelf.
#[tauri::command]
#[specta::specta]
pub async fn forget_clone(studio: Shared<'_>, id: String) -> Result<()> {
    guarded(&studio, async move |studio| studio.forget_clone(id).await).await
}

/// Whether the statement of consent was accepted before.
#[tauri::command]
#[specta::specta]
pub async fn clone_consent(studio: Shared<'_>) -> Result<bool> {
    guarded(&studio, async move |studio| studio.clone_consent().await).await
}

/// Counts, prices and checks a transcription. Sends nothing.
#[tauri::command]
#[specta::specta]
pub async fn estimate_transcription(
    studio: Shared<'_>,
    request: TranscribeRequest,
) -> Result<TranscribeEstimate> {
    guarded(&studio, async move |studio| studio.estimate_transcription(&request).await).await
}

/// Transcribes a sound or film, at the price and from the account the button showed.
#[tauri::command]
#[specta::specta]
pub async fn start_transcription(
    studio: Shared<'_>,
    request: TranscribeRequest,
    expected: Expected,
) -> Result<TranscriptSummary> {
    guarded(&studio, async move |studio| studio.start_transcription(request, expected).await).await
}

/// What the words of a film on `YouTube` cost.
#[tauri::command]
#[specta::specta]
pub async fn estimate_address(studio: Shared<'_>, url: String) -> Result<TranscribeEstimate> {
    guarded(&studio, async move |studio| studio.estimate_address(url).await).await
}

/// The words of a film on `YouTube`.
#[tauri::command]
#[specta::specta]
pub async fn transcribe_address(
    studio: Shared<'_>,
    url: String,
    expected: Expected,
) -> Result<TranscriptSummary> {
    guarded(&studio, async move |studio| studio.transcribe_address(url, expected).await).await
}

/// Sends missing pieces again, all or one, with another model if named, for no more than the button showed.
#[tauri::command]
#[specta::specta]
pub async fn retry_pieces(
    studio: Shared<'_>,
    id: String,
    piece: Option<u32>,
    model: Option<String>,
    even_if_charged: bool,
    most: Option<Money>,
    over_budgets: Vec<String>,
) -> Result<Transcript> {
    guarded(&studio, async move |studio| {
        studio.agreeing(&over_budgets).retry_pieces(id, piece, model, even_if_charged, most).await
    })
    .await
}

/// Stops what is still to come of a transcription.
#[tauri::command]
#[specta::specta]
pub async fn cancel_transcription(studio: Shared<'_>, id: String) -> Result<Transcript> {
    guarded(&studio, async move |studio| studio.cancel_transcription(id).await).await
}

/// The transcripts, the last changed first.
#[tauri::command]
#[specta::specta]
pub async fn list_transcripts(
    studio: Shared<'_>,
    search: Option<String>,
    item: Option<String>,
    trashed: bool,
    cursor: Option<String>,
    limit: u32,
) -> Result<TranscriptPage> {
    guarded(&studio, async move |studio| studio.transcripts(search, item, trashed, cursor, limit).await).await
}

/// A whole transcript.
#[tauri::command]
#[specta::specta]
pub async fn get_transcript(studio: Shared<'_>, id: String) -> Result<Transcript> {
    guarded(&studio, async move |studio| studio.transcript(id).await).await
}

/// Keeps an edited transcript; answers its new revision.
#[tauri::command]
#[specta::specta]
pub async fn save_transcript(
    studio: Shared<'_>,
    id: String,
    revision: u32,
    text: TranscriptText,
) -> Result<u32> {
    guarded(&studio, async move |studio| studio.save_transcript(id, revision, text).await).await
}

/// Renames a transcript.
#[tauri::command]
#[specta::specta]
pub async fn rename_transcript(studio: Shared<'_>, id: String, title: String) -> Result<TranscriptSummary> {
    guarded(&studio, async move |studio| studio.rename_transcript(id, title).await).await
}

/// Puts transcripts into the trash, or takes them back.
#[tauri::command]
#[specta::specta]
pub async fn trash_transcripts(studio: Shared<'_>, ids: Vec<String>, trashed: bool) -> Result<()> {
    guarded(&studio, async move |studio| studio.trash_transcripts(ids, trashed).await).await
}

/// A transcript in one of the formats, for the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn transcript_words(studio: Shared<'_>, id: String, format: TranscriptFormat) -> Result<String> {
    guarded(&studio, async move |studio| studio.transcript_words(id, format).await).await
}

/// Attaches a transcript's words to a conversation.
#[tauri::command]
#[specta::specta]
pub async fn attach_transcript(
    studio: Shared<'_>,
    conversation: String,
    id: String,
) -> Result<AttachmentView> {
    guarded(&studio, async move |studio| studio.attach_transcript(conversation, id).await).await
}

/// Asks where to, and writes a sound there in another coding; the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn export_sound(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    last: State<'_, LastExport>,
    id: String,
    format: SoundFormat,
) -> Result<Option<String>> {
    let written = guarded(&studio, async move |studio| {
        let name = studio.sound_name(id.clone(), format).await?;
        let Some(path) = ask_where(&app, &window, name).await else { return Ok(None) };
        studio.export_sound(id, format, path.clone()).await?;
        Ok(Some(path))
    })
    .await?;
    Ok(written.map(|path| {
        let shown = path.display().to_string();
        last.set(path);
        shown
    }))
}

/// Asks where to, and writes a transcript there; the path, or null when the dialog was closed.
#[tauri::command]
#[specta::specta]
pub async fn export_transcript(
    app: AppHandle,
    window: WebviewWindow,
    studio: Shared<'_>,
    id: String,
    format: TranscriptFormat,
) -> Result<Option<String>> {
    guarded(&studio, async move |studio| {
        let name = studio.transcript_name(id.clone(), format).await?;
        let Some(path) = ask_where(&app, &window, name).await else { return Ok(None) };
        studio.export_transcript(id, format, path.clone()).await?;
        Ok(Some(path.display().to_string()))
    })
    .await
}

/// Opens the file dialog for sounds, films and documents; an empty list when it was closed.
#[tauri::command]
#[specta::specta]
pub async fn pick_files(app: AppHandle, window: WebviewWindow, studio: Shared<'_>) -> Result<Vec<Picked>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(&window).pick_files(move |files| {
        let _ = sender.send(files);
    });
    let files = receiver.await.ok().flatten().unwrap_or_default();
    Ok(studio.studio().await?.pick(files.into_iter().filter_map(|file| file.into_path().ok()).collect()))
}

async fn ask_where(app: &AppHandle, window: &WebviewWindow, name: String) -> Option<std::path::PathBuf> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.dialog().file().set_parent(window).set_file_name(name).save_file(move |file| {
        let _ = sender.send(file);
    });
    receiver.await.ok().flatten()?.into_path().ok()
}
