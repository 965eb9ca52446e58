//! Two conversations as creators have them: one of two thousand messages, and a short one.

use std::{path::Path, sync::Arc};

use jiff::{Timestamp, ToSpan};
use serde_json::json;
use store::{
    Conversation, ConversationId, Message, MessageId, MessageRole, OpenOptions, Store, SystemClock, Tokens,
};

/// How many messages the long one has.
pub const MESSAGES: u32 = 2_000;
/// What the long one begins with: the list shows it.
pub const LONG: &str = "Two years of notes on one lagoon";
/// What the short one begins with.
pub const SHORT: &str = "A word for still water";
/// What its last message ends with.
pub const LAST_OF_LONG: &str = "the last of two thousand";
/// The same of the short one.
pub const LAST_OF_SHORT: &str = "the last of two";

const QUESTIONS: [&str; 5] = [
    "And with the light from behind?",
    "Give me that as a table, with the times of high water beside each place.",
    "Write the prompt out in full, so that I can use it for twelve pictures in a row, with the palette named first.",
    "黄昏的时候，水面应该是什么颜色？",
    "How do I compute the height of the sun at that hour?",
];

const ANSWERS: [&str; 5] = [
    "Then the water goes **dark first** and the stone keeps its warmth a little longer. Put the lamp low, at the \
     height of the boats, and let the far row of houses lose its edge.\n\n- the sky in three bands, palest at the roofs\n\
     - one gondola, cut by the frame\n- no white anywhere but the lamp\n\nMore than that would be *told* rather than seen.",
    "| Place | High water | Light |\n|---|---|---|\n| Zattere | 06:40 | from the left, grey |\n| San Giorgio | 07:10 | \
     behind the dome |\n| Burano | 08:25 | flat, good for colour |\n\nThe times move by some fifty minutes a day.",
    "### The prompt\n\nUmber, lead white and one green; a canal seen from a bridge at a quarter past seven, water at the \
     second step, mooring poles in pairs.\n\n```json\n{\n  \"prompt\": \"a canal seen from a bridge, quarter past seven\",\n  \
     \"negative_prompt\": \"people, text\",\n  \"steps\": 24,\n  \"cfg_scale\": 6.5\n}\n```\n\n1. Keep the seed.\n2. Change \
     the hour only.\n3. Compare them side by side before you change anything else.",
    "水面先暗下来，石头的颜色会多留一会儿。把灯放低，大约在船的高度，让远处那排房子的轮廓慢慢消失。\n\n> 天空分三层，靠近屋顶的地方最亮。",
    "With the latitude $\\varphi$, the declination $\\delta$ and the hour angle $h$:\n\n$$\\sin a = \\sin\\varphi\\sin\\delta + \
     \\cos\\varphi\\cos\\delta\\cos h$$\n\nAt the solstice that gives about `68°` at noon. See [the almanac](https://example.org/sun).",
];

/// Makes both below `home`, where the app would look for them.
pub fn make(home: &Path) {
    let options =
        OpenOptions { home: home.to_owned(), library: home.join("library"), clock: Arc::new(SystemClock) };
    let (store, _) = Store::open(options).expect("a store");
    write(&store, LONG, LAST_OF_LONG, MESSAGES);
    write(&store, SHORT, LAST_OF_SHORT, 2);
}

fn write(store: &Store, first: &str, last: &str, messages: u32) {
    let begun = Timestamp::now() - (24 * 300).hours();
    let conversation = Conversation::new(ConversationId::new(begun), json!({}), begun);
    let (mut parent, mut said) = (None, Vec::new());
    for number in 0..messages {
        let by_user = number.is_multiple_of(2);
        let role = if by_user { MessageRole::User } else { MessageRole::Assistant };
        let pair = usize::try_from(number / 2).expect("a small number");
        let text = match number {
            0 => first.to_owned(),
            _ if number + 1 == messages => format!("{}\n\nThis is {last}.", ANSWERS[0]),
            _ if by_user => QUESTIONS[pair % QUESTIONS.len()].to_owned(),
            _ => format!("{}\n\n{}", ANSWERS[pair % ANSWERS.len()], ANSWERS[(pair / 3) % ANSWERS.len()]),
        };
        let at = begun + i64::from(number).minutes();
        let id = MessageId::new(at);
        let mut message = Message::new(id, conversation.id, parent, role, &text, at);
        if !by_user {
            message.model = Some("atelier-large".to_owned());
            message.tokens = Some(Tokens { input: 900, cached: 600, output: 140, thoughts: 0 });
        }
        said.push(message);
        parent = Some(id);
    }
    store.conversations().insert_whole(conversation, said).expect("kept");
}
