import type { ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { AuthContext } from "../context.ts";

type Rpc = ServiceImpl<typeof AuthService>["getJwks"];

/** Answers with the public keys. */
export function getJwks({ signingKeys }: AuthContext): Rpc {
  const jwksJson = JSON.stringify(signingKeys.publicKeys);
  return () => ({ jwksJson });
}
