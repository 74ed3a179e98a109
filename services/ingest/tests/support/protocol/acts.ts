import * as fc from "fast-check";
import { type ModelledChunk, modelledChunk, TABS } from "./modelled-chunk.ts";

/** Sessions of a modelled workspace. */
export const SESSIONS = 2;

/** What is done to one session by itself. */
export type Act = { readonly session: number } & (
  | { readonly kind: "create" | "delete" | "look" }
  | { readonly kind: "put"; readonly chunk: ModelledChunk }
  | { readonly kind: "finish"; readonly ends: readonly (readonly [tab: number, lastSeq: number])[] }
);

/** A call: one act, or chunks that go together. */
export type Call =
  | { readonly kind: "alone"; readonly act: Act; readonly isLoud: boolean }
  | { readonly kind: "batch"; readonly puts: readonly (Act & { kind: "put" })[] };

/** What happens next: calls that are made at once, or something that happens to the service or to time. */
export type Round =
  | { readonly kind: "calls"; readonly calls: readonly Call[] }
  | { readonly kind: "restart" }
  | { readonly kind: "compaction" }
  | { readonly kind: "quiet"; readonly session: number };

const session = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });
const put = fc.record({ session, kind: fc.constant("put" as const), chunk: modelledChunk });
const end = fc.tuple(
  fc.nat({ max: TABS - 1 }),
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 4 }) },
    { weight: 1, arbitrary: fc.constantFrom(99_999, 100_001) },
  ),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: put },
  {
    weight: 4,
    arbitrary: fc.record({ session, kind: fc.constant("finish" as const), ends: fc.array(end, { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ session, kind: fc.constant("look" as const) }) },
  { weight: 1, arbitrary: fc.record({ session, kind: fc.constant("create" as const) }) },
  { weight: 1, arbitrary: fc.record({ session, kind: fc.constant("delete" as const) }) },
);

/** Any call. Ids are sent in capital letters by some. */
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("alone" as const), act, isLoud: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("batch" as const), puts: fc.array(put, { minLength: 1, maxLength: 5 }) }),
  },
);

const quiet = fc.record({ kind: fc.constant("quiet" as const), session });
/** What happens by itself. A session that is quiet for long is finished, and given up when it goes on being quiet. */
const world: fc.Arbitrary<Round[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Round[]>([{ kind: "restart" }]) },
  { weight: 2, arbitrary: fc.constant<Round[]>([{ kind: "compaction" }]) },
  { weight: 2, arbitrary: quiet.map((round): Round[] => [round]) },
  { weight: 2, arbitrary: quiet.map((round): Round[] => [round, round]) },
);

/** What happens to a workspace, one after the other; up to so many calls at once. */
export function rounds(atOnce: number): fc.Arbitrary<Round[]> {
  const calls = fc.record({
    kind: fc.constant("calls" as const),
    calls: fc.array(call, { minLength: 1, maxLength: atOnce }),
  });
  const some = fc.oneof(
    { weight: 8, arbitrary: calls.map((round): Round[] => [round]) },
    { weight: 1, arbitrary: world },
  );
  return fc.array(some, { minLength: 1, maxLength: 24, size: "max" }).map((all) => all.flat());
}
