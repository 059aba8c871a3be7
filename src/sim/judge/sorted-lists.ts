/** Lists of numbers in ascending order. */

/** Two ascending lists as one. */
export function mergeSorted(a: readonly number[], b: readonly number[]): readonly number[] {
  const merged: number[] = [];
  let next = 0;
  for (const item of a) {
    while (next < b.length && (b[next] as number) <= item) merged.push(b[next++] as number);
    merged.push(item);
  }
  while (next < b.length) merged.push(b[next++] as number);
  return merged;
}

/** By count: of a bag's output that was sent twice, one may be lost. */
export function without(emitted: readonly number[], others: readonly number[]): readonly number[] {
  const left = [...others];
  return emitted.filter((each) => {
    const known = left.indexOf(each);
    if (known >= 0) left.splice(known, 1);
    return known < 0;
  });
}
