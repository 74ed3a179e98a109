import { connect } from "node:net";
import { type RequestBytes } from "./request-bytes.ts";

/** The server closes what is quiet for 12 s; on a busy machine its answer may take as long again. In milliseconds. */
export const PATIENCE_MS = 30_000;
/** What is kept of an answer at most, in bytes. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long somebody who hangs up waits for an answer before, in milliseconds. */
const LINGER_MS = 20;

/** Everything that came back on a connection. */
export interface Received {
  readonly bytes: Buffer;
  /** The server neither answered to the end nor closed the connection in time. */
  readonly hung: boolean;
}

/** Writes a request on a connection of its own and reads until the server closes that. */
export function send(url: string, { head, body, isUnfinished }: RequestBytes): Promise<Received> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const done = (hung: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ bytes: Buffer.concat(parts), hung });
    };
    const timer = setTimeout(() => done(true), PATIENCE_MS);
    socket.on("data", (data: Buffer) => {
      parts.push(data);
      size += data.length;
      if (size > MAX_ANSWER_BYTES) done(false);
    });
    socket.on("end", () => done(false));
    socket.on("close", () => done(false));
    // A server may refuse by closing; whatever it said before that is there.
    socket.on("error", () => undefined);
    socket.write(head);
    socket.write(body, () => {
      if (isUnfinished) setTimeout(() => socket.destroyed || socket.destroy(), LINGER_MS);
    });
  });
}

/** Writes the beginning of a request and then nothing, without hanging up; ends when the server does. */
export function stall(url: string, bytes: Uint8Array): Promise<Received> {
  return send(url, { head: Buffer.from(bytes), body: Buffer.alloc(0), isUnfinished: false });
}
