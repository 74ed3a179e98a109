import { UsageFailure } from "../failure.ts";
import type { CliIo } from "../io.ts";

/** The account's address: from `--email`, or asked for. */
export async function askEmail(io: CliIo, given: string | undefined): Promise<string> {
  if (given) return given;
  if (!io.stdin.isTTY) throw new UsageFailure("--email is missing.");
  await io.stderr.write("E-mail address: ");
  return (await io.stdin.readLine()).trim();
}

/** How a password comes in. */
export interface PasswordSource {
  /** `--password-stdin` was given. */
  fromStdin: boolean | undefined;
  /** Ask twice: nobody can look up what they have mistyped in a new password. */
  isNew?: boolean;
}

/**
 * The password: from standard input, from GIGTRAIL_PASSWORD, or asked for without echo. Never from an argument, which
 * every process of the machine can read and the shell remembers.
 */
export async function askPassword(io: CliIo, source: PasswordSource): Promise<string> {
  if (source.fromStdin === true) return nonEmpty((await io.stdin.readAll()).replace(/\r?\n$/, ""));
  const fromEnv = io.env["GIGTRAIL_PASSWORD"];
  if (fromEnv) return fromEnv;
  if (!io.stdin.isTTY) {
    throw new UsageFailure("There is no password: set GIGTRAIL_PASSWORD or use --password-stdin.");
  }
  const password = nonEmpty(await askSecret(io, "Password: "));
  if (source.isNew === true && (await askSecret(io, "Password again: ")) !== password) {
    throw new UsageFailure("The two passwords differ; try again.");
  }
  return password;
}

async function askSecret(io: CliIo, question: string): Promise<string> {
  await io.stderr.write(question);
  const answer = await io.stdin.readSecretLine();
  await io.stderr.write("\n");
  return answer;
}

function nonEmpty(password: string): string {
  if (password === "") throw new UsageFailure("The password is empty.");
  return password;
}
