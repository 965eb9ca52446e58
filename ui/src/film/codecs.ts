/** The codecs of films by the names that the back end tells. */
type Codec = {
  /** As MIME types name it, in its plainest profile. */
  readonly type: string;
  /** What decodes it for the web view on Debian and Ubuntu. */
  readonly bundle: string;
};
const codecs: Readonly<Record<string, Codec>> = {
  AV1: { type: 'video/mp4; codecs="av01.0.04M.08"', bundle: "gstreamer1.0-plugins-bad" },
  "H.264": { type: 'video/mp4; codecs="avc1.42E01E"', bundle: "gstreamer1.0-libav" },
  "H.265": { type: 'video/mp4; codecs="hvc1.1.6.L93.B0"', bundle: "gstreamer1.0-libav" },
  "MPEG-4": { type: 'video/mp4; codecs="mp4v.20.8"', bundle: "gstreamer1.0-libav" },
  Theora: { type: 'video/ogg; codecs="theora"', bundle: "gstreamer1.0-plugins-base" },
  VP8: { type: 'video/webm; codecs="vp8"', bundle: "gstreamer1.0-plugins-good" },
  VP9: { type: 'video/webm; codecs="vp09.00.10.08"', bundle: "gstreamer1.0-plugins-good" },
};

/** Whether the system has what decodes it; null where nobody can tell. */
export function decodes(video: HTMLVideoElement, codec: string | null): boolean | null {
  const known = codec === null ? undefined : codecs[codec];
  return known === undefined ? null : video.canPlayType(known.type) !== "";
}

/** The package with what decodes it, which is known wherever `decodes` tells. */
export function bundleOf(codec: string | null): string {
  return codecs[codec ?? ""]?.bundle ?? "";
}
