import { createCipheriv, randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Sample } from "./sample.ts";
import { type Stage, WHOLE } from "./stage.ts";

const ZSTD = { level: 3 };
const IV_BYTES = 12;

/**
 * The straight way from an upload to a sealed block, with nothing around it: gunzip, parse, look at every value,
 * stringify each event, zstd, AES-256-GCM. It proves no hash, masks nothing, keeps no equal keys apart, knows no limits.
 */
export const BARE_STAGES: readonly Stage[] = [
  { pipeline: "bare", name: "gunzip", run: ({ request }) => gunzipSync(request.payload) },
  { pipeline: "bare", name: "parse", run: ({ json }) => JSON.parse(json.toString()) },
  { pipeline: "bare", name: "walk", run: ({ events }) => charsOf(events) },
  { pipeline: "bare", name: "stringify", run: ({ events }) => linesOf(events) },
  { pipeline: "bare", name: "zstd", run: ({ decoded }) => Bun.zstdCompressSync(decoded.ndjson, ZSTD) },
  { pipeline: "bare", name: "aes", run: ({ request }) => encrypted(request.key, request.payload) },
  { pipeline: "bare", name: WHOLE, run: whole },
];

function whole({ request }: Sample): Buffer {
  const events: readonly unknown[] = JSON.parse(gunzipSync(request.payload).toString());
  charsOf(events);
  return encrypted(request.key, Bun.zstdCompressSync(linesOf(events), ZSTD));
}

/** Goes to every value there is: the characters of all strings and keys. */
function charsOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let chars = 0;
  if (Array.isArray(value)) for (const item of value) chars += charsOf(item);
  else for (const key in value) chars += key.length + charsOf(value[key as keyof typeof value]);
  return chars;
}

function linesOf(events: readonly unknown[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
}

function encrypted(key: Uint8Array, plain: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
