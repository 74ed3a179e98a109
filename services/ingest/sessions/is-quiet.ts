import { type RawBuilder, sql } from "kysely";

/**
 * The condition for a row of `sessions`: nothing was created, finished or received in it since a time. By the clock of
 * the database alone: those of clients may be off, and those of several processes differ.
 */
export function isQuietSince(time: RawBuilder<Date>): RawBuilder<boolean> {
  return sql<boolean>`(sessions.touch_time < ${time} and not exists (
    select 1 from tabs where tabs.workspace_id = sessions.workspace_id and tabs.session_id = sessions.session_id
                         and tabs.last_receive_time >= ${time}))`;
}

/** So many seconds ago, by the clock of the database. */
export function secondsAgo(seconds: number): RawBuilder<Date> {
  return sql<Date>`(now() - ${seconds} * interval '1 second')`;
}
