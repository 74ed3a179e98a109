import { reasonIn } from "./request.ts";

const END_STREAM = 2;
const HEADER_BYTES = 5;

/** What a server stream in Connect JSON came to. */
export interface StreamAnswer {
  readonly status: number;
  readonly messages: unknown[];
  /** The reason in the error that the stream ended with; empty where there is none. */
  readonly reason: string;
  readonly text: string;
}

/** A message in the envelope that streams travel in: flags, length, data. */
export function envelope(data: string | Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const out = new Uint8Array(HEADER_BYTES + bytes.length);
  out[0] = flags;
  new DataView(out.buffer).setUint32(1, bytes.length);
  out.set(bytes, HEADER_BYTES);
  return out;
}

/** Calls a server stream with a body as it is, and reads it to its end. */
export async function callStream(
  url: string,
  rpc: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): Promise<StreamAnswer> {
  const response = await fetch(`${url}/gigtrail.${rpc}`, {
    method: "POST",
    headers: { "content-type": "application/connect+json", ...headers },
    body,
  });
  const bytes = await response.bytes();
  const text = new TextDecoder().decode(bytes);
  if (response.status !== 200) return { status: response.status, messages: [], reason: reasonIn(text), text };
  return { status: 200, ...readEnvelopes(bytes), text };
}

function readEnvelopes(bytes: Uint8Array): { messages: unknown[]; reason: string } {
  const messages: unknown[] = [];
  let reason = "";
  for (let at = 0; at < bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at + 1).getUint32(0);
    const data = new TextDecoder().decode(bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length));
    if (((bytes[at] ?? 0) & END_STREAM) === 0) messages.push(JSON.parse(data));
    else reason = reasonIn(JSON.stringify(JSON.parse(data).error ?? {}));
    at += HEADER_BYTES + length;
  }
  return { messages, reason };
}
