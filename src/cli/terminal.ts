/** Where text goes and how it may look: the answer to stdout, everything else to stderr. */

import pc from 'picocolors';
import type { Palette } from '../base/snippet.ts';
import { EXIT } from './exit-status.ts';
import { problemOf } from './problem.ts';

/** Colours by meaning. They never carry it alone: a mark or a word stands beside them. */
export interface Style {
  readonly added: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
}

export interface Stream {
  readonly write: (text: string) => void;
  readonly style: Style;
  /** Columns to lay text out in; 100 where the width isn't known. */
  readonly columns: number;
  readonly isTerminal: boolean;
  /** Ticks, dots and arrows may be drawn as such. */
  readonly unicode: boolean;
}

export interface Terminal {
  readonly out: Stream;
  readonly err: Stream;
  /** Milliseconds since some point in time. */
  readonly clock: () => number;
}

const DEFAULT_COLUMNS = 100;
const COLUMNS_MIN = 40;

export function processTerminal(): Terminal {
  process.stdout.on('error', (error) => leave(error));
  // Who can't be told how it goes still gets the answer.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') leave(error);
  });
  return {
    out: streamOf(process.stdout),
    err: streamOf(process.stderr),
    clock: () => performance.now(),
  };
}

export function styleOf(hasColor: boolean): Style {
  const colors = pc.createColors(hasColor);
  return {
    added: colors.green,
    changed: colors.yellow,
    removed: colors.red,
    strong: colors.bold,
    faint: colors.dim,
    error: colors.red,
    warning: colors.yellow,
  };
}

export function paletteOf(style: Style): Palette {
  return {
    error: (text) => style.error(style.strong(text)),
    warning: (text) => style.warning(style.strong(text)),
    note: style.strong,
    frame: style.faint,
    strong: style.strong,
  };
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => {
      stream.write(text);
    },
    style: styleOf(hasColor(isTerminal)),
    columns: isTerminal ? Math.max(COLUMNS_MIN, stream.columns) : DEFAULT_COLUMNS,
    isTerminal,
    unicode: !isTerminal || isUtf8(),
  };
}

/** https://no-color.org: any value but the empty one turns colours off. */
function hasColor(isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each !== undefined && each !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

/** A reader that has seen enough (`| head`) isn't an error; a full disk is one. */
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.yes);
  process.stderr.write(`error: stdout cannot be written: ${problemOf(error)}\n`);
  process.exit(EXIT.environment);
}
