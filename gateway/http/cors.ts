const ALLOWED_HEADERS = [
  "authorization",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-encoding",
  "content-type",
  "last-event-id",
  "range",
  "x-gigtrail-client-sent-time",
  "x-gigtrail-dropped-events",
  "x-gigtrail-event-count",
  "x-gigtrail-sha256",
  "x-request-id",
].join(", ");

const EXPOSED_HEADERS = [
  "accept-ranges",
  "content-disposition",
  "content-range",
  "retry-after",
  "x-gigtrail-reason",
  "x-request-id",
].join(", ");

const PREFLIGHT_MAX_AGE_S = "7200";

/** Answers a preflight request; undefined when this is none. An origin that is not listed gets no permission. */
export function preflight(request: Request, allowedOrigins: readonly string[]): Response | undefined {
  if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return undefined;
  const response = new Response(null, { status: 204 });
  if (!allowOrigin(request, response, allowedOrigins)) return response;
  response.headers.set("access-control-allow-methods", "GET, HEAD, POST, PUT");
  response.headers.set("access-control-allow-headers", ALLOWED_HEADERS);
  response.headers.set("access-control-max-age", PREFLIGHT_MAX_AGE_S);
  return response;
}

/** Lets a listed origin read the answer. No cookies are ever allowed along. */
export function withCors(request: Request, response: Response, allowedOrigins: readonly string[]): Response {
  if (allowOrigin(request, response, allowedOrigins)) {
    response.headers.set("access-control-expose-headers", EXPOSED_HEADERS);
    response.headers.set("cross-origin-resource-policy", "cross-origin");
  }
  return response;
}

function allowOrigin(request: Request, response: Response, allowedOrigins: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  response.headers.append("vary", "origin");
  if (origin === null || !allowedOrigins.includes(origin)) return false;
  response.headers.set("access-control-allow-origin", origin);
  return true;
}
