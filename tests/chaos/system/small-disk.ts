import { openSync, closeSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { guardProgram, releaseProgram } from "@gigtrail/test-servers/guard";

const FILLER = ".filler";
/** The last bytes are written in pieces of this size, which is that of a page of a tmpfs. */
const PAGE_BYTES = 4096;

/** A disk of a few megabytes that can be filled up. It is seen by programs that are started with `command`. */
export interface SmallDisk {
  /** Where this process sees what is on it. */
  readonly view: string;
  /** Begins the command of a program that is to see the disk at its path. */
  readonly command: readonly string[];
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  /** Gives the room back. */
  clear(): void;
  /** Takes the disk away. */
  stop(): Promise<void>;
}

/**
 * Makes a tmpfs of so many bytes at an existing folder, in a mount namespace of its own: whatever ends this process,
 * nothing stays mounted. Returns why not where the system does not allow it.
 */
export async function startSmallDisk(folder: string, bytes: number): Promise<SmallDisk | { why: string }> {
  const asUser = process.getuid?.() !== 0;
  const unshare = Bun.which("unshare");
  const nsenter = Bun.which("nsenter");
  if (process.platform !== "linux" || unshare === null || nsenter === null) {
    return { why: "a disk of its own needs Linux with unshare and nsenter" };
  }
  const script = `mount -t tmpfs -o size=${bytes},mode=0700 chaos "$0" && echo mounted && exec sleep infinity`;
  const holder = Bun.spawn(
    [unshare, "--mount", ...(asUser ? ["--user", "--map-root-user"] : []), "sh", "-c", script, folder],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  guardProgram(holder.pid);
  const { value } = await holder.stdout.getReader().read();
  if (value === undefined) {
    await holder.exited;
    releaseProgram(holder.pid);
    return { why: `no disk can be mounted here: ${(await new Response(holder.stderr).text()).trim()}` };
  }
  const enter = ["--target", String(holder.pid), "--mount", ...(asUser ? ["--user", "--preserve-credentials"] : [])];
  const view = `/proc/${holder.pid}/root${folder}`;
  return {
    view,
    command: [nsenter, ...enter, "--"],
    fill: () => fill(view),
    clear: () => rmSync(join(view, FILLER), { force: true }),
    async stop() {
      holder.kill("SIGKILL");
      await holder.exited;
      releaseProgram(holder.pid);
    },
  };
}

async function fill(view: string): Promise<void> {
  const filler = join(view, FILLER);
  const { bavail, bsize } = statfsSync(view);
  const most = Math.max(1, bavail * bsize - PAGE_BYTES);
  const allocating = Bun.spawn(["fallocate", "-l", String(most), filler], { stdout: "ignore", stderr: "ignore" });
  await allocating.exited;
  const file = openSync(filler, "a");
  const page = Buffer.alloc(PAGE_BYTES);
  try {
    while (writeSync(file, page) > 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
