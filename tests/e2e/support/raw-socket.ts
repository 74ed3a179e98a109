import { connect, type Socket } from "node:net";

/** What came back on a bare socket. */
export interface RawAnswer {
  /** 0 where the other side hung up without a word. */
  readonly status: number;
  readonly text: string;
}

/** How long to listen for an answer, in milliseconds. */
const PATIENCE_MS = 20_000;

/**
 * Writes bytes on a bare socket and reads until the head of an answer is there, or the other side hangs up. What
 * follows the head may be missing from the text.
 */
export async function exchange(url: string, ...parts: (string | Uint8Array)[]): Promise<RawAnswer> {
  const { socket, answer } = open(url);
  for (const part of parts) socket.write(part);
  try {
    return await answer;
  } finally {
    socket.destroy();
  }
}

/** Writes bytes on a bare socket and hangs up in the middle. */
export function hangUpAfter(url: string, ...parts: (string | Uint8Array)[]): Promise<void> {
  const { socket } = open(url);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    const [last, ...before] = parts.toReversed();
    for (const part of before.toReversed()) socket.write(part);
    socket.write(last ?? "", () => {
      socket.destroy();
      resolve();
    });
  });
}

/** The head of a request, with the empty line that ends it. */
export function head(method: string, path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

function open(url: string): { socket: Socket; answer: Promise<RawAnswer> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    let text = "";
    const done = () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    const timer = setTimeout(() => reject(new Error(`no answer in time; so far: ${text.slice(0, 200)}`)), PATIENCE_MS);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      if (end < 0 || text.length < end + 4 + length) return;
      clearTimeout(timer);
      done();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      done();
    });
  });
  return { socket, answer };
}
