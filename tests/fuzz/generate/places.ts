import * as fc from "fast-check";
import { DELETED_SESSION, SESSIONS, TABS, UNKNOWN_SESSION, WITNESS_SESSION } from "../target/names.ts";

/** Words that are no ids. */
const NO_IDS = ["", "x", "..", "%00", "%2e%2e", "00000000-0000-0000-0000-000000000000", "{}", "null", "é"];

/** A session: mostly one that there is, sometimes somebody else's, a deleted one, or none at all. */
export const sessionId: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...SESSIONS) },
  { weight: 1, arbitrary: fc.constantFrom(...SESSIONS.map((id) => id.toUpperCase())) },
  { weight: 1, arbitrary: fc.constantFrom(DELETED_SESSION, UNKNOWN_SESSION, WITNESS_SESSION) },
  { weight: 1, arbitrary: fc.constantFrom(...NO_IDS) },
  { weight: 1, arbitrary: fc.uuid() },
);

/** A tab. */
export const tabId: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...TABS) },
  { weight: 1, arbitrary: fc.constantFrom(...NO_IDS) },
);

/** A chunk's number. */
export const seq: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.nat({ max: 400 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("100000", "9007199254740991", "9007199254740992", "9999999999999999", "007"),
  },
  { weight: 1, arbitrary: fc.constantFrom("-1", "1.5", "x", "18446744073709551616", "1e3", "") },
);
