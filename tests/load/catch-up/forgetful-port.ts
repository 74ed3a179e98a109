import type { AddressedChunk, UploadPort } from "@gigtrail/recorder/core/upload-port";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import { shuffled } from "./shuffled.ts";

/** What went over the wire. */
export interface Traffic {
  calls: number;
  sentChunks: number;
  /** Of those, the ones that the server had before. */
  duplicates: number;
}

/**
 * The port of a client that has forgotten which of its chunks were acknowledged: with each call it sends some chunks of
 * before once more, `duplicatePart` of as many as are new, and in an order of chance.
 */
export function forgetfulPort(
  port: UploadPort,
  duplicatePart: number,
  random: () => number,
  traffic: Traffic,
): UploadPort {
  const before: AddressedChunk[] = [];
  const again = (fresh: number): AddressedChunk[] =>
    Array.from(
      { length: Math.floor(fresh * duplicatePart + random()) },
      () => before[Math.floor(random() * before.length)],
    ).filter((chunk) => chunk !== undefined);
  return {
    ...port,
    async putChunk(sessionId, tabId, chunk, signal) {
      for (const old of again(1)) {
        await port.putChunk(old.sessionId, old.tabId, old.chunk, signal);
        count(traffic, 1, 1);
      }
      const answer = await port.putChunk(sessionId, tabId, chunk, signal);
      count(traffic, 1, Number(answer.duplicate));
      before.push({ sessionId, tabId, chunk });
      return answer;
    },
    async putChunks(chunks, signal) {
      const order = shuffled([...chunks, ...again(chunks.length)], random);
      const { results, directive } = await port.putChunks(order, signal);
      const duplicates = results.filter((result) => !(result instanceof UploadError) && result.duplicate).length;
      count(traffic, order.length, duplicates);
      const byChunk = new Map(order.map((chunk, index) => [chunk, results[index]]));
      before.push(...chunks);
      return { results: chunks.flatMap((chunk) => byChunk.get(chunk) ?? []), directive };
    },
  };
}

function count(traffic: Traffic, sent: number, duplicates: number): void {
  traffic.calls += 1;
  traffic.sentChunks += sent;
  traffic.duplicates += duplicates;
}
