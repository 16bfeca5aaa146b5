/**
 * Chooses from all combinations of some factors a few in which every pair of values of two factors is still found: most
 * defects that hang on a combination hang on two of its values (Kuhn, Wallace and Gallo 2004). It stops only when no pair is
 * missing.
 *
 * @param all - every combination that can be, each with the factors in the same order.
 */
export function pairwise<T extends readonly string[]>(all: readonly T[]): T[] {
  const missing = new Set(all.flatMap(pairsOf));
  const newIn = (combination: T) => pairsOf(combination).filter((pair) => missing.has(pair)).length;
  const chosen: T[] = [];
  while (missing.size > 0) {
    const best = all.reduce((one, other) => (newIn(other) > newIn(one) ? other : one));
    for (const pair of pairsOf(best)) missing.delete(pair);
    chosen.push(best);
  }
  return chosen;
}

function pairsOf(combination: readonly string[]): string[] {
  return combination.flatMap((first, i) =>
    combination.slice(i + 1).map((second, j) => JSON.stringify([i, first, i + 1 + j, second])),
  );
}
