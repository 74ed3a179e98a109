/**
 * Cuts bytes into frames of `frameBytes`, the last one shorter and never empty. Holds one frame; asks for more only
 * when it is asked for more.
 */
export async function* inFrames(bytes: AsyncIterable<Uint8Array>, frameBytes: number): AsyncGenerator<Uint8Array> {
  let frame = new Uint8Array(frameBytes);
  let used = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const end = Math.min(chunk.length, at + frameBytes - used);
      frame.set(chunk.subarray(at, end), used);
      used += end - at;
      at = end;
      if (used < frameBytes) continue;
      yield frame;
      frame = new Uint8Array(frameBytes);
      used = 0;
    }
  }
  if (used > 0) yield frame.subarray(0, used);
}
