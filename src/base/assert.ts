/**
 * Assertions for bugs of the compiler itself. What a user can cause is a `Diagnostic`, never one
 * of these.
 */

/** Raised when the program contradicts its own design; carries no user-facing text. */
export class InvariantError extends Error {
  override readonly name: string = 'InvariantError';
}

/** Throws unless `condition` holds; the message says why it can't fail. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`invariant violated: ${message}`);
}

/** The default branch of a `switch` over a union: the compiler rejects it while a case is missing. */
export function assertNever(value: never): never {
  throw new InvariantError(`unreachable case: ${describe(value)}`);
}

/** The value, or a bug: for look-ups that can't miss, where `!` would hide the reason. */
export function defined<T>(value: T | null | undefined, message: string): T {
  invariant(value !== undefined && value !== null, message);
  return value;
}

/** The item at an index that the caller knows to be inside; of a list that holds no null. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  return defined(list[index], 'an index of the list');
}

function describe(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
