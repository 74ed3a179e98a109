import { hasFullSnapshot, type ModelledChunk } from "./modelled-chunk.ts";

/** How far ahead of what is durable a number may be; the contract says so. */
const MAX_SEQ_AHEAD = 100_000;

/** Where a session stands. */
export type ModelState = "RECORDING" | "FINISHING" | "COMPLETE" | "INCOMPLETE";

/** What a tab has, as the contract tells it. */
export interface TabModel {
  readonly chunks: ReadonlyMap<number, ModelledChunk>;
  readonly lastSeq: number;
}

/** A session as the contract describes it, without a thought of how it is stored. Never changed, only replaced. */
export interface SessionModel {
  readonly life: "none" | "live" | "deleted";
  readonly state: ModelState;
  readonly generation: number;
  readonly tabs: ReadonlyMap<number, TabModel>;
  /** What the services that follow were told, in order. */
  readonly told: readonly string[];
  /** It was finished by itself: whoever goes on takes it up again. */
  readonly endedQuietly: boolean;
  /** Something new has come and its consequences are not drawn yet. */
  readonly isUnsettled: boolean;
}

/** What was answered, and the session after it. */
export interface Answered {
  /** An outcome or a reason; several where either is right. */
  readonly said: readonly string[];
  readonly session: SessionModel;
}

/** A session that never was. */
export const NO_SESSION: SessionModel = {
  life: "none",
  state: "RECORDING",
  generation: 1,
  tabs: new Map(),
  told: [],
  endedQuietly: false,
  isUnsettled: false,
};

const NO_TAB: TabModel = { chunks: new Map(), lastSeq: -1 };

/** Every chunk from 0 to this one has come; -1 when 0 has not. */
export function durableThrough({ chunks }: TabModel): number {
  let next = 0;
  while (chunks.has(next)) next += 1;
  return next - 1;
}

/** The gaps below the highest number that has come or was stated. */
export function missing({ chunks, lastSeq }: TabModel): [first: number, last: number][] {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const seq of [...chunks.keys()].toSorted((a, b) => a - b)) {
    if (seq > next) gaps.push([next, seq - 1]);
    next = seq + 1;
  }
  return lastSeq >= next ? [...gaps, [next, lastSeq]] : gaps;
}

/** Nothing after the last gap has a FullSnapshot. */
export function needsFullSnapshot({ chunks }: TabModel): boolean {
  for (let seq = Math.max(-1, ...chunks.keys()); ; seq -= 1) {
    const chunk = chunks.get(seq);
    if (chunk === undefined) return true;
    if (hasFullSnapshot(chunk)) return false;
  }
}

/** CreateSession. */
export function create(session: SessionModel): Answered {
  if (session.life === "deleted") return refused(session);
  return { said: ["done"], session: { ...session, life: "live" } };
}

/** DeleteSession. */
export function erase(session: SessionModel): Answered {
  if (session.life === "none") return refused(session);
  if (session.life === "deleted") return { said: ["done"], session };
  const told = [...session.told, `deleted ${session.generation}`];
  return { said: ["done"], session: { ...NO_SESSION, life: "deleted", told } };
}

/** GetUploadState. */
export function look(session: SessionModel): Answered {
  return session.life === "live" ? { said: ["done"], session } : refused(session);
}

/** One chunk; its consequences are drawn by `settle`, once for all that are committed together. */
export function put(session: SessionModel, chunk: ModelledChunk): Answered {
  if (session.life !== "live") {
    // While the key is still remembered, a bad chunk is found out before the deletion is.
    const { said } = refused(session);
    return { said: session.life === "deleted" && chunk.fault ? [...said, chunk.fault] : said, session };
  }
  if (chunk.fault !== undefined) return { said: [chunk.fault], session };
  const tab = session.tabs.get(chunk.tab) ?? NO_TAB;
  const stored = tab.chunks.get(chunk.seq);
  if (stored !== undefined)
    return { said: [stored.version === chunk.version ? "DUPLICATE" : "chunk_conflict"], session };
  if (chunk.seq > durableThrough(tab) + MAX_SEQ_AHEAD) return { said: ["seq_too_far"], session };
  const isRecorded = session.state === "RECORDING" || session.endedQuietly;
  const lastSeq = isRecorded ? tab.lastSeq : Math.max(tab.lastSeq, chunk.seq);
  const chunks = new Map(tab.chunks).set(chunk.seq, chunk);
  const tabs = new Map(session.tabs).set(chunk.tab, { chunks, lastSeq });
  return { said: ["STORED"], session: { ...session, tabs, isUnsettled: true } };
}

/** FinishSession. */
export function finish(session: SessionModel, ends: readonly (readonly [tab: number, lastSeq: number])[]): Answered {
  if (session.life !== "live") return refused(session);
  const tabs = new Map(session.tabs);
  for (const [name, lastSeq] of ends) {
    const tab = tabs.get(name) ?? NO_TAB;
    if (lastSeq > durableThrough(tab) + MAX_SEQ_AHEAD) return { said: ["seq_too_far"], session };
    tabs.set(name, { ...tab, lastSeq: Math.max(tab.lastSeq, lastSeq) });
  }
  for (const [name, tab] of tabs) tabs.set(name, { ...tab, lastSeq: Math.max(tab.lastSeq, ...tab.chunks.keys()) });
  const isRaised = [...tabs].some(([name, tab]) => tab.lastSeq > (session.tabs.get(name)?.lastSeq ?? -1));
  if (isClosed(session) && !isRaised) return { said: ["done"], session: { ...session, endedQuietly: false } };
  const state = session.state === "RECORDING" ? "FINISHING" : session.state;
  return { said: ["done"], session: settle({ ...session, state, tabs, endedQuietly: false, isUnsettled: true }) };
}

/** Nothing has happened for long: it is finished by itself, or given up when it was finished. */
export function fallQuiet(session: SessionModel): SessionModel {
  if (session.life !== "live" || isClosed(session)) return session;
  if (session.state === "RECORDING") return { ...finish(session, []).session, endedQuietly: true };
  return close(session, "INCOMPLETE");
}

/** Draws the consequences of what has come: whether it is whole, and whether it was closed before. */
export function settle(session: SessionModel): SessionModel {
  if (!session.isUnsettled) return session;
  const settled = { ...session, isUnsettled: false };
  if (session.state === "RECORDING") return settled;
  if (isClosed(session)) settled.generation += 1;
  if (session.endedQuietly) return { ...settled, state: "RECORDING", endedQuietly: false };
  const isWhole = [...session.tabs.values()].every((tab) => durableThrough(tab) >= tab.lastSeq);
  return isWhole ? close(settled, "COMPLETE") : { ...settled, state: "FINISHING" };
}

function close(session: SessionModel, state: ModelState): SessionModel {
  return { ...session, state, told: [...session.told, `completed ${session.generation}`] };
}

function isClosed({ state }: SessionModel): boolean {
  return state === "COMPLETE" || state === "INCOMPLETE";
}

function refused(session: SessionModel): Answered {
  return { said: [session.life === "deleted" ? "session_deleted" : "session_not_found"], session };
}
