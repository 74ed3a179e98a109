import type { Uploader } from "../drive/uploader.ts";

/** A way to bring chunks to a server under test. Several ways may lead to one server. */
export interface Side {
  readonly name: string;
  /** The processes whose CPU is the price of a chunk, PostgreSQL apart. */
  readonly serverPids: readonly number[];
  /** Opens what a new uploader needs. */
  uploader(): Promise<Uploader>;
}
