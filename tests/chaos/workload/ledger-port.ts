import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import type { UploadPort } from "@gigtrail/recorder/core/upload-port";
import type { Account } from "./account.ts";
import type { Ledger } from "./ledger.ts";

/** A call that takes longer is given up and repeated, in milliseconds. */
const REQUEST_TIMEOUT_MS = 12_000;

/** The port of an account's clients, which writes down all that is sent and answered. */
export function ledgerPort(account: Account, ledger: Ledger): UploadPort {
  const port = createFetchPort({
    baseUrl: account.url,
    accessToken: (refused) => account.token(refused),
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  return {
    async createSession(sessionId, displayName, signal) {
      const entry = ledger.session(sessionId, account);
      entry.askedMs ??= Date.now();
      await port.createSession(sessionId, displayName, signal);
      entry.madeMs ??= Date.now();
    },
    async putChunk(sessionId, tabId, chunk, signal) {
      const entry = ledger.session(sessionId, account);
      ledger.sent(entry, tabId, chunk);
      const answer = await port.putChunk(sessionId, tabId, chunk, signal);
      ledger.acknowledged(entry, tabId, chunk.seq, answer.duplicate);
      ledger.told(entry, [answer.tab]);
      return answer;
    },
    async putChunks(chunks, signal) {
      for (const each of chunks) ledger.sent(ledger.session(each.sessionId, account), each.tabId, each.chunk);
      const answer = await port.putChunks(chunks, signal);
      for (const [index, { sessionId, tabId, chunk }] of chunks.entries()) {
        const result = answer.results[index];
        if (result === undefined) continue;
        if (result instanceof UploadError) {
          ledger.refusals += 1;
          continue;
        }
        const entry = ledger.session(sessionId, account);
        ledger.acknowledged(entry, tabId, chunk.seq, result.duplicate);
        ledger.told(entry, [result.tab]);
      }
      return answer;
    },
    async getUploadState(sessionId, signal) {
      const entry = ledger.session(sessionId, account);
      const state = await port.getUploadState(sessionId, signal);
      ledger.told(entry, state.tabs);
      entry.isComplete ||= state.complete;
      return state;
    },
    async finishSession(sessionId, tabs, signal) {
      const entry = ledger.session(sessionId, account);
      const state = await port.finishSession(sessionId, tabs, signal);
      ledger.told(entry, state.tabs);
      entry.isComplete ||= state.complete;
      return state;
    },
  };
}
