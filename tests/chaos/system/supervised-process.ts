import { closeSync, openSync } from "node:fs";
import { guardProgram, releaseProgram } from "@gigtrail/test-servers/guard";

/** A process that ends by itself is started again after this, in milliseconds. */
const RESTART_MS = 500;
/** How often a process that has just been started is asked whether it is up, in milliseconds. */
const UP_POLL_MS = 100;
/** What of a request for health is waited for, in milliseconds. */
const HEALTH_TIMEOUT_MS = 6_000;
/** How long a process may take to end when it is asked to, in milliseconds. */
const STOP_MS = 12_000;

/** How a process is run. */
export interface ProcessOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Appended to across restarts. */
  readonly logFile: string;
  /** Where /healthz/live and /healthz/ready are, without a slash at the end. */
  readonly healthUrl: string;
}

/**
 * One process of the system with its supervisor, which starts it again whenever it has ended, as `restart:
 * unless-stopped` does. It knows whether the suite has killed it or whether it ended by itself.
 */
export class SupervisedProcess {
  /** How often it ended by itself although it had been up: each is a fault of the product. */
  crashes = 0;
  /** Starts that it gave up before it was up: what it stands on was away. */
  givenUpStarts = 0;
  #running: Bun.Subprocess | undefined;
  #isUp = false;
  #isFrozen = false;
  #isStopping = false;
  /** Held down by the suite: not started until then. */
  #down: Promise<void> | undefined;

  constructor(private readonly options: ProcessOptions) {
    this.#start();
  }

  get name(): string {
    return this.options.name;
  }

  /** It runs, has been up since its start, and nobody has frozen or killed it. */
  get isWell(): boolean {
    return this.#isUp && !this.#isFrozen && this.#down === undefined;
  }

  /** It is stopped by SIGSTOP. */
  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Kills it with SIGKILL, and lets it be started again after `downMs`. */
  async kill(downMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#down = promise;
    const killed = this.#running;
    killed?.kill("SIGKILL");
    await killed?.exited;
    await Bun.sleep(downMs);
    this.#down = undefined;
    resolve();
  }

  /** Stops it in the middle of whatever it does, until what this returns is called. */
  freeze(): () => void {
    const frozen = this.#running;
    this.#isFrozen = true;
    frozen?.kill("SIGSTOP");
    return () => {
      frozen?.kill("SIGCONT");
      this.#isFrozen = false;
    };
  }

  /** Whether it says that it can do its work. */
  async isReady(): Promise<boolean> {
    return this.isWell && (await this.#answers("/healthz/ready"));
  }

  /** Ends it for good, cleanly when it can. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const running = this.#running;
    if (running === undefined) return;
    running.kill("SIGTERM");
    const killing = setTimeout(() => running.kill("SIGKILL"), STOP_MS);
    await running.exited;
    clearTimeout(killing);
  }

  #start(): void {
    const { command, env, logFile } = this.options;
    const log = openSync(logFile, "a");
    const running = Bun.spawn([...command], { env, stdin: "ignore", stdout: log, stderr: log });
    closeSync(log);
    guardProgram(running.pid);
    this.#running = running;
    this.#isUp = false;
    void this.#noteWhenUp(running);
    void running.exited.then(() => this.#ended(running));
  }

  async #noteWhenUp(running: Bun.Subprocess): Promise<void> {
    while (this.#running === running && !(await this.#answers("/healthz/live"))) await Bun.sleep(UP_POLL_MS);
    if (this.#running === running) this.#isUp = true;
  }

  async #ended(running: Bun.Subprocess): Promise<void> {
    releaseProgram(running.pid);
    this.#running = undefined;
    const wasUp = this.#isUp;
    this.#isUp = false;
    if (this.#isStopping) return;
    if (this.#down !== undefined) {
      await this.#down;
    } else {
      if (wasUp) this.crashes += 1;
      else this.givenUpStarts += 1;
      await Bun.sleep(RESTART_MS);
    }
    if (!this.#isStopping) this.#start();
  }

  #answers(path: string): Promise<boolean> {
    return fetch(this.options.healthUrl + path, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).then(
      async (response) => (await response.text(), response.ok),
      () => false,
    );
  }
}
