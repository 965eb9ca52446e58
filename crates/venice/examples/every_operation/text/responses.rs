//! Responses, whole and as they are written.

use serde_json::json;
use venice::FileInput;
use venice::chat::{Fallback, FunctionDefinition, ToolChoice, ToolMode, WebSearchMode};
use venice::responses::{
    CreateResponse, ImageAddress, InputItem, InputPart, OutputItem, Response, ResponseEvent,
    ResponseParameters, ResponseStatus, ResponseTool, Role,
};

use super::conversations::able;
use crate::media::pictures::drawn;
use crate::{Outcome, Report, Setting, ensure};

pub async fn check(report: &mut Report, setting: &Setting) {
    report
        .check("createResponse", async {
            plain(setting).await?;
            streamed(setting).await?;
            seen(setting).await?;
            tools(setting).await
        })
        .await;
}

fn whole(answer: &Response) -> Outcome {
    ensure!(answer.status == Some(ResponseStatus::Completed), "its status is {:?}", answer.status);
    ensure!(!answer.text().trim().is_empty(), "no words");
    ensure!(!answer.id.is_empty(), "no id");
    Ok(())
}

async fn plain(setting: &Setting) -> Outcome {
    let model = able(setting, |_| true)?.id.as_str();
    let mut request = CreateResponse::new(model, "Which city has canals for streets?")
        .max_output_tokens(2_000_u32)
        .temperature(0.5)
        .venice_parameters(ResponseParameters {
            include_venice_system_prompt: Some(false),
            enable_web_search: Some(WebSearchMode::Off),
            ..ResponseParameters::default()
        });
    request.fallbacks = vec![Fallback { model: model.to_owned() }];
    let first = setting.client.create_response(&request).await?;
    whole(&first.value)?;
    ensure!(first.receipt.answer_id.as_deref() == Some(&first.value.id), "no id on the receipt");
    let question = InputItem::message(Role::User, "Which city has canals for streets?");
    let said = first.value.output.iter().filter_map(InputItem::from_output);
    let next = InputItem::message(Role::User, vec![InputPart::InputText { text: "And its boats?".into() }]);
    let items = std::iter::once(question).chain(said).chain([next]).collect::<Vec<_>>();
    let request = CreateResponse::new(model, items).max_output_tokens(2_000_u32);
    whole(&setting.client.create_response(&request).await?.value)
}

async fn streamed(setting: &Setting) -> Outcome {
    let model = able(setting, |_| true)?.id.as_str();
    let request = CreateResponse::new(model, "Count to five.").max_output_tokens(2_000_u32);
    let mut stream = setting.client.stream_response(&request).await?;
    let mut words = String::new();
    while let Some(event) = stream.next().await? {
        if let ResponseEvent::Text { delta, .. } = event {
            words.push_str(&delta);
        }
    }
    let answer = stream.so_far();
    ensure!(words == answer.text(), "other words than were streamed");
    whole(&answer)
}

async fn seen(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_vision)?.id.as_str();
    let picture = FileInput::bytes("drawn.png", "image/png", drawn(256, 90));
    let parts = vec![
        InputPart::InputText { text: "What is this?".into() },
        InputPart::InputImage { image_url: ImageAddress { url: picture, detail: None } },
    ];
    let items = vec![InputItem::message(Role::User, parts)];
    let request = CreateResponse::new(model, items).max_output_tokens(2_000_u32);
    whole(&setting.client.create_response(&request).await?.value)
}

async fn tools(setting: &Setting) -> Outcome {
    let model = able(setting, |can| can.supports_function_calling)?.id.as_str();
    let parameters =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let function = FunctionDefinition {
        name: "tide_at".into(),
        description: Some("Tells how high the tide is in a city.".into()),
        parameters: parameters.as_object().cloned(),
        strict: None,
    };
    let question = InputItem::message(Role::User, "How high is the tide in Venice? Use the tool.");
    let request = CreateResponse::new(model, vec![question.clone()])
        .max_output_tokens(2_000_u32)
        .tools(vec![ResponseTool::Function { function }])
        .tool_choice(ToolChoice::Mode(ToolMode::Required));
    let answer = setting.client.create_response(&request).await?.value;
    let call = answer.output.iter().find_map(|item| match item {
        OutputItem::FunctionCall { call_id, name, .. } if name == "tide_at" => Some(call_id),
        _ => None,
    });
    let output = InputItem::output(call.ok_or("no tool was called")?, json!({"centimetres": 85}));
    let said = answer.output.iter().filter_map(InputItem::from_output);
    let items = std::iter::once(question).chain(said).chain([output]).collect::<Vec<_>>();
    let request = CreateResponse::new(model, items).max_output_tokens(2_000_u32);
    whole(&setting.client.create_response(&request).await?.value)
}
