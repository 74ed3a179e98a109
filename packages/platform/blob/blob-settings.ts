import { join } from "node:path";
import { z } from "zod";
import { type Secret, secret } from "../config.ts";
import type { ServiceName } from "../service.ts";
import type { BlobStore } from "./blob-store.ts";
import { FolderBlobStore } from "./folder-store.ts";
import { S3BlobStore } from "./s3-store.ts";

/** Settings that say where blobs are kept: a folder, or a bucket of an S3-compatible store. */
export const blobSettings = {
  BLOB_FOLDER: z
    .string()
    .optional()
    .describe("Folder for blobs, one for all processes; or else S3_ENDPOINT and what goes with it"),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be an http or https address" })
    .optional()
    .describe("Address of an S3-compatible store for blobs; or else BLOB_FOLDER"),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be 3 to 63 small letters, digits, - and .")
    .optional()
    .describe("Bucket for blobs, of this instance alone; it must exist and must keep no versions"),
  S3_REGION: z.string().default("us-east-1").describe("Region of the S3-compatible store"),
  S3_ACCESS_KEY_ID: z.string().optional().describe("Key with which the bucket can be read, written and listed"),
  S3_SECRET_ACCESS_KEY: secret().optional().describe("The secret of S3_ACCESS_KEY_ID"),
};

/** What S3 needs; BLOB_FOLDER must not stand beside any of them. */
const S3_NEEDS = ["S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const;

/** The settings of blobs, read. */
export interface BlobSettings {
  readonly BLOB_FOLDER?: string | undefined;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_BUCKET?: string | undefined;
  readonly S3_REGION: string;
  readonly S3_ACCESS_KEY_ID?: string | undefined;
  readonly S3_SECRET_ACCESS_KEY?: Secret | undefined;
}

/** Demands that a configuration with `blobSettings` names one place for blobs, and names it wholly. */
export const oneBlobStore = z.superRefine<BlobSettings>(
  (config, context) => {
    // A setting with a mistake of its own counts as given: one complaint is enough.
    const given = (name: keyof BlobSettings) =>
      config[name] !== undefined || context.issues.some(({ path }) => path?.[0] === name);
    const complain = (name: keyof BlobSettings, message: string) =>
      context.addIssue({ code: "custom", path: [name], message });
    const named = S3_NEEDS.filter(given);
    if (given("BLOB_FOLDER")) {
      if (named.length > 0) complain("BLOB_FOLDER", `give either BLOB_FOLDER or ${named.join(", ")}, not both`);
    } else if (named.length === 0) {
      complain("BLOB_FOLDER", `give a folder for blobs, or ${S3_NEEDS.join(", ")}`);
    } else {
      for (const name of S3_NEEDS) if (!given(name)) complain(name, `is needed beside ${named.join(", ")}`);
    }
  },
  // With every mistake at once, not only when all else is right.
  { when: () => true },
);

/** Where blobs are kept, for whoever asks for nothing else. */
export const blobConfig = z.object(blobSettings).check(oneBlobStore);

/** Opens the blobs of one service. Each has a folder or prefix of its own: none can list or remove another's. */
export function openBlobStore(config: BlobSettings, service: ServiceName): BlobStore {
  const { BLOB_FOLDER, S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config;
  if (BLOB_FOLDER !== undefined) return new FolderBlobStore(join(BLOB_FOLDER, service));
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) throw new Error("no place for blobs");
  return new S3BlobStore({
    endpoint: S3_ENDPOINT,
    bucket: S3_BUCKET,
    region: S3_REGION,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY.reveal(),
    prefix: `${service}/`,
  });
}
