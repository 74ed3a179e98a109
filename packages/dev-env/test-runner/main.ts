/** `bun run test [FILTER…]`: runs the tests of every room, each in a process of its own, and ends with one line of counts. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { addCounts, type Counts, type RoomResult, runRoom } from "./run-room.ts";

const REPOSITORY = join(import.meta.dir, "../../..");
/** Rooms in the order in which they are run: first those that everything stands on. */
const ROOMS = [
  "packages/upwork",
  "packages/test-servers",
  "packages/proto",
  "packages/platform",
  "services/auth",
  "services/ingest",
  "services/analysis",
  "services/export",
  "gateway",
  "clients/cli",
  "clients/recorder",
  "packages/samples",
  "packages/dev-env",
  "tests",
];
/** Rooms at the same time. Each may start an embedded database of about 1 GB. */
const AT_ONCE = Math.min(2, availableParallelism());

const filters = process.argv.slice(2);
const rooms = ROOMS.filter(
  (room) => filters.length === 0 || filters.some((filter) => filter.startsWith(room) || room.includes(filter)),
);
const waiting = [...rooms];
const results: RoomResult[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, runNext));

async function runNext(): Promise<void> {
  for (let room = waiting.shift(); room !== undefined; room = waiting.shift()) {
    const result = await runRoom(
      REPOSITORY,
      room,
      filters.filter((filter) => filter.startsWith(`${room}/`)),
    );
    results.push(result);
    process.stdout.write(result.report);
  }
}

const none: Counts = { passed: 0, failed: 0, skipped: 0 };
const total = results.map(({ counts }) => counts).reduce(addCounts, none);
const inOrder = results.toSorted((a, b) => rooms.indexOf(a.room) - rooms.indexOf(b.room));
process.stdout.write("\n");
for (const { room, counts, seconds } of inOrder) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  process.stdout.write(
    `${room.padEnd(24)} ${counts.passed} passed, ${counts.failed} failed${skipped} in ${seconds.toFixed(1)} s\n`,
  );
}
for (const { failures } of inOrder) for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
for (const { skips } of inOrder) for (const skip of skips) process.stdout.write(`skipped ${skip}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
