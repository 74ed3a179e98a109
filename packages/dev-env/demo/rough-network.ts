import { connect } from "node:net";
import type { EncodedChunk } from "@gigtrail/recorder/core/encode-chunk";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import type { ChunkAnswer, UploadPort } from "@gigtrail/recorder/core/upload-port";

/** What went wrong on purpose, and what came of it. */
export interface Mishaps {
  /** Chunks that were sent a second time after they had been acknowledged. */
  sentTwice: number;
  /** Of those, the ones that the server knew again. */
  knownAgain: number;
  /** Uploads that were cut in the middle of their body. */
  cut: number;
}

/** Which chunk of a session is sent twice, and which one is cut, counted in the order in which they are sent. */
const TWICE = 1;
const CUT = 2;

/**
 * An upload port on a bad day: one chunk is sent again after it was acknowledged, as when an answer gets lost, and
 * one upload is cut in the middle of its body, so that it must be tried again.
 */
export function roughNetwork(port: UploadPort, gatewayUrl: string, accessToken: string, mishaps: Mishaps): UploadPort {
  let sent = 0;
  return {
    ...port,
    async putChunk(sessionId, tabId, chunk, signal): Promise<ChunkAnswer> {
      const turn = sent;
      sent += 1;
      if (turn === CUT) {
        await sendHalf(gatewayUrl, accessToken, `/v1/sessions/${sessionId}/tabs/${tabId}/chunks/${chunk.seq}`, chunk);
        mishaps.cut += 1;
        throw new UploadError("The connection was cut.", { code: "unavailable", reason: "server_unreachable" });
      }
      const answer = await port.putChunk(sessionId, tabId, chunk, signal);
      if (turn === TWICE) {
        const again = await port.putChunk(sessionId, tabId, chunk, signal);
        mishaps.sentTwice += 1;
        if (again.duplicate) mishaps.knownAgain += 1;
      }
      return answer;
    },
  };
}

/** Sends the head of a request and half of its body on a bare socket, then hangs up. */
function sendHalf(gatewayUrl: string, accessToken: string, path: string, chunk: EncodedChunk): Promise<void> {
  const { hostname, port } = new URL(gatewayUrl);
  const head = [
    `PUT ${path} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${accessToken}`,
    `content-encoding: ${chunk.encoding}`,
    `content-length: ${chunk.payload.length}`,
    `x-gigtrail-sha256: ${chunk.sha256}`,
    `x-gigtrail-event-count: ${chunk.eventCount}`,
  ].join("\r\n");
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}\r\n\r\n`);
      socket.write(chunk.payload.subarray(0, chunk.payload.length >> 1), () => {
        socket.destroy();
        resolve();
      });
    });
    socket.on("error", reject);
  });
}
