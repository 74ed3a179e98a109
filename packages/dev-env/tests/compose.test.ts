import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@gigtrail/platform/config";
import { z } from "zod";
import { type ConfiguredProcess, PROCESSES, variablesOf } from "../print-config-docs/processes.ts";
import { demandedVariables } from "../verify/check-compose.ts";

const REPOSITORY = join(import.meta.dir, "../../..");
const TEXT = await Bun.file(join(REPOSITORY, "docker-compose.yml")).text();
/** Variables of other programs and ours that hold what nobody else may know. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|KEY/;
const DEMANDED = demandedVariables(TEXT);

const COMPOSE = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string(),
        restart: z.string(),
        command: z.array(z.string()),
        environment: z.record(z.string(), z.string()).default({}),
        volumes: z.array(z.string()).default([]),
        ports: z.array(z.string()).default([]),
        depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
        healthcheck: z.object({ test: z.array(z.string()) }).optional(),
      }),
    ),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(Bun.YAML.parse(TEXT));
const SERVICES = Object.entries(COMPOSE.services);

/** The process of ours that a container runs, if it is one. */
function processOf(command: readonly string[]): ConfiguredProcess | undefined {
  return PROCESSES.find(({ main }) => command.includes(main));
}

/** What compose makes of a value when every variable that it demands is given. */
function interpolate(value: string): string {
  return value.replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_, name: string, kind?: string, rest?: string) =>
    kind === "-" ? (rest ?? "") : givenFor(name),
  );
}

function givenFor(name: string): string {
  if (!DEMANDED.includes(name)) throw new Error(`${name} is used, and nothing demands it`);
  return `only-for-checking-${name.toLowerCase()}`;
}

describe("docker-compose.yml", () => {
  for (const [name, { command, environment }] of SERVICES) {
    const process = processOf(command);
    if (process === undefined) continue;

    test(`${name} is told only what it knows`, () => {
      const known = new Set(variablesOf(process).map((variable) => variable.name));
      const told = Object.keys(environment).map((each) => each.replace(/_FILE$/, ""));
      expect(told.filter((each) => !known.has(each))).toEqual([]);
    });

    test(`${name} is told everything that it needs, and rightly`, () => {
      const env = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, interpolate(value)]));
      for (const config of process.configs) expect(() => loadConfig(config, env)).not.toThrow();
    });
  }

  test("every process but the all-in-one has a container", () => {
    const run = SERVICES.map(([, { command }]) => processOf(command)?.name);
    for (const { name } of PROCESSES) if (name !== "start") expect(run).toContain(name);
  });

  test("every container that stays is watched and started again; one-shots are not", () => {
    for (const [name, { restart, healthcheck }] of SERVICES) {
      const stays = restart !== "no";
      expect([name, restart, healthcheck !== undefined]).toEqual([name, stays ? "unless-stopped" : "no", stays]);
    }
  });

  test("whoever needs another waits until it works, or has ended well", () => {
    for (const [, service] of SERVICES) {
      for (const [name, { condition }] of Object.entries(service.depends_on)) {
        const stays = COMPOSE.services[name]?.restart !== "no";
        expect(condition).toBe(stays ? "service_healthy" : "service_completed_successfully");
      }
    }
  });

  test("every service of ours waits for the database, the bus, the blobs and the schema", () => {
    for (const name of ["auth", "ingest", "analysis", "export"]) {
      const needs = Object.keys(COMPOSE.services[name]?.depends_on ?? {});
      expect(needs.toSorted()).toEqual(["garage", "migrate", "nats", "postgres"]);
    }
  });

  test("every image has an exact version", () => {
    for (const [name, { image }] of SERVICES) {
      expect([name, /^[\w./-]+:v?\d+(\.\d+)+(-\w+)?$/.test(image)]).toEqual([name, true]);
    }
  });

  test("no secret stands in the file, and none has a default", () => {
    for (const [, { environment }] of SERVICES) {
      for (const [name, value] of Object.entries(environment)) {
        // A demanded variable becomes a bullet; beside those, a secret holds at most the names in SERVICE_SECRETS.
        const written = value.replace(/\$\{\w+(?::\?[^}]*)?\}/g, "•");
        if (SECRET_NAME.test(name))
          expect([name, written]).toEqual([name, expect.stringMatching(/^[a-z:,]*•[a-z:,•]*$/)]);
        const password = /\/\/[^/@:]*:([^/@]*)@/.exec(written)?.[1];
        expect([name, password ?? "•"]).toEqual([name, "•"]);
      }
    }
    for (const [, name] of TEXT.matchAll(/\$\{(\w+):?-/g)) expect(name).not.toMatch(SECRET_NAME);
  });

  test("whoever holds a secret gets the same as whoever asks for it", () => {
    const { garage, ingest, auth } = COMPOSE.services;
    const own = (value: string | undefined) => interpolate(value ?? "");
    expect(own(garage?.environment["GARAGE_DEFAULT_ACCESS_KEY"])).toBe(own(ingest?.environment["S3_ACCESS_KEY_ID"]));
    expect(own(garage?.environment["GARAGE_DEFAULT_SECRET_KEY"])).toBe(
      own(ingest?.environment["S3_SECRET_ACCESS_KEY"]),
    );
    expect(garage?.environment["GARAGE_DEFAULT_BUCKET"]).toBe(ingest?.environment["S3_BUCKET"] ?? "");
    const secrets = new Set(own(auth?.environment["SERVICE_SECRETS"]).split(","));
    for (const name of ["auth", "ingest", "analysis", "export"]) {
      expect(secrets).toContain(`${name}:${own(COMPOSE.services[name]?.environment["SERVICE_SECRET"])}`);
    }
  });

  test("the store's settings fit the services'", async () => {
    const toml = Bun.TOML.parse(await Bun.file(join(REPOSITORY, "packages/dev-env/compose/garage.toml")).text());
    const environment = COMPOSE.services["ingest"]?.environment ?? {};
    expect(toml).toMatchObject({
      metadata_fsync: true,
      data_fsync: true,
      s3_api: { s3_region: environment["S3_REGION"], api_bind_addr: "0.0.0.0:3900" },
    });
    expect(environment["S3_ENDPOINT"]).toBe("http://garage:3900");
  });

  test(".env.example names what is demanded, and nothing else", async () => {
    const example = await Bun.file(join(REPOSITORY, ".env.example")).text();
    const lines = example.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines.toSorted()).toEqual(DEMANDED.map((name) => `${name}=`).toSorted());
  });

  test("every volume has a name and is used, and what is mounted from here exists", () => {
    const mounts = SERVICES.flatMap(([, { volumes }]) => volumes.map((mount) => mount.split(":")));
    for (const [from = "", , mode] of mounts) {
      if (from.startsWith(".")) expect([existsSync(join(REPOSITORY, from)), mode]).toEqual([true, "ro"]);
    }
    const named = mounts.map(([from = ""]) => from).filter((from) => !from.startsWith("."));
    expect([...new Set(named)].toSorted()).toEqual(Object.keys(COMPOSE.volumes).toSorted());
  });

  test("every command of ours names a file that exists", () => {
    for (const [, { command }] of SERVICES) {
      const files = command.filter((word) => word.endsWith(".ts"));
      for (const file of files) expect([file, existsSync(join(REPOSITORY, file))]).toEqual([file, true]);
      if (command[0] === "bun") expect(files).toHaveLength(1);
    }
  });

  test("nothing listens beyond this machine", () => {
    for (const [, { ports }] of SERVICES) for (const port of ports) expect(port).toStartWith("127.0.0.1:");
  });
});
