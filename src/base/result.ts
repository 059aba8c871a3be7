/**
 * Expected failures as values. The error of a phase is usually `readonly Diagnostic[]`: every
 * problem found, in source order.
 */

export type Ok<T> = { readonly kind: 'ok'; readonly value: T };
export type Err<E> = { readonly kind: 'err'; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
  return { kind: 'ok', value };
}

export function err<E>(error: E): Err<E> {
  return { kind: 'err', error };
}

export function isOk<T, E>(result: Result<T, E>): result is Ok<T> {
  return result.kind === 'ok';
}

/** Applies `transform` to the value and leaves an error as it is. */
export function map<T, U, E>(result: Result<T, E>, transform: (value: T) => U): Result<U, E> {
  return result.kind === 'ok' ? ok(transform(result.value)) : result;
}

/** Applies `transform` to the error and leaves a value as it is. */
export function mapErr<T, E, F>(result: Result<T, E>, transform: (error: E) => F): Result<T, F> {
  return result.kind === 'ok' ? result : err(transform(result.error));
}

/** Continues with a step that can fail itself. */
export function andThen<T, U, E, F>(
  result: Result<T, E>,
  next: (value: T) => Result<U, F>,
): Result<U, E | F> {
  return result.kind === 'ok' ? next(result.value) : result;
}

/** All values, or all errors of all failures, both in the order given. */
export function all<T, E>(
  results: readonly Result<T, readonly E[]>[],
): Result<readonly T[], readonly E[]> {
  const values: T[] = [];
  const errors: E[] = [];
  for (const result of results) {
    if (result.kind === 'ok') values.push(result.value);
    else for (const error of result.error) errors.push(error);
  }
  return errors.length === 0 ? ok(values) : err(errors);
}
