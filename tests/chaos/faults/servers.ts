import { crashPostgres } from "../system/crash-postgres.ts";
import type { FaultKind } from "./fault.ts";
import { OneAtATime } from "./one-at-a-time.ts";

/** How long a server lies, in milliseconds. */
const DOWN_MS = { least: 100, most: 1_200 };
/** How long the database's answers are held back, in milliseconds. */
const HELD_MS = { least: 200, most: 2_000 };
/** Share of the held answers that are lost in the end, though what they answer may be committed. */
const LOST = 0.4;
/** How long the disk is full, in milliseconds: beyond the two seconds after which ingest sees it. */
const FULL_MS = { least: 500, most: 4_000 };

/** Faults of what the services stand on. Each server has one at a time. */
export function serverFaults(): Record<
  "killPostgres" | "killNats" | "emptyJetStream" | "delayCommits" | "fillDisk",
  FaultKind["inflict"]
> {
  const postgres = new OneAtATime();
  const nats = new OneAtATime();
  const answers = new OneAtATime();
  const disk = new OneAtATime();
  const endNats =
    (isEmptied: boolean): FaultKind["inflict"] =>
    ({ system }, random) =>
      nats.run(async () => {
        await system.nats.kill();
        if (isEmptied) system.nats.emptyStore();
        await Bun.sleep(random.between(DOWN_MS.least, DOWN_MS.most));
        await system.nats.start();
        return true;
      });
  return {
    killNats: endNats(false),
    emptyJetStream: endNats(true),
    killPostgres: ({ system }, random) =>
      postgres.run(async () => {
        await crashPostgres(system.postgres);
        await Bun.sleep(random.between(DOWN_MS.least, DOWN_MS.most));
        await system.postgres.server.start();
        return true;
      }),
    delayCommits: ({ system }, random) =>
      answers.run(async () => {
        const end = random.chance(LOST) ? "lose" : "give";
        await system.databaseProxy.holdAnswers(random.between(HELD_MS.least, HELD_MS.most), end);
        return true;
      }),
    fillDisk: (victims, random) => disk.run(() => fillDisk(victims, random)),
  };
}

const fillDisk: FaultKind["inflict"] = async ({ system }, random) => {
  const { disk } = system;
  if ("why" in disk) return false;
  await disk.fill();
  await Bun.sleep(random.between(FULL_MS.least, FULL_MS.most));
  disk.clear();
  return true;
};
