import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { loadConfig } from "@gigtrail/platform/config";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { stopAll } from "@gigtrail/platform/lifecycle";
import { repeat } from "@gigtrail/platform/repeat";
import { route } from "@gigtrail/platform/rpc/routes";
import type { RunningService, Service, Surroundings } from "@gigtrail/platform/service";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { createLocalJWKSet } from "jose";
import { authConfig } from "./config.ts";
import type { AuthContext } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import type { AuthSchema } from "./db/schema.ts";
import { openSigningKeys } from "./keys/signing-keys.ts";
import { Passwords } from "./passwords/passwords.ts";
import { authRoutes, deviceRoutes } from "./routes.ts";
import { sweep, SWEEP_MS } from "./sweep/sweep.ts";

/** Says who is who: accounts, sign-in, paired devices, service tokens. */
export const authService: Service = { name: "auth", migrations, start: (surroundings) => startAuth(surroundings) };

/** Starts the auth service; `now` is its clock, in milliseconds since 1970. */
export async function startAuth(surroundings: Surroundings, now: () => number = Date.now): Promise<RunningService> {
  const { env, log, masterKey } = surroundings;
  const config = loadConfig(authConfig, env);
  const db = await openDatabase<AuthSchema>(surroundings.database, "auth", migrations, log);
  const closeDatabase = { stop: () => db.close() };
  try {
    const context: AuthContext = {
      config,
      db,
      log,
      now,
      passwords: await Passwords.open(config.PASSWORD_CONCURRENCY),
      signingKeys: await openSigningKeys(db, masterKey, now()),
      refreshKey: masterKey.derive("auth/refresh-tokens"),
      userCodeKey: masterKey.derive("auth/user-codes"),
    };
    const sweeping = repeat("ended sign-ins", SWEEP_MS, () => sweep(context), log);
    return {
      routes: [route(AuthService, authRoutes(context)), route(DeviceService, deviceRoutes(context))],
      verify: createTokenVerifier("auth", createLocalJWKSet(context.signingKeys.publicKeys)),
      ready: () => db.check(),
      stop: () => stopAll([closeDatabase, sweeping], log),
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}
