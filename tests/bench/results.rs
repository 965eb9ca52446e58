//! What was measured, as a table for people and as JSON for programs.

//!
//! Several programs measure; each adds its figures to what the others wrote. `crate::project` is the project's folder.

use std::{fmt::Write as _, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::project;

/// All figures of one program's run.
#[derive(Default)]
pub struct Results(Vec<Figure>);

struct Figure {
    name: &'static str,
    unit: &'static str,
    measured: f64,
    reference: f64,
    limit: Limit,
}

/// How many times the reference a figure may be.
enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Limit {
    fn value(&self) -> f64 {
        match self {
            Self::AtMost(value) | Self::AtLeast(value) => *value,
        }
    }
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.measured / self.reference
    }

    fn holds(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.ratio() <= limit,
            Limit::AtLeast(limit) => self.ratio() >= limit,
        }
    }
}

impl Results {
    /// Adds a figure, what it is measured against (both in `unit`), and how many times that it may be.
    pub fn add(&mut self, name: &'static str, unit: &'static str, measured: f64, reference: f64, limit: f64) {
        self.push(Figure { name, unit, measured, reference, limit: Limit::AtMost(limit) });
    }

    /// Adds a figure of which more is better, and how many times the reference it must be.
    pub fn add_at_least(
        &mut self,
        name: &'static str,
        unit: &'static str,
        measured: f64,
        reference: f64,
        limit: f64,
    ) {
        self.push(Figure { name, unit, measured, reference, limit: Limit::AtLeast(limit) });
    }

    fn push(&mut self, figure: Figure) {
        let Figure { name, measured, reference, .. } = figure;
        assert!(
            measured.is_finite() && reference > 0.0,
            "{name}: {measured} against {reference} is no measurement"
        );
        println!("{}", figure.row());
        self.0.push(figure);
    }

    /// Whether every limit is held.
    pub fn all_hold(&self) -> bool {
        self.0.iter().all(Figure::holds)
    }

    /// Writes target/bench/results.json: these figures after those that stand there already, but for older ones of
    /// the same names.
    pub fn write(&self) -> PathBuf {
        let path = folder().join("results.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|_| "[]".to_owned());
        let mut figures: Vec<Value> = serde_json::from_str(&text).expect("the figures of other programs");
        figures.retain(|figure| self.0.iter().all(|ours| figure["name"] != ours.name));
        figures.extend(self.0.iter().map(|figure| {
            json!({
                "name": figure.name,
                "unit": figure.unit,
                "figure": rounded(figure.measured),
                "reference": rounded(figure.reference),
                "ratio": rounded(figure.ratio()),
                "limit": figure.limit.value(),
                "holds": figure.holds(),
            })
        }));
        let text = serde_json::to_string_pretty(&figures).expect("JSON");
        fs::write(&path, text + "\n").expect("the results are written");
        path
    }

    /// The table, in Markdown.
    pub fn table(&self) -> String {
        let mut table = String::from(
            "| figure | measured | against | ratio | limit | held |\n|---|--:|--:|--:|--:|---|\n",
        );
        for figure in &self.0 {
            let _ = writeln!(table, "{}", figure.row());
        }
        table
    }
}

impl Figure {
    fn row(&self) -> String {
        let Self { name, unit, measured, reference, limit } = self;
        let held = if self.holds() { "yes" } else { "NO" };
        let limit = match limit {
            Limit::AtMost(limit) => limit.to_string(),
            Limit::AtLeast(limit) => format!("≥ {limit}"),
        };
        format!(
            "| {name} | {measured:.1} {unit} | {reference:.1} {unit} | {:.2} | {limit} | {held} |",
            self.ratio()
        )
    }
}

/// Where results and what is kept between runs go.
pub fn folder() -> PathBuf {
    let folder = project().join("target/bench");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The one in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
