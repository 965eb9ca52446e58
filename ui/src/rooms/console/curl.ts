/** A request as a command for curl, fit for bash. The key is left to the environment. */
import type { JsonObject, JsonValue, OperationView } from "@/console-contract";
import { isObject } from "@/stores/console-shape";
import { isFileMark } from "@/stores/console-values";
import { secretsOf, variableOf } from "./secrets";

const BASE = "https://api.venice.ai/api/v1";

/** Fields that travel as headers. */
const HEADERS: Readonly<Record<string, string>> = {
  idempotency_key: "Idempotency-Key",
  paymentSignature: "PAYMENT-SIGNATURE",
};
/** Fields that are the whole body. */
const BODIES: Readonly<Record<string, string>> = { cryptoRpcProxy: "calls" };
/** Operations that take forms only, whatever their files are. */
const FORMS = ["createTranscription", "createClonedVoice", "createTextParser"];
/** Operations that take a form as well, where their files are files. */
const FORMS_TOO = ["editImage", "multiEditImage", "upscaleImage", "backgroundRemoveImage"];

/** A text between single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text in a here document that the shell looks into. */
function inDocument(text: string): string {
  return text.replace(/[\\$`]/g, "\\$&");
}

function hasFile(value: JsonValue): boolean {
  if (isFileMark(value)) return true;
  if (Array.isArray(value)) return value.some(hasFile);
  return isObject(value) && Object.values(value).some(hasFile);
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function mimeOf(name: string): string {
  const types: Record<string, string> = {
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    webp: "image/webp",
    wav: "audio/wav",
    mp3: "audio/mpeg",
    flac: "audio/flac",
    mp4: "video/mp4",
    pdf: "application/pdf",
  };
  return types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** JSON for a here document: files are read and encoded by the shell. */
function document(value: JsonValue): string {
  const files: string[] = [];
  const json = JSON.stringify(
    value,
    (_key, entry: JsonValue) => {
      if (!isFileMark(entry)) return entry;
      files.push(entry.name);
      return `\u0000${files.length - 1}\u0000`;
    },
    2,
  );
  return inDocument(json).replace(/\\\\u0000(\d+)\\\\u0000/g, (_mark, index: string) => {
    const name = files[Number(index)] ?? "";
    return `data:${mimeOf(name)};base64,$(base64 -w0 ${inShell(name)})`;
  });
}
function inShell(name: string): string {
  return `"${name.replace(/["\\$`]/g, "\\$&")}"`;
}

function query(fields: JsonObject): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (each) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(each))}`,
    ),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

export function curlOf(operation: OperationView, value: JsonValue): string {
  const fields: JsonObject = isObject(value) ? { ...value } : {};
  const take = (name: string): JsonValue | undefined => {
    const found = fields[name];
    Reflect.deleteProperty(fields, name);
    return found;
  };
  const path = operation.path.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const found = take(name);
    return found === undefined ? hole : encodeURIComponent(textOf(found));
  });
  const lines: string[] = [];
  const header = (name: string, text: string): void => void lines.push(`-H ${quoted(`${name}: ${text}`)}`);
  // Only these are told to the shell to look into.
  if (operation.auth === "wallet") lines.push('-H "SIGN-IN-WITH-X: $SIGN_IN_WITH_X"');
  else lines.push('-H "Authorization: Bearer $VENICE_API_KEY"');
  for (const [field, name] of Object.entries(HEADERS)) {
    const found = take(field);
    if (found === undefined) continue;
    if (found === variableOf(field)) lines.push(`-H "${name}: ${variableOf(field)}"`);
    else header(name, textOf(found));
  }
  if (operation.id === "getBillingUsageHistory" && take("format") === "csv") header("Accept", "text/csv");

  const inAddress = operation.method === "GET" || operation.method === "DELETE";
  const address = `${BASE}${path}${inAddress ? query(fields) : ""}`;
  const start = `curl ${operation.method === "GET" ? "" : `-X ${operation.method} `}${quoted(address)}`;
  if (!inAddress) lines.push(...bodyOf(operation, fields, header));
  return [start, ...lines].join(" \\\n  ");
}

function bodyOf(
  operation: OperationView,
  fields: JsonObject,
  header: (name: string, text: string) => void,
): string[] {
  const whole = BODIES[operation.id];
  const body: JsonValue = whole === undefined ? fields : (fields[whole] ?? {});
  if (FORMS.includes(operation.id) || (FORMS_TOO.includes(operation.id) && hasFile(body))) {
    return Object.entries(fields).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) =>
        isFileMark(each)
          ? `-F ${quoted(`${name}=@"${each.name.replace(/["\\]/g, "\\$&")}"`)}`
          : `--form-string ${quoted(`${name}=${textOf(each)}`)}`,
      ),
    );
  }
  header("Content-Type", "application/json");
  const variables = secretsOf(operation).map(variableOf);
  const hidden = isObject(body) && Object.values(body).some((each) => variables.includes(textOf(each)));
  if (!hasFile(body) && !hidden) return [`-d ${quoted(JSON.stringify(body, null, 2))}`];
  let text = document(body);
  for (const variable of variables) text = text.replaceAll(`"\\${variable}"`, `"${variable}"`);
  return [`-d @- <<JSON\n${text}\nJSON`];
}
