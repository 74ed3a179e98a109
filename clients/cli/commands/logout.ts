import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { CliFailure } from "../failure.ts";
import { withoutLogin } from "../session/token-source.ts";
import type { Command } from "./command.ts";

/** Ends a sign-in. */
export const logout: Command = {
  usage: "logout",
  summary: "End the sign-in",
  options: [],
  async run(argv, io) {
    const { values } = parseArguments(argv, SERVER_OPTIONS);
    await withConnection(io, values.server, async ({ file, server, auth, unary }) => {
      const login = (await file.read()).logins[server];
      if (login === undefined) {
        await io.stdout.write(`You are not signed in at ${server}.\n`);
        return;
      }
      // Here first: a server that is down must not keep anyone signed in on this machine.
      await file.update((held) => ({ ...held, logins: withoutLogin(held.logins, server) }), io.signal);
      await auth.logout({ refreshToken: login.refreshToken }, unary).catch((cause: unknown) => {
        throw new CliFailure(
          `You are signed out on this machine, but ${server} did not answer and keeps the sign-in until it ends by itself.`,
          { cause },
        );
      });
      await io.stdout.write(`Signed out at ${server}.\n`);
    });
  },
};
