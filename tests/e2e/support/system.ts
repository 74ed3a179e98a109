import type { MasterKey } from "@gigtrail/platform/crypto/master-key";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";

/** A whole Gigtrail that runs, as a test sees it. */
export interface System {
  /** Where the gateway listens. */
  readonly url: string;
  /** For tests that make tokens of their own: where the keys are, and what they are sealed under. */
  readonly database: DatabaseSurroundings;
  readonly masterKey: MasterKey;
}

/** The settings that all systems of the tests run with: everybody may sign up, and limits are out of the way. */
export const SETTINGS = {
  REGISTRATION: "open",
  ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: "1000000",
  ADDRESS_CALLS_PER_MINUTE: "10000000",
  PASSWORD_CONCURRENCY: "4",
};
