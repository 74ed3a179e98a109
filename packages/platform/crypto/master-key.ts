import { hkdfSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PlainError } from "../plain-error.ts";
import { KEY_BYTES, newKey } from "./aead.ts";

/** Says that the master key cannot be used, and what to do. */
export class MasterKeyError extends PlainError {
  override readonly name = "MasterKeyError";
}

/** The key that everything else is wrapped with. It never encrypts data itself. */
export class MasterKey {
  readonly #key: Uint8Array;
  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Reads a key written as base64 of 32 bytes. */
  static parse(text: string): MasterKey {
    const key = Buffer.from(text.trim(), "base64");
    if (key.length !== KEY_BYTES) {
      throw new MasterKeyError("MASTER_KEY must be base64 of 32 bytes; make one with `openssl rand -base64 32`.");
    }
    return new MasterKey(key);
  }

  /** Reads the key in a file, or makes one there that only the owner can read. */
  static openFile(path: string): MasterKey {
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, `${newKey().toString("base64")}\n`, { mode: 0o600, flag: "wx", flush: true });
    }
    return MasterKey.parse(readFileSync(path, "utf8"));
  }

  /** The key of one purpose (HKDF-SHA-256, RFC 5869), so that no service can open what another sealed. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#key, "gigtrail", purpose, KEY_BYTES));
  }
}
