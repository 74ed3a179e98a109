/** Events of a small recording, each a little different. */
export function recording(count: number): { type: number; timestamp: number; data: { text: string } }[] {
  return Array.from({ length: count }, (_, at) => ({
    type: at === 0 ? 2 : 3,
    timestamp: Date.UTC(2026, 10, 22, 9) + at * 50,
    data: { text: `« ${at} » 🐎 ] } , "` },
  }));
}
