import type { ChaosSystem } from "../system/start-system.ts";
import type { Direction, TcpProxy } from "../system/tcp-proxy.ts";
import type { FaultKind } from "./fault.ts";
import { OneAtATime } from "./one-at-a-time.ts";

/** After how many bytes at most a connection is cut: within a header, within a body, within the one after. */
const MOST_BYTES = 60_000;
/** How long to wait for so many bytes, in milliseconds. */
const PATIENCE_MS = 15_000;
/** Share of the cuts on the way to the server; the others lose an answer. */
const IN_REQUESTS = 0.6;
const MOST_ANSWER_BYTES = 4_000;

/** Cuts a connection that goes through a proxy in the middle of what it carries. */
export function cutConnection(proxyOf: (system: ChaosSystem) => TcpProxy): FaultKind["inflict"] {
  const cuts = new OneAtATime();
  return ({ system }, random) => {
    const direction: Direction = random.chance(IN_REQUESTS) ? "requests" : "answers";
    const bytes = random.between(1, direction === "requests" ? MOST_BYTES : MOST_ANSWER_BYTES);
    return cuts.run(() => proxyOf(system).cut(direction, bytes, PATIENCE_MS));
  };
}
