import { expect } from "bun:test";
import { browserTest, describeInBrowser, recordedOf } from "./test-browser.ts";

const PAGE = `<!doctype html><title>Search</title><body>
  <nav><span class="nav-user-info">Vera Viewer</span><button data-cy="menu-item-trigger">Vera's menu</button></nav>
  <p class="rr-mask">Total spent 60K</p><div class="rr-block">Client from Norway</div><input class="rr-ignore" id="ignored">
  <p class="gt-mask">Hidden by mask</p><div class="gt-block">Hidden by block</div>
  <form><input id="rate" value="49.00"><input type="password" id="secret" value="hunter2hunter">
    <input type="hidden" name="csrf" value="csrf-value-1"><textarea id="letter">Dear client</textarea>
    <select id="reason"><option value="reason-a" selected>Too old</option><option value="reason-b">Too low</option></select>
  </form>
  <div contenteditable="true" id="editor">Draft of mine</div>
  <div class="room-body"><div class="story-inner"><strong>You</strong><strong>Nora N.</strong><time>10:42 AM</time><p>See you at the fjord</p></div></div>
  <iframe srcdoc="<p>Card number form</p>"></iframe></body>`;

describeInBrowser("what leaves the page", (open) => {
  browserTest("is not masked by rrweb's default class names, which Upwork puts on its own pages", async () => {
    const page = await open({ url: "https://www.upwork.com/nx/search/jobs/", html: PAGE });
    await page.fill("#ignored", "abc");
    const text = JSON.stringify(await recordedOf(page));
    expect(text).toContain("Total spent 60K");
    expect(text).toContain("Client from Norway");
    expect(text).toContain('"text":"***"');
  });

  browserTest("holds nothing masked, blocked, typed or private", async () => {
    const page = await open({ url: "https://www.upwork.com/nx/search/jobs/", html: PAGE });
    await page.fill("#rate", "57.25");
    await page.fill("#secret", "correct horse");
    await page.locator("#letter").pressSequentially("XyZ");
    await page.locator("#editor").pressSequentially("QqQ");
    await page.selectOption("#reason", "reason-b");
    await page.evaluate(() => document.querySelector("#rate")?.setAttribute("value", "changed-by-script"));
    await page.waitForTimeout(50);
    const text = JSON.stringify(await recordedOf(page));
    const mustNotLeave = [
      "Vera",
      "Nora",
      "Hidden by",
      "49.00",
      "57.25",
      "hunter2",
      "correct horse",
      "csrf-value-1",
      "Dear client",
    ];
    for (const part of [...mustNotLeave, "XyZ", "Draft", "QqQ", "fjord", "Card number", "changed-by-script"]) {
      expect(text).not.toContain(part);
    }
    expect(text).toContain("10:42 AM");
    expect(text).toContain('"You"');
    expect(text).toContain("*** *** ** *** *****");
  });

  browserTest("names no address parameter that the page kind does not need", async () => {
    const url = "https://www.upwork.com/nx/search/jobs/?q=react&securityToken=abcdef0123&userUid=99";
    const text = JSON.stringify(await recordedOf(await open({ url, html: PAGE })));
    expect(text).toContain("/nx/search/jobs?q=react");
    expect(text).not.toContain("abcdef0123");
  });
});
