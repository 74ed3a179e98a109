import { readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

/** A user by number. */
export interface User {
  uid: number;
  gid: number;
}

/** Users that exist almost everywhere and may do next to nothing. */
const NAMES = ["postgres", "nobody"];

/** The user to run PostgreSQL as, since it refuses to be root; undefined: the current one will do. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`running as root, and there is no user ${NAMES.join(" or ")} to run PostgreSQL as`);
}

/** A folder for temporary files that every user can reach: TMPDIR may lie in a home that only its owner can enter. */
export function reachableTempFolder(): string {
  return [tmpdir(), "/tmp", "/var/tmp"].find(isReachable) ?? tmpdir();
}

function isReachable(folder: string): boolean {
  const canEnter = ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o001) !== 0;
  return canEnter && (folder === dirname(folder) || isReachable(dirname(folder)));
}
