/**
 * Measures each side `rounds` times, in turns, so that what the machine does meanwhile meets all of them alike. Gives
 * the runs of each side.
 */
export async function inTurns<Side, Run>(
  sides: readonly Side[],
  rounds: number,
  measure: (side: Side) => Promise<Run>,
): Promise<Map<Side, Run[]>> {
  const runs = new Map<Side, Run[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) runs.get(side)?.push(await measure(side));
  }
  return runs;
}
