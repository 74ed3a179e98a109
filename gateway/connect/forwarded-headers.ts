import { REQUEST_ID_HEADER } from "@gigtrail/platform/rpc/interceptors";

const FORWARDED = ["authorization", REQUEST_ID_HEADER];

/** The headers of a request that go on to the service behind. */
export function forwardedHeaders(request: Headers): Headers {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = request.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
