import { describe, expect, test } from "bun:test";
import { blobConfig, openBlobStore } from "../blob/blob-settings.ts";
import { FolderBlobStore } from "../blob/folder-store.ts";
import { S3BlobStore } from "../blob/s3-store.ts";
import { ConfigError, type Environment, loadConfig } from "../config.ts";
import { serviceConfig } from "../run-service.ts";

const S3 = {
  S3_ENDPOINT: "http://127.0.0.1:3900",
  S3_BUCKET: "gigtrail",
  S3_ACCESS_KEY_ID: "an-access-key",
  S3_SECRET_ACCESS_KEY: "a secret of the bucket",
};

function problemsOf(env: Environment, schema: Parameters<typeof loadConfig>[0] = blobConfig): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("where blobs are kept", () => {
  test("is a folder or a bucket", () => {
    const inFolder = loadConfig(blobConfig, { BLOB_FOLDER: "/nowhere" });
    expect(openBlobStore(inFolder, "ingest")).toBeInstanceOf(FolderBlobStore);
    const inBucket = loadConfig(blobConfig, S3);
    expect(openBlobStore(inBucket, "ingest")).toBeInstanceOf(S3BlobStore);
    expect(inBucket.S3_REGION).toBe("us-east-1");
  });

  test("must be said", () => {
    expect(problemsOf({})).toEqual([
      "BLOB_FOLDER: give a folder for blobs, or S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY",
    ]);
  });

  test("must be one place", () => {
    expect(problemsOf({ ...S3, BLOB_FOLDER: "/nowhere" })).toEqual([
      "BLOB_FOLDER: give either BLOB_FOLDER or S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, not both",
    ]);
  });

  test("must be said wholly: every setting that is missing or wrong is named once", () => {
    expect(problemsOf({ S3_ENDPOINT: "http://127.0.0.1:3900" })).toEqual([
      "S3_BUCKET: is needed beside S3_ENDPOINT",
      "S3_ACCESS_KEY_ID: is needed beside S3_ENDPOINT",
      "S3_SECRET_ACCESS_KEY: is needed beside S3_ENDPOINT",
    ]);
    expect(problemsOf({ ...S3, S3_ENDPOINT: "ftp://x", S3_BUCKET: "A" })).toEqual([
      "S3_ENDPOINT: must be an http or https address",
      "S3_BUCKET: must be 3 to 63 small letters, digits, - and .",
    ]);
  });

  test("is checked beside all the rest of a service's settings", () => {
    const problems = problemsOf({ S3_ENDPOINT: "http://127.0.0.1:3900" }, serviceConfig);
    const named = problems.map((problem) => problem.slice(0, problem.indexOf(":"))).toSorted();
    expect(named.join(" ")).toBe(
      "DATABASE_URL MASTER_KEY NATS_URL S3_ACCESS_KEY_ID S3_BUCKET S3_SECRET_ACCESS_KEY SERVICE_SECRET",
    );
  });
});
