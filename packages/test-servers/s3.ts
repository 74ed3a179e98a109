import { createHash, createHmac } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createTempFolder } from "./temp-folder.ts";

/*
 * The part of S3 that Gigtrail uses, for tests: objects with ranges, listings in pages, multipart uploads. Every
 * request must carry a right AWS Signature Version 4 in its Authorization header. What is stored lies in files, so that
 * a test can measure its own memory. Rules after the Amazon S3 API Reference, API version 2006-03-01.
 */

/** What a request asks for, by its name in the S3 API. */
export type S3Operation =
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "DeleteObject"
  | "ListObjectsV2"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload";

/** Something that goes wrong at the server. */
export interface S3Fault {
  readonly operation: S3Operation;
  /** Requests that it happens to; then it is over. */
  readonly times: number;
  /** How many such requests go well before. */
  readonly after?: number;
  /**
   * `status`: answers with an error and does nothing. `cut`: breaks the connection in the middle of the body that goes
   * either way. `lost`: does it, then breaks the connection instead of answering. `hang`: never answers.
   */
  readonly how: { status: number; code: string } | "cut" | "lost" | "hang";
}

/** An S3-speaking server with one bucket. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** What was asked for, in the order in which it arrived. */
  readonly operations: S3Operation[];
  /** The keys that can be seen. */
  keys(): string[];
  /** Keys of the multipart uploads that were neither completed nor aborted; their parts cost storage. */
  openUploads(): string[];
  fail(fault: S3Fault): void;
  stop(): void;
}

const REGION = "test-region-1";
const ACCESS_KEY_ID = "TESTACCESSKEY";
const SECRET_ACCESS_KEY = "test/secret+access-key";
const BUCKET = "gigtrail-test";
/** The least that a part may have unless it is the last, in bytes. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_KEYS = 1000;
/** A cut happens after this many bytes. */
const CUT_BYTES = 1000;

interface Stored {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Stored>;
}

/** A refusal in the words of S3. */
class S3Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Starts it on a free port of 127.0.0.1. */
export async function startS3(): Promise<S3Server> {
  const folder = createTempFolder();
  const store = new Store(folder.path);
  const operations: S3Operation[] = [];
  const faults: { fault: S3Fault; seen: number }[] = [];

  const server = createServer((request, response) => {
    const { socket } = request;
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof S3Refusal)) return void socket.destroy();
      sendXml(response, error.status, `<Error><Code>${error.code}</Code><Message>${error.code}</Message></Error>`);
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const url = new URL(request.url ?? "/", "http://s3");
    const operation = operationOf(request.method ?? "", url);
    operations.push(operation);
    const how = faultFor(operation);
    if (how === "hang") return;
    if (how === "cut" && request.method !== "GET") return cutRequest(request);
    const body = await store.receive(request);
    verifySignature(request, body.sha256);
    if (typeof how === "object") throw new S3Refusal(how.status, how.code);
    const answer = await store.answer(operation, url, body);
    if (how === "lost") return void socket.destroy();
    await send(request, response, answer, how === "cut");
  }

  function faultFor(operation: S3Operation): S3Fault["how"] | undefined {
    for (const each of faults) {
      if (each.fault.operation !== operation) continue;
      each.seen += 1;
      const nth = each.seen - (each.fault.after ?? 0);
      if (nth >= 1 && nth <= each.fault.times) return each.fault.how;
    }
    return undefined;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    bucket: BUCKET,
    region: REGION,
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: SECRET_ACCESS_KEY,
    operations,
    keys: () => [...store.objects.keys()].toSorted(),
    openUploads: () => [...store.uploads.values()].map(({ key }) => key),
    fail: (fault) => void faults.push({ fault, seen: 0 }),
    stop() {
      server.closeAllConnections();
      server.close();
      folder.remove();
    },
  };
}

function operationOf(method: string, url: URL): S3Operation {
  const has = (name: string) => url.searchParams.has(name);
  if (url.pathname === `/${BUCKET}` || url.pathname === `/${BUCKET}/`) {
    if (method === "GET" && url.searchParams.get("list-type") === "2") return "ListObjectsV2";
    throw new S3Refusal(501, "NotImplemented");
  }
  if (!url.pathname.startsWith(`/${BUCKET}/`)) throw new S3Refusal(404, "NoSuchBucket");
  if (method === "POST" && has("uploads")) return "CreateMultipartUpload";
  if (method === "POST" && has("uploadId")) return "CompleteMultipartUpload";
  if (method === "PUT") return has("uploadId") ? "UploadPart" : "PutObject";
  if (method === "DELETE") return has("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
  if (method === "GET") return "GetObject";
  if (method === "HEAD") return "HeadObject";
  throw new S3Refusal(501, "NotImplemented");
}

interface Received extends Stored {
  readonly sha256: string;
}

type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly xml?: string }
  | { readonly file: Stored };

/** What the bucket holds. */
class Store {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Upload>();
  #files = 0;
  constructor(private readonly folder: string) {}

  /** Writes a body to a file of its own. */
  async receive(request: IncomingMessage): Promise<Received> {
    const path = this.#newPath();
    const [sha256, md5] = [createHash("sha256"), createHash("md5")];
    let size = 0;
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          sha256.update(chunk);
          md5.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path),
    );
    if (size !== Number(request.headers["content-length"] ?? 0)) throw new S3Refusal(400, "IncompleteBody");
    return { path, size, etag: `"${md5.digest("hex")}"`, sha256: sha256.digest("hex") };
  }

  async answer(operation: S3Operation, url: URL, body: Received): Promise<Answer> {
    const key = decodeURIComponent(url.pathname.slice(BUCKET.length + 2));
    const uploadId = url.searchParams.get("uploadId") ?? "";
    switch (operation) {
      case "PutObject":
        this.#replace(key, body);
        return { status: 200, headers: { ETag: body.etag } };
      case "GetObject":
      case "HeadObject":
        return { file: this.objects.get(key) ?? refuse(404, "NoSuchKey") };
      case "DeleteObject":
        this.#replace(key, undefined);
        return { status: 204 };
      case "ListObjectsV2":
        return { status: 200, xml: this.#list(url.searchParams) };
      case "CreateMultipartUpload": {
        const id = `upload-${(this.#files += 1)}`;
        this.uploads.set(id, { key, parts: new Map() });
        return {
          status: 200,
          xml: `<InitiateMultipartUploadResult><Bucket>${BUCKET}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        };
      }
      case "UploadPart":
        this.#upload(uploadId, key).parts.set(Number(url.searchParams.get("partNumber")), body);
        return { status: 200, headers: { ETag: body.etag } };
      case "CompleteMultipartUpload":
        return { status: 200, xml: await this.#complete(uploadId, key, body) };
      case "AbortMultipartUpload":
        for (const part of this.#upload(uploadId, key).parts.values()) rmSync(part.path, { force: true });
        this.uploads.delete(uploadId);
        return { status: 204 };
    }
  }

  #upload(id: string, key: string): Upload {
    const upload = this.uploads.get(id);
    return upload?.key === key ? upload : refuse(404, "NoSuchUpload");
  }

  async #complete(id: string, key: string, body: Received): Promise<string> {
    const upload = this.#upload(id, key);
    const wanted = [...(await Bun.file(body.path).text()).matchAll(/<Part>.*?<\/Part>/gs)].map(([xml]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(xml)?.[1]),
      etag: /<ETag>(.*?)</.exec(xml)?.[1]?.replaceAll("&quot;", '"'),
    }));
    if (wanted.length === 0) refuse(400, "MalformedXML");
    const parts = wanted.map(({ number, etag }, nth) => {
      const part = upload.parts.get(number);
      if (part === undefined || part.etag.replaceAll('"', "") !== etag?.replaceAll('"', "")) refuse(400, "InvalidPart");
      if (nth > 0 && number <= (wanted[nth - 1]?.number ?? 0)) refuse(400, "InvalidPartOrder");
      if (nth < wanted.length - 1 && part.size < MIN_PART_BYTES) refuse(400, "EntityTooSmall");
      return part;
    });
    const path = this.#newPath();
    for (const part of parts) await pipeline(createReadStream(part.path), createWriteStream(path, { flags: "a" }));
    for (const part of upload.parts.values()) rmSync(part.path, { force: true });
    this.uploads.delete(id);
    this.#replace(key, { path, size: statSync(path).size, etag: `"joined-${parts.length}"` });
    return `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`;
  }

  #list(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const token = query.get("continuation-token");
    const after = token === null ? (query.get("start-after") ?? "") : keyOf(token);
    const most = Math.min(MAX_KEYS, Number(query.get("max-keys") ?? MAX_KEYS));
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = keys.slice(0, most);
    const rows = page.map((key) => `<Contents><Key>${key}</Key><Size>${this.objects.get(key)?.size}</Size></Contents>`);
    const isTruncated = keys.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${tokenAfter(page.at(-1) ?? "")}</NextContinuationToken>` : "";
    return `<ListBucketResult><Name>${BUCKET}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${next}${rows.join("")}</ListBucketResult>`;
  }

  #replace(key: string, stored: Stored | undefined): void {
    const old = this.objects.get(key);
    if (stored === undefined) this.objects.delete(key);
    else this.objects.set(key, stored);
    if (old !== undefined && existsSync(old.path)) rmSync(old.path);
  }

  #newPath(): string {
    this.#files += 1;
    return join(this.folder, String(this.#files));
  }
}

/** Where a listing goes on; with the characters that an address must escape. */
function tokenAfter(key: string): string {
  return `+/=${Buffer.from(key).toString("base64")}`;
}

function keyOf(token: string): string {
  if (!token.startsWith("+/=")) refuse(400, "InvalidArgument");
  return Buffer.from(token.slice(3), "base64").toString();
}

function refuse(status: number, code: string): never {
  throw new S3Refusal(status, code);
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer, cut: boolean): Promise<void> {
  if (!("file" in answer)) {
    if (answer.xml !== undefined) return sendXml(response, answer.status, answer.xml);
    return void response.writeHead(answer.status, answer.headers).end();
  }
  const { socket } = request;
  const { path, size, etag } = answer.file;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(size, Number(range[2]) + 1) : size;
  if (range && start >= size) throw new S3Refusal(416, "InvalidRange");
  response.writeHead(range ? 206 : 200, {
    "Content-Length": end - start,
    ETag: etag,
    ...(range && { "Content-Range": `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === "HEAD" || end === start) return void response.end();
  if (!cut) return pipeline(createReadStream(path, { start, end: end - 1 }), response);
  const some = createReadStream(path, { start, end: start + Math.min(CUT_BYTES, (end - start) >> 1) });
  for await (const chunk of some) response.write(chunk);
  // Long enough for what was written to leave; then the reader waits for more.
  await Bun.sleep(10);
  socket.destroy();
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "Content-Type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function cutRequest(request: IncomingMessage): void {
  const { socket } = request;
  let seen = 0;
  request.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen >= CUT_BYTES) socket.destroy();
  });
  request.on("end", () => socket.destroy());
}

/** Checks the signature after "Signature Version 4: authenticating requests by the Authorization header". */
function verifySignature(request: IncomingMessage, bodySha256: string): void {
  const header = request.headers.authorization ?? refuse(403, "AccessDenied");
  const words = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header);
  const [, credential = "", signedHeaders = "", signature = ""] = words ?? refuse(400, "AuthorizationHeaderMalformed");
  const [accessKeyId, day = "", region, service, last] = credential.split("/");
  if (accessKeyId !== ACCESS_KEY_ID) refuse(403, "InvalidAccessKeyId");
  if (region !== REGION || service !== "s3" || last !== "aws4_request") refuse(400, "AuthorizationHeaderMalformed");
  const names = signedHeaders.split(";");
  for (const needed of ["host", "x-amz-date", "x-amz-content-sha256"])
    if (!names.includes(needed)) refuse(403, "AccessDenied");
  const statedSha256 = String(request.headers["x-amz-content-sha256"]);
  if (statedSha256 !== "UNSIGNED-PAYLOAD" && statedSha256 !== bodySha256) refuse(400, "XAmzContentSHA256Mismatch");
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const pairs = query.split("&").filter((pair) => pair !== "");
  const canonicalQuery = pairs
    .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
    .toSorted()
    .join("&");
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? "").trim()}\n`).join("");
  const canonical = [request.method, path, canonicalQuery, headers, signedHeaders, statedSha256].join("\n");
  const date = String(request.headers["x-amz-date"]);
  const hash = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", date, `${day}/${REGION}/s3/aws4_request`, hash].join("\n");
  const key = [day, REGION, "s3", "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${SECRET_ACCESS_KEY}`,
  );
  const right = createHmac("sha256", key).update(toSign).digest("hex");
  if (signature !== right || !date.startsWith(day)) refuse(403, "SignatureDoesNotMatch");
}
