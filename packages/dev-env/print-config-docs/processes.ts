import { authConfig } from "@gigtrail/auth/config";
import { gatewayConfig, gatewayProcessConfig } from "@gigtrail/gateway/config";
import { ingestConfig } from "@gigtrail/ingest/config";
import { blobSettings } from "@gigtrail/platform/blob/blob-settings";
import { serviceConfig } from "@gigtrail/platform/run-service";
import { z } from "zod";

/** One kind of process of Gigtrail and what it can be told. */
export interface ConfiguredProcess {
  readonly name: string;
  /** The file that it is started with, from the repository's folder. */
  readonly main: string;
  /** What it reads from the environment; several, where it reads several times. */
  readonly configs: readonly z.ZodObject[];
}

const serviceProcess = (name: string, ...own: z.ZodObject[]): ConfiguredProcess => ({
  name,
  main: `services/${name}/main.ts`,
  configs: [serviceConfig, ...own],
});

const migrateConfig = z.object({
  DATABASE_URL: z.url().describe("PostgreSQL to bring up to date, for a user who may create schemas and roles"),
});

/** What `bun run start` reads besides what the gateway and auth read. */
const startConfig = z.object({
  DATABASE_URL: z.url().optional().describe("PostgreSQL to use instead of the embedded database"),
  ...blobSettings,
  BLOB_FOLDER: z.string().optional().describe("Folder for blobs; without it and S3_ENDPOINT, one in the data folder"),
  MASTER_KEY: z.string().optional().describe("base64 of 32 bytes; without it, a key is made in the data folder"),
  LOG_LEVEL: serviceConfig.shape.LOG_LEVEL,
});

/** Every kind of process. */
export const PROCESSES: readonly ConfiguredProcess[] = [
  serviceProcess("auth", authConfig),
  serviceProcess("ingest", ingestConfig),
  serviceProcess("analysis"),
  serviceProcess("export"),
  { name: "gateway", main: "gateway/main.ts", configs: [gatewayProcessConfig] },
  { name: "migrate", main: "packages/dev-env/migrate.ts", configs: [migrateConfig] },
  {
    name: "start",
    main: "packages/dev-env/start.ts",
    configs: [startConfig, gatewayConfig, authConfig.omit({ SERVICE_SECRETS: true }), ingestConfig],
  },
];

/** One variable of one process. */
export interface Variable {
  readonly name: string;
  readonly process: string;
  /** The process does not start without it. */
  readonly isRequired: boolean;
  /** What holds when it is not given, as it would be written; undefined: nothing does. */
  readonly byDefault: string | undefined;
  readonly meaning: string;
}

/** The variables that a process knows, in the order in which they are written down. */
export function variablesOf({ name: process, configs }: ConfiguredProcess): Variable[] {
  return configs.flatMap(({ shape }) =>
    Object.entries(shape).map(([name, schema]) => {
      const absent = z.safeParse(schema, undefined);
      const byDefault = absent.success && absent.data !== undefined ? String(absent.data) : undefined;
      return { name, process, isRequired: !absent.success, byDefault, meaning: describe(schema) };
    }),
  );
}

function describe(schema: z.core.$ZodType): string {
  return z.globalRegistry.get(schema)?.description ?? "";
}
