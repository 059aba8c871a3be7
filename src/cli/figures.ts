/** Numbers as people read them. */

/** Commands per second: `512 /s`, `83.0 k/s`, `1.20 M/s`. */
export function rate(perSecond: number): string {
  if (perSecond >= 1e6) return `${significant(perSecond / 1e6)} M/s`;
  if (perSecond >= 1e3) return `${significant(perSecond / 1e3)} k/s`;
  return `${significant(perSecond)} /s`;
}

export function milliseconds(ms: number): string {
  return `${significant(ms)} ms`;
}

export function dollars(perHour: number): string {
  return `$${perHour.toFixed(2)}/h`;
}

/** `3.9×`; `=` when nothing changed. */
export function ratio(before: number, after: number): string {
  if (before === after) return '=';
  if (before === 0) return '';
  return `${(after / before).toFixed(2)}×`;
}

/** `+21%` */
export function percent(before: number, after: number): string {
  if (before === after) return '=';
  if (before === 0) return '';
  const change = Math.round((after / before - 1) * 100);
  return change > 0 ? `+${change}%` : change === 0 ? '=' : `${change}%`;
}

export function signed(change: number): string {
  return change > 0 ? `+${change}` : change === 0 ? '=' : `${change}`;
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `4 812` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)}s`;
}

/** Three digits that matter. */
function significant(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
