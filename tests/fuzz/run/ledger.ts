import { parsed } from "../oracle/error-body.ts";
import { SESSIONS } from "../target/names.ts";
import type { Account } from "../target/people.ts";
import type { WireAnswer } from "../wire/wire-answer.ts";
import type { ChunkName, WireRequest } from "../wire/wire-request.ts";

const OK = 200;

/** What the server acknowledged to the uploader, so that it can be asked for it afterwards. */
export class Ledger {
  readonly #acknowledged = new Map<string, ChunkName>();

  /** Chunks that were acknowledged. */
  get size(): number {
    return this.#acknowledged.size;
  }

  /** Takes note of an answer. */
  note({ puts, sender }: WireRequest, { status, body }: WireAnswer): void {
    if (puts === undefined || sender !== "uploader" || status !== OK) return;
    const answer = parsed(body.toString());
    // Of a chunk whose events are all cut out, nothing is to be read.
    const isWhole = typeof answer === "object" && answer !== null && "cutEvents" in answer && answer.cutEvents === 0;
    if (isWhole) this.#acknowledged.set(nameOf(puts), puts);
  }

  /** Reads every session of the uploader to its end, and gives what is wrong with them. */
  async complaints(uploader: Account): Promise<string[]> {
    const complaints: string[] = [];
    const read = new Set<string>();
    const { ingest } = await uploader.member();
    for (const sessionId of SESSIONS) {
      try {
        for await (const { tabId, seq } of ingest.readEvents({ sessionId })) {
          read.add(nameOf({ sessionId, tabId, seq: Number(seq) }));
        }
      } catch (error) {
        complaints.push(`session ${sessionId} cannot be read to its end: ${String(error)}`);
      }
    }
    const lost = [...this.#acknowledged.keys()].filter((name) => !read.has(name));
    if (lost.length > 0)
      complaints.push(`${lost.length} acknowledged chunks are not read: ${lost.slice(0, 5).join(", ")}`);
    return complaints;
  }
}

function nameOf({ sessionId, tabId, seq }: ChunkName): string {
  return `${sessionId}/${tabId}/${seq}`;
}
