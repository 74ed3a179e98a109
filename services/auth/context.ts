import type { Database } from "@gigtrail/platform/db/database";
import type { Log } from "@gigtrail/platform/log";
import type { AuthConfig } from "./config.ts";
import type { AuthSchema } from "./db/schema.ts";
import type { SigningKeys } from "./keys/signing-keys.ts";
import type { Passwords } from "./passwords/passwords.ts";

/** What the handlers of the auth service stand on. */
export interface AuthContext {
  readonly config: AuthConfig;
  readonly db: Database<AuthSchema>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly passwords: Passwords;
  readonly signingKeys: SigningKeys;
  /** Refresh tokens follow from one another under this key. */
  readonly refreshKey: Uint8Array;
  /** User codes are short, so their hashes are keyed. */
  readonly userCodeKey: Uint8Array;
}
