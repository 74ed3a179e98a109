import {
  AckPolicy,
  connect,
  type Consumer,
  DeliverPolicy,
  ErrorCode,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type Msg,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
} from "nats";
import { pause, type Running } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { assertMessageFits, type Bus, DUPLICATE_WINDOW_MS, type MessageHandler, REDELIVERY_MS } from "./bus.ts";

/** The one stream; it takes every subject `work.>`. */
const STREAM = "gigtrail";
/** How long work is kept, in milliseconds. What is older is found by the sweeps. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** How long a handler may take before its message goes to another member, in milliseconds. */
const ACK_WAIT_MS = 30_000;
/** How long one request for a message waits at the server, in milliseconds. */
const FETCH_MS = 10_000;
/** How long the broker may take to answer anything else, in milliseconds. */
const REQUEST_TIMEOUT_MS = 3_000;

/** The bus of a distributed Gigtrail: JetStream for work, core NATS for broadcasts. */
export class NatsBus implements Bus {
  private constructor(
    private readonly nats: NatsConnection,
    private readonly log: Log,
  ) {}

  /** Connects; goes on reconnecting for ever after that. Throws when the first try fails. */
  static async connect(url: string, log: Log): Promise<NatsBus> {
    const nats = await connect({ servers: url.split(","), maxReconnectAttempts: -1, reconnectTimeWait: 500 });
    const bus = new NatsBus(nats, log);
    try {
      await bus.#makeStream(await bus.#manager());
      return bus;
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  async publish(subject: string, message: Uint8Array, id: string): Promise<void> {
    assertMessageFits(message);
    try {
      await this.#jetstream().publish(subject, message, { msgID: id });
    } catch (error) {
      if (!isNobodyThere(error)) throw error;
      // A server that lost its store lost the stream too: make it anew, once.
      this.log.warn({ error, subject }, "work could not be published; making the stream anew");
      await this.#makeStream(await this.#manager());
      await this.#jetstream().publish(subject, message, { msgID: id });
    }
  }

  async consume(subject: string, group: string, handler: MessageHandler): Promise<Running> {
    const stopping = new AbortController();
    const running = this.#consumeUntil(subject, group, handler, stopping.signal);
    return {
      stop: async () => {
        stopping.abort();
        await running;
      },
    };
  }

  broadcast(subject: string, message: Uint8Array): void {
    assertMessageFits(message);
    if (!this.nats.isClosed()) this.nats.publish(subject, message);
  }

  listen(subject: string, heard: (message: Uint8Array, subject: string) => void): Running {
    const subscription = this.nats.subscribe(subject, {
      callback: (error, message) => {
        if (error) this.log.warn({ error, subject }, "a broadcast could not be read");
        else this.#tell(heard, message);
      },
    });
    return {
      stop: async () => {
        if (!this.nats.isClosed()) subscription.unsubscribe();
      },
    };
  }

  async check(): Promise<void> {
    // Asks JetStream, with a time-out; a flush would wait for as long as the server is away.
    await this.#manager();
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  #jetstream(): JetStreamClient {
    return this.nats.jetstream({ timeout: REQUEST_TIMEOUT_MS });
  }

  #manager(): Promise<JetStreamManager> {
    return this.nats.jetstreamManager({ timeout: REQUEST_TIMEOUT_MS });
  }

  /** What a listener throws would end the connection's reader. */
  #tell(heard: (message: Uint8Array, subject: string) => void, message: Msg): void {
    try {
      heard(message.data, message.subject);
    } catch (error) {
      this.log.error({ error, subject: message.subject }, "a listener failed");
    }
  }

  async #makeStream(manager: JetStreamManager): Promise<void> {
    const settings = {
      name: STREAM,
      subjects: ["work.>"],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_age: nanos(KEEP_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    };
    const known = await manager.streams.info(STREAM).catch(() => undefined);
    if (known === undefined) await manager.streams.add(settings);
  }

  /** Consumes until told to stop; a broker that went away or forgot the consumer is taken up again. */
  async #consumeUntil(subject: string, group: string, handler: MessageHandler, stopping: AbortSignal): Promise<void> {
    let consumer: Consumer | undefined;
    while (!stopping.aborted && !this.nats.isClosed()) {
      try {
        consumer ??= await unlessAborted(this.#openConsumer(subject, group), stopping);
        await this.#handleNext(consumer, handler, stopping);
      } catch (error) {
        if (stopping.aborted || this.nats.isClosed()) return;
        consumer = undefined;
        this.log.warn({ error, subject }, "the bus does not deliver; trying again");
        await pause(REDELIVERY_MS, stopping);
      }
    }
  }

  async #openConsumer(subject: string, group: string): Promise<Consumer> {
    const manager = await this.#manager();
    await this.#makeStream(manager);
    const name = consumerName(subject, group);
    const known = await manager.consumers.info(STREAM, name).catch(() => undefined);
    if (known === undefined) {
      await manager.consumers.add(STREAM, {
        durable_name: name,
        filter_subject: subject,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ACK_WAIT_MS),
        deliver_policy: DeliverPolicy.All,
      });
    }
    return this.#jetstream().consumers.get(STREAM, name);
  }

  /**
   * Waits for one message and handles it. No more are fetched ahead: they would wait behind a busy member while others
   * are idle, and be stranded for ACK_WAIT_MS with one that stops.
   */
  async #handleNext(consumer: Consumer, handler: MessageHandler, stopping: AbortSignal): Promise<void> {
    const messages = await consumer.fetch({ max_messages: 1, expires: FETCH_MS });
    const end = () => messages.stop();
    if (stopping.aborted) end();
    stopping.addEventListener("abort", end, { once: true });
    try {
      for await (const message of messages) await this.#handle(message, handler);
    } finally {
      stopping.removeEventListener("abort", end);
    }
  }

  async #handle(message: JsMsg, handler: MessageHandler): Promise<void> {
    try {
      await handler(message.data);
      message.ack();
    } catch (error) {
      this.log.warn({ error, subject: message.subject }, "a message could not be handled and comes again");
      message.nak(REDELIVERY_MS);
    }
  }
}

/** A consumer belongs to one group and one subject; its name may not hold the dots and stars of a subject. */
function consumerName(subject: string, group: string): string {
  const escaped = subject.replaceAll(/[^A-Za-z0-9-]/g, (char) => `_${char.codePointAt(0)?.toString(16)}`);
  return `${group}-${escaped}`;
}

/** Whether nobody on the server takes a subject: JetStream has no stream for it, or is not up yet. */
function isNobodyThere(error: unknown): boolean {
  return error instanceof NatsError && error.code === ErrorCode.NoResponders;
}

/** Waits for what may last until the broker is back, but not when told to stop. */
function unlessAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("told to stop"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    waiting.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
