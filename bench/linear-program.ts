/** Small linear programs over `x >= 0` where every `row · x <= most`: the simplex method in two phases. */

export interface Constraint {
  readonly row: readonly number[];
  readonly most: number;
}

export interface Optimum {
  readonly x: readonly number[];
  readonly value: number;
}

const tiny = 1e-9;
const pivotsMax = 5_000;

/** Null when no `x` meets the constraints. Unbounded programs have no use here and come back as null as well. */
export function minimize(
  cost: readonly number[],
  constraints: readonly Constraint[],
): Optimum | null {
  const table = tableau(cost.length, constraints);
  const { rows, basis, width } = table;
  const artificial = Array.from({ length: width }, (_, at) => (at >= table.artificialFrom ? 1 : 0));
  if (!descend(table, artificial, width)) return null;
  if (costOf(table, artificial) > 1e-7) return null;
  leaveArtificial(table);
  const full = Array.from({ length: width }, (_, at) => cost[at] ?? 0);
  if (!descend(table, full, table.artificialFrom)) return null;
  const x = cost.map((_, at) => {
    const row = basis.indexOf(at);
    return row < 0 ? 0 : (rows[row]?.[width] ?? 0);
  });
  return { x, value: cost.reduce((sum, each, at) => sum + each * (x[at] ?? 0), 0) };
}

export function isFeasible(variables: number, constraints: readonly Constraint[]): boolean {
  return minimize(new Array<number>(variables).fill(0), constraints) !== null;
}

const sweepsMax = 200_000;

/**
 * The feasible `x` nearest to the target: one constraint after the other is projected on, with what earlier
 * sweeps moved for it taken back first (Hildreth). The constraints must be feasible.
 */
export function nearestTo(
  target: readonly number[],
  constraints: readonly Constraint[],
): readonly number[] {
  const x = [...target];
  const walls = x.map((_, at) => ({ row: x.map((_, other) => (other === at ? -1 : 0)), most: 0 }));
  const sides = [...constraints, ...walls]
    .map(({ row, most }) => ({ row, most, norm: row.reduce((sum, n) => sum + n * n, 0), force: 0 }))
    .filter(({ norm }) => norm > 0);
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    let moved = 0;
    for (const side of sides) {
      const excess = side.row.reduce((sum, n, at) => sum + n * (x[at] ?? 0), -side.most);
      const step = Math.max(-side.force, excess / side.norm);
      side.force += step;
      moved = Math.max(moved, Math.abs(step) * Math.sqrt(side.norm));
      for (const [at, n] of side.row.entries()) x[at] = (x[at] ?? 0) - step * n;
    }
    if (moved < 1e-12) break;
  }
  return x.map((value) => Math.max(0, value));
}

interface Tableau {
  /** Coefficients of variables, slacks and artificial variables, then the right side. */
  readonly rows: number[][];
  readonly basis: number[];
  readonly width: number;
  readonly artificialFrom: number;
}

function tableau(variables: number, constraints: readonly Constraint[]): Tableau {
  const count = constraints.length;
  const negative = constraints.filter(({ most }) => most < 0).length;
  const artificialFrom = variables + count;
  const width = artificialFrom + negative;
  let artificial = artificialFrom;
  const basis: number[] = [];
  const rows = constraints.map(({ row, most }, index) => {
    const sign = most < 0 ? -1 : 1;
    const line = new Array<number>(width + 1).fill(0);
    for (const [at, value] of row.entries()) line[at] = sign * value;
    line[variables + index] = sign;
    line[width] = sign * most;
    if (sign < 0) {
      line[artificial] = 1;
      basis.push(artificial++);
    } else basis.push(variables + index);
    return line;
  });
  return { rows, basis, width, artificialFrom };
}

function costOf({ rows, basis, width }: Tableau, cost: readonly number[]): number {
  return rows.reduce((sum, row, at) => sum + (cost[basis[at] ?? 0] ?? 0) * (row[width] ?? 0), 0);
}

/** An artificial variable that is still in the basis, at zero, must not grow again. */
function leaveArtificial({ rows, basis, artificialFrom }: Tableau): void {
  for (const [at, row] of rows.entries()) {
    if ((basis[at] ?? 0) < artificialFrom) continue;
    const entering = row.findIndex((n, column) => column < artificialFrom && Math.abs(n) > tiny);
    // Nothing to take its place: the constraint says no more than the others do.
    if (entering < 0) continue;
    pivot(rows, at, entering);
    basis[at] = entering;
  }
}

/** Bland's rule, which can't cycle. Only columns before `until` may enter. False when unbounded. */
function descend(table: Tableau, cost: readonly number[], until: number): boolean {
  const { rows, basis, width } = table;
  for (let pivots = 0; pivots < pivotsMax; pivots++) {
    const reduced = (column: number): number =>
      rows.reduce(
        (sum, row, at) => sum - (cost[basis[at] ?? 0] ?? 0) * (row[column] ?? 0),
        cost[column] ?? 0,
      );
    let entering = 0;
    while (entering < until && reduced(entering) >= -tiny) entering++;
    if (entering >= until) return true;
    let leaving = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [at, row] of rows.entries()) {
      const pivot = row[entering] ?? 0;
      if (pivot <= tiny) continue;
      const ratio = (row[width] ?? 0) / pivot;
      const tie = Math.abs(ratio - least) <= tiny && (basis[at] ?? 0) < (basis[leaving] ?? 0);
      if (ratio < least - tiny || tie) {
        least = ratio;
        leaving = at;
      }
    }
    if (leaving < 0) return false;
    pivot(rows, leaving, entering);
    basis[leaving] = entering;
  }
  return true;
}

function pivot(rows: number[][], leaving: number, entering: number): void {
  const line = rows[leaving] ?? [];
  const by = line[entering] ?? 1;
  for (const [at, value] of line.entries()) line[at] = value / by;
  for (const [at, row] of rows.entries()) {
    const factor = row[entering] ?? 0;
    if (at === leaving || factor === 0) continue;
    for (const [column, value] of line.entries()) row[column] = (row[column] ?? 0) - factor * value;
  }
}
