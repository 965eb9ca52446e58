//! Sounds that are not what they should be, as the Transcribe tab meets them: each is taken for what it is, or refused with a
//! sentence that says why, before anything is sent.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    app::{App, Home},
    dialog,
    speech::{SENTENCES, run, say},
};

fn sox(from: &Path, to: &Path, format: &[&str], effects: &[&str]) {
    run(Command::new("sox").arg(from).args(format).arg(to).args(effects));
}

fn ffmpeg(arguments: &[&str], to: &Path) {
    run(Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).arg(to));
}

impl App<'_> {
    /// Chooses a sound file to be transcribed.
    async fn choose_sound(&self, path: &Path, is_first: bool) {
        self.open_tab("transcribe").await;
        if is_first {
            self.page.click("button", "From a file…").await;
        } else {
            self.page.click("button", "New transcript").await;
            self.page.click("button", "From a file…").await;
        }
        dialog::choose(self.desktop(), path);
    }

    /// Has it transcribed, and waits until that is over.
    async fn transcribe_chosen(&self, title: &str) {
        self.page.read(title).await;
        self.page.click("button", r"/^Transcribe \d/").await;
        self.page.wait_for_none("button", r"/^Transcribe \d/").await;
    }
}

/// Speech in the forms that telephones, studios and cinemas keep it in.
fn speech_of_all_kinds(home: &Home) -> Vec<PathBuf> {
    let speech = say(home, "speech.wav", SENTENCES);
    let telephone = home.path("telephone.wav");
    sox(&speech, &telephone, &["-r", "8000", "-c", "1", "-b", "8", "-e", "u-law"], &[]);
    let studio = home.path("studio.wav");
    sox(&speech, &studio, &["-r", "192000", "-b", "24"], &[]);
    let cinema = home.path("cinema.flac");
    ffmpeg(&["-i", &speech.to_string_lossy(), "-ac", "6"], &cinema);
    let whole = home.path("whole.mp3");
    ffmpeg(&["-i", &speech.to_string_lossy(), "-b:a", "128k"], &whole);
    let cut = home.path("cut-off.mp3");
    let bytes = fs::read(&whole).expect("the MP3");
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("half of it");
    vec![telephone, studio, cinema, cut]
}

#[tokio::test]
async fn speech_of_every_kind_is_heard() {
    let home = Home::with_sound();
    let sounds = speech_of_all_kinds(&home);
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;
    for (number, sound) in sounds.iter().enumerate() {
        let title = sound.file_stem().expect("a name").to_string_lossy().into_owned();
        app.choose_sound(sound, number == 0).await;
        app.transcribe_chosen(&title).await;
        app.page.read("The sandbox hears a").await;
        app.page.photograph(&format!("voice/20-{title}")).await;
    }
    app.quit();
}

#[tokio::test]
async fn what_has_nothing_to_hear_is_told_before_it_is_sent() {
    let home = Home::with_sound();
    let app = home.open().await;
    app.resize(1280, 800).await;
    app.look_around().await;

    let text = home.path("letter.wav");
    fs::write(&text, "Dear all, this is a letter and no sound at all. ".repeat(40)).expect("a text");
    app.choose_sound(&text, true).await;
    app.page.find("dialog", "What came of the import").await;
    app.page.read("letter.wav").await;
    app.page.photograph("voice/21-text-as-sound").await;
    app.close_report().await;

    let film = home.path("silent-film.mp4");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=duration=2:size=320x240:rate=10", "-pix_fmt", "yuv420p"], &film);
    app.choose_sound(&film, true).await;
    app.page.read("There is no sound in this film.").await;
    app.page.photograph("voice/22-film-without-sound").await;

    let silence = home.path("silence.wav");
    run(Command::new("sox").args(["-n", "-r", "16000", "-c", "1"]).arg(&silence).args(["trim", "0", "20"]));
    app.page.click("button", "From a file…").await;
    dialog::choose(app.desktop(), &silence);
    app.transcribe_chosen("silence").await;
    app.page.read("No words were heard in it.").await;
    app.page.photograph("voice/23-silence").await;
    app.quit();
}
