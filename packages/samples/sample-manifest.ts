/** What `recordings/manifest.json` says about the recordings beside it. */
export interface SampleManifest {
  /** Sessions in the order in which they happened. */
  sessions: SampleManifestSession[];
}

/** One session. */
export interface SampleManifestSession {
  /** Stable name. */
  name: string;
  /** Name for people. */
  displayName: string;
  /** Tabs in the order in which they were opened. */
  tabs: SampleManifestTab[];
}

/** One tab of a session. */
export interface SampleManifestTab {
  /** UUIDv7. */
  tabId: string;
  /** Its file: zstd of NDJSON, one event a line, in the order of `seq`. */
  file: string;
  /** Lines of the file. */
  events: number;
  /** Time of its first event, ISO instant. */
  firstEventAt: string;
  /** Time of its last event, ISO instant. */
  lastEventAt: string;
}
