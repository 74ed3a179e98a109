import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { browserTest, describeInBrowser, payloadsOf, recordedOf } from "./test-browser.ts";

const URL_OF_FORM = "https://www.upwork.com/nx/proposals/job/~021950000000000000001/apply/";
const PAGE = `<!doctype html><title>Apply</title><body>
  <h3 id="title">Reef map</h3>
  <form onsubmit="event.preventDefault()">
    <label id="cover_letter_label">Cover letter</label><textarea aria-labelledby="cover_letter_label" id="letter"></textarea>
    <label>Rate <input id="rate"></label><label>Password <input type="password" id="password"></label>
    <label><input type="checkbox" id="box"> I agree</label>
    <select id="why" aria-label="Reason"><option>one</option><option value="two">2</option></select>
    <button aria-label="Send for 12 Connects">Send</button></form>
  <div contenteditable="true" id="editor">words of mine</div>
  <button id="private" class="gt-mask">Ask Nora Nordmann</button></body>`;

async function actionsOf(page: Page) {
  return payloadsOf(await recordedOf(page), "gt.action");
}

describeInBrowser("what the user does", (open) => {
  browserTest("is told with role, label and length, and never with what was typed", async () => {
    const page = await open({ url: URL_OF_FORM, html: PAGE });
    await page.locator("#letter").pressSequentially("Hello reef");
    await page.locator("#rate").pressSequentially("45");
    await page.locator("#password").pressSequentially("pw123456");
    await page.check("#box");
    await page.focus("#why");
    await page.keyboard.press("ArrowDown");
    await page.click("button[aria-label]");
    await page.click("#editor");
    await page.click("#private");
    const actions = await actionsOf(page);
    const told = actions
      .filter(({ kind, role }) => kind !== "KIND_CLICK" || role === "button")
      .map(({ kind, role, label, valueLength }) => [kind.slice(5), role, label, valueLength]);
    expect(told).toEqual([
      ["INPUT", "textbox", "Cover letter", 10],
      ["INPUT", "textbox", "Rate", 2],
      ["INPUT", "textbox", "Password", 0],
      ["SELECT", "checkbox", "I agree", 2],
      ["SELECT", "combobox", "Reason", 3],
      ["CLICK", "button", "Send for 12 Connects", 0],
      ["SUBMIT", "form", "", 0],
      ["CLICK", "button", "", 0],
    ]);
    expect(actions.every(({ valueHmac }) => valueHmac === "")).toBe(true);
    expect(actions.every(({ nodeId }) => nodeId > 0)).toBe(true);
    const text = JSON.stringify(await recordedOf(page));
    for (const word of ["Hello", 'reef"', "pw1234", "words of mine", "Nora"]) expect(text).not.toContain(word);
  });

  browserTest("includes copying, pasting, keys with a meaning and nothing that a script did", async () => {
    const page = await open({ url: URL_OF_FORM, html: PAGE });
    await page.evaluate(() => {
      document.querySelector<HTMLElement>("#private")?.click();
      const title = document.querySelector("#title");
      if (title) getSelection()?.selectAllChildren(title);
    });
    await page.keyboard.press("Control+c");
    await page.focus("#letter");
    await page.keyboard.press("Control+v");
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    const told = (await actionsOf(page)).map(({ kind, key, valueLength }) => [kind.slice(5), key, valueLength]);
    expect(told).toEqual([
      ["COPY", "", 8],
      ["PASTE", "", 8],
      ["INPUT", "", 8],
      ["KEY", "Control+k", 0],
      ["KEY", "Escape", 0],
    ]);
  });

  browserTest("carries a keyed hash of values where the policy gave a key, in order", async () => {
    const page = await open({ url: URL_OF_FORM, html: PAGE });
    await page.evaluate(async () => {
      window.stopRecorder();
      const key = new TextEncoder().encode("a key of the workspace");
      const usage = { name: "HMAC", hash: "SHA-256" };
      const valueKey = await crypto.subtle.importKey("raw", key, usage, false, ["sign"]);
      const emit = (event: (typeof window.recorded)[number]) => window.recorded.push(event);
      window.gigtrailRecorder?.startRecorder({ emit, policyVersion: 2, valueKey });
    });
    await page.locator("#rate").pressSequentially("45");
    await page.click("button[aria-label]");
    await page.waitForFunction(() => JSON.stringify(window.recorded).includes("KIND_SUBMIT"));
    const actions = (await actionsOf(page)).filter(({ role }) => role !== "form");
    const hash = new Bun.CryptoHasher("sha256", "a key of the workspace").update("45").digest("hex");
    expect(actions.map(({ kind, valueHmac }) => [kind, valueHmac])).toEqual([
      ["KIND_INPUT", hash],
      ["KIND_CLICK", ""],
    ]);
  });
});
