//! Models that make, edit, scale and cut out pictures.

use rust_decimal::Decimal;

use super::{Base, CUTTER, DEFAULT_EDIT, Deprecation, EditRules, Model, PictureRules, Price, UPSCALER, usd};

const RATIOS: &[&str] = &["1:1", "3:2", "16:9", "21:9", "9:16", "2:3", "3:4", "4:5"];
const FEW_RATIOS: &[&str] = &["1:1", "16:9", "9:16", "3:2", "2:3"];
const EDIT_RATIOS: &[&str] = &["auto", "1:1", "3:2", "16:9", "21:9", "9:16", "2:3", "3:4", "4:5"];
const LEVELS: &[&str] = &["low", "medium", "high"];

/// What every picture model lists for scaling up by 2 and by 4.
const UPSCALE: [Decimal; 2] = [usd(20_000), usd(80_000)];

const GROK: &[(&str, Decimal)] = &[("1K", usd(30_000)), ("2K", usd(45_000))];
const NANO: &[(&str, Decimal)] = &[("1K", usd(170_000)), ("2K", usd(220_000)), ("4K", usd(340_000))];
const KREA: &[(&str, Decimal)] = &[("1K", usd(40_000)), ("2K", usd(60_000))];
const GROK_EDIT: &[(&str, Decimal)] = &[("1K", usd(30_000)), ("2K", usd(40_000))];
const GPT: &[(&str, [Decimal; 3])] = &[
    ("1K", [usd(20_000), usd(70_000), usd(260_000)]),
    ("2K", [usd(30_000), usd(120_000), usd(480_000)]),
    ("4K", [usd(50_000), usd(200_000), usd(810_000)]),
];
const GPT_EDIT: &[(&str, [Decimal; 3])] = &[
    ("1K", [usd(30_000), usd(80_000), usd(330_000)]),
    ("2K", [usd(35_000), usd(140_000), usd(510_000)]),
    ("4K", [usd(45_000), usd(220_000), usd(830_000)]),
];

fn picture(id: &'static str, name: &'static str, created: u32, base: Base, rules: PictureRules) -> Model {
    let mut model = Model::new("image", id, name, created);
    model.price = Some(Price::Picture { base, upscale: UPSCALE });
    model.picture = Some(rules);
    model
}

fn edit(
    id: &'static str,
    name: &'static str,
    base: Base,
    inputs: Option<(u32, Decimal)>,
    rules: EditRules,
) -> Model {
    let mut model = Model::new("inpaint", id, name, 1_776_000_000);
    model.price = Some(Price::Edit { base, inputs });
    model.edit = Some(rules);
    model
}

pub(super) fn models() -> Vec<Model> {
    let mut models = makers();
    models.extend(editors());
    let mut upscaler = Model::new("upscale", UPSCALER, "Upscaler", 1_744_000_000);
    upscaler.price = Some(Price::Picture { base: Base::Each(usd(10_000)), upscale: UPSCALE });
    models.push(upscaler);
    models
}

fn makers() -> Vec<Model> {
    let plain = PictureRules::PLAIN;
    let mut resting =
        picture("hunyuan-image-v3", "Hunyuan Image 3.0", 1_765_000_000, Base::Each(usd(85_000)), plain);
    resting.offline = true;
    vec![
        picture(
            "z-image-turbo",
            "Z-Image Turbo",
            1_764_000_000,
            Base::Each(usd(10_000)),
            PictureRules { steps: (8, 12), prompt_limit: 7500, ..plain },
        )
        .traits(&["default", "fastest"]),
        picture(
            "venice-sd35",
            "Venice SD35",
            1_743_000_000,
            Base::Each(usd(8_000)),
            PictureRules { steps: (25, 30), divisor: 16, ..plain },
        )
        .traits(&["eliza-default"])
        .deprecated(Deprecation {
            starts: "2026-10-01T00:00:00.000Z",
            removes: "2027-03-01T00:00:00.000Z",
            replacement: Some("z-image-turbo"),
            auto_remap: true,
        }),
        picture(
            "qwen-image",
            "Qwen Image",
            1_755_000_000,
            Base::Each(usd(30_000)),
            PictureRules { steps: (20, 50), divisor: 32, prompt_limit: 3000, ..plain },
        )
        .traits(&["highest_quality"]),
        picture(
            "grok-imagine-image",
            "Grok Imagine",
            1_775_000_000,
            Base::Resolutions(GROK),
            PictureRules {
                aspect_ratios: FEW_RATIOS,
                resolutions: &["1K", "2K"],
                divisor: 1,
                prompt_limit: 4000,
                ..plain
            },
        ),
        picture(
            "nano-banana-pro",
            "Nano Banana Pro",
            1_763_000_000,
            Base::Resolutions(NANO),
            PictureRules {
                aspect_ratios: RATIOS,
                resolutions: &["1K", "2K", "4K"],
                divisor: 1,
                prompt_limit: 7500,
                web_search: true,
                thinking: true,
                style_references: 4,
                ..plain
            },
        )
        .anonymized(),
        picture(
            "gpt-image-2",
            "GPT Image 2",
            1_776_000_000,
            Base::Qualities(GPT),
            PictureRules {
                aspect_ratios: FEW_RATIOS,
                resolutions: &["1K", "2K", "4K"],
                qualities: LEVELS,
                divisor: 1,
                prompt_limit: 7500,
                ..plain
            },
        )
        .anonymized(),
        picture(
            "krea-2-turbo",
            "Krea 2 Turbo",
            1_782_000_000,
            Base::Resolutions(KREA),
            PictureRules {
                aspect_ratios: FEW_RATIOS,
                resolutions: &["1K", "2K"],
                divisor: 1,
                style_references: 3,
                style_strength: true,
                prompt_limit: 2000,
                ..plain
            },
        ),
        resting.anonymized(),
        picture(CUTTER, "Background Remover", 1_772_000_000, Base::Each(usd(30_000)), plain).anonymized(),
    ]
}

fn editors() -> Vec<Model> {
    let plain = EditRules {
        prompt_limit: 1500,
        aspect_ratios: EDIT_RATIOS,
        resolutions: &[],
        qualities: &[],
        inputs: 3,
        single_shape: true,
    };
    let tiers = &["1K", "2K", "4K"];
    vec![
        edit(DEFAULT_EDIT, "FireRed Edit", Base::Each(usd(40_000)), None, plain),
        edit(
            "qwen-edit-uncensored",
            "Qwen Edit Uncensored",
            Base::Each(usd(35_000)),
            None,
            EditRules { inputs: 1, single_shape: false, aspect_ratios: &["auto"], ..plain },
        )
        .says(serde_json::json!({"uncensored": true})),
        edit(
            "flux-2-max-edit",
            "Flux 2 Max",
            Base::Each(usd(115_000)),
            Some((1, usd(34_500))),
            EditRules { inputs: 4, prompt_limit: 3000, ..plain },
        )
        .anonymized(),
        edit(
            "grok-imagine-edit",
            "Grok Imagine",
            Base::Resolutions(GROK_EDIT),
            Some((0, usd(2_500))),
            EditRules { resolutions: &["1K", "2K"], ..plain },
        ),
        edit(
            "nano-banana-pro-edit",
            "Nano Banana Pro",
            Base::Resolutions(NANO),
            None,
            EditRules { resolutions: tiers, inputs: 8, prompt_limit: 7500, ..plain },
        )
        .anonymized(),
        edit(
            "gpt-image-2-edit",
            "GPT Image 2",
            Base::Qualities(GPT_EDIT),
            Some((1, usd(9_000))),
            EditRules { resolutions: tiers, qualities: LEVELS, inputs: 6, prompt_limit: 32_000, ..plain },
        )
        .anonymized(),
    ]
}
