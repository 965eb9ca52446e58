/** The codecs of films as MIME types name them, by the names that the back end tells; each in its plainest profile. */
const types: Readonly<Record<string, string>> = {
  AV1: 'video/mp4; codecs="av01.0.04M.08"',
  "H.264": 'video/mp4; codecs="avc1.42E01E"',
  "H.265": 'video/mp4; codecs="hvc1.1.6.L93.B0"',
  "H.266": 'video/mp4; codecs="vvc1.1.L51.CQA"',
  "MPEG-4": 'video/mp4; codecs="mp4v.20.8"',
  Theora: 'video/ogg; codecs="theora"',
  VP8: 'video/webm; codecs="vp8"',
  VP9: 'video/webm; codecs="vp09.00.10.08"',
};

/** Whether the system has what decodes it; null where nobody can tell. */
export function decodes(video: HTMLVideoElement, codec: string | null): boolean | null {
  const type = codec === null ? undefined : types[codec];
  return type === undefined ? null : video.canPlayType(type) !== "";
}
