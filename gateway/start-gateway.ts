import type { TokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import type { Running } from "@gigtrail/platform/lifecycle";
import { REQUEST_ID, REQUEST_ID_HEADER } from "@gigtrail/platform/rpc/interceptors";
import type { Server } from "bun";
import { createAddressLimit } from "./admission/address-limit.ts";
import { ByteBudget } from "./admission/byte-budget.ts";
import { callerAddress } from "./admission/caller-address.ts";
import { connectRoutes, type RpcRoute } from "./connect/connect-routes.ts";
import type { GatewayContext } from "./context.ts";
import { preflight, withCors } from "./http/cors.ts";
import { drainBody } from "./http/drain-body.ts";
import { errorResponse } from "./http/error-response.ts";
import { EXPORT_FILE_PATH, exportFile } from "./http/export-file.ts";
import { CHUNK_PATH, putChunk } from "./http/put-chunk.ts";
import { methodNotAllowed } from "./http/method-not-allowed.ts";
import { withSecurityHeaders } from "./http/security-headers.ts";
import { type ServerRoute, serverRoutes } from "./http/server-routes.ts";
import { TAB_EVENTS_PATH, tabEvents } from "./http/tab-events.ts";
import { events } from "./live/events-route.ts";

/** A connection that says nothing for this long is closed, in seconds: slow headers and slow bodies end here. */
const IDLE_S = 12;
/** Bodies that are declared as larger than this are not waited for, in bytes; each call has its own limit below it. */
const MAX_DRAINED_BYTES = 48 * 1024 * 1024;
const METHODS_OF_OWN_ROUTES = "GET, HEAD";

const UNAUTHORIZED = 401;

/** What the gateway is given by whoever starts it. */
export type GatewayOptions = Omit<GatewayContext, "addressLimit" | "budget"> & { verify: TokenVerifier };

/** A gateway that listens. */
export interface RunningGateway extends Running {
  /** Without a slash at the end, for example `http://127.0.0.1:8080`. */
  readonly url: string;
}

interface Routes {
  readonly rpcs: ReadonlyMap<string, RpcRoute>;
  readonly server: Readonly<Record<string, ServerRoute>>;
}

/** Starts the edge: everything that is spoken with browsers, extensions and scripts. */
export function startGateway(options: GatewayOptions): RunningGateway {
  const gateway: GatewayContext = {
    ...options,
    addressLimit: createAddressLimit(options.config),
    budget: new ByteBudget(),
  };
  const routes = { rpcs: connectRoutes(gateway), server: serverRoutes(gateway) };
  const server = Bun.serve({
    hostname: gateway.config.HOST,
    port: gateway.config.PORT,
    idleTimeout: IDLE_S,
    // Bun would refuse a large body without a reason; admission does it with one, and nothing is read before that.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, self) => answer(gateway, routes, request, self),
    error: (error) => withSecurityHeaders(errorResponse(error, gateway.log)),
  });
  return { url: `http://${gateway.config.HOST}:${server.port}`, stop: () => server.stop(true) };
}

async function answer(
  gateway: GatewayContext,
  routes: Routes,
  request: Request,
  server: Server<undefined>,
): Promise<Response> {
  const { ALLOWED_ORIGINS, TRUST_FORWARDED_FOR } = gateway.config;
  const asked = preflight(request, ALLOWED_ORIGINS);
  if (asked !== undefined) return withSecurityHeaders(asked);
  if (!REQUEST_ID.test(request.headers.get(REQUEST_ID_HEADER) ?? "")) request.headers.set(REQUEST_ID_HEADER, newId());
  const address = callerAddress(request, server, TRUST_FORWARDED_FOR);
  const response = await dispatch(gateway, routes, request, address).catch((error: unknown) => refused(gateway, error));
  response.headers.set(REQUEST_ID_HEADER, request.headers.get(REQUEST_ID_HEADER) ?? "");
  if (response.status === UNAUTHORIZED) response.headers.set("www-authenticate", "Bearer");
  if (!response.ok && !(await drainBody(request)) && isEndless(request)) response.headers.set("connection", "close");
  return withSecurityHeaders(withCors(request, response, ALLOWED_ORIGINS));
}

async function dispatch(gateway: GatewayContext, routes: Routes, request: Request, address: string): Promise<Response> {
  const pathname = pathOf(request);
  const rpc = routes.rpcs.get(pathname);
  if (rpc !== undefined) return rpc(request, address);
  const chunk = CHUNK_PATH.exec(pathname);
  if (chunk !== null) return putChunk(gateway, request, address, chunk);
  const tab = TAB_EVENTS_PATH.exec(pathname);
  if (tab !== null) return tabEvents(gateway, request, address, tab);
  const file = EXPORT_FILE_PATH.exec(pathname);
  if (file !== null) return exportFile(gateway, request, address, file);
  if (pathname === "/v1/events") return events(gateway, request, address);
  await gateway.addressLimit.call(address);
  const own = Object.hasOwn(routes.server, pathname) ? routes.server[pathname] : undefined;
  if (own === undefined) throw refusal(pathname.startsWith("/gigtrail.") ? "rpc_unknown" : "route_not_found");
  if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed(METHODS_OF_OWN_ROUTES);
  return own(request);
}

/** The path of a request; one whose Host is no host has none that we serve. */
function pathOf(request: Request): string {
  const url = URL.parse(request.url);
  if (url === null) throw refusal("route_not_found");
  return url.pathname;
}

/** Whether a refused sender would go on for long: its connection is better closed than drained. */
function isEndless({ headers }: Request): boolean {
  const declared = headers.get("content-length");
  return declared === null ? headers.has("transfer-encoding") : Number(declared) > MAX_DRAINED_BYTES;
}

function refused(gateway: GatewayContext, error: unknown): Response {
  const response = errorResponse(error, gateway.log);
  gateway.metrics.refused(response.headers.get("x-gigtrail-reason") ?? "internal");
  return response;
}
