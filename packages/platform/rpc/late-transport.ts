import type { Transport } from "@connectrpc/connect";

/** A transport that is looked up at each call: services that call each other cannot all exist before the first. */
export function lateTransport(find: () => Transport): Transport {
  return {
    unary: (method, signal, timeoutMs, header, input, values) =>
      find().unary(method, signal, timeoutMs, header, input, values),
    stream: (method, signal, timeoutMs, header, input, values) =>
      find().stream(method, signal, timeoutMs, header, input, values),
  };
}
