import { recorderBundle } from "@gigtrail/recorder/chromium/recorder-bundle";
import type { RrwebEvent } from "@gigtrail/recorder/dom/rrweb-event";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import type { SampleAccount } from "../catalogue/account.ts";
import { SampleSite } from "../pages/sample-site.ts";
import { Tab } from "./tab.ts";

/** Time that an answer of the site's data takes by the stage's clock, in milliseconds. */
const ANSWER_MS = 180;

/** What the pages still have in hand comes out before nobody does anything, in milliseconds. */
const SETTLE_MS = 1_000;

declare global {
  interface Window {
    gigtrailEmit(json: string): Promise<void>;
  }
}

/**
 * A browser with the synthetic site, the recorder in every page, and a clock that only moves when it is told to: two
 * minutes of reading pass at once, and a recording made anew has the same times.
 */
export class Stage {
  readonly #context: BrowserContext;
  readonly #events = new Map<Page, RrwebEvent[]>();
  readonly #tabs: Tab[] = [];
  #now: number;

  private constructor(context: BrowserContext, startsAt: Date) {
    this.#context = context;
    this.#now = startsAt.getTime();
  }

  /** Sets the stage at a time of the past, with the account as it was then. */
  static async open(browser: Browser, startsAt: Date, account: SampleAccount): Promise<Stage> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 860 },
      timezoneId: "UTC",
      locale: "en-US",
    });
    const stage = new Stage(context, startsAt);
    const site = new SampleSite(() => stage.now(), account);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await context.clock.install({ time: startsAt.getTime() - 1_000 }); // before the recorder, which keeps Date.now
    await context.clock.pauseAt(startsAt);
    await context.exposeBinding("gigtrailEmit", ({ page }, json: string) => {
      const event: RrwebEvent = JSON.parse(json);
      stage.#eventsOf(page).push(event);
    });
    await context.addInitScript({ content: await recorderBundle() });
    await context.addInitScript(startInPage);
    await context.route("**/*", async (route) => await stage.#answer(route, site));
    return stage;
  }

  /** The stage's time. */
  now(): Date {
    return new Date(this.#now);
  }

  /** Lets time pass; timers of the pages run. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    await this.#context.clock.runFor(ms);
  }

  /** Lets time pass while nobody does anything. */
  async idle(ms: number): Promise<void> {
    await this.pass(SETTLE_MS);
    this.#now += ms;
    await this.#context.clock.fastForward(ms);
  }

  /** Opens a tab, in front of the others. */
  async openTab(): Promise<Tab> {
    return await this.#addTab(await this.#context.newPage());
  }

  /** The tab that an action opens, in front of the others. */
  async tabOpenedBy(action: () => Promise<void>): Promise<Tab> {
    const opened = this.#context.waitForEvent("page");
    await action();
    const page = await opened;
    await page.waitForLoadState();
    return await this.#addTab(page);
  }

  /** Brings a tab to the front; the others learn that they are behind it. */
  async show(front: Tab): Promise<void> {
    for (const tab of this.#tabs) await tab.setVisible(tab === front);
    await this.pass(400);
  }

  /** Ends the play and gives the events of each tab, in the order in which the tabs were opened. */
  async close(): Promise<RrwebEvent[][]> {
    for (const tab of this.#tabs) {
      await tab.setVisible(false);
      await tab.stopRecorder();
    }
    const events = this.#tabs.map(({ page }) => this.#eventsOf(page));
    await this.#context.close();
    return events;
  }

  async #addTab(page: Page): Promise<Tab> {
    const tab = new Tab(page, this);
    for (const other of this.#tabs) await other.setVisible(false);
    this.#tabs.push(tab);
    return tab;
  }

  #eventsOf(page: Page): RrwebEvent[] {
    const events = this.#events.get(page) ?? [];
    this.#events.set(page, events);
    return events;
  }

  async #answer(route: Route, site: SampleSite): Promise<void> {
    const request = route.request();
    const answer = site.answer(new URL(request.url()), request.postData());
    if (!answer) return await route.abort();
    if (answer.contentType === "application/json") await this.pass(ANSWER_MS);
    await route.fulfill(answer);
  }
}

// Runs in every page before its own scripts.
function startInPage(): void {
  if (location.protocol !== "https:") return; // a new tab before its page
  const stop = window.gigtrailRecorder?.startRecorder({
    emit: (event) => void window.gigtrailEmit(JSON.stringify(event)),
    policyVersion: 1,
  });
  Reflect.set(window, "gigtrailStop", stop);
}
