import { Glob } from "bun";
import { checkCompose } from "./check-compose.ts";

/** Something to be checked: what it found amiss, or undefined. */
export interface Check {
  readonly name: string;
  run(): Promise<string | undefined>;
}

/** The contract as last released; `bun run release-contract` replaces it. */
const RELEASED = "packages/proto/released/contract.binpb";

/** All checks, cheapest first. */
export const CHECKS: readonly Check[] = [
  { name: "types", run: () => command([process.execPath, "check", "--no-pretty"]) },
  { name: "lint", run: () => command(bin("oxlint", "--deny-warnings")) },
  { name: "format", run: () => command([process.execPath, "fmt", "--check"]) },
  { name: "contract: lint", run: () => command(bin("buf", "lint")) },
  { name: "contract: format", run: () => command(bin("buf", "format", "--diff", "--exit-code")) },
  {
    name: "contract: nothing released is broken",
    run: () => command(bin("buf", "breaking", "proto", "--against", RELEASED)),
  },
  { name: "generated code is what the contract gives", run: generatedCodeDrift },
  { name: "docker-compose.yml", run: checkCompose },
];

function bin(name: string, ...args: string[]): string[] {
  return [`node_modules/.bin/${name}`, ...args];
}

/** Runs a command; its output when it fails. */
async function command(words: string[]): Promise<string | undefined> {
  const running = Bun.spawn(words, { stdout: "pipe", stderr: "pipe", env: { ...process.env, NO_COLOR: "1" } });
  const [out, err] = await Promise.all([new Response(running.stdout).text(), new Response(running.stderr).text()]);
  return (await running.exited) === 0 ? undefined : `${out}${err}` || `${words.join(" ")} failed`;
}

/** Generates again and compares; what was there is not put back, since the new one is right. */
async function generatedCodeDrift(): Promise<string | undefined> {
  const before = await hashGenerated();
  const failure = await command([process.execPath, "packages/proto/tools/generate.ts"]);
  if (failure !== undefined) return failure;
  return (await hashGenerated()) === before
    ? undefined
    : "packages/proto was out of date; it was generated anew: commit it.";
}

async function hashGenerated(): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const files = [...new Glob("packages/proto/{gen,vendor}/**/*").scanSync()].toSorted();
  for (const file of files) hasher.update(file).update(await Bun.file(file).bytes());
  return hasher.digest("hex");
}
