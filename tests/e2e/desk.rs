//! What users do in the Console, in their words.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{app::App, page::Page};

const OLDER: &str = "Show older calls";
/// The checkbox of those who send without a price.
const ACCEPT: &str = "Send it although nobody knows the price";
const SEND: &str = "document.querySelector('[data-send]:enabled')";
const MODEL: &str = "document.querySelector('[data-field=model] input').value";
/// What the answer's part of the room says of itself.
const ANSWER: &str = "(document.querySelector('[data-run]')?.dataset ?? {})";

/// The Console, with somebody in front of it.
pub struct Desk<'app> {
    page: &'app Page,
}

/// A line of the history, as it is read.
#[derive(Debug)]
pub struct Line {
    /// What was called.
    pub operation: String,
    /// What is said of its money, without the time above it; empty where nothing is.
    pub money: String,
}

impl<'app> Desk<'app> {
    pub fn new(app: &'app App<'_>) -> Self {
        Self { page: &app.page }
    }

    /// Goes to an operation.
    pub async fn choose(&self, operation: &str) {
        self.page.run("location.hash = `#/console?operation=${arguments[0]}`", vec![json!(operation)]).await;
        let chosen = format!("!!document.querySelector('[data-operation={operation}][aria-selected=true]')");
        self.page.wait_until(&format!("{operation} to be chosen"), &chosen).await;
    }

    /// Fills the form with the operation's example.
    pub async fn fill(&self) {
        self.page.click("button", "Fill with an example").await;
        let filled =
            "![...document.querySelectorAll('button[aria-busy]')].some((one) => /Fill/.test(one.innerText))";
        self.page.wait_until("the form to be filled", filled).await;
    }

    /// Chooses a model by its name.
    pub async fn choose_model(&self, name: &str) {
        self.page.fill("combobox", "model", name).await;
        self.page.press(&char::from(Key::Enter).to_string()).await;
        self.page.wait_until("the model to be chosen", &format!("{MODEL} === {name:?}")).await;
    }

    /// The name of the chosen model.
    pub async fn model(&self) -> String {
        let name = self.page.run(&format!("return {MODEL}"), vec![]).await;
        name.as_str().expect("a model").to_owned()
    }

    /// Sends what is in the form, whatever it costs, and waits for what comes of it: how it ended, and the HTTP status.
    pub async fn send(&self) -> (String, u64) {
        let unpriced = format!(
            "[...document.querySelectorAll('label')].some((one) => one.innerText.trim() === {ACCEPT:?})"
        );
        self.page.wait_until("a form that can be sent", &format!("{SEND} || {unpriced}")).await;
        if self.page.count("checkbox", ACCEPT).await > 0 {
            self.page.click("checkbox", ACCEPT).await;
        }
        self.page.wait_until("a button to send with", SEND).await;
        let before = self.page.run(&format!("return {ANSWER}.runAt ?? ''"), vec![]).await;
        self.page.run(&format!("{SEND}.click()"), vec![]).await;
        let ended = format!("['answered', 'failed'].includes({ANSWER}.run) && {ANSWER}.runAt !== {before}");
        self.page.wait_until("an answer or a refusal", &ended).await;
        let ended = self.page.run(&format!("return {ANSWER}.run"), vec![]).await;
        (ended.as_str().expect("how it ended").to_owned(), self.status().await)
    }

    /// The HTTP status of the answer; 0 where there was none.
    pub async fn status(&self) -> u64 {
        let status = self.page.run(&format!("return Number({ANSWER}.status ?? 0)"), vec![]).await;
        status.as_u64().unwrap_or_default()
    }

    /// Waits for the HTTP status of the answer.
    pub async fn see_status(&self, status: u64) {
        let seen = format!("Number({ANSWER}.status ?? 0) === {status}");
        self.page.wait_until(&format!("the status {status}"), &seen).await;
    }

    /// All that is filled in.
    pub async fn form(&self) -> Value {
        let fields = "return [...document.querySelectorAll('[data-request-fields] :is(input, textarea)')].map((one) => one.value)";
        self.page.run(fields, vec![]).await
    }

    /// Everything that the answer's part of the room says.
    pub async fn answer(&self) -> String {
        let said = self.page.run("return document.querySelector('[data-run]').innerText", vec![]).await;
        said.as_str().expect("a text").to_owned()
    }

    /// Turns to Answer, Receipt or History.
    pub async fn turn_to(&self, tab: &str) {
        self.page.click("tab", tab).await;
    }

    /// All lines of the history, newest first.
    pub async fn history(&self) -> Vec<Line> {
        self.turn_to("History").await;
        self.page.click("radio", "All").await;
        self.page.wait_until("a history", "!!document.querySelector('[data-call-of]')").await;
        while self.page.count("button", OLDER).await > 0 {
            let count = "document.querySelectorAll('[data-call-of]').length";
            let before = self.page.run(&format!("return {count}"), vec![]).await;
            self.page.click("button", OLDER).await;
            self.page.wait_until("older calls", &format!("{count} > {before}")).await;
        }
        let lines = "return [...document.querySelectorAll('[data-call-of]')].map((line) => ({
            operation: line.dataset.callOf,
            money: line.querySelector('.money .cost')?.innerText ?? '' }))";
        let lines = self.page.run(lines, vec![]).await;
        lines
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| Line {
                operation: line["operation"].as_str().expect("an operation").to_owned(),
                money: line["money"].as_str().expect("a text").to_owned(),
            })
            .collect()
    }
}
