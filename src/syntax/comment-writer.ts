/**
 * Lines of formatted text with the comments of the source between them. A comment stays before the
 * declaration, clause or literal it stood before or inside of, or behind the one it stood behind.
 */

import type { Span } from '../base/source.ts';
import type { Comment } from './lexer.ts';

export class CommentWriter {
  readonly text: string;
  readonly #comments: readonly Comment[];
  readonly #lines: string[] = [];
  /** The next comment to write. */
  #next = 0;
  /** Where in the source the last thing written ends; null at the start of a block. */
  #lastEnd: number | null = null;

  constructor(text: string, comments: readonly Comment[]) {
    this.text = text;
    this.#comments = comments;
  }

  /**
   * Writes lines for what stands at `span`: first the comments before and inside of it, then the
   * lines, then a comment behind it on its last line.
   */
  write(span: Span, lines: readonly string[], indent: number): void {
    this.before(span, indent);
    this.#lines.push(...lines);
    this.#lastEnd = span.end;
    this.#behind();
  }

  /** `write` without the blank lines of the source. */
  writeInside(span: Span, lines: readonly string[], indent: number): void {
    this.#lastEnd = null;
    this.write(span, lines, indent);
  }

  /** The lines that open a block: blank lines right behind them are dropped. */
  open(header: Span, lines: readonly string[], indent: number): void {
    this.write(header, lines, indent);
    this.#lastEnd = null;
  }

  /** What is left before the end of a block, and the line that closes it. */
  close(block: Span, line: string, indent: number): void {
    this.before({ start: block.end - 1, end: block.end - 1 }, indent);
    if (this.#lines.at(-1) === '') this.#lines.pop();
    this.#lines.push(line);
    this.#lastEnd = block.end;
    this.#behind();
  }

  /** Comments that stand before the end of `span`, each on a line, with the blank lines around them. */
  before(span: Span, indent: number): void {
    const isBefore = (comment: Comment): boolean =>
      comment.span.start < span.start || comment.span.start < span.end;
    for (
      let comment = this.#comments[this.#next];
      comment !== undefined && isBefore(comment);
      comment = this.#comments[this.#next]
    ) {
      // One that stood inside comes before it, without a gap between.
      const place = Math.min(comment.span.start, span.start);
      this.#gap(place);
      this.#lines.push(' '.repeat(indent) + comment.text);
      this.#lastEnd = Math.min(comment.span.end, span.start);
      this.#next += 1;
    }
    this.#gap(span.start);
  }

  /** Whether a comment that isn't written yet starts between the two places. */
  hasCommentBetween(start: number, end: number): boolean {
    for (let index = this.#next; index < this.#comments.length; index++) {
      const at = this.#comments[index]?.span.start ?? end;
      if (at >= end) return false;
      if (at >= start) return true;
    }
    return false;
  }

  finish(): string {
    this.before({ start: this.text.length, end: this.text.length }, 0);
    while (this.#lines.at(-1) === '') this.#lines.pop();
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }

  /** A blank line where the source has one or more between the last thing and this place. */
  #gap(start: number): void {
    if (this.#lastEnd === null) return;
    const between = this.text.slice(this.#lastEnd, start);
    const breaks = between.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (breaks >= 2 && this.#lines.at(-1) !== '') this.#lines.push('');
  }

  /** A comment on the same line, with nothing but a comma or a clause operator between. */
  #behind(): void {
    const comment = this.#comments[this.#next];
    const last = this.#lines.at(-1);
    if (comment === undefined || last === undefined || this.#lastEnd === null) return;
    if (comment.span.start < this.#lastEnd) return;
    if (!/^[ \t,;]*$/.test(this.text.slice(this.#lastEnd, comment.span.start))) return;
    this.#lines[this.#lines.length - 1] = `${last} ${comment.text}`;
    this.#lastEnd = comment.span.end;
    this.#next += 1;
  }
}
