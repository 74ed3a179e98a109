import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type S3Fault, type S3Operation, type S3Server, startS3 } from "@gigtrail/test-servers/s3";
import { BlobNotFoundError } from "../blob/blob-store.ts";
import { S3BlobStore, type S3Options } from "../blob/s3-store.ts";
import { reasonOf } from "../errors.ts";
import { blobContract, BYTES, namesOf, patternOf, type StoreUnderTest } from "./blob-contract.ts";

const MIB = 1024 * 1024;
const LARGE = patternOf(20 * MIB);
/** For what a store never answers, in milliseconds. */
const SHORT_MS = 1_000;

function optionsOf(server: S3Server, prefix: string): S3Options {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = server;
  return { endpoint, bucket, region, accessKeyId, secretAccessKey, prefix };
}

/** The error of work that must fail. */
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable("it must fail"),
    (error: unknown) => error,
  );
}

describe("blobs in S3", () => {
  let server: S3Server;
  let stores = 0;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server.stop());

  blobContract((): StoreUnderTest => {
    stores += 1;
    const prefix = `store-${stores}/`;
    return {
      store: new S3BlobStore(optionsOf(server, prefix)),
      residue: () =>
        [...server.keys(), ...server.openUploads()]
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length)),
      env: {
        S3_ENDPOINT: server.endpoint,
        S3_BUCKET: server.bucket,
        S3_REGION: server.region,
        S3_ACCESS_KEY_ID: server.accessKeyId,
        S3_SECRET_ACCESS_KEY: server.secretAccessKey,
      },
    };
  });

  test("two prefixes do not see each other, and what is not ours is passed over", async () => {
    const [one, other] = [new S3BlobStore(optionsOf(server, "one/")), new S3BlobStore(optionsOf(server, "one-more/"))];
    await one.put("a", BYTES);
    await other.put("b", BYTES);
    await one.check();
    expect(await namesOf(one)).toEqual(["a"]);
    expect(await namesOf(other)).toEqual(["b"]);
    await expect(one.get("b")).rejects.toThrow(BlobNotFoundError);
    await one.delete("b");
    expect(await other.get("b")).toEqual(BYTES);
  });
});

describe("an S3 store with faults", () => {
  const servers: S3Server[] = [];
  afterAll(() => servers.forEach((server) => server.stop()));
  const open = async (...faults: S3Fault[]) => {
    const server = await startS3();
    servers.push(server);
    for (const fault of faults) server.fail(fault);
    return { server, store: new S3BlobStore({ ...optionsOf(server, "p/"), timeoutMs: SHORT_MS }) };
  };
  const always = (operation: S3Operation, how: S3Fault["how"]): S3Fault => ({ operation, times: 1_000, how });
  const slowDown = { status: 503, code: "SlowDown" };

  for (const [what, how] of [
    ["is asked to slow down", slowDown],
    ["is cut off on the way", "cut"],
    ["gets no answer to what was done", "lost"],
  ] as const) {
    test(`a put that ${what} is repeated`, async () => {
      const { store } = await open({ operation: "PutObject", times: 2, how });
      await store.put("a", LARGE);
      expect(Buffer.from(await store.get("a")).equals(LARGE)).toBe(true);
    });

    test(`a stream whose part ${what} is whole all the same`, async () => {
      const { server, store } = await open({ operation: "UploadPart", after: 1, times: 2, how });
      const writer = await store.create("a");
      for (let at = 0; at < LARGE.length; at += MIB) await writer.write(LARGE.subarray(at, at + MIB));
      await writer.close();
      expect(Buffer.from(await store.get("a")).equals(LARGE)).toBe(true);
      expect(server.openUploads()).toEqual([]);
    });
  }

  test("a blob that is cut off while it is read is read again, and never given in part", async () => {
    const { store } = await open({ operation: "GetObject", times: 2, how: "cut" });
    await store.put("a", LARGE);
    expect(Buffer.from(await store.get("a")).equals(LARGE)).toBe(true);
    const broken = await open(always("GetObject", "cut"));
    await broken.store.put("a", LARGE);
    expect(reasonOf(await errorOf(broken.store.get("a")))).toBe("unavailable");
  });

  test("a store without room says so as a disk does", async () => {
    const full = await open(always("PutObject", { status: 507, code: "InsufficientStorage" }));
    expect(await errorOf(full.store.put("a", BYTES))).toMatchObject({ code: "ENOSPC" });
    const quota = await open(always("UploadPart", { status: 403, code: "QuotaExceeded" }));
    const writer = await quota.store.create("a");
    expect(await errorOf(writer.write(LARGE).then(() => writer.close()))).toMatchObject({ code: "EDQUOT" });
    await writer.abort();
    await eventually(() => expect(quota.server.openUploads()).toEqual([]));
    expect(quota.server.keys()).toEqual([]);
  });

  test("a store that stays away, or never answers, is `unavailable`: the caller is told to repeat", async () => {
    const faults = [always("PutObject", slowDown), always("PutObject", "hang"), always("PutObject", "cut")];
    for (const fault of faults) {
      const { server, store } = await open(fault);
      expect(reasonOf(await errorOf(store.put("a", BYTES)))).toBe("unavailable");
      expect(server.keys()).toEqual([]);
    }
    const nobody = new S3BlobStore({ ...optionsOf((await open()).server, "p/"), endpoint: "http://127.0.0.1:1" });
    expect(reasonOf(await errorOf(nobody.get("a")))).toBe("unavailable");
    expect(reasonOf(await errorOf(namesOf(nobody)))).toBe("unavailable");
    expect(reasonOf(await errorOf(nobody.delete("a")))).toBe("unavailable");
  });

  test("a part that fails for good fails the writing, not the closing alone, and leaves nothing", async () => {
    const { server, store } = await open(always("UploadPart", slowDown));
    const writer = await store.create("a");
    const writing = async () => {
      for (let nth = 0; nth < 1_000; nth += 1) await writer.write(patternOf(MIB));
    };
    expect(reasonOf(await errorOf(writing()))).toBe("unavailable");
    await writer.abort();
    await eventually(() => expect(server.openUploads()).toEqual([]));
    expect(server.keys()).toEqual([]);
  });

  test("a blob that could not be joined is not there, nor its parts", async () => {
    const { server, store } = await open(always("CompleteMultipartUpload", { status: 500, code: "InternalError" }));
    const writer = await store.create("a");
    await writer.write(LARGE);
    expect(reasonOf(await errorOf(writer.close()))).toBe("unavailable");
    await writer.abort();
    await eventually(() => expect(server.openUploads()).toEqual([]));
    expect(server.keys()).toEqual([]);
  });

  test("a blob that came to be although nobody was told is removed by the abort", async () => {
    const { server, store } = await open({ operation: "CompleteMultipartUpload", times: 1, how: "lost" });
    const writer = await store.create("a");
    await writer.write(LARGE);
    await errorOf(writer.close());
    await writer.abort();
    expect(server.keys()).toEqual([]);
    expect(server.openUploads()).toEqual([]);
  });

  test("a page of a list that fails is asked for again, so that no name is missed or given twice", async () => {
    const { store } = await open({ operation: "ListObjectsV2", after: 1, times: 2, how: slowDown });
    const all = Array.from({ length: 1_500 }, (_, nth) => `a/${String(nth).padStart(4, "0")}`);
    for (let at = 0; at < all.length; at += 50) {
      await Promise.all(all.slice(at, at + 50).map((name) => store.put(name, BYTES)));
    }
    expect(await namesOf(store)).toEqual(all);
  });
});

describe("the check of an S3 store", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server.stop());
  const complaintOf = async (options: Partial<S3Options>) => {
    const store = new S3BlobStore({ ...optionsOf(server, "p/"), ...options });
    return String(await errorOf(store.check()));
  };

  test("says in plain words what is wrong, and shows no secret", async () => {
    const host = new URL(server.endpoint).host;
    const begin = `The blob store at ${host}, bucket ${server.bucket}, cannot be written: `;
    expect(await complaintOf({ accessKeyId: "OTHER" })).toContain(
      `${begin}it does not know S3_ACCESS_KEY_ID (InvalidAccessKeyId)`,
    );
    expect(await complaintOf({ secretAccessKey: "not the secret" })).toContain("S3_SECRET_ACCESS_KEY is wrong");
    expect(await complaintOf({ region: "elsewhere" })).toContain("S3_REGION is not its region");
    expect(await complaintOf({ bucket: "no-such-bucket" })).toContain("S3_BUCKET does not exist");
    expect(await complaintOf({ endpoint: "http://127.0.0.1:1" })).toContain("it cannot be reached");
    for (const options of [{ secretAccessKey: "not the secret" }, { accessKeyId: "OTHER" }]) {
      expect(await complaintOf(options)).not.toContain(server.secretAccessKey);
    }
  });

  test("says when there is no room, or the key may only read", async () => {
    server.fail({ operation: "PutObject", times: 1, how: { status: 507, code: "XMinioStorageFull" } });
    expect(await complaintOf({})).toContain("it is full");
    server.fail({ operation: "PutObject", times: 1, how: { status: 403, code: "AccessDenied" } });
    expect(await complaintOf({})).toContain("it does not allow this to S3_ACCESS_KEY_ID");
  });
});
