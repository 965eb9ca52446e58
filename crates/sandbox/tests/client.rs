//! A caller of the sandbox, and pictures to send.

use std::io::Cursor;

use image::{ImageFormat, Rgba, RgbaImage};
use reqwest::{Client, Method, RequestBuilder, Response};
use sandbox::{Config, Running, Sandbox};
use serde_json::{Value, json};

pub struct Caller {
    pub running: Running,
    pub http: Client,
}

pub fn http() -> Client {
    // Somebody else may have installed it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().no_gzip().no_brotli().build().unwrap()
}

impl Caller {
    pub async fn new(config: Config) -> Self {
        Self { running: Sandbox::start(config).await.unwrap(), http: http() }
    }

    pub async fn instant() -> Self {
        Self::new(Config { seed: 7, ..Config::instant() }).await
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.running.base_url())).bearer_auth(self.running.api_key())
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.running.base_url()))
            .bearer_auth(self.running.api_key())
            .json(body)
    }

    /// With the admin key.
    pub fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.running.base_url());
        self.http.request(method, url).bearer_auth(self.running.admin_key())
    }

    /// The JSON that the admin key gets.
    pub async fn told(&self, path: &str) -> Value {
        let response = self.admin(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// A small picture as bytes.
    pub fn picture(&self, prompt: &str, seed: i64) -> RequestBuilder {
        let body = json!({"model": "z-image-turbo", "prompt": prompt, "seed": seed, "width": 256, "height": 192,
            "format": "png", "return_binary": true});
        self.post("/image/generate", &body)
    }

    pub async fn control(&self, path: &str, body: &Value) -> Response {
        self.http.post(format!("{}/{path}", self.running.control_url())).json(body).send().await.unwrap()
    }

    pub async fn look(&self, path: &str) -> Value {
        let url = format!("{}/{path}", self.running.control_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// What was charged, row by row.
    pub async fn amounts(&self) -> Vec<f64> {
        let ledger = self.look("ledger").await;
        ledger["charges"].as_array().unwrap().iter().map(|row| row["amount"].as_f64().unwrap()).collect()
    }

    /// The ledger's charges, where whole pieces are charged: operation, unit, units and amount.
    pub async fn charges(&self) -> Vec<(String, String, u64, f64)> {
        let ledger = self.look("ledger").await;
        ledger["charges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let text = |name: &str| row[name].as_str().unwrap().to_owned();
                (
                    text("operation"),
                    text("unit"),
                    row["units"].as_u64().unwrap(),
                    row["amount"].as_f64().unwrap(),
                )
            })
            .collect()
    }
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
}

/// A red disc on a blue wall.
pub fn disc(width: u32, height: u32) -> RgbaImage {
    let reach = width.min(height) as f32 * 0.3;
    RgbaImage::from_fn(width, height, |x, y| {
        let away = (x as f32 - width as f32 / 2.0).hypot(y as f32 - height as f32 / 2.0);
        if away < reach { Rgba([200, 60, 40, 255]) } else { Rgba([90, 130, (150 + x % 8) as u8, 255]) }
    })
}

pub fn png(picture: &RgbaImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}
