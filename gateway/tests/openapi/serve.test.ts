import { expect, test } from "bun:test";
import { servedDocs } from "../../openapi/serve.ts";
import { API, DOCUMENT } from "./api.ts";

test("/openapi.json is the document", () => {
  const { body, contentType } = servedDocs(API).openApiJson();
  expect(contentType).toBe("application/json");
  expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(DOCUMENT)));
});

test("the policy of /docs allows the page's own style and nothing else", () => {
  const { body, headers } = servedDocs(API).docsHtml();
  const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? [];
  const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
  expect(headers["content-security-policy"]).toStartWith(`default-src 'none'; style-src 'sha256-${hash}';`);
});

test("answers are made once, and the same API has the same ETag", () => {
  const served = servedDocs(API);
  expect(served.docsHtml()).toBe(served.docsHtml());
  expect(servedDocs(API).docsHtml().headers["etag"]).toBe(served.docsHtml().headers["etag"]);
  const next = servedDocs({ ...API, version: "1.2.4" });
  expect(next.docsHtml().headers["etag"]).not.toBe(served.docsHtml().headers["etag"]);
});
