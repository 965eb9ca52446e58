/** Models of films and music for the fake platform: one of each kind that the forms have to follow. */
import type { FilmModel, FilmModels, FilmRole, MusicModel, MusicModels } from "@/bindings";

const takes = (role: FilmRole, most: number, required = false, sure = true) => ({
  role,
  most,
  required,
  sure,
});

export function fakeFilmModel(id: string, name: string, over: Partial<FilmModel> = {}): FilmModel {
  return {
    id,
    name,
    description: null,
    privacy: "private",
    beta: false,
    offline: false,
    uncensored: false,
    traits: [],
    mode: "text",
    prompt_limit: 2500,
    durations: ["5s", "10s"],
    aspect_ratios: ["16:9", "1:1", "9:16"],
    resolutions: ["480p", "720p"],
    upscale_factors: [],
    audio: false,
    audio_configurable: false,
    inputs: [],
    tasks: false,
    regions: [],
    replacement: null,
    retires_at: null,
    ...over,
  };
}

export const fakeFilmModels: FilmModels = {
  models: [
    fakeFilmModel("regatta-text", "Regatta", {
      traits: ["default"],
      description: "Quick, with water that moves as it should.",
      audio: true,
      audio_configurable: true,
    }),
    fakeFilmModel("regatta-image", "Regatta", {
      mode: "image",
      audio: true,
      audio_configurable: true,
      inputs: [takes("image", 1, true), takes("end_image", 1, false, false), takes("sound", 1, false, false)],
    }),
    fakeFilmModel("carnival-image", "Carnival", {
      mode: "image",
      durations: ["4s", "6s", "8s"],
      aspect_ratios: [],
      inputs: [takes("image", 1, true), takes("keyframe", 6)],
    }),
    fakeFilmModel("procession", "Procession", {
      mode: "reference",
      durations: ["5s", "10s", "15s"],
      tasks: true,
      inputs: [
        takes("reference_image", 4),
        takes("reference_film", 2),
        takes("reference_sound", 1),
        takes("element_image", 4),
        takes("element_film", 4),
        takes("scene", 3),
        takes("document", 1),
      ],
    }),
    fakeFilmModel("retouch", "Retouch", {
      mode: "film",
      durations: [],
      aspect_ratios: [],
      inputs: [takes("film", 1, true)],
    }),
    fakeFilmModel("magnifier", "Magnifier", {
      mode: "upscale",
      durations: [],
      aspect_ratios: [],
      resolutions: [],
      upscale_factors: [1, 2, 4],
      inputs: [takes("film", 1, true)],
    }),
  ],
  defaults: ["regatta-text"],
  fetched_at: "2026-11-21T14:30:00Z",
  problem: null,
};

function musicModel(id: string, name: string, over: Partial<MusicModel> = {}): MusicModel {
  return {
    id,
    name,
    description: null,
    privacy: "private",
    beta: false,
    offline: false,
    uncensored: false,
    traits: [],
    makes: "music",
    prompt_least: 1,
    prompt_limit: 1000,
    lyrics: null,
    instrumental: false,
    loops: false,
    length: null,
    voices: [],
    default_voice: null,
    takes_language: false,
    speed: null,
    formats: ["mp3"],
    priced_by_characters: false,
    replacement: null,
    retires_at: null,
    ...over,
  };
}

export const fakeMusicModels: MusicModels = {
  models: [
    musicModel("barcarolle", "Barcarolle", {
      traits: ["default"],
      prompt_least: 10,
      lyrics: { required: false, optimizer: true, limit: 600 },
      instrumental: true,
      length: { least: 10, most: 240, usual: 60, options: [30, 60, 120] },
    }),
    musicModel("madrigal", "Madrigal", {
      lyrics: { required: true, optimizer: false, limit: 300 },
      takes_language: true,
    }),
    musicModel("bells", "Bells", {
      makes: "sounds",
      loops: true,
      prompt_limit: 400,
      length: { least: 1, most: 22, usual: 5, options: [] },
    }),
    musicModel("reciter", "Reciter", {
      makes: "speech",
      voices: ["Aria", "Orso"],
      default_voice: "Aria",
      speed: { min: 0.5, max: 2, default: 1 },
      priced_by_characters: true,
    }),
  ],
  defaults: ["barcarolle"],
  fetched_at: "2026-11-21T14:30:00Z",
  problem: null,
};
