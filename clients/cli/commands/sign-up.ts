import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { askEmail, askPassword } from "../session/ask.ts";
import { keepLogin } from "../session/keep-login.ts";
import { loginToKeep } from "../session/login-of-tokens.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import type { Command } from "./command.ts";

/** Makes an account and signs in. */
export const signUp: Command = {
  usage: "sign-up",
  summary: "Make an account and sign in",
  options: [
    "--email ADDRESS     your address",
    "--name NAME         how you are called on screen",
    "--workspace NAME    name of your workspace (default: your name)",
    "--invitation CODE   the code of an invitation",
    "--password-stdin    read the password from standard input",
  ],
  async run(argv, io) {
    const { values } = parseArguments(argv, {
      ...SERVER_OPTIONS,
      email: { type: "string" },
      name: { type: "string" },
      workspace: { type: "string" },
      invitation: { type: "string" },
      "password-stdin": { type: "boolean" },
    });
    await withConnection(io, values.server, async (connection) => {
      const email = await askEmail(io, values.email);
      const password = await askPassword(io, { fromStdin: values["password-stdin"], isNew: true });
      const answer = await connection.auth.register(
        {
          email,
          password,
          displayName: values.name ?? email.split("@")[0] ?? email,
          workspaceName: values.workspace ?? "",
          invitationCode: values.invitation ?? "",
          requestId: crypto.randomUUID(),
        },
        connection.unary,
      );
      // Tokens are shown once; an answer that was repeated on its way has none.
      const login = answer.alreadyDone
        ? loginToKeep(await connection.auth.login({ email, password }, connection.unary))
        : loginToKeep(answer);
      await keepLogin(io, connection, login);
      await io.stdout.write(`Signed up as ${toPlainText(login.email)} at ${connection.server}.\n`);
    });
  },
};
