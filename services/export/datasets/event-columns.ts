/**
 * The columns of the dataset `events`: one row an rrweb event. The event is never parsed and never written anew: in
 * NDJSON it stands as stored, in CSV its JSON text is one field.
 */
export const EVENT_COLUMNS = [
  { name: "session_id", kind: "id", meaning: "The session." },
  { name: "tab_id", kind: "id", meaning: "The tab." },
  { name: "seq", kind: "number", meaning: "The chunk that the event came with." },
  { name: "event", csvName: "event_json", kind: "json", meaning: "The rrweb event, as stored." },
] as const;
