/** All bytes of a stream of frames. */
export async function collect(frames: AsyncIterable<{ data: Uint8Array }>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { data } of frames) parts.push(data);
  return Buffer.concat(parts);
}
