import { readFileSync } from "node:fs";
import { z } from "zod";
import { PlainError } from "./plain-error.ts";

/** Environment variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Says every mistake of a configuration at once, naming variables and never their values. */
export class ConfigError extends PlainError {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length} mistake(s):\n${problems.map((line) => `  - ${line}`).join("\n")}`);
  }
}

/**
 * Reads a service's configuration from the environment. A variable NAME may also be given as NAME_FILE, the path of a
 * file that holds it (as container secrets are). Throws ConfigError with all mistakes together.
 */
export function loadConfig<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, env: Environment) {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = readVariable(name, env, problems);
    if (value !== undefined && value !== "") values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join(".")}: ${issue.message}`);
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return parsed.data;
}

function readVariable(name: string, env: Environment, problems: string[]): string | undefined {
  const path = env[`${name}_FILE`];
  if (path === undefined || path === "") return env[name];
  if (env[name]) problems.push(`${name}: give either ${name} or ${name}_FILE, not both`);
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    problems.push(`${name}_FILE: the file cannot be read`);
    return undefined;
  }
}

/** A secret of at least 16 characters; wrapped so that it is never printed by accident. */
export const secret = () =>
  z
    .string()
    .min(16, "must have at least 16 characters")
    .transform((value) => new Secret(value));

/** A whole number of some unit; the unit stands in the variable's name (…_MS, …_BYTES, …_DAYS). */
export const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** `true` or `false`. */
export const flag = () => z.enum(["true", "false"]).transform((value) => value === "true");

/** Words separated by commas; empty ones fall away. */
export const list = () =>
  z.string().transform((value) =>
    value
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  );

/** Holds a secret so that printing, logging or serialising it shows nothing. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The secret itself; call it only where it is used. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return "[secret]";
  }
  toJSON(): string {
    return "[secret]";
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
