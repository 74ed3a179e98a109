import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { mayRecord } from "@gigtrail/upwork/may-record";
import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { FAILURE_SENTENCES } from "../failure-sentences.ts";
import { CliFailure, UsageFailure } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { sessionName } from "../recording/session-name.ts";
import { uploadRecording } from "../recording/upload-recording.ts";
import { formatCount } from "../terminal/format.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import type { Command } from "./command.ts";

/** Records a saved page and uploads it. */
export const recordPageCommand: Command = {
  usage: "record-page FILE --url URL",
  summary: "Record a saved page in headless Chromium as if it stood at URL, and upload it",
  options: [
    "--url URL           the page's own address",
    "--name NAME         name of the session (default: the file's)",
  ],
  async run(argv, io) {
    const { values, positionals } = parseArguments(
      argv,
      { ...SERVER_OPTIONS, url: { type: "string" }, name: { type: "string" } },
      { name: "FILE", min: 1, max: 1 },
    );
    const [file = ""] = positionals;
    const url = requireUrl(values.url);
    // Before anything else: such a page should not even be opened.
    if (!mayRecord(url)) throw new CliFailure(FAILURE_SENTENCES["page_never_recorded"]);
    await withConnection(io, values.server, async (connection) => {
      await connection.tokens.login();
      await requireFile(file);
      const events = await record(io, file, url);
      const label = toPlainText(basename(file));
      const sessionId = Bun.randomUUIDv7();
      const outcome = await uploadRecording(io, connection, {
        sessionId,
        tabId: Bun.randomUUIDv7(),
        label,
        displayName: sessionName(values.name ?? basename(file)),
        events: events.map((event) => JSON.stringify(event)),
        eventCount: events.length,
      });
      await io.stdout.write(`${sessionId}  ${label}  ${formatCount(outcome.events)} events\n`);
    });
  },
};

function requireUrl(word: string | undefined): string {
  const url = word === undefined ? null : URL.parse(word);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageFailure("--url must be the page's own address, for example https://www.upwork.com/nx/search/jobs/.");
  }
  return url.href;
}

async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new CliFailure(`${path} does not exist or is no file; check its name.`);
}

async function record(io: CliIo, file: string, url: string): Promise<unknown[]> {
  // Loaded when needed: playwright costs the other commands a tenth of a second.
  const recordPage = io.recordPage ?? (await import("@gigtrail/recorder/chromium/record-page")).recordPage;
  let events: unknown[];
  try {
    events = await recordPage({ file, url });
  } catch (error) {
    throw new CliFailure(describeRecorderFailure(error), { cause: error });
  }
  if (events.length === 0) throw new CliFailure(`${file} gave no events; check that it is a saved page.`);
  return events;
}

/** The recorder's own failures have a reason and a sentence; those of the browser's driver go on for a page. */
function describeRecorderFailure(error: unknown): string {
  if (!(error instanceof Error)) return `The page could not be recorded (${String(error)}).`;
  if (!("reason" in error))
    return `The page could not be recorded (${toPlainText(error.message.split("\n")[0] ?? "")}).`;
  return FAILURE_SENTENCES[String(error.reason)] ?? error.message;
}
