//! An answer as it is written in the real app: from the bytes on the wire to the words on the page, and whether a click is
//! answered meanwhile.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::{Value, json};
use tokio::time::sleep;
use x11rb::{
    connection::Connection,
    protocol::{xproto, xtest::ConnectionExt as _},
    rust_connection::RustConnection,
};

use crate::{
    app::{App, Home, TITLE},
    desktop::wait_for,
    relay::{self, Piece, Relay, letters},
    results::{Results, median},
    sandbox::Sandbox,
};

/// Tokens a second: as a quick model writes, and as nobody reads.
const USUAL: u64 = 80;
const FAST: u64 = 2_000;
/// Bytes are on the page within this, in milliseconds, at the median.
const PAINTED_WITHIN: f64 = 60.0;
/// So is what a click does, in 95 of 100.
const CLICK_WITHIN: f64 = 50.0;
/// Between two clicks: a second, less a bit, so that they don't fall in step with anything.
const BETWEEN_CLICKS: Duration = Duration::from_millis(370);
const CLICKS: usize = 20;

/// Notes what the answer says in each second pair of frames, right after they are painted; and when the room's settings
/// had been shown or put away. Texts are counted afterwards: that mustn't cost a frame anything.
const WATCH: &str = "
    window.frames_ = [];
    window.answered = [];
    const clock = () => performance.timeOrigin + performance.now();
    const painted = (run) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = run;
        channel.port2.postMessage(null);
    };
    let number = 0;
    const look = () => {
        if (window.frames_ === null) return;
        const place = number++ % 8;
        if (place < 2) painted(() => {
            const text = [...document.querySelectorAll('[data-message]')].at(-1)?.querySelector('.text');
            window.frames_?.push([clock(), place, text?.textContent ?? '']);
        });
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    const button = document.querySelector('button[aria-label^=Settings]');
    let pressed = button.ariaPressed;
    window.watcher = new MutationObserver(() => {
        if (button.ariaPressed === pressed) return;
        pressed = button.ariaPressed;
        requestAnimationFrame(() => painted(() => window.answered.push(clock())));
    });
    window.watcher.observe(button, { attributeFilter: ['aria-pressed'] });";

/// Where that button is once something has been said.
const BUTTON: &str = "
    const box = document.querySelector('button[aria-label^=Settings]').getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];";

const STOP: &str = "const seen = [window.frames_, window.answered]; window.frames_ = null; window.watcher.disconnect(); return seen;";

const LAST: &str = "[...document.querySelectorAll('[data-message]')].at(-1)";

/// What the page showed in one frame.
struct Frame {
    at: f64,
    follows: bool,
    letters: usize,
}

/// From wire to page, at both paces.
pub async fn measure(results: &mut Results) {
    println!("\nAnswers as they are written …");
    let mut home = Home::new();
    let sandbox = Sandbox::start(&home.path("sandbox"));
    let relay = Relay::before(&sandbox.base_url);
    home.set("CANALETTO_API_BASE", &relay.base_url);
    home.set("CANALETTO_API_KEY", &sandbox.api_key);
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.click("link", "/^Chat/").await;

    sandbox.pace(USUAL);
    let (pieces, frames, _) = watch(&app, &relay, "Tell of the lagoon in 1,200 words", 0).await;
    let usual = ages(&pieces, &frames);
    println!(
        "{USUAL} tokens a second: {} pieces looked at, the oldest {:.0} ms",
        usual.len(),
        longest(&usual)
    );

    sandbox.pace(FAST);
    let (pieces, frames, clicks) = watch(&app, &relay, "Tell of the lagoon in 16,000 words", CLICKS).await;
    let fast = ages(&pieces, &frames);
    println!("{FAST} tokens a second: {} pieces looked at, the oldest {:.0} ms", fast.len(), longest(&fast));
    println!("clicks answered after {clicks:.0?} ms");
    let (came, shown) = (seconds(&pieces), shown_in(&pieces, &frames));
    println!("the answer came in {came:.1} s and was on the page after {shown:.1} s");
    app.quit();

    results.add("bytes to paint, median", "ms", median(&usual), PAINTED_WITHIN, 1.0);
    results.add("bytes to paint at 2,000 tokens/s, median", "ms", median(&fast), PAINTED_WITHIN, 1.0);
    results.add("an answer at 2,000 tokens/s, shown", "s", shown, came, 1.02);
    results.add("a click meanwhile, p95", "ms", high(&clicks), CLICK_WITHIN, 1.0);
}

/// Asks for an answer and looks on while it is written.
async fn watch(app: &App<'_>, relay: &Relay, ask: &str, clicks: usize) -> (Vec<Piece>, Vec<Frame>, Vec<f64>) {
    app.page.press(&format!("{}n", char::from(Key::Control))).await;
    app.page.fill("textbox", "Message", ask).await;
    app.page.wait_until("a price", "/≈\\s*\\$\\d/.test(document.body.innerText)").await;
    relay.take();
    app.page.run(WATCH, vec![]).await;
    app.page.click("button", "Send").await;
    app.page
        .wait_until("words", &format!("({LAST}?.querySelector('.text')?.innerText ?? '').length > 40"))
        .await;
    let mut pressed = Vec::new();
    if clicks > 0 {
        let mouse = Mouse::over(app, &app.page.run(BUTTON, vec![]).await);
        for _ in 0..clicks {
            sleep(BETWEEN_CLICKS).await;
            pressed.push(relay::now());
            mouse.click();
        }
    }
    loop {
        sleep(Duration::from_millis(500)).await;
        let ended = app.page.run(&format!("return /\\d+ out/.test({LAST}?.innerText ?? '')"), vec![]).await;
        if ended == json!(true) {
            break;
        }
    }
    let pieces = relay.take();
    let seen = app.page.run(STOP, vec![]).await;
    let frames: Vec<Frame> = seen[0]
        .as_array()
        .expect("frames")
        .iter()
        .map(|frame| Frame {
            at: frame[0].as_f64().expect("a time"),
            follows: frame[1] == json!(1),
            letters: letters(frame[2].as_str().expect("a text")),
        })
        .collect();
    let sent = pieces.last().expect("an answer").letters;
    let shown = frames.last().expect("frames").letters;
    assert_eq!(shown, sent, "all that came is on the page");
    let answered: Vec<f64> = seen[1].as_array().expect("times").iter().filter_map(Value::as_f64).collect();
    assert_eq!(answered.len(), pressed.len(), "every click was answered");
    (pieces, frames, answered.iter().zip(&pressed).map(|(answered, pressed)| answered - pressed).collect())
}

/// How old each piece was when it was painted, of those that were painted between two frames that were both looked at.
fn ages(pieces: &[Piece], frames: &[Frame]) -> Vec<f64> {
    let pairs = frames.windows(2).filter(|pair| pair[1].follows);
    let ages: Vec<f64> = pairs
        .flat_map(|pair| {
            let new = pieces
                .iter()
                .filter(|piece| (pair[0].letters + 1..=pair[1].letters).contains(&piece.letters));
            new.map(|piece| pair[1].at - piece.at)
        })
        .collect();
    assert!(ages.len() > 50, "{} pieces are too few to tell anything", ages.len());
    ages
}

/// From the first piece to the last, as they came.
fn seconds(pieces: &[Piece]) -> f64 {
    let (first, last) = (pieces.first().expect("a piece"), pieces.last().expect("a piece"));
    (last.at - first.at) / 1000.0
}

/// From the first piece to the frame that showed all of them.
fn shown_in(pieces: &[Piece], frames: &[Frame]) -> f64 {
    let (first, last) = (pieces.first().expect("a piece"), pieces.last().expect("a piece"));
    let whole = frames.iter().find(|frame| frame.letters == last.letters).expect("the whole answer");
    (whole.at - first.at) / 1000.0
}

fn longest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// 95 of 100 are at most this.
fn high(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * 95).div_ceil(100) - 1]
}

/// The desktop's mouse, moved by the X server itself, without the start of a program for each click.
struct Mouse(RustConnection);

impl Mouse {
    fn over(app: &App<'_>, place: &Value) -> Self {
        let desktop = app.desktop();
        let window = wait_for("the app's window", || desktop.window(TITLE));
        let pixel = |value: &Value| format!("{:.0}", value.as_f64().expect("a place"));
        desktop.xdotool(&["mousemove", "--sync", "--window", &window, &pixel(&place[0]), &pixel(&place[1])]);
        Self(RustConnection::connect(Some(&desktop.display())).expect("the X server answers").0)
    }

    fn click(&self) {
        for event in [xproto::BUTTON_PRESS_EVENT, xproto::BUTTON_RELEASE_EVENT] {
            self.0
                .xtest_fake_input(event, 1, 0, x11rb::NONE, 0, 0, 0)
                .expect("sent")
                .check()
                .expect("clicked");
        }
        self.0.flush().expect("sent");
    }
}
