import type { Tx } from "@gigtrail/platform/db/database";
import { type RawBuilder, sql } from "kysely";
import type { IngestSchema } from "../db/schema.ts";
import type { SealedChunk } from "./chunk.ts";
import type { OpenTab } from "./open-sessions.ts";

/** A chunk that is to be stored. */
export interface AcceptedChunk {
  readonly chunk: SealedChunk;
  readonly tab: OpenTab;
  /** First byte of its block in the pack. */
  readonly packOffset: number;
}

/**
 * Stores the rows of a pack's chunks, in one statement however many there are: each touched tab's row is written once,
 * with what its chunks add to the counts. Each column goes as one array, which costs far less than a placeholder for
 * every value. A sweep that took this pack for nobody's has a row for it: then this fails, and the chunks go into
 * another pack.
 */
export async function insertChunks(
  tx: Tx<IngestSchema>,
  accepted: readonly AcceptedChunk[],
  packId: string,
): Promise<void> {
  const column = <T>(value: (item: AcceptedChunk) => T) => accepted.map(value);
  await sql`
    with touched_tabs as (${upsertTabs(accepted)}),
         pack as (insert into packs (pack_id, live_blocks) values (${packId}, ${accepted.length}))
    insert into chunks (workspace_id, session_id, tab_id, seq, hash, block_id, pack_id, pack_offset, stored_bytes,
                        masked_values, cut_events, client_sent_time)
    select workspace_id, session_id, tab_id, seq, hash, block_id, ${packId}::uuid, pack_offset, stored_bytes,
           masked_values, cut_events, client_sent_time
      from unnest(${column(({ chunk }) => chunk.block.workspaceId)}::uuid[],
                  ${column(({ chunk }) => chunk.block.sessionId)}::uuid[],
                  ${column(({ chunk }) => chunk.block.tabId)}::uuid[],
                  ${column(({ chunk }) => chunk.seq)}::bigint[],
                  ${column(({ chunk }) => chunk.hash)}::bytea[],
                  ${column(({ chunk }) => chunk.block.blockId)}::uuid[],
                  ${column(({ packOffset }) => packOffset)}::int[],
                  ${column(({ chunk }) => chunk.bytes.length)}::int[],
                  ${column(({ chunk }) => chunk.maskedValues)}::int[],
                  ${column(({ chunk }) => chunk.cutEvents)}::int[],
                  ${column(({ chunk }) => chunk.clientSentTime ?? null)}::timestamptz[])
        as c (workspace_id, session_id, tab_id, seq, hash, block_id, pack_offset, stored_bytes, masked_values,
              cut_events, client_sent_time)`.execute(tx);
}

/** The part that writes the tabs' rows. */
function upsertTabs(accepted: readonly AcceptedChunk[]): RawBuilder<unknown> {
  const tabs = [...Map.groupBy(accepted, ({ tab }) => tab)].map(([tab, items]) => ({ ...tab.row(), items }));
  const column = <T>(value: (tab: (typeof tabs)[number]) => T) => tabs.map(value);
  const sums = (count: (chunk: SealedChunk) => number) =>
    tabs.map(({ items }) => items.reduce((total, { chunk }) => total + count(chunk), 0));
  const best = (of: (...numbers: number[]) => number, value: (chunk: SealedChunk) => number | null) =>
    tabs.map(({ items }) => bestOf(of, items, value));
  return sql`
    insert into tabs (workspace_id, session_id, tab_id, received, last_seq, snapshot_seq, event_count, chunk_count,
                      raw_bytes, stored_bytes, masked_values, cut_events, misdated_events, dropped_events,
                      first_event_ms, last_event_ms, clock_offset_ms)
    select * from unnest(${column((tab) => tab.workspace_id)}::uuid[],
                         ${column((tab) => tab.session_id)}::uuid[],
                         ${column((tab) => tab.tab_id)}::uuid[],
                         ${column((tab) => tab.received)}::int8multirange[],
                         ${column((tab) => tab.last_seq)}::bigint[],
                         ${column((tab) => tab.snapshot_seq)}::bigint[],
                         ${sums((chunk) => chunk.eventCount)}::bigint[],
                         ${sums(() => 1)}::bigint[],
                         ${sums((chunk) => chunk.rawBytes)}::bigint[],
                         ${sums((chunk) => chunk.bytes.length)}::bigint[],
                         ${sums((chunk) => chunk.maskedValues)}::bigint[],
                         ${sums((chunk) => chunk.cutEvents)}::bigint[],
                         ${sums((chunk) => chunk.misdatedEvents)}::bigint[],
                         ${sums((chunk) => chunk.droppedEvents)}::bigint[],
                         ${best(Math.min, (chunk) => chunk.firstMs)}::bigint[],
                         ${best(Math.max, (chunk) => chunk.lastMs)}::bigint[],
                         ${best(Math.min, (chunk) => chunk.clockOffsetMs)}::bigint[])
    on conflict (workspace_id, session_id, tab_id) do update set
      received = excluded.received,
      last_seq = excluded.last_seq,
      snapshot_seq = excluded.snapshot_seq,
      event_count = tabs.event_count + excluded.event_count,
      chunk_count = tabs.chunk_count + excluded.chunk_count,
      raw_bytes = tabs.raw_bytes + excluded.raw_bytes,
      stored_bytes = tabs.stored_bytes + excluded.stored_bytes,
      masked_values = tabs.masked_values + excluded.masked_values,
      cut_events = tabs.cut_events + excluded.cut_events,
      misdated_events = tabs.misdated_events + excluded.misdated_events,
      dropped_events = tabs.dropped_events + excluded.dropped_events,
      first_event_ms = least(tabs.first_event_ms, excluded.first_event_ms),
      last_event_ms = greatest(tabs.last_event_ms, excluded.last_event_ms),
      clock_offset_ms = least(tabs.clock_offset_ms, excluded.clock_offset_ms),
      last_receive_time = now()`;
}

/** The least or greatest of what the chunks say; null where none says anything. */
function bestOf(
  of: (...numbers: number[]) => number,
  items: readonly AcceptedChunk[],
  value: (chunk: SealedChunk) => number | null,
): number | null {
  const said = items.flatMap(({ chunk }) => value(chunk) ?? []);
  return said.length === 0 ? null : of(...said);
}
