/** The two programs that are measured against each other. */

export type Side = 'original' | 'optimized';

export type BothSides<T> = Readonly<Record<Side, T>>;

export const sides: readonly Side[] = ['original', 'optimized'];
