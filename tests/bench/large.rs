//! A library of 100,000 beside an empty one and one of 1,000, in the real app: how soon its wall can be used, and what
//! the app holds then and after having scrolled.

use std::{fs, time::Duration};

use tokio::time::sleep;

use crate::{
    app::{App, Home},
    frames::Gaps,
    library, memory,
    results::{Results, median},
    scrolling::{self, Way},
};

const RUNS: usize = 3;
/// How much later than an empty library's the wall may be there, in milliseconds.
const LATER: f64 = 1500.0;
/// At rest after this.
const REST: Duration = Duration::from_secs(4);
/// How long the wheel turns before the memory is read again.
const WHEEL: Duration = Duration::from_secs(20);

/// When the Library could be used, in milliseconds since 1970: its first answer was shown, and the pictures that are seen have come.
const USABLE: &str = r"
    const items = arguments[0];
    const shown = performance.getEntriesByName('library-shown')[0];
    const seen = [...document.querySelectorAll('[role=gridcell] img')].filter((image) => {
        const box = image.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight;
    });
    if (!shown || (items > 0 && seen.length === 0)) return null;
    if (!seen.every((image) => image.complete && image.naturalWidth > 0)) return null;
    const ends = seen.map((image) => performance.getEntriesByName(image.currentSrc)[0]?.responseEnd ?? 0);
    return performance.timeOrigin + Math.max(shown.startTime, ...ends);
";

/// What one library came to.
#[derive(Default)]
struct Seen {
    usable: Vec<f64>,
    rest: Vec<f64>,
    scrolled: Vec<f64>,
}

/// Three libraries by turns.
pub async fn measure(results: &mut Results) {
    println!("\nStarting with libraries of 0, 1,000 and 100,000 items, {RUNS} times each …");
    let mut homes = Vec::new();
    for items in [0, 1_000, 100_000] {
        homes.push((items, prepare(items).await, Seen::default()));
    }
    for _ in 0..RUNS {
        for (items, home, seen) in &mut homes {
            run(*items, home, seen).await;
        }
    }
    let Some((_, home, _)) = homes.last() else { return };
    let (whole, empty, held) = scroll_through(home).await;
    println!(
        "from end to end: {:.0} frames a second, the longest gap {:.0} ms, {held:.0} MB afterwards",
        whole.a_second(),
        whole.longest()
    );
    for (items, _, seen) in &homes {
        println!(
            "{items:>7} items: usable after {:.0?} ms, {:.0?} MB at rest, {:.0?} MB after scrolling",
            seen.usable, seen.rest, seen.scrolled
        );
    }
    let [(_, _, none), (_, _, few), (_, _, many)] = &homes[..] else { return };
    let later = median(&many.usable) - median(&none.usable);
    results.add("100,000 items: wall after an empty library's", "ms", later, LATER, 1.0);
    results.add(
        "memory at rest, 100,000 items against 1,000",
        "MB",
        median(&many.rest),
        median(&few.rest),
        1.5,
    );
    results.add("p95 frame, 100,000 items from end to end", "ms", whole.p95(), empty.p95(), 2.0);
    results.add(
        "memory after scrolling, 100,000 items against 1,000",
        "MB",
        median(&many.scrolled),
        median(&few.scrolled),
        1.5,
    );
}

/// A home whose app was left in the Library.
async fn prepare(items: u32) -> Home {
    let mut home = Home::new();
    home.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    if items > 0 {
        let store = library::make(&home.kept(), items, library::Files::Small);
        library::look_at_all(&store);
    }
    let app = home.open().await;
    app.leave_welcome().await;
    app.page.click("link", "/^Library/").await;
    app.page.find("heading", "Library").await;
    app.quit();
    home
}

async fn run(items: u32, home: &Home, seen: &mut Seen) {
    let app = home.open().await;
    let usable = usable(&app, items).await;
    seen.usable.push(usable - started(&app));
    sleep(REST).await;
    let process = app.process().as_raw_nonzero().get().unsigned_abs();
    seen.rest.push(memory::held(process));
    if items > 0 {
        scrolling::turn_wheel(&app, Way::Down, WHEEL, || 0.0).await;
        sleep(REST).await;
        seen.scrolled.push(memory::held(process));
    }
    app.quit();
}

/// When the Library was there with each picture in the window, in milliseconds since 1970. Asked until it is: a wall that has
/// no pictures yet isn't one whose pictures have come.
async fn usable(app: &App<'_>, items: u32) -> f64 {
    let wanted = format!("(window.usable ??= (function () {{ {USABLE} }})({items})) !== null");
    app.page.wait_until("the Library", &wanted).await;
    app.page.run("return window.usable", vec![]).await.as_f64().expect("a time")
}

/// Frames while a minute of scrolling passes from the first item to the last, those of an empty page, and the memory held
/// in between.
async fn scroll_through(home: &Home) -> (Gaps, Gaps, f64) {
    let app = home.open().await;
    usable(&app, 100_000).await;
    sleep(REST).await;
    let whole = scrolling::from_end_to_end(&app, scrolling::MINUTE).await;
    sleep(REST).await;
    let held = memory::held(app.process().as_raw_nonzero().get().unsigned_abs());
    let empty = scrolling::on_empty_page(&app, Way::Down).await;
    // A page that is gone can't be asked whether it may close.
    app.kill();
    (whole, empty, held)
}

/// When the app's process began, in milliseconds since 1970.
fn started(app: &App<'_>) -> f64 {
    let stat =
        fs::read_to_string(format!("/proc/{}/stat", app.process().as_raw_nonzero())).expect("a process");
    // The name of the program, in brackets, may hold anything; the 22nd field counts from the first.
    let after_name = stat.rsplit_once(") ").expect("a name").1;
    let ticks: f64 = after_name.split(' ').nth(19).expect("its start").parse().expect("a number");
    let uptime = fs::read_to_string("/proc/uptime").expect("the time since booting");
    let uptime: f64 = uptime.split(' ').next().expect("a time").parse().expect("a number");
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs_f64();
    ((now - uptime) + ticks / 100.0) * 1000.0
}
