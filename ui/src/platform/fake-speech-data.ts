import type { CloneView, JobView, ReadingView, SpeechModel, VoiceModels, VoiceView } from "@/bindings";
import { fakeJob, usd } from "./fake-data";
import { fakeHearing } from "./fake-transcripts-data";

const kokoro = [
  ["en-US", "female", "Alloy Bella Heart Jessica Nicole Nova River Sarah Sky"],
  ["en-US", "male", "Adam Echo Eric Fenrir Liam Michael Onyx Puck"],
  ["en-GB", "female", "Alice Emma Isabella Lily"],
  ["en-GB", "male", "Daniel Fable George Lewis"],
  ["fr-FR", "female", "Siwis"],
  ["it-IT", "female", "Sara"],
  ["it-IT", "male", "Nicola"],
  ["ja-JP", "female", "Gongitsune Nezumi Tebukuro"],
  ["zh-CN", "female", "Xiaobei Xiaoni Xiaoxiao Xiaoyi"],
  ["zh-CN", "male", "Yunjian Yunxi Yunxia Yunyang"],
] as const;

export function fakeVoice(id: string, over: Partial<VoiceView> = {}): VoiceView {
  return { id, name: id, language: null, gender: null, favourite: false, clone: null, ...over };
}

function speaker(id: string, name: string, over: Partial<SpeechModel>): SpeechModel {
  return {
    id,
    name,
    privacy: "private",
    description: null,
    offline: false,
    price: usd("3.5"),
    voices: [],
    default_voice: null,
    formats: ["mp3"],
    speed: null,
    style_limit: null,
    temperature: null,
    top_p: false,
    languages: [],
    takes_language: false,
    streams: true,
    cloning: null,
    ...over,
  };
}

export function fakeSpeakers(): SpeechModel[] {
  return [
    speaker("fake-kokoro", "Kokoro", {
      description: "Light and quick, in many languages.",
      voices: kokoro.flatMap(([language, gender, names]) =>
        names.split(" ").map((name) =>
          fakeVoice(`${language.slice(0, 1)}${gender.slice(0, 1)}_${name.toLowerCase()}`, {
            name,
            language,
            gender,
            favourite: name === "Heart" || name === "George",
          }),
        ),
      ),
      default_voice: "ef_sky",
      formats: ["mp3", "opus", "flac", "wav"],
      speed: { min: 0.25, max: 4, default: 1 },
    }),
    speaker("fake-chatterbox", "Chatterbox HD", {
      price: usd("50"),
      voices: ["Aurora", "Blade", "Britney", "Carl", "Cliff"].map((name) => fakeVoice(name)),
      default_voice: "Aurora",
      temperature: { min: 0.05, max: 2, default: 0.8 },
      streams: false,
      cloning: {
        formats: ["wav"],
        least_seconds: 6,
        good_seconds: 20,
        kept_days: 7,
        renewed_by_use: false,
        price: usd("0.05"),
      },
    }),
    speaker("fake-flash", "Flash TTS", {
      privacy: "anonymized",
      price: usd("187.5"),
      voices: ["Achernar", "Algieba", "Aoede", "Charon", "Kore", "Puck"].map((name, index) =>
        fakeVoice(name, { gender: index % 2 === 0 ? "female" : "male" }),
      ),
      default_voice: "Kore",
      formats: ["wav", "mp3"],
      style_limit: 200,
      temperature: { min: 0, max: 2, default: 1 },
      top_p: true,
      takes_language: true,
      languages: ["en", "de", "fr", "it", "zh"],
    }),
    speaker("fake-silent", "Silent", { offline: true, price: null, voices: [fakeVoice("nobody")] }),
  ];
}

export function fakeVoiceModels(): VoiceModels {
  return { speak: fakeSpeakers(), hear: fakeHearing, default_speak: null, default_hear: null, problem: null };
}

export function fakeSpeakJob(id: string, over: Partial<JobView> = {}): JobView {
  return fakeJob(id, {
    kind: "speak",
    operation: "createSpeech",
    model: "fake-kokoro",
    title: "The gondolas lie still.",
    items: [],
    wanted: 1,
    ratio: null,
    request: null,
    estimate: usd("0.0021"),
    ...over,
  });
}

export function fakeReading(id: string, over: Partial<ReadingView> = {}): ReadingView {
  return {
    id,
    state: "done",
    request: {
      model: "fake-kokoro",
      voice: "ef_sky",
      text: "The gondolas lie still. Fog has come in over the Giudecca, and the bells of the Redentore sound twice.",
      title: null,
      speed: null,
      style: null,
      temperature: null,
      top_p: null,
      language: null,
      format: null,
    },
    title: "The gondolas lie still.",
    created_at: "2026-11-21T14:32:00Z",
    jobs: [fakeSpeakJob(`${id}-1`)],
    chapters: [],
    starts_ms: [],
    item: null,
    estimate: usd("0.0021"),
    audition: null,
    problem: null,
    dismissed: false,
    ...over,
  };
}

export function fakeClone(id: string, over: Partial<CloneView> = {}): CloneView {
  return {
    id,
    name: "My own voice",
    handle: `vv_${id}`,
    model: "fake-chatterbox",
    account: "sandbox",
    pretend: true,
    sample: null,
    made_at: "2026-11-20T14:32:00Z",
    used_at: null,
    ends_at: "2026-11-27T14:32:00Z",
    problem: null,
    ...over,
  };
}
