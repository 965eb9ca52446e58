import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { JsonObject, OperationView } from "@/console-contract";
import { fakeOperations } from "@/platform/fake-operations";
import { fileMark } from "@/stores/console-values";
import { curlOf } from "./curl";
import { withoutSecrets } from "./secrets";

const folder = mkdtempSync(join(tmpdir(), "canaletto-curl-"));
// In place of curl: writes down what it was called with, and what came by its input.
writeFileSync(
  join(folder, "curl"),
  '#!/bin/sh\nprintf "%s\\0" "$@" > arguments\ncase "$*" in *"@-"*) cat > input;; esac\n',
  { mode: 0o755 },
);
writeFileSync(join(folder, "it's $5.png"), "abc");
afterAll(() => rmSync(folder, { recursive: true }));

function operation(id: string): OperationView {
  const found = fakeOperations.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
}

/** Lets bash run the command, and answers what curl would have been given. */
function run(id: string, value: JsonObject): { given: string[]; input: string } {
  writeFileSync(join(folder, "input"), "");
  execFileSync("bash", ["--norc", "-c", curlOf(operation(id), value)], {
    cwd: folder,
    env: {
      PATH: `${folder}:${process.env.PATH ?? ""}`,
      VENICE_API_KEY: "the-key",
      SIGN_IN_WITH_X: "the-sign-in",
    },
  });
  const given = readFileSync(join(folder, "arguments"), "utf8").split("\0").slice(0, -1);
  return { given, input: readFileSync(join(folder, "input"), "utf8") };
}
const hard = "It's “$HOME” `date` \\ \" \n{}";

describe("curl", () => {
  it("sends JSON to the letter, whatever is in it", () => {
    const value = { query: hard, limit: 3 };
    const { given } = run("webSearch", value);
    expect(given.slice(0, 3)).toEqual(["-X", "POST", "https://api.venice.ai/api/v1/augment/search"]);
    expect(given).toContain("Authorization: Bearer the-key");
    expect(given).toContain("Content-Type: application/json");
    expect(JSON.parse(given.at(-1) ?? "")).toEqual(value);
  });

  it("leaves the key to the environment", () => {
    const text = curlOf(operation("webSearch"), { query: "x" });
    expect(text).toContain("$VENICE_API_KEY");
    expect(curlOf(operation("getX402Balance"), { walletAddress: "0x1" })).toContain("$SIGN_IN_WITH_X");
  });

  it("puts values into paths and queries", () => {
    const { given } = run("getCharacterReviews", { slug: "a/b c", page: 2 });
    expect(given[0]).toBe("https://api.venice.ai/api/v1/characters/a%2Fb%20c/reviews?page=2");
    expect(run("listCharacters", { tags: ["a", "b&c"] }).given[0]).toContain("?tags=a&tags=b%26c");
    expect(run("deleteApiKey", { id: "k" }).given.slice(0, 3)).toEqual([
      "-X",
      "DELETE",
      "https://api.venice.ai/api/v1/api_keys?id=k",
    ]);
    const csv = run("getBillingUsageHistory", { format: "csv", pageSize: 10 }).given;
    expect(csv).toContain("Accept: text/csv");
    expect(csv[0]).toContain("?pageSize=10");
  });

  it("sends forms where files are files", () => {
    const { given } = run("editImage", { image: fileMark({ item: "i" }, "it's $5.png"), prompt: hard });
    expect(given).toContain('image=@"it\'s $5.png"');
    expect(given.at(-1)).toBe(`prompt=${hard}`);
    expect(run("editImage", { image: "https://example.com/a.png", prompt: "x" }).given).toContain(
      "Content-Type: application/json",
    );
    expect(run("createTranscription", { file: fileMark(null, "a.wav"), timestamps: true }).given).toContain(
      "timestamps=true",
    );
  });

  it("reads files into JSON", () => {
    const { input } = run("createChatCompletion", {
      model: "m",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: hard },
            { type: "image_url", image_url: { url: fileMark({ item: "i" }, "it's $5.png") } },
          ],
        },
      ],
    });
    expect(JSON.parse(input)).toMatchObject({
      messages: [
        {
          content: [
            { text: hard },
            { image_url: { url: `data:image/png;base64,${Buffer.from("abc").toString("base64")}` } },
          ],
        },
      ],
    });
  });

  it("sends what is the whole body as such, and what is a header as one", () => {
    const { given } = run("cryptoRpcProxy", {
      network: "base",
      calls: [{ jsonrpc: "2.0", method: "eth_chainId" }],
      idempotency_key: "once",
    });
    expect(given[2]).toBe("https://api.venice.ai/api/v1/crypto/rpc/base");
    expect(given).toContain("Idempotency-Key: once");
    expect(JSON.parse(given.at(-1) ?? "")).toEqual([{ jsonrpc: "2.0", method: "eth_chainId" }]);
  });

  it("leaves signatures and tokens to the environment, wherever they travel", () => {
    const inHeader = withoutSecrets(operation("topUpX402Balance"), { paymentSignature: "c2VjcmV0" });
    expect(inHeader).toEqual({ paymentSignature: "$PAYMENT_SIGNATURE" });
    const header = curlOf(operation("topUpX402Balance"), inHeader);
    expect(header).toContain('-H "PAYMENT-SIGNATURE: $PAYMENT_SIGNATURE"');

    const secret = { token: "s3cret", signature: "0xs3cret", address: "0x1", description: "$5" };
    const inBody = withoutSecrets(operation("postApiKeyGenerateWeb3Key"), secret) as JsonObject;
    expect(JSON.stringify(inBody)).not.toContain("s3cret");
    const { input } = run("postApiKeyGenerateWeb3Key", inBody);
    expect(JSON.parse(input)).toMatchObject({ token: "", signature: "", description: "$5" });
    expect(curlOf(operation("postApiKeyGenerateWeb3Key"), inBody)).toContain('"$SIGNATURE"');
  });
});
