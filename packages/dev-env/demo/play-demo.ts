import { runCli } from "@gigtrail/cli/run";
import type { CliIo } from "@gigtrail/cli/io";
import { Progress } from "@gigtrail/cli/terminal/progress";
import { processOutput } from "@gigtrail/cli/terminal/process-output";
import { newId } from "@gigtrail/platform/ids";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { chunkEvents, type EventChunk } from "@gigtrail/recorder/core/chunk-events";
import { uploadSession } from "@gigtrail/recorder/core/upload-session";
import { loadSamples, type SampleSession } from "@gigtrail/samples/load-samples";
import { join } from "node:path";
import { PlainError } from "@gigtrail/platform/plain-error";
import { type DemoAccount, signUpAndPair } from "./account.ts";
import { writeExports } from "./exports.ts";
import { analysisEnded, type LiveStream, openLiveStream } from "./live-progress.ts";
import { type Mishaps, roughNetwork } from "./rough-network.ts";

/** Small chunks, so that even a short recording arrives in several. */
const EVENTS_PER_CHUNK = 40;
/** Share of the bar that the upload takes; the analysis takes the rest. */
const UPLOAD_SHARE = 0.7;

/** Plays all samples against a running Gigtrail and prints what it makes of them. */
export async function playDemo(
  url: string,
  outFolder: string,
  dataFolder: string,
  say: (line: string) => void,
): Promise<DemoAccount> {
  const account = await signUpAndPair(url);
  say(`Signed up ${account.email} and paired a device with it.\n`);
  const stderr = processOutput(process.stderr);
  let progress = new Progress(stderr, "");
  const live = await openLiveStream(url, account.userToken, ({ change }) => {
    if (change.case !== "analysis") return;
    const { percent, stage } = change.value;
    progress.update(UPLOAD_SHARE + (1 - UPLOAD_SHARE) * (percent / 100), `analysis: ${stage || "done"}`);
  });
  const show = await commandLine(url, account, dataFolder);
  const mishaps: Mishaps = { sentTwice: 0, knownAgain: 0, cut: 0 };
  for (const sample of await loadSamples()) {
    progress = new Progress(stderr, sample.displayName);
    const sessionId = await play(url, account, sample, mishaps, live, progress);
    await progress.end();
    await show(["show", sessionId]);
    say("");
  }
  live.close();
  say(`On the way ${mishaps.cut} uploads were cut and tried again, ${mishaps.sentTwice} chunks were sent twice`);
  say(`(the server knew ${mishaps.knownAgain} of them again), and chunks were sent out of order.\n`);
  for (const file of await writeExports(url, account.userToken, outFolder))
    say(`wrote ${file.path} (${file.rows} rows, ${file.bytes} bytes)`);
  return account;
}

/** Uploads one session as an extension on a bad network would, and waits until it is analysed. */
async function play(
  url: string,
  { deviceToken }: DemoAccount,
  sample: SampleSession,
  mishaps: Mishaps,
  live: LiveStream,
  progress: Progress,
): Promise<string> {
  const sessionId = newId();
  const total = sample.tabs.reduce((sum, tab) => sum + tab.events.length, 0);
  const port = createFetchPort({ baseUrl: url, accessToken: async () => deviceToken });
  const tabs = await Promise.all(
    sample.tabs.map(async ({ tabId, events }) => ({ tabId, chunks: await outOfOrder(events) })),
  );
  const analysed = live.until(analysisEnded(sessionId));
  await uploadSession(
    roughNetwork(port, url, deviceToken, mishaps),
    { sessionId, displayName: sample.displayName, tabs },
    {
      retry: { baseDelayMs: 50 },
      // Each chunk goes by itself, so that the bad day meets single ones.
      maxBatchChunks: 1,
      onProgress: ({ events, chunks }) =>
        progress.update((events / total) * UPLOAD_SHARE, `${chunks} chunks, ${events} of ${total} events`),
    },
  );
  const { change } = await analysed;
  if (change.case === "analysis" && change.value.errorReason !== "") {
    throw new PlainError(`The analysis failed: ${change.value.errorReason}.`);
  }
  return sessionId;
}

/** The chunks of a tab, every second pair the wrong way round. */
async function outOfOrder(events: SampleSession["tabs"][number]["events"]): Promise<EventChunk[]> {
  const chunks: EventChunk[] = await Array.fromAsync(chunkEvents(events, { maxEvents: EVENTS_PER_CHUNK }));
  for (let index = 0; index + 1 < chunks.length; index += 2) {
    const [first, second] = chunks.slice(index, index + 2);
    if (first !== undefined && second !== undefined) chunks.splice(index, 2, second, first);
  }
  return chunks;
}

/** The command line client, signed in as the demo's person, with its credentials kept among the demo's data. */
async function commandLine(url: string, { email, password }: DemoAccount, dataFolder: string) {
  const stdout = processOutput(process.stdout);
  const io: CliIo = {
    stdout,
    stderr: processOutput(process.stderr),
    stdin: { isTTY: false, readAll: notAsked, readLine: notAsked, readSecretLine: notAsked },
    env: {
      GIGTRAIL_SERVER: url,
      GIGTRAIL_PASSWORD: password,
      GIGTRAIL_CREDENTIALS: join(dataFolder, "demo-credentials.json"),
    },
  };
  const quiet: CliIo = { ...io, stdout: { isTTY: false, write: async () => undefined } };
  const run = async (argv: string[], terminal: CliIo) => {
    const code = await runCli(argv, terminal);
    if (code !== 0) throw new Error(`gigtrail ${argv[0]} ended with status ${code}`);
  };
  await run(["login", "--email", email], quiet);
  return (argv: string[]) => run(argv, io);
}

function notAsked(): Promise<never> {
  return Promise.reject(new Error("the demo answers no questions"));
}
