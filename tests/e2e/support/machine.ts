import { Person } from "@gigtrail/cli/tests/support/cli";
import { type Member, PASSWORD, signUp } from "./people.ts";
import type { System } from "./system.ts";

/** A person at the command line, signed in at a system with an account of their own. */
export async function personAt({ url }: System): Promise<{ person: Person; member: Member }> {
  const member = await signUp(url);
  const person = await Person.at(url);
  person.env["GIGTRAIL_PASSWORD"] = PASSWORD;
  const { code, stderr } = await person.run("login", "--email", member.email);
  if (code !== 0) throw new Error(`gigtrail login: ${stderr}`);
  return { person, member };
}
