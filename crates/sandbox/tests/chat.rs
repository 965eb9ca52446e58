//! Chat completions as a client sees them.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    client::{Caller, disc, header, png},
    events::{self, Events},
};

const PATH: &str = "/chat/completions";

fn asking(model: &str, prompt: &str) -> Value {
    json!({"model": model, "messages": [{"role": "user", "content": prompt}], "seed": 11})
}

fn with(mut body: Value, more: Value) -> Value {
    let Value::Object(more) = more else { return body };
    for (name, value) in more {
        body[name] = value;
    }
    body
}

async fn whole(caller: &Caller, body: Value) -> Value {
    let response = caller.post(PATH, &body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn streamed(caller: &Caller, body: Value) -> Events {
    let body = with(body, json!({"stream": true, "stream_options": {"include_usage": true}}));
    let events = events::read(caller.post(PATH, &body).send().await.unwrap()).await;
    assert!(events.done);
    events
}

fn content(answer: &Value) -> &str {
    answer["choices"][0]["message"]["content"].as_str().unwrap()
}

#[tokio::test]
async fn a_stream_tells_what_the_whole_answer_says() {
    let caller = Caller::instant().await;
    let body = with(asking("zai-org-glm-5-2", "Tell me about gondolas in 120 words"), json!({"n": 2}));
    let (answer, events) = (whole(&caller, body.clone()).await, streamed(&caller, body).await);
    for choice in 0..2 {
        let message = &answer["choices"][choice as usize]["message"];
        assert_eq!(message["content"], events.joined(choice, "content"));
        assert_eq!(message["reasoning_content"], events.joined(choice, "reasoning_content"));
        assert_eq!(events.finish(choice), ["stop"]);
    }
    assert_ne!(events.joined(0, "content"), events.joined(1, "content"));
    let last = events.data.last().unwrap();
    assert_eq!((&last["choices"], &last["usage"]), (&json!([]), &answer["usage"]));
    assert!(answer["usage"]["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap() > 10);
    assert_eq!(events.data[0]["choices"][0]["delta"]["role"], "assistant");
    let first_text = events
        .choices(0)
        .position(|said| said["delta"]["content"].as_str().is_some_and(|text| !text.is_empty()));
    let last_thought = events
        .choices(0)
        .collect::<Vec<_>>()
        .iter()
        .rposition(|said| said["delta"]["reasoning_content"].is_string());
    assert!(last_thought < first_text, "thoughts come first");
    assert!(content(&answer).to_lowercase().contains("rehears") && content(&answer).contains("ondolas"));
}

#[tokio::test]
async fn thoughts_are_as_many_as_asked_for_and_told_as_the_model_does() {
    let caller = Caller::instant().await;
    let thoughts =
        |answer: &Value| answer["usage"]["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap();
    let ask = |model, more| whole(&caller, with(asking(model, "Why do gondolas lean?"), more));
    let low = ask("zai-org-glm-5-2", json!({"reasoning_effort": "low"})).await;
    let high = ask("zai-org-glm-5-2", json!({"reasoning": {"effort": "high"}})).await;
    assert!(0 < thoughts(&low) && thoughts(&low) * 2 < thoughts(&high));
    for more in
        [json!({"reasoning_effort": "none"}), json!({"venice_parameters": {"disable_thinking": true}})]
    {
        let none = ask("zai-org-glm-5-2", more).await;
        assert_eq!((thoughts(&none), &none["choices"][0]["message"]["reasoning_content"]), (0, &Value::Null));
    }
    let stripped =
        ask("zai-org-glm-5-2", json!({"venice_parameters": {"strip_thinking_response": true}})).await;
    assert!(thoughts(&stripped) > 0 && stripped["choices"][0]["message"]["reasoning_content"].is_null());
    let aloud = ask("qwen3-235b-a22b-thinking-2507", json!({})).await;
    assert!(content(&aloud).starts_with("<think>\n") && content(&aloud).contains("\n</think>\n\n"));
    let events = streamed(&caller, asking("qwen3-235b-a22b-thinking-2507", "Why do gondolas lean?")).await;
    assert_eq!(
        (events.joined(0, "content").as_str(), events.joined(0, "reasoning_content").as_str()),
        (content(&aloud), "")
    );
}

#[tokio::test]
async fn a_search_is_cited() {
    let caller = Caller::instant().await;
    let parameters = json!({"venice_parameters": {"enable_web_search": "on", "enable_web_citations": true,
        "include_search_results_in_stream": true, "return_search_results_as_documents": true}});
    let body = with(asking("default", "What is known of the regatta?"), parameters);
    let answer = whole(&caller, body.clone()).await;
    assert!(content(&answer).contains("[REF]0[/REF]"), "{}", content(&answer));
    let cited = &answer["venice_parameters"]["web_search_citations"];
    assert!(cited[0]["url"].as_str().unwrap().contains(".example/") && cited[0]["title"].is_string());
    let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
    assert_eq!(call["name"], "venice_web_search_documents");
    let documents: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(documents["documents"][0]["metadata"]["source"], cited[0]["url"]);
    let events = streamed(&caller, body).await;
    assert_eq!(events.data[0]["venice_search_results"], *cited);
    assert_eq!(events.data[0]["venice_parameters"]["web_search_citations"], *cited);
    let body =
        asking("kimi-k3:enable_web_search=on&enable_web_citations=true", "What is known of the regatta?");
    assert!(content(&whole(&caller, body).await).contains("^1^"));
    let auto = json!({"venice_parameters": {"enable_web_search": "auto"}});
    let cited = |answer: &Value| answer["venice_parameters"]["web_search_citations"].is_array();
    assert!(cited(
        &whole(&caller, with(asking("default", "The latest news of the lagoon?"), auto.clone())).await
    ));
    assert!(!cited(&whole(&caller, with(asking("default", "A poem of the lagoon"), auto)).await));
}

fn weather() -> Value {
    json!([{"type": "function", "function": {"name": "get_weather", "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}])
}

#[tokio::test]
async fn tools_are_called_and_their_answers_taken_up() {
    let caller = Caller::instant().await;
    let body =
        with(asking("default", "How is the weather in Verona and Padua?"), json!({"tools": weather()}));
    let answer = whole(&caller, body.clone()).await;
    let message = answer["choices"][0]["message"].clone();
    assert_eq!(
        (&answer["choices"][0]["finish_reason"], &message["content"]),
        (&json!("tool_calls"), &Value::Null)
    );
    let calls = message["tool_calls"].as_array().unwrap();
    let arguments: Vec<&str> =
        calls.iter().map(|call| call["function"]["arguments"].as_str().unwrap()).collect();
    assert_eq!(arguments, [r#"{"city":"Verona"}"#, r#"{"city":"Padua"}"#]);
    let events = streamed(&caller, body.clone()).await;
    assert_eq!(events.finish(0), ["tool_calls"]);
    for (place, arguments) in arguments.iter().enumerate() {
        let parts: Vec<&Value> = events
            .choices(0)
            .filter_map(|said| said["delta"]["tool_calls"].as_array())
            .flatten()
            .filter(|call| call["index"] == place)
            .collect();
        assert!(parts[0]["id"].as_str().is_some_and(|id| id.starts_with("call_")));
        assert!(parts.len() > 2, "in pieces");
        let joined: String = parts.iter().filter_map(|part| part["function"]["arguments"].as_str()).collect();
        assert_eq!(joined, *arguments);
    }
    let one = whole(&caller, with(body.clone(), json!({"parallel_tool_calls": false}))).await;
    assert_eq!(one["choices"][0]["message"]["tool_calls"].as_array().unwrap().len(), 1);
    let mut after = body;
    let messages = after["messages"].as_array_mut().unwrap();
    messages.push(message.clone());
    messages.push(json!({"role": "tool", "tool_call_id": calls[0]["id"], "content": "21 degrees and fog"}));
    let answer = whole(&caller, after).await;
    assert!(content(&answer).contains("`get_weather` answered: 21 degrees and fog"), "{}", content(&answer));
    let forced =
        with(asking("default", "Tell me a story"), json!({"tools": weather(), "tool_choice": "required"}));
    assert_eq!(whole(&caller, forced).await["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn structured_answers_are_valid() {
    let caller = Caller::instant().await;
    let schema = json!({"type": "object", "additionalProperties": false, "required": ["title", "days", "stops"], "properties": {
        "title": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 9},
        "stops": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/stop"}}},
        "$defs": {"stop": {"type": "object", "required": ["place", "note"], "additionalProperties": false,
            "properties": {"place": {"type": "string"}, "note": {"type": ["string", "null"]}}}}});
    let format = json!({"response_format": {"type": "json_schema",
        "json_schema": {"name": "journey", "strict": true, "schema": schema}}});
    let body = with(asking("default", "Plan 3 days in Verona and Padua"), format);
    let events = streamed(&caller, body.clone()).await;
    let answer = whole(&caller, body).await;
    assert_eq!(events.joined(0, "content"), content(&answer));
    let value: Value = serde_json::from_str(content(&answer)).unwrap();
    assert!(jsonschema::is_valid(&schema, &value), "{value}");
    assert_eq!(value["days"], 3);
    let object = with(asking("default", "Salt"), json!({"response_format": {"type": "json_object"}}));
    assert!(serde_json::from_str::<Value>(content(&whole(&caller, object).await)).unwrap().is_object());
}

#[tokio::test]
async fn an_answer_ends_where_it_is_to_end() {
    let caller = Caller::instant().await;
    let quiet = json!({"venice_parameters": {"disable_thinking": true}});
    let short =
        with(with(asking("default", "Tell me of salt"), quiet.clone()), json!({"max_completion_tokens": 12}));
    let answer = whole(&caller, short).await;
    assert_eq!(
        (&answer["choices"][0]["finish_reason"], &answer["usage"]["completion_tokens"]),
        (&json!("length"), &json!(12))
    );
    let thinking = whole(&caller, with(asking("default", "Tell me of salt"), json!({"max_tokens": 5}))).await;
    assert_eq!((content(&thinking), &thinking["choices"][0]["finish_reason"]), ("", &json!("length")));
    let stopped =
        with(asking("default", "Say exactly: one two three four"), json!({"stop": ["four", "three"]}));
    let answer = whole(&caller, stopped).await;
    assert_eq!((content(&answer), &answer["choices"][0]["finish_reason"]), ("one two ", &json!("stop")));
    let long = with(asking("default", "Write 3000 words about the tide"), quiet);
    let answer = whole(&caller, long).await;
    let words = content(&answer).split_whitespace().count();
    assert!((2980..3050).contains(&words), "{words}");
}

#[tokio::test]
async fn everything_that_comes_along_is_looked_at() {
    let caller = Caller::instant().await;
    let picture = format!("data:image/png;base64,{}", STANDARD.encode(png(&disc(320, 200))));
    let file = format!("data:text/csv;base64,{}", STANDARD.encode("city,bridges\nVenice,438\n"));
    let body = json!({"model": "default_vision", "seed": 1, "messages": [{"role": "user", "content": [
        {"type": "text", "text": "What do you see?"}, {"type": "image_url", "image_url": {"url": picture}},
        {"type": "file", "file": {"file_data": file, "filename": "bridges.csv"}},
        {"type": "video_url", "video_url": {"url": "https://films.example/a.mp4"}}]}]});
    let answer = whole(&caller, body).await;
    let text = content(&answer);
    for wanted in ["320 × 200 pixels", "mostly", "`bridges.csv`", "city,bridges", "films.example"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(answer["usage"]["prompt_tokens"].as_u64().unwrap() > 5085);
}

#[tokio::test]
async fn chinese_is_answered_in_chinese() {
    let caller = Caller::instant().await;
    let answer = whole(&caller, asking("default", "请用200字介绍威尼斯的贡多拉")).await;
    let text = content(&answer);
    let wide = text.chars().filter(|letter| u32::from(*letter) > 0x2e80).count();
    assert!(wide * 10 > text.chars().count() * 8 && (180..300).contains(&wide), "{text}");
}

#[tokio::test]
async fn log_probabilities_are_told_token_by_token() {
    let caller = Caller::instant().await;
    let body = with(
        asking("deepseek-v4-pro-0813", "Say exactly: one two three"),
        json!({"logprobs": true, "top_logprobs": 2}),
    );
    let answer = whole(&caller, body.clone()).await;
    let told = &answer["choices"][0]["logprobs"];
    let tokens: Vec<&str> =
        told["content"].as_array().unwrap().iter().map(|one| one["token"].as_str().unwrap()).collect();
    assert_eq!(tokens.concat(), "one two three");
    assert_eq!(
        (told["token"].as_str(), told["content"][0]["top_logprobs"].as_array().unwrap().len()),
        (Some("one"), 2)
    );
    assert!(told["logprob"].as_f64().unwrap() <= 0.0);
    let events = streamed(&caller, body).await;
    assert!(events.choices(0).any(|said| said["logprobs"]["token"] == " two"));
}

#[tokio::test]
async fn a_character_answers_in_its_own_name() {
    let caller = Caller::instant().await;
    let parameters = json!({"venice_parameters": {"character_slug": "the-gondolier"}});
    let answer = whole(&caller, with(asking("default", "Who are you?"), parameters)).await;
    assert!(content(&answer).starts_with("*The Gondolier "), "{}", content(&answer));
    assert_eq!(answer["venice_parameters"]["character_slug"], "the-gondolier");
}

#[tokio::test]
async fn headers_tell_the_model_and_what_is_going() {
    let caller = Caller::instant().await;
    let response = caller.post(PATH, &asking("gpt-4o", "Hello")).send().await.unwrap();
    assert_eq!(header(&response, "x-venice-model-id"), "zai-org-glm-5-2");
    assert!(header(&response, "x-ratelimit-remaining-tokens").parse::<u32>().is_ok());
    let replaced = caller.post(PATH, &asking("qwen-2.5-vl", "Hello")).send().await.unwrap();
    assert_eq!(header(&replaced, "x-venice-model-id"), "qwen-3-8-27b");
    let gone = caller.post(PATH, &asking("llama-3.1-405b", "Hello")).send().await.unwrap();
    assert_eq!(gone.status(), 410);
    assert_eq!(gone.json::<Value>().await.unwrap()["replacementModelId"], "zai-org-glm-5-2");
    let full = caller.post(PATH, &asking("llama-3.2-3b", &"salt ".repeat(5000))).send().await.unwrap();
    assert_eq!(full.json::<Value>().await.unwrap()["code"], "TOO_MANY_TOKENS");
}
