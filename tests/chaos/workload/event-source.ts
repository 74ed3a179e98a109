import { bigPage } from "@gigtrail/load/recordings/big-page";
import { loadSamples } from "@gigtrail/samples/load-samples";
import type { Random } from "../random/random.ts";

/** An event before it has its time. */
type Untimed = Readonly<Record<string, unknown>>;

/** Sizes of FullSnapshots, in bytes of JSON: real pages give 0.4 to 1.5 MB, and one is larger than a message broker takes. */
const SNAPSHOT_BYTES = [400_000, 900_000, 1_500_000, 4_000_000] as const;
/** Most events of a batch. */
const MAX_BATCH_EVENTS = 60;
const PAGES = [
  "https://www.upwork.com/nx/search/jobs/?q=react",
  "https://www.upwork.com/jobs/~021950000000000000001",
  "https://www.upwork.com/nx/proposals/",
] as const;
/** A page that is never recorded. */
const NEVER_PAGE = "https://www.upwork.com/nx/tax/us";

/** Something that must not be stored, and an event that holds it. */
interface Planted {
  readonly secret: string;
  readonly event: Untimed;
}

/** Gives batches of rrweb events: of real recordings, large pages, inputs with secrets, pages that are never recorded. */
export class EventSource {
  readonly #snapshots = new Map<number, Untimed[]>();

  private constructor(private readonly tabs: readonly Untimed[][]) {}

  static async open(): Promise<EventSource> {
    const sessions = await loadSamples();
    return new EventSource(
      sessions.flatMap(({ tabs }) => tabs.map(({ events }) => events.map((event) => ({ ...event })))),
    );
  }

  /** What a tab begins with: its address and all of its document. */
  opening(random: Random): Untimed[] {
    return random.chance(0.3) ? this.snapshot(random) : [meta(random.pick(PAGES)), emptyDocument()];
  }

  /** A large page. */
  snapshot(random: Random): Untimed[] {
    const bytes = random.pick(SNAPSHOT_BYTES);
    const known = this.#snapshots.get(bytes) ?? bigPage(bytes).map((event) => ({ ...event }));
    this.#snapshots.set(bytes, known);
    return known;
  }

  /** Some events of a tab that is open; `secrets` gets the secrets that are in them. */
  batch(random: Random, secrets: string[]): Untimed[] {
    const kind = random.between(1, 100);
    if (kind <= 4) return this.snapshot(random);
    if (kind <= 9) return [meta(NEVER_PAGE), ...this.#recorded(random, 5), meta(random.pick(PAGES)), emptyDocument()];
    const events = this.#recorded(random, random.between(1, MAX_BATCH_EVENTS));
    if (kind > 40) return events;
    const planted = plant(random);
    secrets.push(planted.secret);
    return [...events, planted.event];
  }

  /** A run of events of a sample recording. */
  #recorded(random: Random, count: number): Untimed[] {
    const tab = random.pick(this.tabs);
    const from = random.between(0, Math.max(0, tab.length - count));
    return tab.slice(from, from + count);
  }
}

function meta(href: string): Untimed {
  return { type: 4, data: { href, width: 1280, height: 900 } };
}

function emptyDocument(): Untimed {
  return { type: 2, data: { node: { type: 0, childNodes: [], id: 1 }, initialOffset: { left: 0, top: 0 } } };
}

/** A secret that occurs nowhere else, in one of the places where a recording can have one. */
function plant(random: Random): Planted {
  const secret = `s3cr3t${Array.from({ length: 12 }, () => random.between(0, 9)).join("")}`;
  const texts = [
    { type: 3, data: { source: 5, text: `my password is ${secret}`, isChecked: false, id: 9 } },
    { type: 5, data: { tag: "console", payload: { line: `Authorization: Bearer ${secret}` } } },
    { type: 5, data: { tag: "net", payload: { body: JSON.stringify({ csrfToken: secret, password: [secret] }) } } },
    { type: 5, data: { tag: "note", payload: { text: `write to ${secret}@example.com` } } },
    { type: 4, data: { href: `https://www.upwork.com/jobs/?securityToken=${secret}`, width: 1280, height: 900 } },
  ];
  return { secret, event: random.pick(texts) };
}
