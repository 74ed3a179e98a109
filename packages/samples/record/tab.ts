import type { Page } from "playwright-core";

/** Time between two key strokes, in milliseconds. */
const KEY_MS = 110;

/** Steps of the pointer on its way to what is clicked, and the time of each, in milliseconds. */
const POINTER_STEPS = 4;
const POINTER_STEP_MS = 120;

/** Time between two turns of the wheel while reading, in milliseconds, and how far each goes, in pixels. */
const WHEEL_EVERY_MS = 2_500;
const WHEEL_STEP = 320;

/** The browser tells of a new selection a little later, by its own clock: real milliseconds. */
const SELECTION_MS = 100;

/** Moves the stage's clock. */
export interface StageClock {
  pass(ms: number): Promise<void>;
}

/** A tab and the hand of the person in front of it. */
export class Tab {
  readonly page: Page;
  readonly #clock: StageClock;

  constructor(page: Page, clock: StageClock) {
    this.page = page;
    this.#clock = clock;
  }

  /** Opens an address of the site. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(`https://www.upwork.com${path}`);
    await this.#clock.pass(900);
  }

  /** Reads for a while: scrolls on, a little at a time. */
  async read(seconds: number): Promise<void> {
    for (let left = seconds * 1_000; left > 0; left -= WHEEL_EVERY_MS) {
      await this.#clock.pass(Math.min(left, WHEEL_EVERY_MS));
      await this.page.mouse.move(600 + (left % 7) * 12, 400 + (left % 11) * 9);
      await this.page.evaluate(scrollOn, WHEEL_STEP);
    }
  }

  /** Moves the pointer to an element and clicks. */
  async click(selector: string): Promise<void> {
    const element = this.page.locator(selector).first();
    await element.scrollIntoViewIfNeeded();
    const box = await element.boundingBox();
    if (!box) throw new Error(`nothing to click at ${selector}`);
    const [x, y] = [box.x + Math.min(box.width / 2, 40), box.y + box.height / 2];
    for (let step = 1; step <= POINTER_STEPS; step++) {
      const share = step / POINTER_STEPS;
      await this.page.mouse.move(640 + (x - 640) * share, 430 + (y - 430) * share);
      await this.#clock.pass(POINTER_STEP_MS);
    }
    await this.page.mouse.click(x, y);
  }

  /** Clicks what leads to another page, and waits for it. */
  async follow(selector: string, path: RegExp): Promise<void> {
    await this.click(selector);
    await this.page.waitForURL(path, { waitUntil: "load" });
    await this.#clock.pass(900);
  }

  /** Opens a job of a list in the slider. */
  async openSlider(title: string): Promise<void> {
    await this.click(`.job-tile-title a:text-is("${title}")`);
    await this.page.locator(".air3-slider-body h4").waitFor();
    await this.#clock.pass(600);
  }

  /** Closes the slider. */
  async closeSlider(): Promise<void> {
    await this.click(".air3-slider-close");
    await this.page.locator(".air3-slider").waitFor({ state: "detached" });
    await this.#clock.pass(500);
  }

  /** Turns over to the next page of results. */
  async nextPage(): Promise<void> {
    await this.click('[data-ev-label="pagination_next_page"]');
    await this.page.locator('[data-test="JobsList"][data-ev-page_number="2"]').waitFor();
    await this.#clock.pass(700);
  }

  /** Saves the first job of the list that is not saved. */
  async save(): Promise<void> {
    const saved = this.page.waitForResponse(/alias=saveJob/);
    await this.click('[data-ev-label="save"]:not([aria-pressed])');
    await saved;
    await this.#clock.pass(400);
  }

  /** Types into a field, key by key. */
  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.#strike(text);
  }

  /** Types over what a field holds. */
  async retype(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.press("ControlOrMeta+a");
    await this.#strike(text);
  }

  async #strike(text: string): Promise<void> {
    for (const character of text) {
      await this.page.keyboard.type(character);
      await this.#clock.pass(KEY_MS);
    }
  }

  /** Pastes into a field what was copied elsewhere. */
  async paste(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.page.keyboard.press("ControlOrMeta+v");
    await this.#clock.pass(800);
  }

  /** Marks a line by three clicks and copies it. */
  async copy(selector: string): Promise<void> {
    await this.page.locator(selector).first().click({ clickCount: 3 });
    await this.page.waitForTimeout(SELECTION_MS);
    await this.#clock.pass(300);
    await this.page.keyboard.press("ControlOrMeta+c");
    await this.#clock.pass(1_200);
  }

  /** Presses a key. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
    await this.#clock.pass(400);
  }

  /** Goes back to the page before. */
  async back(): Promise<void> {
    await this.page.goBack({ waitUntil: "load" });
    await this.#clock.pass(700);
  }

  /** Puts the tab in front or behind; a headless browser believes that every tab is in front. */
  async setVisible(isVisible: boolean): Promise<void> {
    await this.page.evaluate(
      (state) => {
        if (document.visibilityState === state) return;
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      },
      isVisible ? "visible" : "hidden",
    );
  }

  /** Stops the recorder, so that what it holds back comes out. */
  async stopRecorder(): Promise<void> {
    await this.page.evaluate(() => {
      const stop: unknown = Reflect.get(window, "gigtrailStop");
      if (typeof stop === "function") stop();
    });
  }
}

// Runs in the page: one turn of the wheel, over once the page has noticed it.
async function scrollOn(step: number): Promise<void> {
  const slider = document.querySelector(".air3-slider");
  const scroller = slider ?? document.scrollingElement;
  if (!scroller || scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return;
  const noticed = new Promise((done) => document.addEventListener("scroll", done, { once: true, capture: true }));
  scroller.scrollBy(0, step);
  await noticed;
}
