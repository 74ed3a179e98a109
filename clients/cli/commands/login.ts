import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { askEmail, askPassword } from "../session/ask.ts";
import { keepLogin } from "../session/keep-login.ts";
import { loginToKeep } from "../session/login-of-tokens.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import type { Command } from "./command.ts";

/** Signs in. */
export const login: Command = {
  usage: "login",
  summary: "Sign in; later commands use the same server",
  options: ["--email ADDRESS     your address", "--password-stdin    read the password from standard input"],
  async run(argv, io) {
    const { values } = parseArguments(argv, {
      ...SERVER_OPTIONS,
      email: { type: "string" },
      "password-stdin": { type: "boolean" },
    });
    await withConnection(io, values.server, async (connection) => {
      const email = await askEmail(io, values.email);
      const password = await askPassword(io, { fromStdin: values["password-stdin"] });
      const kept = loginToKeep(await connection.auth.login({ email, password }, connection.unary));
      await keepLogin(io, connection, kept);
      await io.stdout.write(`Signed in as ${toPlainText(kept.email)} at ${connection.server}.\n`);
    });
  },
};
