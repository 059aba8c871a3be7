/** The hint, or the first of `hint2`, `hint3`, .. that isn't taken. */
export function unusedName(hint: string, taken: ReadonlySet<string>): string {
  let name = hint;
  for (let number = 2; taken.has(name); number += 1) name = `${hint}${number}`;
  return name;
}
