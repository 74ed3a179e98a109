import { createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { Secret } from "../config.ts";

/** A token is asked for anew this long before it ends, in milliseconds. */
const RENEW_BEFORE_MS = 60_000;
/** Tokens kept at most: one for each service and workspace that is being worked for. */
const MAX_KEPT_TOKENS = 1_000;

/** Gives the headers with which a service calls another one, on behalf of a workspace or (undefined) of none. */
export type ServiceCredentials = (audience: string, workspaceId?: string) => Promise<{ authorization: string }>;

/** Asks the auth service for tokens (client credentials) and keeps them until they are about to end. */
export function serviceCredentials(auth: Transport, service: string, secret: Secret): ServiceCredentials {
  const client = createClient(AuthService, auth);
  const kept = new Map<string, { authorization: string; untilMs: number }>();
  return async (audience, workspaceId = "") => {
    const key = `${audience}/${workspaceId}`;
    const known = kept.get(key);
    if (known !== undefined && known.untilMs > Date.now()) return { authorization: known.authorization };
    const issued = await client.issueServiceToken({ service, secret: secret.reveal(), audience, workspaceId });
    const authorization = `Bearer ${issued.accessToken}`;
    kept.delete(key);
    if (kept.size >= MAX_KEPT_TOKENS) kept.delete(kept.keys().next().value ?? "");
    kept.set(key, { authorization, untilMs: Date.now() + issued.expiresInSeconds * 1000 - RENEW_BEFORE_MS });
    return { authorization };
  };
}
