import { createRandom, randomWords } from "./random-text.ts";

/** When the page was opened: 2026-01-01T00:00:00Z. */
const OPENED_MS = 1_767_225_600_000;
/** Different paragraphs; pages repeat themselves, and compress about eightfold for it. */
const PARAGRAPHS = 400;
const WORDS = 12;
/** Cards in a list; a list is as deep as a page of search results. */
const CARDS_PER_LIST = 50;

/** Meta and one FullSnapshot of at least so many bytes of JSON. Nothing in it is masked. The same bytes each run. */
export function bigPage(jsonBytes: number): object[] {
  const random = createRandom(20);
  const paragraphs = Array.from({ length: PARAGRAPHS }, () => randomWords(random, WORDS));
  let id = 1;
  const text = (textContent: string) => ({ type: 3, textContent, id: (id += 1) });
  const element = (tagName: string, className: string, childNodes: object[]) => {
    return { type: 2, tagName, attributes: { class: className }, childNodes, id: (id += 1) };
  };
  const paragraph = () => text(paragraphs[Math.floor(random() * PARAGRAPHS)] ?? "");
  const card = () =>
    element("section", "job-tile card p-4", [
      element("h3", "job-tile-title", [element("a", "up-n-link", [paragraph()])]),
      element("p", "job-description mb-0", [paragraph()]),
      element("ul", "skills-list", [element("li", "air3-token", [paragraph()])]),
    ]);
  const list = () => element("div", "job-list", Array.from({ length: CARDS_PER_LIST }, card));
  const lists: object[] = [];
  for (let bytes = 0; bytes < jsonBytes;) {
    const next = list();
    bytes += JSON.stringify(next).length + 1;
    lists.push(next);
  }
  const html = element("html", "", [element("head", "", []), element("body", "page", lists)]);
  const node = {
    type: 0,
    childNodes: [{ type: 1, name: "html", publicId: "", systemId: "", id: (id += 1) }, html],
    id: 1,
  };
  const href = "https://www.upwork.com/nx/find-work/most-recent";
  return [
    { type: 4, data: { href, width: 1280, height: 900 }, timestamp: OPENED_MS },
    { type: 2, data: { node, initialOffset: { left: 0, top: 0 } }, timestamp: OPENED_MS + 1 },
  ];
}
