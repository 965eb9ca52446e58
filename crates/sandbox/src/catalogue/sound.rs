//! Models that speak and listen.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Model, both, usd};

/// What a speaking model takes and costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpeechRules {
    pub(crate) voices: &'static [&'static str],
    /// The first is what comes when none is asked for.
    pub(crate) formats: &'static [&'static str],
    /// For a million characters.
    pub(crate) price: Decimal,
    /// Takes a style prompt; others pass over it.
    pub(crate) style: bool,
    pub(crate) temperature: bool,
    pub(crate) top_p: bool,
    /// Takes ids of voices that the provider knows.
    pub(crate) foreign_voices: bool,
    pub(crate) cloning: Option<Cloning>,
}

/// How a model clones voices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cloning {
    /// Whether each use of the voice renews it.
    pub(crate) persistent: bool,
    /// Containers of samples.
    pub(crate) formats: &'static [&'static str],
    pub(crate) days: u32,
    /// For one voice.
    pub(crate) price: Decimal,
}

impl Cloning {
    /// Samples shorter than this are not told apart from noise.
    pub(crate) const LEAST_SECONDS: u32 = 5;
}

/// What a listening model tells and costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HearingRules {
    /// For a second of sound.
    pub(crate) price: Decimal,
    /// Kinds of times that it tells: `word`, `segment` and `char`.
    pub(crate) times: &'static [&'static str],
}

const MP3_FIRST: &[&str] = &["mp3", "wav"];

const PLAIN: SpeechRules = SpeechRules {
    voices: &[],
    formats: MP3_FIRST,
    price: Decimal::ZERO,
    style: false,
    temperature: false,
    top_p: false,
    foreign_voices: false,
    cloning: None,
};

const SPEECH: &[(&str, &str, bool, SpeechRules)] = &[
    (
        "tts-kokoro",
        "Kokoro Text to Speech",
        true,
        SpeechRules {
            voices: &["af_sky", "af_bella", "am_adam", "bf_emma", "zf_xiaobei"],
            formats: &["mp3", "opus", "flac", "wav", "pcm"],
            price: usd(3_500_000),
            ..PLAIN
        },
    ),
    ("tts-qwen3-0-6b", "Qwen 3 TTS 0.6B", true, qwen(&["Vivian", "Serena", "Dylan"], usd(80_000_000))),
    (
        "tts-qwen3-1-7b",
        "Qwen 3 TTS 1.7B",
        true,
        qwen(&["Vivian", "Serena", "Dylan", "Eric"], usd(110_000_000)),
    ),
    (
        "tts-xai-v1",
        "xAI TTS v1",
        true,
        SpeechRules {
            voices: &["eve", "ara", "rex", "sal", "leo", "luna"],
            formats: &["mp3", "opus", "wav", "pcm"],
            price: usd(18_000_000),
            ..PLAIN
        },
    ),
    (
        "tts-inworld-1-5-max",
        "Inworld TTS-1.5 Max",
        true,
        SpeechRules { voices: &["Craig", "Ashley"], price: usd(12_000_000), ..PLAIN },
    ),
    (
        "tts-chatterbox-hd",
        "Chatterbox HD",
        true,
        SpeechRules {
            voices: &["Aurora", "Blade", "Siobhan", "Rico"],
            price: usd(48_000_000),
            temperature: true,
            cloning: Some(Cloning {
                persistent: false,
                formats: &["mp3", "wav", "flac", "mp4"],
                days: 7,
                price: usd(20_000),
            }),
            ..PLAIN
        },
    ),
    (
        "tts-orpheus",
        "Orpheus TTS",
        true,
        SpeechRules {
            voices: &["tara", "leah", "jess", "leo", "dan", "mia", "zac", "zoe"],
            price: usd(60_000_000),
            temperature: true,
            ..PLAIN
        },
    ),
    (
        "tts-elevenlabs-turbo-v2-5",
        "ElevenLabs Turbo v2.5",
        false,
        SpeechRules {
            voices: &["Rachel", "Aria"],
            formats: &["mp3", "opus", "wav", "pcm"],
            price: usd(60_000_000),
            foreign_voices: true,
            ..PLAIN
        },
    ),
    (
        "tts-minimax-speech-02-hd",
        "MiniMax Speech-02 HD",
        false,
        SpeechRules {
            voices: &["WiseWoman", "DeepVoiceMan"],
            formats: &["mp3", "flac", "wav"],
            price: usd(120_000_000),
            cloning: Some(Cloning {
                persistent: true,
                formats: &["mp3", "wav"],
                days: 7,
                price: usd(1_500_000),
            }),
            ..PLAIN
        },
    ),
    (
        "tts-gemini-3-1-flash",
        "Gemini 3.1 Flash TTS",
        true,
        SpeechRules {
            voices: &["Achernar", "Achird", "Algenib"],
            formats: &["wav", "pcm"],
            price: usd(180_000_000),
            ..PLAIN
        },
    ),
    (
        "tts-gradium-v1",
        "Gradium TTS",
        true,
        SpeechRules { voices: &["Emma", "Kent", "Mia", "Elise", "Leo"], price: usd(45_000_000), ..PLAIN },
    ),
];

const fn qwen(voices: &'static [&'static str], price: Decimal) -> SpeechRules {
    SpeechRules { voices, price, style: true, temperature: true, top_p: true, ..PLAIN }
}

const HEARING: &[(&str, &str, bool, HearingRules)] = &[
    (
        "nvidia/parakeet-tdt-0.6b-v3",
        "Parakeet ASR",
        true,
        HearingRules { price: usd(100), times: &["word", "segment", "char"] },
    ),
    (
        "openai/whisper-large-v3",
        "Whisper Large V3",
        true,
        HearingRules { price: usd(110), times: &["word", "segment"] },
    ),
    ("fal-ai/wizper", "Wizper", true, HearingRules { price: usd(90), times: &["segment"] }),
    (
        "elevenlabs/scribe-v2",
        "ElevenLabs Scribe V2",
        false,
        HearingRules { price: usd(170), times: &["word", "char"] },
    ),
    ("stt-xai-v1", "xAI Speech to Text v1", true, HearingRules { price: usd(31), times: &["word"] }),
];

pub(super) fn models() -> Vec<Model> {
    let speech = SPEECH.iter().map(|(id, name, private, rules)| {
        let model = speech(id, name, *rules);
        if *private { model } else { model.anonymized() }
    });
    let hearing = HEARING.iter().map(|(id, name, private, rules)| {
        let mut model = Model::new("asr", id, name, 1_776_000_000)
            .says(json!({"pricing": {"per_audio_second": both(rules.price)}}));
        model.hearing = Some(*rules);
        if *private { model } else { model.anonymized() }
    });
    speech.chain(hearing).collect()
}

fn speech(id: &'static str, name: &'static str, rules: SpeechRules) -> Model {
    let mut model = Model::new("tts", id, name, 1_776_000_000).says(json!({
        "pricing": {"input": both(rules.price)}, "voices": rules.voices, "default_voice": rules.voices.first(),
        "supported_formats": rules.formats, "default_format": rules.formats.first(),
        "supportsPromptParam": rules.style, "supportsTemperatureParam": rules.temperature,
        "supportsTopPParam": rules.top_p,
    }));
    model.speech = Some(rules);
    if rules.foreign_voices {
        model = model.says(json!({"supports_custom_voice_id": true}));
    }
    if let Some(cloning) = rules.cloning {
        model = model.says(said_of(cloning));
    }
    if id == "tts-kokoro" { model.traits(&["default"]) } else { model }
}

fn said_of(cloning: Cloning) -> Value {
    json!({"voice_cloning": {
        "mode": if cloning.persistent { "persistent" } else { "zero_shot" },
        "accepted_formats": cloning.formats, "min_sample_seconds": Cloning::LEAST_SECONDS,
        "retention_days": cloning.days,
    }})
}
