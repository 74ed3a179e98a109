import type { ScrubPolicy } from "./policy.ts";

/** Shorter texts are read again sooner than they are looked up, in bytes. */
export const MIN_KNOWN_BYTES = 2_048;

/** How many texts are remembered, 8 bytes each; then all are forgotten. */
const MAX_KNOWN = 16_384;

/**
 * Remembers long texts that hold nothing to mask. Every snapshot of a site has the same style sheets, which are most of
 * it. Only a hash of 64 bits is kept, under a seed of this process: two texts share one by a chance of 2^-64, and nobody
 * can make them.
 */
export class KnownClean {
  readonly #known = new Set<bigint>();
  readonly #seed = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;

  /** Whether this text was found to hold nothing to mask under this policy. */
  has(text: Uint8Array, policy: ScrubPolicy): boolean {
    return this.#known.has(this.#hash(text, policy));
  }

  /** The text was found to hold nothing to mask under this policy. */
  add(text: Uint8Array, policy: ScrubPolicy): void {
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    this.#known.add(this.#hash(text, policy));
  }

  #hash(text: Uint8Array, { plainInputs, maskEmails }: ScrubPolicy): bigint {
    const policy = (plainInputs ? 1n : 0n) | (maskEmails ? 2n : 0n);
    return Bun.hash.wyhash(text, this.#seed ^ policy);
  }
}
