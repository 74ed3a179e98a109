import { createHmac } from "node:crypto";
import type { SignInTable } from "../db/schema.ts";

const DAY_MS = 24 * 60 * 60_000;
/** A refresh token that is not used for this long ends, in milliseconds. */
export const REFRESH_IDLE_MS = 30 * DAY_MS;
/** A sign-in ends after this long, however busily it is renewed, in milliseconds. */
export const SIGN_IN_MS = 180 * DAY_MS;
/** For this long after its first use a token gives the same answer again, in milliseconds: the first may be lost. */
export const REPEAT_MS = 30_000;

/** A refresh token as its client gets it; the database has its hash alone. */
export interface RefreshToken {
  readonly token: string;
  readonly expireTime: Date;
}

/**
 * The token that follows another: computed, not drawn, so that a client whose answer was lost can be given the very
 * same one though only hashes are stored. Without the key, a token tells nothing about the next.
 */
export function successorOf(refreshKey: Uint8Array, token: string): string {
  return createHmac("sha256", refreshKey).update(token).digest("base64url");
}

/** When a token that is made now ends. */
export function refreshExpiry(signIn: Pick<SignInTable, "end_time">, nowMs: number): Date {
  return new Date(Math.min(nowMs + REFRESH_IDLE_MS, signIn.end_time.getTime()));
}
