import { beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fromJson, type DescMessage, type JsonValue } from "@bufbuild/protobuf";
import {
  ActionSchema,
  DroppedSchema,
  NavSchema,
  NetSchema,
  PolicySchema,
  StateSchema,
  VisibilitySchema,
} from "@gigtrail/proto/gen/gigtrail/event/v1/recorder_event_pb";
import type { RrwebEvent } from "@gigtrail/recorder/dom/rrweb-event";
import { pageKindOf } from "@gigtrail/upwork/page-kind";
import { loadSamples, type SampleSession } from "../load-samples.ts";
import { RECORDINGS_FOLDER } from "../recordings-folder.ts";

/** Largest size of all recordings, in bytes. */
const MAX_BYTES = 600_000;

const CONTRACT: Record<string, DescMessage> = {
  "gt.nav": NavSchema,
  "gt.visibility": VisibilitySchema,
  "gt.action": ActionSchema,
  "gt.state": StateSchema,
  "gt.net": NetSchema,
  "gt.dropped": DroppedSchema,
  "gt.policy": PolicySchema,
};

let sessions: SampleSession[];
beforeAll(async () => {
  sessions = await loadSamples();
});

const allTabs = () => sessions.flatMap(({ tabs }) => tabs);

function tagged(events: readonly RrwebEvent[], tag: string): unknown[] {
  return events.flatMap((event) => (event.type === 5 && event.data.tag === tag ? [event.data.payload] : []));
}

function kindsOf({ tabs }: SampleSession): Set<string> {
  const urls = tabs.flatMap(({ events }) => tagged(events, "gt.nav").map((nav) => String(Object(nav).url)));
  return new Set(urls.map((url) => pageKindOf(url)));
}

describe("the samples", () => {
  test("are three sessions of three days, one of them with two tabs, and small", () => {
    expect(sessions.map(({ tabs }) => tabs.length)).toEqual([1, 2, 1]);
    const days = sessions.map(({ tabs }) => new Date(tabs[0]?.events[0]?.timestamp ?? 0).toISOString().slice(0, 10));
    expect(days).toEqual(["2026-10-05", "2026-10-06", "2026-10-08"]);
    const sizes = readdirSync(RECORDINGS_FOLDER).map((file) => statSync(join(RECORDINGS_FOLDER, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_BYTES);
  });

  test("have tabs with ids of their own that begin with Meta and FullSnapshot and run forward in time", () => {
    expect(new Set(allTabs().map(({ tabId }) => tabId)).size).toBe(4);
    for (const { tabId, events } of allTabs()) {
      expect(tabId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(tabId.replace("-", "").slice(0, 12), 16)).toBe(events[0]?.timestamp ?? 0);
      expect(events.slice(0, 2).map(({ type }) => type)).toEqual([4, 2]);
      const times = events.map(({ timestamp }) => timestamp);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test("visit the pages that each session is about", () => {
    const daily = ["feed_best", "search_jobs", "job_slider", "proposal_form", "proposals_list"];
    const expected = [
      [...daily, "job_detail"],
      [...daily, "job_detail", "connects", "messages_list"],
      [...daily, "feed_recent", "proposal_detail", "messages_list", "message_room"],
    ];
    for (const [i, kinds] of expected.entries()) {
      expect([...kindsOf(sessions[i] ?? { name: "", displayName: "", tabs: [] })].toSorted()).toEqual(kinds.toSorted());
    }
  });

  test("hold recorder events of every tag that a healthy session has, each as the contract says", () => {
    const seen = new Set<string>();
    for (const event of allTabs().flatMap(({ events }) => events)) {
      if (event.type !== 5) continue;
      const { tag } = event.data;
      seen.add(tag);
      const json: JsonValue = JSON.parse(JSON.stringify(event.data.payload));
      const schema = CONTRACT[tag];
      if (!schema) throw new Error(`no message for ${tag}`);
      fromJson(schema, json, { ignoreUnknownFields: false });
    }
    expect([...seen].toSorted()).toEqual(["gt.action", "gt.nav", "gt.net", "gt.policy", "gt.state", "gt.visibility"]);
  });

  test("have an idle gap of over a minute in each session, and a tab that goes to the back", () => {
    for (const { tabs } of sessions) {
      const gaps = tabs.flatMap(({ events }) =>
        events.map(({ timestamp }, i) => timestamp - (events[i - 1]?.timestamp ?? timestamp)),
      );
      expect(Math.max(...gaps)).toBeGreaterThan(60_000);
    }
    const behind = sessions[1]?.tabs.flatMap(({ events }) => tagged(events, "gt.visibility"));
    expect(behind).toContainEqual({ visible: false });
  });

  test("hold what the pages say of jobs and nothing of what was typed, said or named", () => {
    const text = JSON.stringify(sessions);
    for (const shown of ["$60K+", "React dashboard for a small harbour", "Norway", "6:40 AM"]) {
      expect(text).toContain(shown);
    }
    for (const hidden of [
      "Mara",
      "Lindqvist",
      "Kiel",
      "I draw data",
      "VoiceOver",
      "fit on a phone",
      "Friday",
      "nine shapes",
    ]) {
      expect(text).not.toContain(hidden);
    }
  });
});
