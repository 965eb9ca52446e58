/** What the fake's conversations say, and who says it. */
import type {
  CharacterReviewView,
  CharacterView,
  ChatSettings,
  Citation,
  MessageUsage,
  MessageView,
  ToolCallView,
} from "@/bindings";
import type { ModelChoice } from "@/console-contract";
import { fakeError, usd } from "./fake-data";

export const fakeChatSettings: Required<ChatSettings> = {
  model: "fake-marco",
  system_prompt: "",
  without_venice_prompt: false,
  web_search: null,
  web_scraping: false,
  x_search: false,
  reasoning_effort: null,
  without_thinking: false,
  temperature: null,
  top_p: null,
  top_k: null,
  min_p: null,
  frequency_penalty: null,
  presence_penalty: null,
  repetition_penalty: null,
  seed: null,
  max_tokens: null,
  stop: [],
  response_schema: null,
  character: null,
  drop_oldest: false,
};

type Spec = ModelChoice["spec"];

const chatModel = (id: string, name: string, amount: string | null, spec: Spec): ModelChoice => ({
  id,
  name,
  kind: "text",
  offline: false,
  is_default: false,
  price: amount === null ? null : usd(amount),
  per: amount === null ? null : "million_tokens",
  spec,
});

/** Text models beyond the Console's: one of each ability the Chat room knows of. */
export const fakeChatModels: readonly ModelChoice[] = [
  chatModel("fake-glm", "GLM 5.2", "0.55", {
    privacy: "private",
    traits: ["default"],
    description: "A large model for long talks; it sees pictures and thinks before it speaks.",
    availableContextTokens: 131_072,
    maxCompletionTokens: 32_768,
    pricing: { input: { usd: 0.55 }, output: { usd: 2.65 }, cache_input: { usd: 0.11 } },
    constraints: { temperature: { default: 0.7 }, top_p: { default: 0.95 } },
    capabilities: {
      supportsVision: true,
      supportsMultipleImages: true,
      maxImages: 4,
      supportsWebSearch: true,
      supportsReasoning: true,
      supportsReasoningEffort: true,
      reasoningEffortOptions: ["none", "low", "medium", "high"],
      defaultReasoningEffort: "medium",
      supportsResponseSchema: true,
      supportsFunctionCalling: true,
    },
  }),
  chatModel("fake-tiny", "Traghetto 3B", "0.05", {
    privacy: "private",
    description: "Small and quick, for short questions.",
    availableContextTokens: 4096,
    maxCompletionTokens: 1024,
    traits: ["fastest"],
    pricing: { input: { usd: 0.05 }, output: { usd: 0.15 } },
    constraints: { temperature: { default: 0.8 } },
    capabilities: {},
  }),
  chatModel("fake-omni", "Omnibus", "2.50", {
    privacy: "anonymized",
    availableContextTokens: 1_000_000,
    maxCompletionTokens: 65_536,
    supportsXSearch: true,
    pricing: { input: { usd: 2.5 }, output: { usd: 15 } },
    capabilities: {
      supportsVision: true,
      supportsMultipleImages: true,
      maxImages: 10,
      supportsAudioInput: true,
      supportsVideoInput: true,
      maxVideos: 2,
      supportsWebSearch: true,
      supportsXSearch: true,
      supportsReasoning: true,
    },
  }),
  chatModel("fake-retiring", "Doge 2", "0.30", {
    privacy: "private",
    availableContextTokens: 32_768,
    capabilities: { supportsWebSearch: true },
    deprecation: {
      startsAt: "2026-11-01T00:00:00Z",
      removesAt: "2026-12-15T00:00:00Z",
      replacementModelId: "fake-glm",
    },
  }),
];

export const TITLES = `Working from the coral row and the three black boats:

1. **Low Water, Coral Row**
2. **Three Boats, No Errand**
3. **Rent Day on the Fondamenta**
4. **The Tide Reads the Houses** [REF]0[/REF]
5. **Plaster Morning**

If it hangs beside the night piece, number 2 lets the pair carry a small story.`;

export const citations: Citation[] = [
  {
    title: "Reading the tide tables of Venice",
    url: "https://example.org/tides",
    content: "How the Centro Maree predicts acqua alta.",
    date: "2026-10-02",
  },
  { title: "Colours of Burano", url: "https://example.org/burano", content: null, date: null },
];

export const ANSWERS = [
  TITLES,
  `At blue hour the sky and the lamps agree for about twelve minutes. Meter the **sky**, not the lamps:

| Light | Aperture | Time | ISO |
| --- | ---: | ---: | ---: |
| Sun just gone | f/8 | 1/15 s | 200 |
| Blue hour | f/8 | 2 s | 200 |
| Last light | f/5.6 | 8 s | 400 |

The rule behind it is the exposure value, $EV = \\log_2 \\frac{N^2}{t}$, so each row loses about three stops.

\`\`\`python
from math import log2

def exposure_value(aperture: float, seconds: float) -> float:
    """The light a setting asks for, at ISO 100."""
    return log2(aperture**2 / seconds)

print(exposure_value(8, 2))  # 5.0
\`\`\`

Bracket one stop either way and keep the middle one.`,
  "Burano’s fishermen painted their houses so that each could find his own in the winter fog. Today the town decides: whoever wants to paint asks for a colour, and gets one of those allowed for that wall.",
  "Yes. Use the boards’ undersides for the darks and leave the paper bare where the water catches the sky: three values are enough to read as a canal.",
] as const;

export const THOUGHT =
  "The picture shows a row of coral houses and three black boats. The person wants titles without clichés about love or time, so I should stay with what can be seen: water, plaster, boats, work.";

export const QUESTIONS = [
  "Five short titles for this print. No clichés about love or time.",
  "How do I expose for blue hour on the Giudecca?",
  "Why are the houses of Burano painted so brightly?",
  "Can a linocut of a canal work with only three values?",
] as const;

export const CONVERSATION_TITLES = [
  "Titles for the lagoon series",
  "Exposure for blue hour",
  "Alan Watts on water",
  "Storyboard: acqua alta",
  "Licence wording",
  "Names for a palette",
] as const;

export const usage = (over: Partial<MessageUsage> = {}): MessageUsage => ({
  input: 612,
  cached: 480,
  output: 146,
  thoughts: 41,
  cost: usd("0.0011"),
  cost_is_estimate: false,
  pretend: true,
  ...over,
});

export const TOOL_CALLS: ToolCallView[] = [
  { id: "call-1", name: "web_search", arguments: '{"query":"acqua alta forecast Venice"}' },
];

export function fakeMessage(id: string, over: Partial<MessageView> = {}): MessageView {
  return {
    id,
    parent: null,
    role: "user",
    state: "whole",
    created_at: "2026-11-21T14:20:00Z",
    text: "",
    reasoning: "",
    thought_ms: null,
    citations: [],
    tool_calls: [],
    attachments: [],
    pictures: null,
    model: null,
    finish_reason: null,
    job: null,
    usage: null,
    error: null,
    ...over,
  };
}

const character = (slug: string, name: string, over: Partial<CharacterView>): CharacterView => ({
  slug,
  name,
  description: null,
  author: "venice",
  tags: [],
  model: "fake-glm",
  adult: false,
  featured: false,
  web_enabled: false,
  rating: 4.6,
  ratings: 128,
  has_picture: true,
  ...over,
});

export const fakeCharacters: readonly CharacterView[] = [
  character("alan-watts", "Alan Watts", {
    description: "A philosopher who talks of water, breath and not trying so hard. Ask him about anything.",
    tags: ["philosophy", "calm"],
    featured: true,
    rating: 4.9,
    ratings: 2140,
  }),
  character("casanova", "Giacomo Casanova", {
    description: "Adventurer, librarian, escapee from the Leads. He tells of Venice as it was in 1755.",
    tags: ["history", "Venice"],
    featured: true,
  }),
  character("print-tutor", "The Print Tutor", {
    description: "Teaches linocut, etching and monotype, one plate at a time.",
    tags: ["art", "teaching"],
    web_enabled: true,
    rating: 4.4,
    ratings: 56,
  }),
  character("nonna", "Nonna Zanetta", {
    description: "Cooks from the lagoon’s market and has an opinion about your onions.",
    tags: ["cooking", "Venice"],
    rating: null,
    ratings: 0,
    has_picture: false,
  }),
  character("harbour-master", "The Harbour Master", {
    description: "Tides, winds, knots. Short answers.",
    tags: ["sea"],
    model: "fake-tiny",
    rating: 3.8,
    ratings: 12,
  }),
];

export const fakeReviews: readonly CharacterReviewView[] = [
  {
    id: "review-1",
    rating: 5,
    message: "He made me look at the river for an hour.",
    username: "marina",
    created_at: "2026-11-02T10:00:00Z",
  },
  {
    id: "review-2",
    rating: 4,
    message: "Calm, and funny when you least expect it.",
    username: null,
    created_at: null,
  },
];

export const interrupted = fakeError("cut_off", { retryable: true });
