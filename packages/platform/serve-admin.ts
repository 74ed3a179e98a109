import type { Running } from "./lifecycle.ts";
import type { Metrics } from "./metrics.ts";

/** What the admin port answers with. */
export interface AdminOptions {
  /** host:port. */
  address: string;
  /** Throws while the process cannot do its work. */
  ready(): Promise<void>;
  metrics: Metrics;
}

/** Serves /healthz/live, /healthz/ready and /metrics: for container health checks and Prometheus, not for users. */
export function serveAdmin({ address, ready, metrics }: AdminOptions): Running {
  const [hostname, port] = splitAddress(address);
  const server = Bun.serve({
    hostname,
    port,
    routes: {
      "/healthz/live": () => new Response("live\n"),
      "/healthz/ready": () => readyResponse(ready),
      "/metrics": async () =>
        new Response(await metrics.text(), { headers: { "content-type": "text/plain; version=0.0.4" } }),
    },
    fetch: () => new Response("not found\n", { status: 404 }),
  });
  return { stop: () => server.stop(true) };
}

/** Answers a readiness probe: 200 or 503. */
export async function readyResponse(ready: () => Promise<void>): Promise<Response> {
  try {
    await ready();
    return new Response("ready\n");
  } catch {
    return new Response("not ready; the log says why\n", { status: 503 });
  }
}

/** Splits host:port. */
export function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
