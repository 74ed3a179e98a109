import {
  AckPolicy,
  connect,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
  nanos,
  RetentionPolicy,
  StorageType,
} from "nats";
import type { Running } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import { assertMessageFits, type Bus, DUPLICATE_WINDOW_MS, type MessageHandler, REDELIVERY_MS } from "./bus.ts";

/** The one stream; it takes every subject `work.>`. */
const STREAM = "gigtrail";
/** How long work is kept, in milliseconds. What is older is found by the sweeps. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** How long a handler may take before its message goes to another member, in milliseconds. */
const ACK_WAIT_MS = 30_000;

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
    await bus.#makeStream(await nats.jetstreamManager());
    return bus;
  }

  async publish(subject: string, message: Uint8Array, id: string): Promise<void> {
    assertMessageFits(message);
    try {
      await this.#jetstream().publish(subject, message, { msgID: id });
    } catch (error) {
      // A server that lost its store lost the stream too: make it anew, once.
      this.log.warn({ error, subject }, "work could not be published; making the stream anew");
      await this.#makeStream(await this.nats.jetstreamManager());
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
        else heard(message.data, message.subject);
      },
    });
    return {
      stop: async () => {
        if (!this.nats.isClosed()) subscription.unsubscribe();
      },
    };
  }

  async check(): Promise<void> {
    await this.nats.flush();
  }

  async close(): Promise<void> {
    await this.nats.close();
  }

  #jetstream(): JetStreamClient {
    return this.nats.jetstream();
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
    while (!stopping.aborted && !this.nats.isClosed()) {
      try {
        const messages = await this.#openConsumer(subject, group);
        const end = () => messages.stop();
        stopping.addEventListener("abort", end, { once: true });
        await this.#handleAll(messages, handler);
        stopping.removeEventListener("abort", end);
      } catch (error) {
        if (stopping.aborted || this.nats.isClosed()) return;
        this.log.warn({ error, subject }, "the bus does not deliver; trying again");
        await Bun.sleep(REDELIVERY_MS);
      }
    }
  }

  async #openConsumer(subject: string, group: string): Promise<ConsumerMessages> {
    const manager = await this.nats.jetstreamManager();
    await this.#makeStream(manager);
    const known = await manager.consumers.info(STREAM, group).catch(() => undefined);
    if (known === undefined) {
      await manager.consumers.add(STREAM, {
        durable_name: group,
        filter_subject: subject,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(ACK_WAIT_MS),
        deliver_policy: DeliverPolicy.All,
      });
    }
    const consumer = await this.#jetstream().consumers.get(STREAM, group);
    return consumer.consume({ max_messages: 10 });
  }

  async #handleAll(messages: ConsumerMessages, handler: MessageHandler): Promise<void> {
    for await (const message of messages) {
      try {
        await handler(message.data);
        message.ack();
      } catch (error) {
        this.log.warn({ error, subject: message.subject }, "a message could not be handled and comes again");
        message.nak(REDELIVERY_MS);
      }
    }
  }
}
