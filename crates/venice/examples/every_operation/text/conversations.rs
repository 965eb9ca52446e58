//! Conversations, whole and as they are written.

use std::error::Error;

use serde_json::{Value, json};
use venice::FileInput;
use venice::chat::{
    AudioFormat, CacheControl, ChatCompletion, ChatDelta, Content, ContentPart, CreateChatCompletion,
    FinishReason, Instructions, Message, ModelId, Reasoning, ResponseFormat, TextPart, Tool, ToolChoice,
    VeniceParameters, WebSearchMode, segments,
};
use venice::models::{Capabilities, Model, ModelType};

use crate::media::pictures::drawn;
use crate::{Outcome, Report, Setting, ensure};

/// A text model that can do what is wanted.
pub fn able(setting: &Setting, wanted: impl Fn(&Capabilities) -> bool) -> Result<&Model, String> {
    let plain =
        |model: &Model| model.spec.capabilities.as_ref().is_some_and(|can| !can.supports_e2ee && wanted(can));
    setting.pick(&ModelType::Text, plain)
}

pub async fn check(report: &mut Report, setting: &Setting) {
    report
        .check(
            "createChatCompletion",
            Box::pin(async {
                plain(setting).await?;
                streamed(setting).await?;
                options(setting).await?;
                parts(setting).await?;
                tools(setting).await?;
                structured(setting).await?;
                searched(setting).await
            }),
        )
        .await;
}

fn ask(model: &str, words: &str) -> CreateChatCompletion {
    CreateChatCompletion::new(model, vec![Message::user(words)]).max_completion_tokens(2_000_u32)
}

fn whole(answer: &ChatCompletion) -> Outcome {
    ensure!(!answer.text().trim().is_empty(), "no words");
    ensure!(answer.choices.iter().all(|choice| choice.finish_reason.is_some()), "no reason for its end");
    ensure!(answer.usage.is_some_and(|usage| usage.total_tokens > 0), "no tokens");
    ensure!(answer.id.is_some() && answer.model.is_some(), "neither id nor model");
    Ok(())
}

async fn plain(setting: &Setting) -> Outcome {
    let model = able(setting, |_| true)?.id.as_str();
    let system = Content::Parts(vec![TextPart::Text {
        text: "Answer in one sentence.".into(),
        cache_control: Some(CacheControl::Ephemeral { ttl: None }),
    }]);
    let messages = vec![
        Message::System(Instructions { content: system, name: None }),
        Message::user("Which city has canals for streets?"),
        Message::assistant("Venice."),
        Message::user(vec![ContentPart::text("And what are its boats called?")]),
    ];
    let request = CreateChatCompletion::new(model, messages)
        .max_completion_tokens(2_000_u32)
        .prompt_cache_key("every-operation");
    let answer = setting.client.create_chat_completion(&request).await?;
    whole(&answer.value)?;
    ensure!(answer.receipt.answer_id == answer.value.id, "no id on the receipt");
    // A trait stands for a model, and features can stand behind it.
    let id = ModelId::new("default").with("include_venice_system_prompt", false);
    whole(&setting.client.create_chat_completion(&ask(&id.to_string(), "Say ahoy.")).await?.value)
}

async fn streamed(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_reasoning).or_else(|_| able(setting, |_| true))?.id.as_str();
    let mut stream = setting.client.stream_chat_completion(&ask(model, "Count to five.")).await?;
    let (mut pieces, mut words) = (0, String::new());
    while let Some(delta) = stream.next().await? {
        if let ChatDelta::Content { text, .. } = delta {
            pieces += 1;
            words.push_str(&text);
        }
    }
    ensure!(pieces > 1, "a stream of {pieces} pieces");
    ensure!(words == stream.so_far().text(), "other words than were streamed");
    ensure!(stream.receipt().answer_id.is_some(), "no id on the receipt");
    whole(&stream.so_far())
}

async fn options(setting: &Setting) -> Outcome {
    let model = able(setting, |_| true)?.id.as_str();
    let mut request = ask(model, "Name a colour.")
        .temperature(0.5)
        .top_p(0.9)
        .seed(7_u32)
        .stop("END")
        .frequency_penalty(0.1)
        .presence_penalty(0.1)
        .venice_parameters(VeniceParameters {
            include_venice_system_prompt: Some(false),
            strip_thinking_response: Some(true),
            ..VeniceParameters::default()
        });
    request.metadata.insert("purpose".into(), "a check".into());
    whole(&setting.client.create_chat_completion(&request).await?.value)?;
    if let Ok(model) = able(setting, |can| can.supports_log_probs) {
        let request = ask(&model.id, "Say ahoy.").logprobs(true).top_logprobs(2_u32);
        let answer = setting.client.create_chat_completion(&request).await?.value;
        ensure!(answer.choices[0].logprobs.is_some(), "no probabilities of {}", model.id);
    }
    if let Ok(model) =
        able(setting, |can| can.supports_reasoning_effort && !can.reasoning_effort_options.is_empty())
    {
        let can = model.spec.capabilities.as_ref().ok_or("no capabilities")?;
        let effort = can.reasoning_effort_options.first().cloned();
        let mut request = ask(&model.id, "Say ahoy.");
        request.reasoning = Some(Reasoning { effort: effort.clone(), summary: None });
        request.reasoning_effort = effort;
        whole(&setting.client.create_chat_completion(&request).await?.value)?;
    }
    Ok(())
}

/// A second of a tone, as a WAV file.
fn tone() -> Vec<u8> {
    const RATE: u32 = 16_000;
    let samples = (0..RATE).flat_map(|at| {
        let phase = f64::from(at) * 440.0 * std::f64::consts::TAU / f64::from(RATE);
        ((phase.sin() * 8_000.0) as i16).to_le_bytes()
    });
    let head = |size: u32| {
        let format =
            [16_u32.to_le_bytes(), [1, 0, 1, 0], RATE.to_le_bytes(), (2 * RATE).to_le_bytes(), [2, 0, 16, 0]];
        [b"RIFF", &(36 + size).to_le_bytes()[..], b"WAVEfmt ", &format.concat(), b"data", &size.to_le_bytes()]
            .concat()
    };
    head(2 * RATE).into_iter().chain(samples).collect()
}

async fn parts(setting: &Setting) -> Outcome {
    let picture = || FileInput::bytes("drawn.png", "image/png", drawn(256, 90));
    let with = |part: ContentPart| Message::user(vec![ContentPart::text("What is this?"), part]);
    let send = async |model: &Model, part: ContentPart| -> Outcome {
        let request = CreateChatCompletion::new(&model.id, vec![with(part)]).max_completion_tokens(2_000_u32);
        whole(&setting.client.create_chat_completion(&request).await?.value)
    };
    let document = FileInput::bytes("notes.txt", "text/plain", "The boat leaves at noon.");
    send(able(setting, |_| true)?, ContentPart::file(document)).await?;
    send(able(setting, |can| can.supports_vision)?, ContentPart::image(picture())).await?;
    if let Ok(model) = able(setting, |can| can.supports_audio_input) {
        let sound = FileInput::bytes("tone.wav", "audio/wav", tone());
        send(model, ContentPart::audio(sound, AudioFormat::Wav)).await?;
    }
    if let Ok(model) = able(setting, |can| can.supports_video_input) {
        let film = FileInput::Url("https://example.com/waves.mp4".into());
        send(model, ContentPart::video(film)).await?;
    }
    Ok(())
}

async fn tools(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_function_calling)?.id.as_str();
    let parameters = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": false});
    let tool = Tool::function("tide_at", "Tells how high the tide is in a city.", parameters);
    let question = Message::user("How high is the tide in Venice? Use the tool.");
    let request = CreateChatCompletion::new(model, vec![question.clone()])
        .max_completion_tokens(2_000_u32)
        .tools(vec![tool.clone()])
        .tool_choice(ToolChoice::function("tide_at"));
    let answers = [
        setting.client.create_chat_completion(&request).await?.value,
        setting.client.stream_chat_completion(&request).await?.collect().await?.value,
    ];
    for answer in &answers {
        let message = &answer.choices.first().ok_or("no answer")?.message;
        let call = message.tool_calls.first().ok_or("no tool was called")?;
        ensure!(call.function.name == "tide_at" && !call.id.is_empty(), "another tool was called");
        let arguments: Value = serde_json::from_str(&call.function.arguments)?;
        ensure!(arguments.is_object(), "no arguments");
        ensure!(
            answer.choices[0].finish_reason == Some(FinishReason::ToolCalls) || !call.id.is_empty(),
            "no end"
        );
    }
    let message = &answers[0].choices[0].message;
    let given: Vec<_> =
        message.tool_calls.iter().map(|call| Message::tool(&call.id, r#"{"centimetres": 85}"#)).collect();
    let messages = [vec![question, message.to_message()], given].concat();
    let request =
        CreateChatCompletion::new(model, messages).max_completion_tokens(2_000_u32).tools(vec![tool]);
    whole(&setting.client.create_chat_completion(&request).await?.value)
}

async fn structured(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_response_schema)?.id.as_str();
    let schema = json!({"type": "object", "properties": {"colour": {"type": "string"}, "wheels": {"type": "integer"}},
        "required": ["colour", "wheels"], "additionalProperties": false});
    let request = ask(model, "Describe a car.").response_format(ResponseFormat::strict("car", schema));
    let answer = setting.client.create_chat_completion(&request).await?.value;
    let car: Value = serde_json::from_str(answer.text())?;
    ensure!(car["colour"].is_string() && car["wheels"].is_i64(), "not by the schema");
    Ok(())
}

async fn searched(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_web_search)?.id.as_str();
    let request = ask(model, "What is new in Venice?").venice_parameters(VeniceParameters {
        enable_web_search: Some(WebSearchMode::On),
        enable_web_citations: Some(true),
        include_search_results_in_stream: Some(true),
        ..VeniceParameters::default()
    });
    let answer = setting.client.stream_chat_completion(&request).await?.collect().await?.value;
    whole(&answer)?;
    let cut = segments(answer.text(), answer.citations().len());
    ensure!(!cut.is_empty(), "no words");
    ensure!(answer.citations().iter().all(|found| !found.url.is_empty()), "a citation without an address");
    Ok::<(), Box<dyn Error>>(())
}
