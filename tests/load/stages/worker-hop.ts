import { type Figures, median, rounded } from "../measure/figures.ts";

const ECHO = new URL("./echo-worker.ts", import.meta.url);
/** What a chunk of 100 events is as gzip, in bytes. */
const PAYLOAD_BYTES = 15 * 1024;
/** Messages in flight where there are several: a lane's usual queue under load. */
const IN_FLIGHT = 8;

/**
 * What it costs to hand a payload to a Worker and have it back, both ways by transfer: the time from one message to its
 * answer with nothing else to do; with several in flight, time and CPU of both threads for each message.
 */
export async function workerHop(messages: number, rounds: number): Promise<Figures> {
  const worker = new Worker(ECHO);
  const alone: number[] = [];
  const together: number[] = [];
  const cpu: number[] = [];
  await echo(worker, messages, 1);
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await echo(worker, messages, 1));
    const before = process.cpuUsage();
    together.push(await echo(worker, messages, IN_FLIGHT));
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / messages);
  }
  worker.terminate();
  return {
    bench: "stages",
    pipeline: "worker hop",
    stage: `${PAYLOAD_BYTES} bytes there and back`,
    us_alone: rounded(median(alone)),
    us_per_chunk: rounded(median(together)),
    cpu_us_per_chunk: rounded(median(cpu)),
  };
}

/** Microseconds a message. */
async function echo(worker: Worker, messages: number, inFlight: number): Promise<number> {
  const done = Promise.withResolvers<void>();
  let sent = 0;
  let back = 0;
  const send = () => {
    if (sent === messages) return;
    sent += 1;
    const payload = new Uint8Array(PAYLOAD_BYTES);
    worker.postMessage(payload, [payload.buffer]);
  };
  worker.onmessage = () => {
    back += 1;
    if (back === messages) done.resolve();
    else send();
  };
  worker.onerror = ({ message }) => done.reject(new Error(message));
  const startedMs = performance.now();
  for (let i = 0; i < inFlight; i += 1) send();
  await done.promise;
  return ((performance.now() - startedMs) * 1_000) / messages;
}
