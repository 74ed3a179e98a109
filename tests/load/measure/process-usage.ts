import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc (USER_HZ), which Linux fixes at 100 for user space. */
const TICKS_PER_S = 100;
const PAGE_BYTES = 4_096;

/** CPU time that a process and all its threads have used, in milliseconds. Linux only (proc(5), fields 14 and 15). */
export function cpuMs(pid: number): number {
  const fields = afterName(readFileSync(`/proc/${pid}/stat`, "utf8"));
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
}

/** Memory of a process that is in RAM, in bytes. Linux only (proc(5), statm). */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

/** The fields after the name, which stands in brackets and may hold anything. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
