import { assertOutsideTransaction } from "@gigtrail/platform/db/guard";
import { newSecret } from "@gigtrail/platform/ids";
import { Gate } from "./gate.ts";

/** Argon2id with 19 MiB and two passes: the least that OWASP's Password Storage Cheat Sheet recommends; about 25 ms. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Hashes and verifies passwords, a few at a time: each hash keeps a core busy and takes 19 MiB. */
export class Passwords {
  readonly #gate: Gate;
  readonly #nobody: string;

  private constructor(gate: Gate, nobody: string) {
    this.#gate = gate;
    this.#nobody = nobody;
  }

  /** `concurrency`: hashes at once at most. */
  static async open(concurrency: number): Promise<Passwords> {
    return new Passwords(new Gate(concurrency), await Bun.password.hash(newSecret(), COST));
  }

  /** The hash to store, with its salt and cost. Throws `server_busy`. */
  hash(password: string): Promise<string> {
    assertOutsideTransaction("hashing a password");
    return this.#gate.run(() => Bun.password.hash(comparable(password), COST));
  }

  /**
   * Whether this is the password of the hash. Without a hash it is not, which takes just as long: a random password's
   * hash is verified instead. Throws `server_busy`.
   */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    assertOutsideTransaction("verifying a password");
    const matches = await this.#gate.run(() => Bun.password.verify(comparable(password), hash ?? this.#nobody));
    return matches && hash !== undefined;
  }
}

/** A password typed on another keyboard may come in other code points (NIST SP 800-63B §5.1.1.2: NFKC). */
function comparable(password: string): string {
  return password.normalize("NFKC");
}
