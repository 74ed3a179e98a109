import { createHash } from "node:crypto";
import { Codec, PutChunkResponse_Outcome } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { WITNESS_SESSION, WITNESS_TAB } from "../target/names.ts";
import type { Account } from "../target/people.ts";

/** An honest uploader, who goes on while the server is fed with everything else. */
export class Witness {
  readonly #sent: string[] = [];

  private constructor(private readonly account: Account) {}

  static async begin(account: Account): Promise<Witness> {
    const { ingest } = await account.member();
    await ingest.createSession({ sessionId: WITNESS_SESSION });
    return new Witness(account);
  }

  /** Uploads the next chunk. Throws when it is not stored. */
  async upload(): Promise<void> {
    const { ingest } = await this.account.member();
    const seq = this.#sent.length;
    const event = JSON.stringify({
      type: 5,
      timestamp: 1_790_000_000_000 + seq,
      data: { tag: "witness", payload: { seq } },
    });
    const payload = Buffer.from(`[${event}]`);
    const { outcome } = await ingest.putChunk({
      sessionId: WITNESS_SESSION,
      tabId: WITNESS_TAB,
      seq: BigInt(seq),
      eventCount: 1,
      codec: Codec.IDENTITY,
      sha256: createHash("sha256").update(payload).digest(),
      payload,
    });
    if (outcome !== PutChunkResponse_Outcome.STORED) throw new Error(`an honest chunk was not stored: ${outcome}`);
    this.#sent.push(event);
  }

  /** What is wrong with what can be read of it. */
  async complaints(): Promise<string[]> {
    const { ingest } = await this.account.member();
    const parts: Uint8Array[] = [];
    for await (const { data } of ingest.readEvents({ sessionId: WITNESS_SESSION })) parts.push(data);
    const read = Buffer.concat(parts).toString();
    return read === this.#sent.map((event) => `${event}\n`).join("")
      ? []
      : ["the honest recording is not what was sent"];
  }
}
