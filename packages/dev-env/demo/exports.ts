import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { newId } from "@gigtrail/platform/ids";
import { Dataset, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { PlainError } from "@gigtrail/platform/plain-error";

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What the demo takes out. */
const WANTED = [
  { dataset: Dataset.SESSIONS, format: Format.CSV },
  { dataset: Dataset.VISITS, format: Format.CSV },
  { dataset: Dataset.VISITS, format: Format.NDJSON },
  { dataset: Dataset.EVENTS, format: Format.NDJSON },
];

/** Asks for exports, watches each until it is done, and downloads it into a folder. */
export async function writeExports(url: string, accessToken: string, folder: string): Promise<WrittenFile[]> {
  await mkdir(folder, { recursive: true });
  const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
  const client = createClient(ExportService, transport);
  const headers = { authorization: `Bearer ${accessToken}` };
  const written: WrittenFile[] = [];
  for (const spec of WANTED) {
    const { export: made } = await client.createExport({ spec, requestId: newId() }, { headers });
    const done = await finished(client, made?.exportId ?? "", headers);
    const response = await fetch(url + done.downloadPath, { headers });
    if (!response.ok) throw new Error(`${done.downloadPath} answered ${response.status}`);
    const path = join(folder, done.fileName);
    await Bun.write(path, response);
    written.push({ path, rows: Number(done.rowCount), bytes: Number(done.sizeBytes) });
  }
  return written;
}

async function finished(
  client: ReturnType<typeof createClient<typeof ExportService>>,
  exportId: string,
  headers: HeadersInit,
) {
  for await (const { export: state } of client.watchExport({ exportId }, { headers })) {
    if (state?.state === ExportState.DONE) return state;
    if (state?.state === ExportState.FAILED) throw new PlainError(`An export failed: ${state.errorReason}.`);
  }
  throw new Error("the watch ended before the export did");
}
