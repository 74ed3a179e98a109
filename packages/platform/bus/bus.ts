import type { Running } from "../lifecycle.ts";

/** Handles one message; throwing has it delivered again, after a pause. */
export type MessageHandler = (message: Uint8Array) => Promise<void>;

/**
 * Carries ids and wake-ups between services; PostgreSQL is the truth, so losing all of it loses no work.
 *
 * Work (`publish`, `consume`) is kept for a day and delivered at least once to one member of each group.
 * Broadcasts reach whoever listens at that moment. Subjects are words joined by dots; `*` stands for one word and a
 * final `>` for the rest. Payloads are at most MAX_MESSAGE_BYTES.
 */
export interface Bus {
  /** Puts work on a subject `work.…`; the same id again within two minutes is dropped. Resolves when it is kept. */
  publish(subject: string, message: Uint8Array, id: string): Promise<void>;
  /**
   * Takes the work of a subject as a member of a group, one message at a time, from the group's beginning on. A group's
   * name means something else on each subject.
   */
  consume(subject: string, group: string, handler: MessageHandler): Promise<Running>;
  /** Tells everyone who listens now. Never waits, never fails: what must arrive is not broadcast. */
  broadcast(subject: string, message: Uint8Array): void;
  /** Hears broadcasts. */
  listen(subject: string, heard: (message: Uint8Array, subject: string) => void): Running;
  /** Throws when the bus cannot be used. */
  check(): Promise<void>;
  /** Lets go of everything. */
  close(): Promise<void>;
}

/** Largest payload, in bytes; nats-server's own default limit is 1 MiB. */
export const MAX_MESSAGE_BYTES = 512 * 1024;
/** How long before work that failed is delivered again, in milliseconds. */
export const REDELIVERY_MS = 1_000;
/** How long the ids of published work are remembered, in milliseconds. */
export const DUPLICATE_WINDOW_MS = 120_000;

/** Throws on a payload that the bus would not carry: a bug, since messages hold ids. */
export function assertMessageFits(message: Uint8Array): void {
  if (message.length > MAX_MESSAGE_BYTES) throw new Error(`a bus message of ${message.length} bytes`);
}
