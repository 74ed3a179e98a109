/** A whole recording of one event, as JSON text: the payload of the example chunks. It has no quotes that a shell minds. */
export const EXAMPLE_EVENTS =
  '[{"type":4,"data":{"href":"https://www.upwork.com/nx/find-work/","width":1280,"height":800},"timestamp":1795340000000}]';

/** SHA-256 of the example events, as the bytes that PutChunk asks for. */
export function exampleSha256(): Buffer {
  return new Bun.CryptoHasher("sha256").update(EXAMPLE_EVENTS).digest();
}
