const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const names: Record<string, string> = {
  $mod: isApple ? "⌘" : "Ctrl",
  Control: "Ctrl",
  Meta: isApple ? "⌘" : "Super",
  Shift: isApple ? "⇧" : "Shift",
  Alt: isApple ? "⌥" : "Alt",
  Enter: "↵",
  Escape: "Esc",
  Delete: "Del",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  " ": "Space",
  Comma: ",",
  Slash: "/",
};

/** A shortcut as it is printed on the keys: "$mod+Enter" -> "Ctrl ↵". */
export function keyNames(shortcut: string): string {
  return shortcut
    .split(" ")
    .map((press) => {
      const parts = press.split("+");
      const key = parts.at(-1) ?? "";
      // "?" is typed with Shift; saying both would be noise.
      const shown = key === "?" ? ["?"] : parts;
      return shown
        .map(
          (part) =>
            names[part] ??
            (part.startsWith("Digit") ? part.slice(5) : part.length === 1 ? part.toUpperCase() : part),
        )
        .join(" ");
    })
    .join("  ");
}
