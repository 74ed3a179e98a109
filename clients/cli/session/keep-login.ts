import type { Connection } from "../connection/connection.ts";
import { isOpenToOthers } from "../connection/server-address.ts";
import type { CliIo } from "../io.ts";
import type { Login } from "./credentials.ts";

/** Writes a new sign-in down and makes its server the one that later commands use. */
export async function keepLogin(io: CliIo, connection: Connection, login: Login): Promise<void> {
  const { file, server } = connection;
  await file.update(
    (held) => ({ ...held, currentServer: server, logins: { ...held.logins, [server]: login } }),
    io.signal,
  );
  if (isOpenToOthers(server)) {
    await io.stderr.write(`Careful: what you send to ${server} is not encrypted on its way; use https.\n`);
  }
}
