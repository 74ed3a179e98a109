import type { OutboxStore } from "./outbox-store.ts";

/** How long an uploader that was killed keeps the others waiting, in milliseconds. */
export const LEASE_MS = 10_000;

/** How often a lease is renewed, in milliseconds: a third, so that a late timer does not lose it. */
export const LEASE_RENEW_MS = 3_000;

const KEY = ["uploader"] as const;

/**
 * Lets one of the contexts that share an outbox upload. It saves work and is no lock: a context that was frozen may
 * overlap with the next one, and then the server answers the second of two equal chunks as a duplicate.
 */
export class UploadLease {
  readonly #store: OutboxStore;
  readonly #owner = crypto.randomUUID();
  #renewAtMs = 0;

  constructor(store: OutboxStore) {
    this.#store = store;
  }

  /** Takes or renews the lease; false while another context has it. */
  async hold(): Promise<boolean> {
    const nowMs = Date.now();
    // A clock that was set back would let it seem good for long.
    if (nowMs < this.#renewAtMs && this.#renewAtMs - nowMs <= LEASE_RENEW_MS) return true;
    const held = await this.#store.transact("readwrite", async (tx) => {
      const lease = await tx.get("leases", KEY);
      const isOthers = lease !== undefined && lease.owner !== this.#owner;
      if (isOthers && lease.untilMs > nowMs && lease.untilMs - nowMs <= LEASE_MS) return false;
      await tx.put("leases", KEY, { owner: this.#owner, untilMs: nowMs + LEASE_MS });
      return true;
    });
    this.#renewAtMs = held ? nowMs + LEASE_RENEW_MS : 0;
    return held;
  }

  /** Gives the lease back, so that another context need not wait for its end. */
  async release(): Promise<void> {
    if (this.#renewAtMs === 0) return;
    this.#renewAtMs = 0;
    await this.#store.transact("readwrite", async (tx) => {
      if ((await tx.get("leases", KEY))?.owner === this.#owner) await tx.delete("leases", KEY);
    });
  }
}
