/** The rooms that exist. */
export const roomIds = [
  "chat",
  "image",
  "voice",
  "film",
  "music",
  "library",
  "queue",
  "spend",
  "models",
  "console",
  "settings",
] as const;
export type RoomId = (typeof roomIds)[number];

export function isRoomId(value: string): value is RoomId {
  return (roomIds as readonly string[]).includes(value);
}

function parse(hash: string): { room: RoomId | null; query: Record<string, string> } {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  return { room: isRoomId(path) ? path : null, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** Which room is shown, and what it was asked to show: `#/library?items=a,b`. */
export class Route {
  room = $state<RoomId>("image");
  /** What the caller asked the room for, e.g. `items` of the Library; the room reads it when it changes. */
  query = $state.raw<Readonly<Record<string, string>>>({});

  go(room: RoomId, query: Readonly<Record<string, string>> = {}): void {
    this.room = room;
    this.query = query;
    const search = new URLSearchParams(query).toString();
    const hash = `#/${room}${search === "" ? "" : `?${search}`}`;
    if (typeof location !== "undefined" && location.hash !== hash) history.pushState(null, "", hash);
  }

  /** Takes what the address says; an unknown room leaves all as it is. */
  read(hash: string): void {
    const { room, query } = parse(hash);
    if (room === null) return;
    this.room = room;
    this.query = query;
  }

  /** Follows the address until told to stop. */
  start(): () => void {
    const follow = (): void => this.read(location.hash);
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    follow();
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener("hashchange", follow);
    };
  }
}

export const route = new Route();
