import { loadSamples } from "./load-samples.ts";
for (const s of await loadSamples())
  for (const [i, t] of s.tabs.entries()) {
    console.log("==", s.name, i);
    let prev = 0;
    for (const [k, e] of t.events.entries()) {
      const d = new Date(e.timestamp).toISOString().slice(11, 23);
      if (e.timestamp < prev) console.log("  BACK", k, d);
      prev = e.timestamp;
      if (e.type === 5) {
        const p = e.data.payload as any;
        const short =
          e.data.tag === "gt.action"
            ? [p.kind, p.role, p.label, p.valueLength, p.nodeId, p.key].join("|")
            : e.data.tag === "gt.nav"
              ? [p.cause, p.url, p.title].join("|")
              : e.data.tag === "gt.state" || e.data.tag === "gt.net"
                ? [p.source ?? p.url, p.durationMs, p.json.length, p.json.slice(0, 60)].join("|")
                : JSON.stringify(p);
        console.log(k, d, e.data.tag, short);
      } else if (e.type !== 3) console.log(k, d, e.type);
    }
  }
