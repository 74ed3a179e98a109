import type { Server } from "bun";

/** The address that limits are counted for. Behind a proxy of one's own, the last entry of X-Forwarded-For is the one that this proxy wrote. */
export function callerAddress(request: Request, server: Server<undefined>, trustForwardedFor: boolean): string {
  const direct = server.requestIP(request)?.address ?? "unknown";
  if (!trustForwardedFor) return direct;
  const entries = (request.headers.get("x-forwarded-for") ?? "").split(",");
  return entries.at(-1)?.trim() || direct;
}
