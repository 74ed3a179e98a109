/** An answer, taken apart. */
export interface WireAnswer {
  /** 0 where the server closed the connection without a word. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The body is as long as its head says, or its last chunk has come. */
  readonly isWhole: boolean;
}

const NOTHING: WireAnswer = { status: 0, headers: new Map(), body: Buffer.alloc(0), isWhole: true };

/** Reads the first answer among the bytes that came back; those to Expect are passed over. */
export function readAnswer(bytes: Buffer): WireAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return NOTHING;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  const rest = bytes.subarray(end + 4);
  if (status === 100) return readAnswer(rest);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  if (headers.get("transfer-encoding") === "chunked") return { status, headers, ...dechunked(rest) };
  const length = Number(headers.get("content-length") ?? rest.length);
  return { status, headers, body: rest.subarray(0, length), isWhole: rest.length >= length };
}

function dechunked(bytes: Buffer): { body: Buffer; isWhole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(parts), isWhole: false };
    if (size === 0) return { body: Buffer.concat(parts), isWhole: true };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
