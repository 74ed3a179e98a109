/** Runs in a Worker of worker-hop.ts: hands back what it gets. */
declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => self.postMessage(data, [data.buffer]);
