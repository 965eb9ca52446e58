//! What the window shows, found as its users find it: by role and name.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use fantoccini::{
    Client,
    elements::{Element, ElementRef},
    error::CmdError,
    key::Key,
};
use serde_json::{Value, json};

use crate::{app::tail, desktop::PATIENCE, screenshots};

/// What `WebDriver` calls an element that a script returns.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const SCRIPT: &str = include_str!("page.js");

/// The page in the app's window.
pub struct Page {
    client: Client,
    log: PathBuf,
}

impl Page {
    /// The page of a session; `log` is what the app says while it runs.
    pub fn new(client: Client, log: PathBuf) -> Self {
        Self { client, log }
    }

    /// Runs JavaScript in the page and answers what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.client.execute(script, arguments).await {
            Ok(value) => value,
            Err(error) => self.give_up(&format!("run a script: {error}")).await,
        }
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_until(&self, what: &str, expression: &str) {
        let script = format!("return !!({expression});");
        self.patiently(what, async || self.run(&script, vec![]).await.as_bool().filter(|is| *is)).await;
    }

    /// Asks every 50 ms, for `PATIENCE` at most.
    async fn patiently<T>(&self, what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            if Instant::now() > deadline {
                self.give_up(&format!("see {what} within {PATIENCE:?}")).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends the test, with a picture of what there was instead.
    async fn give_up(&self, wish: &str) -> ! {
        let there = "return Object.keys(SELECTORS).flatMap((role) => all(role).map((e) => `${role}: ${nameOf(e)}`)).join('\\n');";
        let there = self.client.execute(&format!("{SCRIPT}\n{there}"), vec![]).await;
        let there = there.ok().and_then(|there| there.as_str().map(str::to_owned)).unwrap_or_default();
        let picture = match self.client.screenshot().await {
            Ok(png) => screenshots::keep(&format!("failures/{}", test_name()), &png).display().to_string(),
            Err(error) => error.to_string(),
        };
        panic!(
            "could not {wish}\npicture: {picture}\non the page:\n{there}\nthe app's last words:\n{}",
            tail(&self.log)
        );
    }

    async fn find_all(&self, role: &str, name: &str) -> Vec<Element> {
        let script = format!("{SCRIPT}\nreturn find(arguments[0], arguments[1]);");
        let found = self.client.execute(&script, vec![json!(role), json!(name)]).await;
        let elements = match found {
            Ok(Value::Array(elements)) => elements,
            Ok(_) | Err(CmdError::Standard(_)) => return Vec::new(),
            Err(error) => self.give_up(&format!("look for {role} {name:?}: {error}")).await,
        };
        let id = |element: &Value| element[ELEMENT].as_str().map(|id| ElementRef::from(id.to_owned()));
        elements.iter().filter_map(id).map(|id| Element::from_element_id(self.client.clone(), id)).collect()
    }

    /// The first visible element of this role and name; a name between slashes is a regular expression. Waits for it.
    pub async fn find(&self, role: &str, name: &str) -> Element {
        let what = format!("{role} {name:?}");
        self.patiently(&what, async || self.find_all(role, name).await.into_iter().next()).await
    }

    /// How many there are now.
    pub async fn count(&self, role: &str, name: &str) -> usize {
        self.find_all(role, name).await.len()
    }

    /// Waits until there are exactly so many.
    pub async fn wait_for_count(&self, role: &str, name: &str, wanted: usize) {
        let what = format!("{wanted} of {role} {name:?}");
        self.patiently(&what, async || (self.count(role, name).await == wanted).then_some(())).await;
    }

    /// Waits until none is left.
    pub async fn wait_for_none(&self, role: &str, name: &str) {
        self.wait_for_count(role, name, 0).await;
    }

    /// Clicks what has this role and name, as soon as it is there and can be.
    pub async fn click(&self, role: &str, name: &str) {
        let what = format!("{role} {name:?} that can be clicked");
        self.patiently(&what, async || {
            let element = self.find_all(role, name).await.into_iter().next()?;
            if !self.can_be_clicked(&element).await {
                return None;
            }
            // It may be covered by what is just fading out, or replaced between the two calls: then once more.
            element.click().await.ok()
        })
        .await;
    }

    /// Whether a click now would hit this: a list that is just being filtered moves its rows between the moment WebDriver
    /// looks where one is and the moment it clicks. Frames don't come in a window out of sight, a timer does.
    async fn can_be_clicked(&self, element: &Element) -> bool {
        let asked = "const [element, done] = arguments; const at = () => JSON.stringify(element.getBoundingClientRect()); \
            const frame = () => new Promise((next) => { requestAnimationFrame(next); setTimeout(next, 100); }); \
            const before = at(); frame().then(frame).then(() => done(element.isConnected && before === at() \
            && !element.matches(':disabled, [aria-disabled=true]')))";
        matches!(self.client.execute_async(asked, vec![json!(element)]).await, Ok(Value::Bool(true)))
    }

    /// Types into a field, in place of what is there.
    pub async fn fill(&self, role: &str, name: &str, text: &str) {
        let field = self.find(role, name).await;
        let done: Result<(), CmdError> = async {
            field.click().await?;
            field.clear().await?;
            field.send_keys(text).await
        }
        .await;
        if let Err(error) = done {
            self.give_up(&format!("type into {role} {name:?}: {error}")).await;
        }
    }

    /// Gives something the keyboard.
    pub async fn focus(&self, role: &str, name: &str) {
        let element = self.find(role, name).await;
        self.run("arguments[0].focus()", vec![json!(element)]).await;
    }

    /// Opens the menu of something, as the right button of a mouse does.
    pub async fn open_menu(&self, role: &str, name: &str) {
        let element = self.find(role, name).await;
        self.run(
            "const box = arguments[0].getBoundingClientRect(); arguments[0].dispatchEvent(new PointerEvent('contextmenu', \
             { bubbles: true, cancelable: true, button: 2, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }))",
            vec![json!(element)],
        )
        .await;
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let pressed: Result<(), CmdError> =
            async { self.client.active_element().await?.send_keys(keys).await }.await;
        if let Err(error) = pressed {
            self.give_up(&format!("press {keys:?}: {error}")).await;
        }
    }

    /// Closes what is open on top: a dialog, a menu.
    pub async fn press_escape(&self) {
        self.press(&char::from(Key::Escape).to_string()).await;
    }

    /// Waits for a text anywhere on the page.
    pub async fn read(&self, text: &str) {
        let expression = format!("document.body.innerText.includes({})", json!(text));
        self.wait_until(&format!("the words {text:?}"), &expression).await;
    }

    /// Keeps a picture of the page under this name, once its pictures have loaded and nothing moves any more.
    pub async fn photograph(&self, name: &str) -> PathBuf {
        self.wait_until(
            "a page at rest",
            "document.fonts.status === 'loaded' && [...document.images].every((image) => image.complete) && \
             document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity)",
        )
        .await;
        // What is loaded is not painted yet.
        self.run_async(
            "const done = arguments[arguments.length - 1]; const next = () => new Promise(requestAnimationFrame); \
             Promise.allSettled([...document.images].map((image) => image.decode())).then(next).then(next).then(() => done())",
            vec![],
        )
        .await;
        match self.client.screenshot().await {
            Ok(png) => screenshots::keep(name, &png),
            Err(error) => self.give_up(&format!("take a picture: {error}")).await,
        }
    }

    /// Runs a script that answers through its last argument.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        match self.client.execute_async(script, arguments).await {
            Ok(value) => value,
            Err(error) => self.give_up(&format!("run a script: {error}")).await,
        }
    }
}

/// libtest names the thread after the test.
fn test_name() -> String {
    std::thread::current().name().unwrap_or("a-test").replace("::", "-")
}
