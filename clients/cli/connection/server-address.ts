import { UsageFailure } from "../failure.ts";
import type { Credentials } from "../session/credentials.ts";

/** Where `bun run start` listens. */
export const DEFAULT_SERVER = "http://127.0.0.1:8080";

/** Which server a command talks to: `--server`, GIGTRAIL_SERVER, that of the last sign-in, or the default. */
export function chooseServer(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  credentials: Credentials,
): string {
  return normalize(option || env["GIGTRAIL_SERVER"] || credentials.currentServer || DEFAULT_SERVER);
}

/** One spelling for each server, because sign-ins are kept by it. */
function normalize(address: string): string {
  const url = /^https?:\/\//i.test(address) ? URL.parse(address) : null;
  if (url === null || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new UsageFailure(`${address} is no server address; write it like ${DEFAULT_SERVER}.`);
  }
  return url.href.replace(/\/+$/, "");
}

/** Whether what is sent there can be read by others on the way: plain HTTP to another machine. */
export function isOpenToOthers(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
  return protocol === "http:" && !isLoopback;
}
