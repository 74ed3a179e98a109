import type { GatewayConfig } from "@gigtrail/gateway/config";
import { PlainError } from "@gigtrail/platform/plain-error";

/** Says in plain words that the port is taken, or may not be used. */
export function portTaken<T>({ HOST, PORT }: GatewayConfig, listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new PlainError(`Port ${PORT} on ${HOST} is taken. Stop what uses it, or set PORT to another one.`, {
        cause: error,
      });
    }
    if (code === "EACCES") {
      throw new PlainError(`Port ${PORT} on ${HOST} may not be used by this user. Set PORT to one above 1023.`, {
        cause: error,
      });
    }
    throw error;
  }
}
