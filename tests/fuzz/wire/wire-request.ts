/** Who sends a request. */
export type Sender = "uploader" | "admin" | "nobody";

/** How a body is framed on the wire, and whether that is the truth. */
export type Framing =
  | { readonly kind: "length" }
  | { readonly kind: "chunked"; readonly sizes: readonly number[] }
  /** Says another length than it has; what is less than said is followed by hanging up. */
  | { readonly kind: "lie"; readonly declared: string }
  /** Breaks off within the body. */
  | { readonly kind: "cut"; readonly share: number }
  /** Chunks that are framed wrongly. */
  | { readonly kind: "broken"; readonly text: string };

/** A chunk's name, where a request is for one. */
export interface ChunkName {
  readonly sessionId: string;
  readonly tabId: string;
  readonly seq: number;
}

/** A request as it goes over the wire, or bytes that are none. */
export interface WireRequest {
  /** What kind of case it is, for people. */
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly framing: Framing;
  readonly sender: Sender;
  /** The chunk that it puts, when it is whole and at its own address. */
  readonly puts?: ChunkName;
  /** Sent instead of all of it: no HTTP, or hardly. */
  readonly raw?: Uint8Array;
}

/** A request with a body of its declared length. */
export function plainRequest(more: Pick<WireRequest, "label" | "method" | "path"> & Partial<WireRequest>): WireRequest {
  return { headers: [], body: new Uint8Array(), framing: { kind: "length" }, sender: "uploader", ...more };
}

/** What a head may have beside the token, in characters; Bun refuses more than 16 KiB in all by itself, as 431. */
const MAX_HEAD_CHARS = 8 * 1024;

/**
 * Whether it is HTTP that must be answered whole: framed as it says, in letters that a head may have. GET with a body is
 * not: Bun hands that out to nobody, and what nobody has read resets the connection that is closed.
 */
export function isWhole({ raw, framing, method, path, headers, body }: WireRequest): boolean {
  const hasBody = body.length > 0 || framing.kind === "chunked";
  if (hasBody && (method === "GET" || method === "HEAD")) return false;
  const headChars = headers.reduce((total, [name, value]) => total + name.length + value.length, path.length);
  if (headChars > MAX_HEAD_CHARS || raw !== undefined || (framing.kind !== "length" && framing.kind !== "chunked"))
    return false;
  const isClean = headers.every(([name, value]) => /^[\w-]+$/.test(name) && /^[\x20-\x7e]*$/.test(value));
  const ownFraming = headers.some(([name]) =>
    /^(content-length|transfer-encoding|expect|upgrade|connection|host)$/i.test(name),
  );
  return (
    isClean && !ownFraming && /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS)$/.test(method) && /^\/[\x21-\x7e]*$/.test(path)
  );
}
