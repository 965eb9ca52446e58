//! Models that speak, listen and make music.

use serde_json::{Value, json};

use super::{Model, both, usd};

/// Dollars per million characters, as millionths, with the voices.
const SPEECH: &[(&str, &str, i64, &[&str])] = &[
    (
        "tts-kokoro",
        "Kokoro Text to Speech",
        3_500_000,
        &["af_sky", "af_bella", "am_adam", "bf_emma", "zf_xiaobei"],
    ),
    ("tts-qwen3-0-6b", "Qwen 3 TTS 0.6B", 80_000_000, &["Vivian", "Serena", "Dylan"]),
    ("tts-qwen3-1-7b", "Qwen 3 TTS 1.7B", 110_000_000, &["Vivian", "Serena", "Dylan", "Eric"]),
    ("tts-xai-v1", "xAI TTS v1", 18_000_000, &["eve", "ara", "rex", "sal", "leo", "luna"]),
    ("tts-inworld-1-5-max", "Inworld TTS-1.5 Max", 12_000_000, &["Craig", "Ashley"]),
    ("tts-chatterbox-hd", "Chatterbox HD", 48_000_000, &["Aurora", "Blade", "Siobhan", "Rico"]),
    ("tts-orpheus", "Orpheus TTS", 60_000_000, &["tara", "leah", "jess", "leo", "dan", "mia", "zac", "zoe"]),
    ("tts-elevenlabs-turbo-v2-5", "ElevenLabs Turbo v2.5", 60_000_000, &["Rachel", "Aria"]),
    ("tts-minimax-speech-02-hd", "MiniMax Speech-02 HD", 120_000_000, &["WiseWoman", "DeepVoiceMan"]),
    ("tts-gemini-3-1-flash", "Gemini 3.1 Flash TTS", 180_000_000, &["Achernar", "Achird", "Algenib"]),
    ("tts-gradium-v1", "Gradium TTS", 45_000_000, &["Emma", "Kent", "Mia", "Elise", "Leo"]),
];

/// Dollars per second of sound, as millionths.
const HEARING: &[(&str, &str, i64)] = &[
    ("nvidia/parakeet-tdt-0.6b-v3", "Parakeet ASR", 100),
    ("openai/whisper-large-v3", "Whisper Large V3", 110),
    ("fal-ai/wizper", "Wizper", 90),
    ("elevenlabs/scribe-v2", "ElevenLabs Scribe V2", 170),
    ("stt-xai-v1", "xAI Speech to Text v1", 31),
];

pub(super) fn models() -> Vec<Model> {
    let speech = SPEECH.iter().map(|(id, name, price, voices)| speech(id, name, *price, voices));
    let hearing = HEARING.iter().map(|(id, name, price)| {
        Model::new("asr", id, name, 1_776_000_000)
            .says(json!({"pricing": {"per_audio_second": both(usd(*price))}}))
    });
    speech.chain(hearing).chain(music()).collect()
}

fn speech(id: &'static str, name: &'static str, price: i64, voices: &[&str]) -> Model {
    let formats = match id {
        "tts-kokoro" => json!(["mp3", "opus", "aac", "flac", "wav", "pcm"]),
        "tts-gemini-3-1-flash" => json!(["wav", "pcm"]),
        _ => json!(["mp3", "wav"]),
    };
    let first = formats[0].clone();
    let model = Model::new("tts", id, name, 1_776_000_000).says(json!({
        "pricing": {"input": both(usd(price))}, "voices": voices, "supported_formats": formats, "default_format": first,
        "default_voice": voices.first(),
    }));
    match id {
        "tts-kokoro" => model.traits(&["default"]),
        "tts-chatterbox-hd" => model.says(cloning("zero_shot", 7)),
        "tts-minimax-speech-02-hd" => model.anonymized().says(cloning("persistent", 7)),
        "tts-elevenlabs-turbo-v2-5" => model.anonymized().says(json!({"supports_custom_voice_id": true})),
        _ => model,
    }
}

fn cloning(mode: &str, days: u32) -> Value {
    json!({"voice_cloning": {"mode": mode, "accepted_formats": ["mp3", "wav", "flac", "mp4"],
        "min_sample_seconds": 5, "retention_days": days}})
}

fn music() -> Vec<Model> {
    let tier = |amount, least: u32, most: u32| {
        json!({"usd": super::number(usd(amount)), "diem": super::number(usd(amount)),
            "min_seconds": least, "max_seconds": most})
    };
    vec![
        Model::new("music", "ace-step-15", "ACE-Step 1.5", 1_771_000_000).says(json!({
            "pricing": {"durations": {"60": tier(30_000, 10, 60), "120": tier(50_000, 61, 120), "210": tier(80_000, 121, 210)}},
            "supports_lyrics": true, "lyrics_required": false, "supports_force_instrumental": true,
            "duration_options": [60, 120, 210], "default_duration": 60, "min_duration": 10, "max_duration": 210,
            "supported_formats": ["mp3", "wav"], "default_format": "mp3",
            "prompt_character_limit": 500, "min_prompt_length": 10, "lyrics_character_limit": 3000,
        })),
        Model::new("music", "elevenlabs-sound-effects-v2", "ElevenLabs Sound Effects", 1_772_000_000)
            .anonymized()
            .says(json!({
                "pricing": {"per_second": both(usd(2_200))}, "supports_loop": true, "min_duration": 1, "max_duration": 22,
                "default_duration": 5, "supported_formats": ["mp3"], "default_format": "mp3", "prompt_character_limit": 450,
            })),
        Model::new("music", "elevenlabs-tts-multilingual-v2", "ElevenLabs Multilingual v2", 1_772_000_000)
            .anonymized()
            .says(json!({
                "pricing": {"per_thousand_characters": both(usd(110_000))}, "voices": ["Aria", "Roger", "Sarah"],
                "default_voice": "Aria", "supports_language_code": true, "supports_speed": true,
                "default_speed": 1, "min_speed": 0.7, "max_speed": 1.2, "supported_formats": ["mp3"],
                "default_format": "mp3", "prompt_character_limit": 10_000,
            })),
        Model::new("music", "minimax-music-v26", "MiniMax Music 2.6", 1_776_000_000).anonymized().says(json!({
            "pricing": {"generation": both(usd(170_000))}, "supports_lyrics": true, "lyrics_required": true,
            "supported_formats": ["mp3"], "default_format": "mp3", "prompt_character_limit": 2000,
            "min_prompt_length": 10, "lyrics_character_limit": 3500,
        })),
    ]
}
