import { randomInt } from "node:crypto";
import { Database } from "@gigtrail/platform/db/database";
import { type DatabaseAddress, openPool } from "@gigtrail/platform/db/postgres";
import type { Log } from "@gigtrail/platform/log";
import type { AuthSchema } from "../db/schema.ts";
import { resetPassword } from "./reset-password.ts";

/** Small letters and digits without look-alikes. */
const PASSWORD_CHARS = "abcdefghijkmnpqrstuvwxyz23456789";
/** Groups of a random password, and characters of a group: 100 bits. */
const PASSWORD_GROUPS = 4;
const GROUP_CHARS = 5;

/** What the command needs to know. */
export interface ResetCommand {
  readonly address: DatabaseAddress;
  readonly log: Log;
  readonly email: string;
  /** undefined: a random one is made and shown. */
  readonly newPassword: string | undefined;
}

/** What became of it, and the text to show for it. */
export interface ResetResult {
  readonly done: boolean;
  readonly text: string;
}

/** Resets an account's password. A random one is in the text, and nowhere else. Throws `password_too_weak`. */
export async function runReset({ address, log, email, newPassword }: ResetCommand): Promise<ResetResult> {
  const db = new Database(openPool<AuthSchema>(address, log, 1), "auth");
  try {
    const password = newPassword ?? randomPassword();
    const done = await resetPassword(db, email, password);
    if (!done) return { done, text: `There is no account with the address ${email}.` };
    const said = `${email} has a new password; every sign-in and device of this account is signed out.`;
    return { done, text: newPassword === undefined ? `${said}\nPassword: ${password}` : said };
  } finally {
    await db.close();
  }
}

function randomPassword(): string {
  const char = () => PASSWORD_CHARS.charAt(randomInt(PASSWORD_CHARS.length));
  const group = () => Array.from({ length: GROUP_CHARS }, char).join("");
  return Array.from({ length: PASSWORD_GROUPS }, group).join("-");
}
