import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import type { Running } from "@gigtrail/platform/lifecycle";
import { createLog } from "@gigtrail/platform/log";

/** A log that nobody reads. */
export const quietLog = createLog("test", "silent");

/** The bus of an all-in-one, which can lose its broadcasts and tells how many listen to it. */
export class TestBus extends InProcessBus {
  /** Loses every broadcast. */
  isDeaf = false;
  listeners = 0;

  constructor() {
    super(quietLog);
  }

  override broadcast(subject: string, message: Uint8Array): void {
    if (!this.isDeaf) super.broadcast(subject, message);
  }

  override listen(subject: string, heard: (message: Uint8Array, subject: string) => void): Running {
    const listening = super.listen(subject, heard);
    this.listeners += 1;
    let stopped: Promise<void> | undefined;
    const stop = () => {
      this.listeners -= 1;
      return listening.stop();
    };
    return { stop: () => (stopped ??= stop()) };
  }
}
