import type { Framing, WireRequest } from "./wire-request.ts";

const EMPTY = Buffer.alloc(0);

/** A request in bytes, and whether more was promised than comes. */
export interface RequestBytes {
  readonly head: Buffer;
  readonly body: Buffer;
  /** The sender must hang up: the server waits for what will not come. */
  readonly isUnfinished: boolean;
}

/** Writes a request as HTTP/1.1. The connection is closed after the answer, so that its end is seen. */
export function requestBytes(request: WireRequest, token: string | undefined): RequestBytes {
  if (request.raw !== undefined) return { head: Buffer.from(request.raw), body: EMPTY, isUnfinished: true };
  const { body, header, isUnfinished } = framed(Buffer.from(request.body), request.framing);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: close",
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    ...header,
  ];
  return { head: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body, isUnfinished };
}

interface Framed {
  readonly body: Buffer;
  readonly header: readonly string[];
  readonly isUnfinished: boolean;
}

function framed(body: Buffer, framing: Framing): Framed {
  switch (framing.kind) {
    case "length":
      return { body, header: [`content-length: ${body.length}`], isUnfinished: false };
    case "chunked":
      return { body: chunked(body, framing.sizes), header: ["transfer-encoding: chunked"], isUnfinished: false };
    case "lie":
      return { body, header: [`content-length: ${framing.declared}`], isUnfinished: true };
    case "cut": {
      const part = body.subarray(0, Math.floor(body.length * framing.share));
      return { body: part, header: [`content-length: ${body.length}`], isUnfinished: part.length < body.length };
    }
    case "broken":
      return {
        body: Buffer.concat([Buffer.from(framing.text, "latin1"), body]),
        header: ["transfer-encoding: chunked"],
        isUnfinished: true,
      };
  }
}

function chunked(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, chunk = 0; at < body.length; chunk += 1) {
    const part = body.subarray(at, at + (sizes[chunk] ?? body.length));
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
    at += part.length;
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}
