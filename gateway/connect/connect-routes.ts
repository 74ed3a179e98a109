import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { createConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";
import { refusal } from "@gigtrail/platform/errors";
import { edgeInterceptors } from "@gigtrail/platform/rpc/interceptors";
import { admit } from "../admission/admit.ts";
import type { GatewayContext } from "../context.ts";
import { isPublic } from "../openapi/access.ts";
import { methodNotAllowed } from "../http/method-not-allowed.ts";
import { forward } from "./forward.ts";
import { bodyLimit } from "./limits.ts";
import { PUBLIC_SERVICES } from "./public-services.ts";
import { readableRequest } from "./readable-request.ts";
import { withReason } from "./with-reason.ts";

/** Answers a request to an RPC's path. */
export type RpcRoute = (request: Request, address: string) => Promise<Response>;

const CONTENT_TYPE = /^application\/(connect\+)?(json|proto)(;\s*charset=utf-8)?$/i;

/** The paths of all public RPCs, each admitted before its body is read, then handed to Connect. */
export function connectRoutes(gateway: GatewayContext): ReadonlyMap<string, RpcRoute> {
  const router = createConnectRouter({
    grpc: false,
    grpcWeb: false,
    connect: true,
    // Payloads are compressed already; a compressed message would be inflated before anyone looked at it.
    acceptCompression: [],
    interceptors: [...edgeInterceptors(gateway), readableRequest],
    jsonOptions: { ignoreUnknownFields: true },
  });
  for (const { desc, service } of PUBLIC_SERVICES) {
    for (const method of desc.methods.filter(isPublic)) {
      forward(router, method, () => gateway.transport(service), bodyLimit(method).maxBytes);
    }
  }
  const routes = new Map<string, RpcRoute>();
  for (const handler of router.handlers) {
    const answer = createFetchHandler(handler);
    routes.set(handler.requestPath, (request, address) => admitted(gateway, handler.method, request, address, answer));
  }
  return routes;
}

async function admitted(
  gateway: GatewayContext,
  method: DescMethod,
  request: Request,
  address: string,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  const mayGet = method.methodKind === "unary" && method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const isGet = request.method === "GET" && mayGet;
  if (request.method !== "POST" && !isGet) throw methodNotAllowed(mayGet ? "GET, POST" : "POST");
  if (request.method === "POST" && !isReadable(request.headers)) throw refusal("content_type_unsupported");
  const { release } = await admit(gateway, request, address, method, bodyLimit(method));
  try {
    return await withReason(await answer(request), request.signal);
  } finally {
    release();
  }
}

/** Whether Connect can read the body: JSON or binary, not compressed. */
function isReadable(headers: Headers): boolean {
  const encoding = headers.get("content-encoding") ?? "identity";
  return CONTENT_TYPE.test(headers.get("content-type") ?? "") && encoding === "identity";
}
