import { refusal } from "@gigtrail/platform/errors";
import type { AuthContext } from "../context.ts";
import { deleteLoginAttempts } from "../db/queries/delete-login-attempts.ts";
import { lockLoginAttempts } from "../db/queries/lock-login-attempts.ts";
import { saveLoginAttempts } from "../db/queries/save-login-attempts.ts";
import type { AuthTx } from "../db/schema.ts";
import { hashSecret } from "../tokens/hash.ts";
import { countAttempt, type LoginAttempts, NO_ATTEMPTS } from "./login-attempts.ts";

/** Key of an address among the attempts; addresses without an account are counted in the same way. */
export function addressHash(email: string): Buffer {
  return hashSecret(`login:${email}`);
}

/**
 * Counts an attempt to sign in and lets it through, or throws `too_many_attempts`. Call forgetAttempts when it
 * succeeds and takeBackAttempt when it could not be looked at.
 */
export async function admitAttempt({ db, now }: Pick<AuthContext, "db" | "now">, email: string): Promise<void> {
  const nowMs = now();
  const waitMs = await db.asSystem(async (tx) => {
    const row = await lockLoginAttempts(tx, toRow(email, NO_ATTEMPTS));
    const before = fromRow(row);
    const counted = countAttempt(before, nowMs);
    if (counted === undefined) return before.blockedUntilMs - nowMs;
    await saveLoginAttempts(tx, toRow(email, counted));
    return 0;
  });
  if (waitMs > 0) throw refusal("too_many_attempts", { retryAfterMs: waitMs });
}

/** Forgets the attempts on an address: its owner is in, or has a new password. */
export async function forgetAttempts(tx: AuthTx, email: string): Promise<void> {
  await deleteLoginAttempts(tx, addressHash(email));
}

/** Takes back the last attempt, because the server was too busy to look at it. The wait that it began stands. */
export async function takeBackAttempt({ db }: Pick<AuthContext, "db">, email: string): Promise<void> {
  await db.asSystem(async (tx) => {
    const before = fromRow(await lockLoginAttempts(tx, toRow(email, NO_ATTEMPTS)));
    await saveLoginAttempts(tx, toRow(email, { ...before, failures: Math.max(0, before.failures - 1) }));
  });
}

function toRow(email: string, { failures, blockedUntilMs, lastMs }: LoginAttempts) {
  return {
    address_hash: addressHash(email),
    failures,
    blocked_until: new Date(blockedUntilMs),
    last_time: new Date(lastMs),
  };
}

function fromRow(row: { failures: number; blocked_until: Date; last_time: Date }): LoginAttempts {
  return { failures: row.failures, blockedUntilMs: row.blocked_until.getTime(), lastMs: row.last_time.getTime() };
}
