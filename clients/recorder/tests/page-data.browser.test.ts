import { expect } from "bun:test";
import type { Route } from "playwright-core";
import { browserTest, describeInBrowser, payloadsOf, recordedOf } from "./test-browser.ts";

const TOKEN = "oauth2v2_int_0123456789abcdef";
const JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.c2ln";
const LIST = "https://www.upwork.com/nx/search/jobs/";

const NUXT2 = `<!doctype html><title>Jobs</title><body><script>window.__NUXT__=(function(a,b){return {state:{
  jobsSearch:{jobs:[{uid:"1950000000000000001",title:"Reef map",description:"Call "+a+" at 10.1.2.3",type:2}],paging:{total:b},apiToken:a},
  visitor:{id:"1.2.3.4.99",ip:"1.2.3.4"},user:{id:"42"},orgs:{current:{title:"Vera Viewer"}},
  oneTrustBanner:{jwtToken:"${JWT}"}},routePath:"/nx/search/jobs/?securityToken=abc"}}("${TOKEN}",1));</script></body>`;

// Reactive wrapper, a shared entry, a circle and a date, as Nuxt 3 writes them.
const NUXT3_DATA = [
  ["Reactive", 1],
  { vuex: 2, auth: 9 },
  { jobDetails: 3 },
  { job: 4, cache: 3, buyer: 7 },
  { uid: 5, title: 6, self: 4, postedOn: 8 },
  "1950000000000000002",
  "Buoy firmware",
  { stats: 4, contactEmail: 10 },
  ["Date", "2026-03-02T09:00:00.000Z"],
  { token: 10 },
  TOKEN,
];

const ANSWER = {
  data: {
    jobAuthDetails: {
      opening: { job: { info: { id: "1950000000000000003", title: "Tide table" } } },
      buyer: { workHistory: [{ jobInfo: { title: "Old" }, contractorInfo: { contractorName: "Otto N." } }] },
      currentUserInfo: { freelancerInfo: { applied: null, devProfileCiphertext: "~01aaaaaaaaaaaaaaaa" } },
      accessToken: TOKEN,
    },
    talentVPDAuthProfile: { identity: { name: "Otto Nordmann" } },
  },
};

function answer(route: Route): Promise<void> | false {
  const { pathname, search } = new URL(route.request().url());
  if (search.includes("alias=broken")) return route.abort("connectionrefused");
  if (pathname === "/api/graphql/v1") return route.fulfill({ json: ANSWER, status: 200 });
  return pathname === "/api/other" ? route.fulfill({ json: ANSWER }) : false;
}

describeInBrowser("what a page knows beyond its DOM", (open) => {
  browserTest("is taken from Nuxt 2 by allow-list, tokens and addresses redacted", async () => {
    const [state, ...rest] = payloadsOf(await recordedOf(await open({ url: LIST, html: NUXT2 })), "gt.state");
    expect(rest).toEqual([]);
    expect(state?.source).toBe("SOURCE_NUXT2");
    expect(JSON.parse(state?.json ?? "")).toEqual({
      jobsSearch: {
        jobs: [
          {
            uid: "1950000000000000001",
            title: "Reef map",
            description: "Call [redacted] at [redacted]",
            type: 2,
          },
        ],
        paging: { total: 1 },
      },
      routePath: "/nx/search/jobs/",
    });
  });

  browserTest("is revived from Nuxt 3, circles and all", async () => {
    const data = `<script type="application/json" id="__NUXT_DATA__">${JSON.stringify(NUXT3_DATA)}</script>`;
    const page = await open({ url: "https://www.upwork.com/jobs/~021950000000000000002", html: data });
    const [state] = payloadsOf(await recordedOf(page), "gt.state");
    expect(state?.source).toBe("SOURCE_NUXT3");
    const job = { uid: "1950000000000000002", title: "Buoy firmware", postedOn: "2026-03-02T09:00:00.000Z" };
    expect(JSON.parse(state?.json ?? "")).toMatchObject({ jobDetails: { job } });
    expect(state?.json).not.toContain("oauth2v2_");
    expect(state?.json).not.toContain("contactEmail");
  });

  browserTest("is taken from answers that it fetches, by allow-list, and the page reads them as ever", async () => {
    const page = await open({ url: LIST, html: "<body></body>", answer });
    const read = await page.evaluate(async () => {
      const options = { method: "POST", headers: { authorization: "Bearer page-secret" }, body: "{}" };
      const fetched = await (await fetch("/api/graphql/v1?alias=jobs&companyReference=77", options)).json();
      await (await fetch("/api/other")).json();
      const request = new XMLHttpRequest();
      request.open("POST", "/api/graphql/v1?alias=byXhr");
      await new Promise((done) => {
        request.addEventListener("load", done);
        request.send("{}");
      });
      return [JSON.stringify(fetched), request.responseText];
    });
    expect(read).toEqual([JSON.stringify(ANSWER), JSON.stringify(ANSWER)]);
    await page.waitForFunction(() => JSON.stringify(window.recorded).includes("byXhr"));
    const events = await recordedOf(page);
    const nets = payloadsOf(events, "gt.net");
    expect(nets.map(({ url, status }) => [url, status])).toEqual([
      ["/api/graphql/v1?alias=jobs", 200],
      ["/api/graphql/v1?alias=byXhr", 200],
    ]);
    expect(JSON.parse(nets[0]?.json ?? "")).toEqual({
      data: {
        jobAuthDetails: {
          opening: ANSWER.data.jobAuthDetails.opening,
          buyer: { workHistory: [{ jobInfo: { title: "Old" } }] },
          currentUserInfo: { freelancerInfo: { applied: null } },
        },
      },
    });
    for (const part of ["page-secret", "oauth2v2_", "Otto"]) expect(JSON.stringify(events)).not.toContain(part);
  });

  browserTest("does not change how its requests fail", async () => {
    const page = await open({ url: LIST, html: "<body></body>", answer });
    const told = await page.evaluate(async () => {
      const failed: string[] = [];
      window.addEventListener("unhandledrejection", (event) => failed.push(`unhandled ${String(event.reason)}`));
      void fetch("/api/graphql/v1?alias=broken");
      await fetch("/api/graphql/v1?alias=broken").catch((error: unknown) => failed.push(String(error)));
      await fetch("http://[").catch((error: unknown) => failed.push(String(error).slice(0, 9)));
      await new Promise((done) => setTimeout(done, 50));
      return failed.toSorted();
    });
    expect(told).toEqual(["TypeError", "TypeError: Failed to fetch", "unhandled TypeError: Failed to fetch"]);
    expect(await page.evaluate(() => window.errorsOfRecorder)).toEqual([]);
  });

  browserTest("stays unharmed when the receiver of events throws", async () => {
    const page = await open({ url: LIST, html: "<body><button>Go</button></body>" });
    const told = await page.evaluate(async () => {
      window.stopRecorder();
      const errors: string[] = [];
      const emit = () => {
        throw new Error("receiver is broken");
      };
      const onError = (error: unknown) => errors.push(String(error));
      window.gigtrailRecorder?.startRecorder({ emit, policyVersion: 1, onError });
      history.pushState({}, "", "/nx/proposals/");
      document.body.append("more");
      await new Promise((done) => setTimeout(done, 20));
      return { path: location.pathname, errors: new Set(errors).size };
    });
    expect(told).toEqual({ path: "/nx/proposals/", errors: 1 });
  });
});
