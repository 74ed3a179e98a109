import { DEFAULT_MAX_CHUNK_BYTES, DEFAULT_MAX_CHUNK_EVENTS } from "@gigtrail/recorder/core/chunk-builder";

/** What a recording's ids are made from. */
export interface RecordingIdentity {
  /** The member who imports it. */
  userId: string;
  /** SHA-256 of the recording, hex. */
  sha256: string;
  /** Time of its first event, in milliseconds since 1970. */
  firstEventMs: number;
  /** Sets one import of the same recording apart from another. */
  copy: string;
}

/** Ids of a session with one tab. */
export interface RecordingIds {
  sessionId: string;
  tabId: string;
}

/** The latest time that a UUIDv7 holds. */
const MAX_UUID_MS = 2 ** 48 - 1;

/**
 * Makes the ids of an imported recording from what it is and who imports it. An import that was killed finds its
 * session again without having kept anything, and one that is repeated adds nothing. How chunks are cut is part of it:
 * with other limits the same numbers would mean other events.
 */
export function recordingIds(identity: RecordingIdentity): RecordingIds {
  return { sessionId: deriveUuidV7("session", identity), tabId: deriveUuidV7("tab", identity) };
}

/** RFC 9562 §5.7, with the recording's own time and 74 bits of a hash in place of random ones. */
function deriveUuidV7(kind: string, identity: RecordingIdentity): string {
  const cut = `${DEFAULT_MAX_CHUNK_EVENTS}/${DEFAULT_MAX_CHUNK_BYTES}`;
  const parts = ["gigtrail import 1", kind, cut, identity.userId, identity.sha256, identity.copy];
  const bytes = new Bun.CryptoHasher("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  const ms = Math.min(MAX_UUID_MS, Math.max(0, Math.floor(identity.firstEventMs)));
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
