import { expect } from "bun:test";
import { browserTest, describeInBrowser, payloadsOf, recordedOf } from "./test-browser.ts";

const LIST = "https://www.upwork.com/nx/search/jobs/";
const PAGE = "<!doctype html><title>Jobs</title><body><h1>Jobs</h1><p id=text>first</p></body>";

describeInBrowser("addresses and visibility", (open) => {
  browserTest("begin with Meta, FullSnapshot, policy, address and visibility", async () => {
    const events = await recordedOf(await open({ url: LIST, html: PAGE }));
    expect(events.slice(0, 5).map((event) => (event.type === 5 ? event.data.tag : event.type))).toEqual([
      4,
      2,
      "gt.policy",
      "gt.nav",
      "gt.visibility",
    ]);
    expect(payloadsOf(events, "gt.nav")).toEqual([
      { url: "https://www.upwork.com/nx/search/jobs", cause: "CAUSE_LOAD", title: "Jobs" },
    ]);
    expect(payloadsOf(events, "gt.visibility")).toEqual([{ visible: true }]);
    expect(payloadsOf(events, "gt.policy")).toEqual([{ version: 1 }]);
  });

  browserTest("tell push, replace and pop, and no replace that changes nothing", async () => {
    const page = await open({ url: LIST, html: PAGE });
    await page.evaluate(() => {
      history.pushState({}, "", "/nx/search/jobs/details/~021950000000000000001");
      history.replaceState({ scroll: 10 }, "", location.href);
      history.replaceState({}, "", "/nx/search/jobs/?q=vue");
    });
    await page.goBack();
    const navs = payloadsOf(await recordedOf(page), "gt.nav").map(({ cause, url }) => [cause, url.slice(22)]);
    expect(navs).toEqual([
      ["CAUSE_LOAD", "/nx/search/jobs"],
      ["CAUSE_PUSH", "/nx/search/jobs/details/~021950000000000000001"],
      ["CAUSE_REPLACE", "/nx/search/jobs?q=vue"],
      ["CAUSE_POP", "/nx/search/jobs"],
    ]);
  });

  browserTest("tell when the tab goes to the back and comes again", async () => {
    const page = await open({ url: LIST, html: PAGE });
    for (const state of ["hidden", "visible"]) {
      await page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    }
    const told = payloadsOf(await recordedOf(page), "gt.visibility").map(({ visible }) => visible);
    expect(told).toEqual([true, false, true]);
  });

  browserTest("of pages that are never recorded give no event, and the page keeps its own fetch", async () => {
    const page = await open({ url: "https://www.upwork.com/ab/account-security/login", html: PAGE });
    await page.click("h1");
    const native = await page.evaluate(() => Object.getOwnPropertyDescriptor(window, "fetch")?.value === window.fetch);
    expect(native).toBe(true);
    expect(await recordedOf(page)).toEqual([]);
  });

  browserTest("that turn into one never recorded pause the recording until the page moves on", async () => {
    const page = await open({ url: LIST, html: PAGE });
    await page.evaluate(async () => {
      history.pushState({}, "", "/freelancers/settings/contactInfo");
      document.body.append("my home address");
      await new Promise((done) => setTimeout(done, 20));
    });
    await page.click("h1");
    const paused = await recordedOf(page);
    await page.evaluate(() => {
      document.body.lastChild?.remove();
      history.pushState({}, "", "/nx/proposals/");
    });
    const resumed = (await recordedOf(page)).slice(paused.length);
    const all = JSON.stringify([...paused, ...resumed]);
    expect(all).not.toContain("my home address");
    expect(all).not.toContain("contactInfo");
    expect(resumed.slice(0, 2).map((event) => event.type)).toEqual([4, 2]);
    expect(payloadsOf(resumed, "gt.nav")).toMatchObject([{ cause: "CAUSE_PUSH" }]);
  });

  browserTest("are put back as they were when the recorder stops", async () => {
    const page = await open({ url: LIST, html: PAGE });
    const left = await page.evaluate(() => {
      const wrapped = [history.pushState, window.fetch, XMLHttpRequest.prototype.send];
      window.stopRecorder();
      const now = [history.pushState, window.fetch, XMLHttpRequest.prototype.send];
      history.pushState({}, "", "/nx/proposals/");
      return {
        changed: now.every((method, i) => method !== wrapped[i]),
        own: Object.hasOwn(history, "pushState"),
        names: wrapped.map((method) => method.name),
        count: window.recorded.length,
      };
    });
    expect(left).toMatchObject({ changed: true, own: false, names: ["pushState", "fetch", "send"] });
    expect((await recordedOf(page)).length).toBe(left.count);
  });
});
