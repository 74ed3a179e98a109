import { timingSafeEqual } from "node:crypto";
import type { ServiceImpl } from "@connectrpc/connect";
import { SERVICE_TOKEN_S } from "@gigtrail/platform/auth/token-format";
import { SCHEMAS } from "@gigtrail/platform/db/roles";
import { refusal } from "@gigtrail/platform/errors";
import { newSecret } from "@gigtrail/platform/ids";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { AuthContext } from "../context.ts";
import type { ServiceSecrets } from "../service-secrets.ts";
import { hashSecret } from "../tokens/hash.ts";
import { signServiceToken } from "../tokens/service-token.ts";

type Rpc = ServiceImpl<typeof AuthService>["issueServiceToken"];

/** Gives a service a token for one other. Only names of services are audiences: `gigtrail` would be a user's. */
export function issueServiceToken({ config, signingKeys, now }: AuthContext): Rpc {
  const isRight = secretCheck(config.SERVICE_SECRETS);
  return async ({ service, secret, audience: asked, workspaceId }) => {
    if (!isRight(service, secret)) {
      throw refusal("credentials_wrong", { message: "The service or its secret is wrong; see SERVICE_SECRETS." });
    }
    const audience = SCHEMAS.find((name) => name === asked);
    if (audience === undefined) throw refusal("request_invalid", { message: "audience: there is no such service" });
    const accessToken = await signServiceToken(
      signingKeys.current,
      service,
      audience,
      workspaceId === "" ? undefined : workspaceId.toLowerCase(),
      now(),
    );
    return { accessToken, expiresInSeconds: SERVICE_TOKEN_S };
  };
}

/** Compares in a time that tells nothing of the secret, nor whether there is such a service. */
function secretCheck(secrets: ServiceSecrets): (service: string, secret: string) => boolean {
  const nobody = hashSecret(newSecret());
  const hashes = new Map([...secrets].map(([name, secret]) => [name, hashSecret(secret.reveal())] as const));
  return (service, secret) => timingSafeEqual(hashSecret(secret), hashes.get(service) ?? nobody);
}
