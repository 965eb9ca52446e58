//! A minute of scrolling through the library's pictures in the real app with a mouse wheel, and another from its one end to
//! the other, beside an empty page in the same web view.

use std::{
    process::Child,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::time::sleep;

use crate::{
    app::{App, Home, TITLE},
    desktop::wait_for,
    frames::{self, Gaps},
    library, memory,
    results::{Results, median},
};

/// How long the wheel turns.
pub const MINUTE: Duration = Duration::from_mins(1);
const ON_EMPTY_PAGE: Duration = Duration::from_secs(20);
/// Between two clicks of the wheel.
const CLICK: Duration = Duration::from_millis(50);
/// Between two looks at the memory.
const LOOK: Duration = Duration::from_secs(3);
/// How much more than at the start may be held, in MB.
const MAY_GROW: f64 = 200.0;
/// Less than this, in pixels, and the wheel did not turn.
const LEAST_WAY: f64 = 20_000.0;

const WALL: &str = "document.querySelector('[role=grid]').parentElement";

/// Every cell in the page knows its picture and shows it.
const ALL_SHOWN: &str =
    "[...document.querySelectorAll('[role=gridcell]')].every((cell) => cell.querySelector('img') !== null)";

/// Which way the wheel turns.
#[derive(Clone, Copy)]
pub enum Way {
    /// To what is above.
    Up,
    /// To what is below.
    Down,
}

/// Frames and memory while the wheel turns.
pub async fn measure(results: &mut Results) {
    println!("\nScrolling through {} items for {} s …", library::ITEMS, MINUTE.as_secs());
    let mut home = Home::new();
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let store = library::make(&home.kept(), library::ITEMS, library::Files::Pictures);
    library::look_at_all(&store);
    drop(store);
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.click("link", "/^Library/").await;
    app.page.wait_until("pictures", "document.querySelectorAll('[role=gridcell] img').length > 10").await;
    sleep(LOOK).await;

    let process = app.process().as_raw_nonzero().get().unsigned_abs();
    let before = memory::held(process);
    let (gaps, held) = turn_wheel(&app, Way::Down, MINUTE, || memory::held(process)).await;
    let way = app.page.run(&format!("return {WALL}.scrollTop"), vec![]).await;
    let way = way.as_f64().expect("a number");
    assert!(way > LEAST_WAY, "the wall moved by {way} pixels only");
    println!(
        "{way} pixels, {:.0} frames a second, the longest gap {:.0} ms",
        gaps.a_second(),
        gaps.longest()
    );
    println!("memory: {before:.0} MB, then {held:.0?} MB");
    let empty = on_empty_page(&app, Way::Down).await;
    // A page that is gone can't be asked whether it may close.
    app.kill();

    results.add("p95 frame while scrolling", "ms", gaps.p95(), empty.p95(), 2.0);
    let most = held.iter().copied().fold(before, f64::max);
    results.add("memory gained while scrolling", "MB", most - before, MAY_GROW, 1.0);
    let third = held.len() / 3;
    let (middle, last) = (median(&held[third..2 * third]), median(&held[2 * third..]));
    results.add("memory, last third against the middle", "MB", last, middle, 1.1);
}

/// All of the wall passes by at an even speed, as under a scroll bar that is drawn down; then its end is there to be seen.
pub async fn from_end_to_end(app: &App<'_>, during: Duration) -> Gaps {
    app.page.run(&format!("{WALL}.scrollTop = 0"), vec![]).await;
    app.page.wait_until("the beginning", ALL_SHOWN).await;
    app.page.run(frames::START, vec![]).await;
    let pull = format!(
        "const wall = {WALL}, way = wall.scrollHeight - wall.clientHeight, begun = performance.now();
        const on = (now) => {{
            const part = Math.max(0, Math.min(1, (now - begun) / {}));
            wall.scrollTop = way * part;
            if (part < 1) requestAnimationFrame(on);
        }};
        requestAnimationFrame(on);",
        during.as_millis()
    );
    app.page.run(&pull, vec![]).await;
    sleep(during).await;
    let times = app.page.run(frames::STOP, vec![]).await;
    let at_end = format!("{WALL}.scrollTop + {WALL}.clientHeight > {WALL}.scrollHeight - 2");
    app.page.wait_until("the end", &at_end).await;
    app.page.wait_until("the last pictures", ALL_SHOWN).await;
    Gaps::of(&times)
}

/// The same wheel over nothing: what is left is the web view itself. The app's page is gone afterwards.
pub async fn on_empty_page(app: &App<'_>, way: Way) -> Gaps {
    app.page.run("location.href = 'about:blank'", vec![]).await;
    app.page.wait_until("an empty page", "document.body.childElementCount === 0").await;
    let (empty, _) = turn_wheel(app, way, ON_EMPTY_PAGE, || 0.0).await;
    println!(
        "empty page: {:.0} frames a second, the longest gap {:.0} ms",
        empty.a_second(),
        empty.longest()
    );
    empty
}

/// Turns the mouse wheel over the page, and answers the page's frames and what `look` saw meanwhile.
pub async fn turn_wheel(
    app: &App<'_>,
    way: Way,
    during: Duration,
    look: impl Fn() -> f64,
) -> (Gaps, Vec<f64>) {
    let mut wheel = start_wheel(app, way, during);
    app.page.run(frames::START, vec![]).await;
    let (started, mut seen) = (Instant::now(), Vec::new());
    while started.elapsed() < during {
        sleep(LOOK.min(during.saturating_sub(started.elapsed()))).await;
        seen.push(look());
    }
    let times: Value = app.page.run(frames::STOP, vec![]).await;
    let _ = wheel.kill();
    let _ = wheel.wait();
    (Gaps::of(&times), seen)
}

fn start_wheel(app: &App<'_>, way: Way, during: Duration) -> Child {
    let desktop = app.desktop();
    let window = wait_for("the app's window", || desktop.window(TITLE));
    desktop.xdotool(&["mousemove", "--window", &window, "640", "450"]);
    let clicks = (during.as_millis() / CLICK.as_millis()).to_string();
    let mut xdotool = desktop.command("xdotool");
    let button = match way {
        Way::Up => "4",
        Way::Down => "5",
    };
    xdotool.args(["click", "--repeat", &clicks, "--delay", &CLICK.as_millis().to_string(), button]);
    xdotool.spawn().expect("xdotool starts")
}
