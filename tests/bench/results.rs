//! What was measured, as a table for people and as JSON for programs.

use std::{fmt::Write as _, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::desktop::project;

/// All figures of one run.
#[derive(Default)]
pub struct Results(Vec<Figure>);

struct Figure {
    name: &'static str,
    unit: &'static str,
    measured: f64,
    reference: f64,
    limit: f64,
}

impl Figure {
    fn ratio(&self) -> f64 {
        self.measured / self.reference
    }

    fn holds(&self) -> bool {
        self.ratio() <= self.limit
    }
}

impl Results {
    /// Adds a figure, what it is measured against (both in `unit`), and how many times that it may be.
    pub fn add(&mut self, name: &'static str, unit: &'static str, measured: f64, reference: f64, limit: f64) {
        assert!(
            measured.is_finite() && reference > 0.0,
            "{name}: {measured} against {reference} is no measurement"
        );
        let figure = Figure { name, unit, measured, reference, limit };
        println!("{}", figure.row());
        self.0.push(figure);
    }

    /// Whether every limit is held.
    pub fn all_hold(&self) -> bool {
        self.0.iter().all(Figure::holds)
    }

    /// Writes target/bench/results.json.
    pub fn write(&self) -> PathBuf {
        let figures: Vec<Value> = self
            .0
            .iter()
            .map(|figure| {
                json!({
                    "name": figure.name,
                    "unit": figure.unit,
                    "figure": rounded(figure.measured),
                    "reference": rounded(figure.reference),
                    "ratio": rounded(figure.ratio()),
                    "limit": figure.limit,
                    "holds": figure.holds(),
                })
            })
            .collect();
        let path = folder().join("results.json");
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
