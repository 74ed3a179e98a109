import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Clock ticks a second in /proc (USER_HZ), which Linux fixes at 100 for user space. */
const TICKS_PER_S = 100;
const PAGE_BYTES = 4_096;
const KIBIBYTE = 1_024;

/** CPU time that a process and all its threads have used, in milliseconds. Linux only (proc(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const { ticks } = readStat(pid);
  return (ticks * 1_000) / TICKS_PER_S;
}

/** As cpuMs, of several processes together. */
export function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
}

/**
 * CPU time that a process, its children of now and those that it has waited for have used, in milliseconds: PostgreSQL
 * has a process a connection. Linux only (proc(5), fields 14 to 17).
 */
export function familyCpuMs(pid: number): number {
  const { ticks, childrensTicks } = readStat(pid);
  let sum = ticks + childrensTicks;
  for (const name of readdirSync("/proc")) {
    const child = /^\d+$/.test(name) ? tryReadStat(Number(name)) : undefined;
    if (child?.parent === pid) sum += child.ticks + child.childrensTicks;
  }
  return (sum * 1_000) / TICKS_PER_S;
}

/** The process that started a process. Linux only (proc(5), field 4). */
export function parentOf(pid: number): number {
  return readStat(pid).parent;
}

/** Memory of a process that is in RAM, in bytes. Linux only (proc(5), statm). */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

/** The most memory of a process that was in RAM at once since forgetPeak, in bytes. Linux only (VmHWM of proc(5)). */
export function peakResidentBytes(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * KIBIBYTE;
}

/** Has the peak of a process's memory count from now. Linux only (clear_refs of proc(5)). */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  readonly childrensTicks: number;
}

function readStat(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // After the name, which stands in brackets and may hold anything.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, childrensUser = 0, childrensSystem = 0] = fields.slice(11);
  return { parent, ticks: user + system, childrensTicks: childrensUser + childrensSystem };
}

/** Undefined for a process that has ended meanwhile. */
function tryReadStat(pid: number): Stat | undefined {
  try {
    return readStat(pid);
  } catch {
    return undefined;
  }
}
