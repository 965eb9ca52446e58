//! What a prompt asks the painter for: the hour, the weather, colours, how crowded, and what to put in.

use super::canvas::{Colour, rgb};
use crate::chance::{Chance, mix};

/// The hour of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hour {
    Dawn,
    Morning,
    Noon,
    Golden,
    Dusk,
    Night,
}

/// Things that a prompt can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Thing {
    Gondolas,
    Bridge,
    Tower,
    Dome,
    Sails,
    Birds,
    Trees,
    Mountains,
    Moon,
    Stars,
    Lanterns,
    Clouds,
    Fog,
    Rain,
    Snow,
    Storm,
    Balloons,
    Water,
    Sun,
}

const HOURS: &[(Hour, &[&str])] = &[
    (Hour::Dawn, &["dawn", "sunrise", "daybreak", "黎明", "清晨", "日出"]),
    (
        Hour::Night,
        &["night", "midnight", "nocturne", "moonlit", "moonlight", "moon", "dark", "夜", "午夜", "月"],
    ),
    (Hour::Dusk, &["dusk", "twilight", "evening", "黄昏", "傍晚", "暮"]),
    (Hour::Golden, &["sunset", "golden", "afternoon", "夕阳", "日落", "金色"]),
    (Hour::Morning, &["morning", "early", "早晨", "上午"]),
    (Hour::Noon, &["noon", "midday", "day", "daylight", "sunny", "bright", "summer", "正午", "白天", "晴"]),
];

/// What an unsaid hour is drawn from.
const ANY_HOUR: [Hour; 6] = [Hour::Dawn, Hour::Morning, Hour::Noon, Hour::Golden, Hour::Dusk, Hour::Night];

const THINGS: &[(Thing, &[&str])] = &[
    (Thing::Gondolas, &["gondola", "boat", "gondolier", "ship", "贡多拉", "船"]),
    (Thing::Bridge, &["bridge", "rialto", "ponte", "桥"]),
    (Thing::Tower, &["tower", "campanile", "lighthouse", "skyscraper", "spire", "塔"]),
    (Thing::Dome, &["dome", "church", "basilica", "cathedral", "palace", "圆顶", "教堂", "宫"]),
    (Thing::Sails, &["sail", "sailboat", "regatta", "yacht", "帆"]),
    (Thing::Birds, &["bird", "gull", "seagull", "pigeon", "swallow", "鸟", "鸽"]),
    (Thing::Trees, &["tree", "garden", "cypress", "forest", "park", "树", "花园", "森林"]),
    (Thing::Mountains, &["mountain", "hill", "alp", "peak", "山"]),
    (Thing::Moon, &["moon", "moonlit", "moonlight", "月"]),
    (Thing::Stars, &["star", "starry", "galaxy", "星"]),
    (Thing::Lanterns, &["lantern", "lamp", "light", "neon", "festival", "candle", "灯", "霓虹"]),
    (Thing::Clouds, &["cloud", "cloudy", "overcast", "云"]),
    (Thing::Fog, &["fog", "mist", "misty", "foggy", "haze", "hazy", "雾"]),
    (Thing::Rain, &["rain", "rainy", "drizzle", "雨"]),
    (Thing::Snow, &["snow", "snowy", "winter", "雪", "冬"]),
    (Thing::Storm, &["storm", "stormy", "thunder", "thunderstorm", "lightning", "tempest", "暴风", "雷"]),
    (Thing::Balloons, &["balloon", "气球"]),
    (
        Thing::Water,
        &[
            "water",
            "lagoon",
            "lake",
            "sea",
            "flood",
            "reflection",
            "mirror",
            "canal",
            "水",
            "海",
            "湖",
            "倒影",
        ],
    ),
    (Thing::Sun, &["sun", "sunlight", "sunshine", "太阳", "阳光"]),
];

const COLOURS: &[(u32, &[&str])] = &[
    (0x00f0_7f5e, &["coral", "salmon", "peach", "珊瑚"]),
    (0x0024_9a94, &["teal", "turquoise", "aqua", "cyan", "青"]),
    (0x00d9_9a3c, &["ochre", "gold", "amber", "honey", "mustard", "金"]),
    (0x00ee_8fb0, &["pink", "rose", "blush", "magenta", "粉"]),
    (0x0086_62b8, &["violet", "purple", "lavender", "lilac", "plum", "紫"]),
    (0x004f_9d62, &["green", "emerald", "jade", "olive", "mint", "绿"]),
    (0x003f_78c4, &["blue", "azure", "cobalt", "indigo", "navy", "sapphire", "蓝"]),
    (0x00c9_3f3a, &["red", "crimson", "scarlet", "ruby", "vermilion", "红"]),
    (0x00ef_8a33, &["orange", "tangerine", "copper", "rust", "橙"]),
    (0x00f2_cf4a, &["yellow", "lemon", "saffron", "黄色"]),
    (0x00e9_e6df, &["white", "ivory", "pearl", "cream", "白"]),
    (0x008a_8f94, &["grey", "gray", "silver", "monochrome", "ash", "灰", "银"]),
    (0x0024_262c, &["black", "noir", "ink", "obsidian", "黑"]),
    (0x008a_5a3a, &["brown", "sepia", "chocolate", "wooden", "棕"]),
];

const CROWDED: &[&str] =
    &["city", "crowded", "dense", "busy", "metropolis", "skyline", "downtown", "城市", "繁华"];
const QUIET: &[&str] =
    &["quiet", "calm", "empty", "minimal", "lonely", "serene", "village", "peaceful", "安静", "宁静", "村"];
const NUMBERS: &[(usize, &[&str])] = &[
    (1, &["one", "single", "一"]),
    (2, &["two", "pair", "couple", "两", "二"]),
    (3, &["three", "三"]),
    (4, &["four", "四"]),
    (5, &["five", "many", "fleet", "五", "许多"]),
];

/// A prompt, read word by word.
pub(crate) struct Words {
    words: Vec<String>,
    text: String,
}

impl Words {
    pub(crate) fn read(text: &str) -> Self {
        let text = text.to_lowercase();
        let words = text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .flat_map(|word| [word.to_owned(), word.trim_end_matches('s').to_owned()])
            .collect();
        Self { words, text }
    }

    /// Whether one of these is said: whole words in Latin script, anywhere in others.
    pub(crate) fn say(&self, any: &[&str]) -> bool {
        any.iter().any(|wanted| {
            if wanted.is_ascii() {
                self.words.iter().any(|word| word == wanted)
            } else {
                self.text.contains(wanted)
            }
        })
    }

    pub(crate) fn hour(&self) -> Option<Hour> {
        HOURS.iter().find(|(_, words)| self.say(words)).map(|(hour, _)| *hour)
    }

    pub(crate) fn names(&self, thing: Thing) -> bool {
        THINGS.iter().any(|(known, words)| *known == thing && self.say(words))
    }

    /// The colours that are named, at most three.
    pub(crate) fn colours(&self) -> Vec<Colour> {
        COLOURS.iter().filter(|(_, words)| self.say(words)).map(|(hex, _)| rgb(*hex)).take(3).collect()
    }

    fn count(&self) -> Option<usize> {
        NUMBERS.iter().find(|(_, words)| self.say(words)).map(|(count, _)| *count)
    }
}

/// What to paint. It depends on the words alone; the seed decides where everything goes.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) hour: Hour,
    pub(crate) colours: Vec<Colour>,
    things: Vec<Thing>,
    pub(crate) gondolas: usize,
    /// From 0, a quiet shore, to 1, house on house.
    pub(crate) density: f32,
    /// How tall the houses are, about 1.
    pub(crate) rise: f32,
    /// How far down the water begins, as a share of the height.
    pub(crate) horizon: f32,
    /// Which set of wall colours is used.
    pub(crate) walls: usize,
    /// Turns every hue a little, in degrees.
    pub(crate) turn: f32,
}

impl Scene {
    pub(crate) fn read(prompt: &str, negative: &str, model: &str) -> Self {
        let (words, unwanted) = (Words::read(prompt), Words::read(negative));
        let mut chance = Chance::new(mix(mix(0, model) & 3, prompt));
        let mut things: Vec<Thing> = THINGS
            .iter()
            .map(|(thing, _)| *thing)
            .filter(|thing| words.names(*thing) && !unwanted.names(*thing))
            .collect();
        // What isn't asked for comes by chance, each prompt its own.
        let by_chance = [
            (Thing::Gondolas, 0.8),
            (Thing::Bridge, 0.18),
            (Thing::Tower, 0.6),
            (Thing::Dome, 0.5),
            (Thing::Birds, 0.3),
            (Thing::Trees, 0.25),
            (Thing::Mountains, 0.2),
            (Thing::Clouds, 0.5),
            (Thing::Sails, 0.12),
        ];
        for (thing, probability) in by_chance {
            if chance.happens(probability) && !things.contains(&thing) && !unwanted.names(thing) {
                things.push(thing);
            }
        }
        let hour = words.hour().unwrap_or(ANY_HOUR[chance.below(6) as usize]);
        let density = if words.say(CROWDED) {
            0.95
        } else if words.say(QUIET) {
            0.12
        } else {
            chance.between(0.35, 0.8)
        };
        let asked = words.names(Thing::Gondolas).then(|| words.count().unwrap_or(2));
        let gondolas = asked.unwrap_or(1 + chance.below(3) as usize);
        Self {
            hour,
            colours: words.colours(),
            gondolas: if things.contains(&Thing::Gondolas) { gondolas } else { 0 },
            things,
            density,
            rise: chance.between(0.8, 1.2),
            horizon: chance.between(0.5, 0.6),
            walls: chance.below(5) as usize,
            turn: chance.between(-14.0, 14.0),
        }
    }

    pub(crate) fn has(&self, thing: Thing) -> bool {
        self.things.contains(&thing)
    }

    /// Whether the weather hides the light.
    pub(crate) fn is_grey(&self) -> bool {
        self.has(Thing::Storm) || self.has(Thing::Rain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_and_know_plurals() {
        let words = Words::read("Three GONDOLAS under a bright star, knightly.");
        assert!(words.names(Thing::Gondolas) && words.names(Thing::Stars));
        assert_ne!(words.hour(), Some(Hour::Night), "a knight is not a night");
        assert_eq!(Scene::read("three gondolas", "", "m").gondolas, 3);
    }

    #[test]
    fn chinese_words_are_understood() {
        let words = Words::read("黄昏的运河，红色的桥，三艘贡多拉");
        assert_eq!(words.hour(), Some(Hour::Dusk));
        assert!(words.names(Thing::Bridge) && words.names(Thing::Gondolas));
        assert_eq!(words.colours().len(), 1);
        assert_eq!(Words::read("夜").hour(), Some(Hour::Night));
    }

    #[test]
    fn what_is_unwanted_stays_away() {
        for prompt in 0..40 {
            assert!(!Scene::read(&format!("canal {prompt}"), "boats, bridge", "m").has(Thing::Gondolas));
        }
    }
}
