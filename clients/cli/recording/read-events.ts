import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CliFailure } from "../failure.ts";
import { EventSplitter } from "./split-events.ts";

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The events of a recording as JSON text, one at a time: a JSON array or JSON lines, plain or gzip (told by the first
 * bytes, whatever the file is called). The text of an event is as it is in the file, but for line breaks between its
 * parts. Throws a CliFailure that names the file.
 */
export async function* readEvents(path: string): AsyncGenerator<string, void, undefined> {
  const splitter = new EventSplitter();
  let count = 0;
  try {
    for await (const block of await openDecoded(path)) {
      for (const text of splitter.push(block as Uint8Array)) {
        count += 1;
        checkEvent(text, count);
        // Within strings JSON allows no bare line break, so these carry nothing; stored events are one a line.
        yield text.replace(/[\r\n]/g, " ");
      }
    }
    splitter.end();
  } catch (error) {
    throw describe(path, error);
  }
}

async function openDecoded(path: string): Promise<Readable> {
  if (!(await isGzip(path))) return createReadStream(path);
  // pipeline passes a failure to read on to the reader; its callback has nothing to add.
  return pipeline(createReadStream(path), createGunzip(), () => undefined);
}

async function isGzip(path: string): Promise<boolean> {
  const head = new Uint8Array(await Bun.file(path).slice(0, GZIP_MAGIC.length).arrayBuffer());
  return GZIP_MAGIC.every((byte, at) => head[at] === byte);
}

/** The rule that the server has for events; better told before anything is sent. */
function checkEvent(text: string, number: number): void {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw new CliFailure(`event ${number} is not valid JSON`);
  }
  const isEvent =
    typeof event === "object" &&
    event !== null &&
    "type" in event &&
    typeof event.type === "number" &&
    "timestamp" in event &&
    typeof event.timestamp === "number" &&
    Number.isFinite(event.timestamp);
  if (!isEvent) throw new CliFailure(`event ${number} has no numeric type and timestamp`);
}

function describe(path: string, error: unknown): unknown {
  if (error instanceof CliFailure) {
    return new CliFailure(
      `${path} is not a recording: ${error.message}; pass rrweb events as a JSON array or as JSON lines, plain or gzip.`,
      { cause: error },
    );
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new CliFailure(`${path} does not exist; check its name.`, { cause: error });
  if (code === "EISDIR") return new CliFailure(`${path} is a folder; name the files in it.`, { cause: error });
  if (code === "EACCES")
    return new CliFailure(`${path} may not be read by you; check its permissions.`, { cause: error });
  if (code.startsWith("Z_")) return new CliFailure(`${path} is not whole gzip; copy it again.`, { cause: error });
  return error;
}
