import { PlainError } from "@gigtrail/platform/plain-error";

/** Where the embedded database and Unix sockets work. */
const SUPPORTED = new Set(["linux", "darwin"]);

/** Ends in plain words where Gigtrail does not run. */
export function assertPlatform(platform: string = process.platform): void {
  if (SUPPORTED.has(platform)) return;
  throw new PlainError(
    `Gigtrail runs on Linux and macOS, not on ${platform}. On Windows, run it in WSL 2 or with docker compose.`,
  );
}
