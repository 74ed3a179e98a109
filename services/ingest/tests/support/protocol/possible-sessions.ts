import { isDeepStrictEqual } from "node:util";
import type { Act } from "./acts.ts";
import { modelledSession, modelledTab, type Seen } from "./seen.ts";
import { type Answered, create, erase, finish, look, put, type SessionModel, settle } from "./session-model.ts";

/** Something that was done to a session, and what was answered. */
export interface Done {
  readonly act: Act;
  readonly seen: Seen;
}

/**
 * What a session can be after things that were done to it at once: one for every order of them that explains all the
 * answers (linearizability; Herlihy and Wing, 1990), none where there is no such order. Chunks may be committed
 * together: then they count as one change, and each of their answers shows the tab after it.
 */
export function possibleSessions(before: SessionModel, done: readonly Done[]): SessionModel[] {
  const found = new Map<string, SessionModel>();
  const tried = new Set<string>();
  const placesOf = (some: readonly Done[]) => some.map((each) => done.indexOf(each)).toSorted();
  const search = (session: SessionModel, left: readonly Done[]) => {
    const key = keyOf(session, placesOf(left));
    if (tried.has(key)) return;
    tried.add(key);
    if (left.length === 0) found.set(key, session);
    for (const each of left) {
      const rest = left.filter((other) => other !== each);
      if (each.act.kind === "put") gather(session, [], left);
      else {
        const answered = alone(session, each.act);
        if (explains(answered, each.seen)) search(answered.session, rest);
      }
    }
  };
  /** Puts more chunks into a group, or commits it. */
  const gather = (session: SessionModel, group: readonly Done[], left: readonly Done[]) => {
    const key = keyOf(session, [...placesOf(left), -1, ...placesOf(group)]);
    if (tried.has(key)) return;
    tried.add(key);
    if (group.length > 0) {
      const after = settle(session);
      if (group.every((each) => showsTab(after, each))) search(after, left);
    }
    for (const each of left) {
      if (each.act.kind !== "put") continue;
      const { said, session: next } = put(session, each.act.chunk);
      if (said.includes(each.seen.said))
        gather(
          next,
          [...group, each],
          left.filter((other) => other !== each),
        );
    }
  };
  search(before, done);
  return [...found.values()];
}

function alone(session: SessionModel, act: Act): Answered {
  switch (act.kind) {
    case "create":
      return create(session);
    case "delete":
      return erase(session);
    case "look":
      return look(session);
    case "finish":
      return finish(session, act.ends);
    case "put":
      return put(session, act.chunk);
  }
}

function explains({ said, session }: Answered, seen: Seen): boolean {
  if (!said.includes(seen.said)) return false;
  return seen.session === undefined || isDeepStrictEqual(seen.session, modelledSession(session));
}

function showsTab({ tabs }: SessionModel, { seen }: Done): boolean {
  if (seen.tab === undefined) return true;
  const tab = tabs.get(seen.tab.tab);
  return tab !== undefined && isDeepStrictEqual(seen.tab, modelledTab(seen.tab.tab, tab));
}

function keyOf({ tabs, ...session }: SessionModel, places: readonly number[]): string {
  const chunks = [...tabs]
    .toSorted(([a], [b]) => a - b)
    .map(([name, tab]) => [name, tab.lastSeq, [...tab.chunks.values()].map((c) => [c.seq, c.version]).toSorted()]);
  return JSON.stringify([places, session, chunks]);
}
