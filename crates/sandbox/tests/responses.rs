//! Responses, whole and as named events.

use serde_json::{Value, json};

use crate::{client::Caller, events};

const PATH: &str = "/responses";

async fn whole(caller: &Caller, body: &Value) -> Value {
    let response = caller.post(PATH, body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn items_come_in_their_order_and_citations_point_into_the_text() {
    let caller = Caller::instant().await;
    let body = json!({"model": "default", "input": "What is known of the regatta?", "temperature": 0, "web_search": true,
        "reasoning": {"effort": "low"}, "venice_parameters": {"enable_web_citations": true}});
    let answer = whole(&caller, &body).await;
    let kinds: Vec<&str> =
        answer["output"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["reasoning", "web_search_call", "message"]);
    let said = &answer["output"][2]["content"][0];
    let text: Vec<char> = said["text"].as_str().unwrap().chars().collect();
    let cited = &said["annotations"][0];
    let place = |name: &str| cited[name].as_u64().unwrap() as usize;
    assert_eq!(text[place("start_index")..place("end_index")].iter().collect::<String>(), "[REF]0[/REF]");
    let usage = &answer["usage"];
    assert_eq!(
        usage["total_tokens"].as_u64(),
        Some(usage["input_tokens"].as_u64().unwrap() + usage["output_tokens"].as_u64().unwrap())
    );
}

#[tokio::test]
async fn the_events_tell_the_whole_response() {
    let caller = Caller::instant().await;
    let mut body = json!({"model": "default", "input": [{"role": "user", "content": "Tell me of salt in 60 words"}], "temperature": 0});
    let answer = whole(&caller, &body).await;
    body["stream"] = json!(true);
    let told = events::read(caller.post(PATH, &body).send().await.unwrap()).await;
    assert_eq!(told.names.first().map(String::as_str), Some("response.created"));
    assert_eq!(told.names.last().map(String::as_str), Some("response.completed"));
    let last = &told.data.last().unwrap()["response"];
    assert_eq!(
        (&last["output"][1]["content"], &last["usage"]),
        (&answer["output"][1]["content"], &answer["usage"])
    );
    let joined = |name: &str| -> String {
        told.data
            .iter()
            .filter(|event| event["type"] == name)
            .filter_map(|event| event["delta"].as_str())
            .collect()
    };
    assert_eq!(
        joined("response.output_text.delta"),
        answer["output"][1]["content"][0]["text"].as_str().unwrap()
    );
    assert!(!joined("response.reasoning_summary_text.delta").is_empty());
    let numbers: Vec<u64> =
        told.data.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn functions_are_called_and_values_fit_their_schema() {
    let caller = Caller::instant().await;
    let tool = json!({"type": "function", "function": {"name": "row_boat", "description": "Rows the boat",
        "parameters": {"type": "object", "properties": {"strokes": {"type": "integer"}}, "required": ["strokes"]}}});
    let mut body = json!({"model": "default", "input": "Please row the boat 7 strokes", "tools": [tool]});
    let answer = whole(&caller, &body).await;
    let call = answer["output"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["type"] == "function_call")
        .unwrap()
        .clone();
    assert_eq!(
        (call["name"].as_str(), call["arguments"].as_str()),
        (Some("row_boat"), Some(r#"{"strokes":7}"#))
    );
    body["input"] = json!([{"role": "user", "content": "Please row the boat 7 strokes"}, call,
        {"type": "function_call_output", "call_id": call["call_id"], "output": {"speed": "4 knots"}}]);
    let answer = whole(&caller, &body).await;
    let text = answer["output"].as_array().unwrap().last().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.contains("`row_boat` answered: {\"speed\":\"4 knots\"}"), "{text}");
    let schema = json!({"type": "object", "properties": {"a": {"const": 4}}, "required": ["a"]});
    let body = json!({"model": "default", "input": "a", "text": {"format": {"type": "json_schema", "name": "a", "schema": schema}}});
    let answer = whole(&caller, &body).await;
    let text = answer["output"].as_array().unwrap().last().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(text, r#"{"a":4}"#);
}

#[tokio::test]
async fn what_a_model_cannot_do_is_refused_where_it_was_asked_for() {
    let caller = Caller::instant().await;
    let refused = async |path: &str, body: Value| {
        let answer = caller.post(path, &body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        answer.json::<Value>().await.unwrap()["issues"][0]["path"].take()
    };
    let effort = json!({"effort": "max"});
    let body = json!({"model": "default", "input": "a", "reasoning": effort});
    assert_eq!(refused(PATH, body).await, json!(["reasoning", "effort"]));
    let messages = json!([{"role": "user", "content": "a"}]);
    let nested = json!({"model": "default", "messages": messages, "reasoning": effort});
    assert_eq!(refused("/chat/completions", nested).await, json!(["reasoning", "effort"]));
    let plain = json!({"model": "default", "messages": messages, "reasoning_effort": "max"});
    assert_eq!(refused("/chat/completions", plain).await, json!(["reasoning_effort"]));
    let format = json!({"type": "json_schema", "name": "a", "schema": {"type": "object"}});
    let body = json!({"model": "venice-uncensored-1-2", "input": "a", "text": {"format": format}});
    assert_eq!(refused(PATH, body).await, json!(["text", "format"]));
}
