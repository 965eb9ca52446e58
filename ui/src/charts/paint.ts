/** Charts as files: a drawing that stands by itself, and a picture of it. */
import type { Series } from "./types";

/** What a drawing looks like by the page's own rules, which it doesn't take along. */
const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;
const SPACE = "http://www.w3.org/2000/svg";
const EDGE = 20;
const LINE = 20;

type Head = {
  readonly title: string;
  /** Which charges it is of, in a line. */
  readonly subtitle: string;
  readonly legend: readonly Series[];
};

export type Drawing = { readonly text: string; readonly width: number; readonly height: number };

function dress(from: Element, to: Element): void {
  const look = getComputedStyle(from);
  for (const name of LOOKS) {
    const value = look.getPropertyValue(name);
    if (value !== "") to.setAttribute(name, value);
  }
  to.removeAttribute("class");
  to.removeAttribute("style");
}

function colourOf(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/** What a colour of CSS is by now: a variable means nothing outside the page. */
function settled(colour: string): string {
  const variable = /^var\((--[\w-]+)\)$/.exec(colour.trim());
  return variable?.[1] === undefined ? colour : colourOf(variable[1]);
}

function words(
  text: string,
  at: { x: number; y: number },
  colour: string,
  size: number,
  weight = 400,
): SVGTextElement {
  const element = document.createElementNS(SPACE, "text");
  const looks = { x: at.x, y: at.y, fill: colour, "font-size": size, "font-weight": weight };
  for (const [name, value] of Object.entries(looks)) element.setAttribute(name, String(value));
  element.setAttribute("font-family", getComputedStyle(document.body).fontFamily);
  element.textContent = text;
  return element;
}

function lengthOf(text: string): number {
  const context = document.createElement("canvas").getContext("2d");
  if (context === null) return text.length * 7;
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/** The chart as it is seen, with its title, what it is of, and what its colours mean. What only takes clicks stays out. */
export function drawing(chart: SVGSVGElement, head: Head): Drawing {
  const { width, height } = chart.viewBox.baseVal;
  const all = document.createElementNS(SPACE, "svg");
  const ink = colourOf("--ink");
  const quiet = colourOf("--ink-2");

  const copy = chart.cloneNode(true) as SVGSVGElement;
  const sources = [...chart.querySelectorAll("*")];
  const copies = [...copy.querySelectorAll("*")];
  sources.forEach((source, index) => {
    const twin = copies[index];
    if (twin !== undefined) dress(source, twin);
  });
  for (const only of copy.querySelectorAll("[data-screen-only]")) only.remove();

  const legend = document.createElementNS(SPACE, "g");
  let [x, y] = [EDGE, EDGE + 48];
  for (const series of head.legend) {
    const long = lengthOf(series.label) + 34;
    if (x > EDGE && x + long > width + EDGE) [x, y] = [EDGE, y + LINE];
    const swatch = document.createElementNS(SPACE, "rect");
    const looks = { x, y: y - 9, width: 10, height: 10, rx: 2.5, fill: settled(series.colour) };
    for (const [name, value] of Object.entries(looks)) swatch.setAttribute(name, String(value));
    legend.append(swatch, words(series.label, { x: x + 16, y }, quiet, 12));
    x += long;
  }
  const top = head.legend.length > 0 ? y + 16 : EDGE + 44;

  const whole = { width: width + 2 * EDGE, height: Math.ceil(top + height + EDGE / 2) };
  const ground = document.createElementNS(SPACE, "rect");
  for (const [name, value] of Object.entries({ ...whole, fill: colourOf("--wall") })) {
    ground.setAttribute(name, String(value));
  }
  const placed = document.createElementNS(SPACE, "g");
  placed.setAttribute("transform", `translate(${EDGE} ${top})`);
  placed.append(...copy.childNodes);
  const name = document.createElementNS(SPACE, "title");
  name.textContent = `${head.title} · ${head.subtitle}`;
  all.append(
    name,
    ground,
    words(head.title, { x: EDGE, y: EDGE + 10 }, ink, 15, 600),
    words(head.subtitle, { x: EDGE, y: EDGE + 28 }, quiet, 12),
    legend,
    placed,
  );
  all.setAttribute("viewBox", `0 0 ${whole.width} ${whole.height}`);
  all.setAttribute("width", String(whole.width));
  all.setAttribute("height", String(whole.height));
  return { text: new XMLSerializer().serializeToString(all), ...whole };
}

/** The drawing as a PNG in Base64, so many pixels to each of its own; null where none can be made. */
export async function pictureOf(drawn: Drawing, scale = 2): Promise<string | null> {
  const image = new Image(drawn.width, drawn.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn.text)}`;
  try {
    await image.decode();
  } catch {
    return null;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(drawn.width * scale);
  canvas.height = Math.round(drawn.height * scale);
  const context = canvas.getContext("2d");
  if (context === null) return null;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const address = canvas.toDataURL("image/png");
  return address.startsWith("data:image/png;base64,") ? address.slice(address.indexOf(",") + 1) : null;
}
