import { basename } from "node:path";
import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { type Connection, withConnection } from "../connection/connection.ts";
import { reasonOf } from "../connection/reason-of.ts";
import type { CliIo } from "../io.ts";
import { inspectRecording, type RecordingFile } from "../recording/inspect-recording.ts";
import { readEvents } from "../recording/read-events.ts";
import { recordingIds } from "../recording/recording-ids.ts";
import { sessionName } from "../recording/session-name.ts";
import { uploadRecording } from "../recording/upload-recording.ts";
import { formatCount } from "../terminal/format.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import type { Command } from "./command.ts";

const MAX_FILES = 1_000;

/** Uploads recordings from files. */
export const importFiles: Command = {
  usage: "import FILE…",
  summary: "Upload rrweb recordings (JSON array or JSON lines, plain or gzip), each as a session",
  options: [
    "--name NAME         name of the session (default: the file's)",
    "--again             upload as a new session what was uploaded before",
  ],
  async run(argv, io) {
    const { values, positionals } = parseArguments(
      argv,
      { ...SERVER_OPTIONS, name: { type: "string" }, again: { type: "boolean" } },
      { name: "FILE", min: 1, max: MAX_FILES },
    );
    await withConnection(io, values.server, async (connection) => {
      const { userId } = await connection.tokens.login();
      // All of them before the first is sent: a mistyped name should not be found out half an hour later.
      const files: RecordingFile[] = [];
      for (const path of positionals) files.push(await inspectRecording(path));
      for (const file of files) {
        const displayName = sessionName(nameOf(file.path, values.name, files.length > 1));
        await importFile(io, connection, { file, userId, displayName, again: values.again === true });
      }
    });
  },
};

interface ImportRequest {
  file: RecordingFile;
  userId: string;
  displayName: string;
  again: boolean;
}

async function importFile(io: CliIo, connection: Connection, request: ImportRequest): Promise<void> {
  const { file, displayName } = request;
  const label = toPlainText(basename(file.path));
  const ids = await chooseIds(connection, request);
  const outcome = await uploadRecording(io, connection, {
    ...ids,
    label,
    displayName,
    eventCount: file.eventCount,
    events: readEvents(file.path),
  });
  const before = outcome.resumedChunks === outcome.chunks ? " (was there before)" : "";
  await io.stdout.write(`${ids.sessionId}  ${label}  ${formatCount(outcome.events)} events${before}\n`);
}

/**
 * The ids of the recording's session. One that was deleted stays deleted: who imports the same recording once more
 * wants it anew, under the next ids.
 */
async function chooseIds({ ingest, unary }: Connection, request: ImportRequest) {
  const { file, userId, displayName } = request;
  for (let copy = 0; ; copy += 1) {
    const name = request.again ? crypto.randomUUID() : String(copy);
    const ids = recordingIds({ userId, sha256: file.sha256, firstEventMs: file.firstEventMs, copy: name });
    try {
      await ingest.createSession({ sessionId: ids.sessionId, displayName }, unary);
      return ids;
    } catch (error) {
      if (reasonOf(error) !== "session_deleted") throw error;
    }
  }
}

function nameOf(path: string, name: string | undefined, several: boolean): string {
  const file = basename(path).replace(/(\.(json|ndjson|jsonl|gz))+$/i, "");
  if (name === undefined) return file;
  return several ? `${name}: ${file}` : name;
}
