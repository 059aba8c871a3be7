/** The members of a role's block. */

import type { Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type {
  InitMember,
  Member,
  PersistMember,
  StaticFact,
  StaticMember,
  TimerMember,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isItemStart, isMemberStart } from './landmarks.ts';
import { syntaxMessages } from './messages.ts';
import { clauseKindOf, parseBody, parseClause } from './parse-clause.ts';
import { close, parseArguments, parseExpression } from './parse-expression.ts';
import { parseColumns, parseDependencies } from './parse-type.ts';

/** Members up to the closing `}`, recovering at each; false when the block isn't closed. */
export function parseMembers(
  c: Cursor,
  role: string,
  opened: { readonly start: number; readonly end: number },
): { readonly members: readonly Member[]; readonly closed: boolean } {
  const members: Member[] = [];
  while (!c.accept('}')) {
    if (c.kind() === 'end' || isItemStart(c)) {
      c.report(
        syntaxMessages.report('IR0102', c.here(), {
          what: `the block of role \`${role}\``,
          opened,
          closer: '}',
        }),
      );
      return { members, closed: false };
    }
    const before = c.index;
    const declared = declaredAhead(c);
    const member = parseMember(c);
    if (member !== null && endsMember(c, member)) {
      members.push(member);
      continue;
    }
    if (member !== null) members.push(member);
    else if (declared !== null) c.broken.add(declared);
    if (c.index === before) c.advance();
    c.nesting = 0;
    c.skipToMember();
  }
  return { members, closed: true };
}

/** What follows a member must start another one; otherwise reports what is in the way. */
function endsMember(c: Cursor, member: Member): boolean {
  if (c.kind() === 'end' || c.kind() === '}' || c.atClause()) return true;
  if (isMemberStart(c) || isItemStart(c)) return true;
  if (c.kind() === ';' || (c.kind() === '.' && c.kind(1) !== 'int')) {
    c.report(syntaxMessages.report('IR0109', c.here(), { found: c.word() }));
    c.advance();
    return true;
  }
  const isBody = member.kind === 'clause' || (member.kind === 'persist' && member.args !== null);
  // A name may start a head that is broken in itself: its own report says more.
  if (c.kind() === 'name' && (c.kind(1) === '(' || c.kind(1) === '@')) {
    if (!isBody || startsLine(c)) return true;
  }
  if (isBody) c.report(syntaxMessages.report('IR0105', c.here(), { found: c.found() }));
  else c.unexpected('a declaration or a clause');
  return false;
}

function startsLine(c: Cursor): boolean {
  return /[\n\r]/.test(c.text.slice(c.previousEnd(), c.start()));
}

/** The name that the member at this place would declare, for the case that it is broken. */
function declaredAhead(c: Cursor): string | null {
  if (c.isWord('relation') || c.isWord('static') || c.isWord('timer')) return c.word(1);
  return c.isWord('durable') ? c.word(2) : null;
}

function parseMember(c: Cursor): Member | null {
  if (c.kind() !== 'name') return c.unexpected('a declaration or a clause');
  if (c.kind(1) === 'name') {
    switch (c.word()) {
      case 'relation':
      case 'durable':
        return parseRelation(c);
      case 'static':
        return parseStatic(c);
      case 'timer':
        return parseTimer(c);
      case 'init':
        return parseInit(c);
      case 'persist':
        return parsePersist(c);
      default:
    }
  }
  return parseClause(c);
}

function parseRelation(c: Cursor): Member | null {
  const start = c.start();
  const durable = c.acceptWord('durable');
  if (!c.expectWord('relation')) return null;
  const name = c.declaredName('a relation');
  if (name === null) return null;
  const columns = parseColumns(c);
  if (columns === null) return null;
  const dependencies = parseDependencies(c);
  if (dependencies === null) return null;
  return { kind: 'relation', name, durable, columns, dependencies, span: c.from(start) };
}

function parseStatic(c: Cursor): StaticMember | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a static relation');
  if (name === null) return null;
  const columns = parseColumns(c);
  if (columns === null) return null;
  const dependencies = parseDependencies(c);
  if (dependencies === null) return null;
  const opened = c.here();
  if (!c.expect('{')) return null;
  const header = c.from(start);
  const facts: StaticFact[] = [];
  if (c.kind() !== '}') {
    do {
      const factStart = c.start();
      const args = parseArguments(c);
      if (args === null) return null;
      facts.push({ args, span: c.from(factStart) });
    } while (c.accept(','));
  }
  if (!close(c, '}', 'this list of facts', opened)) return null;
  return { kind: 'static', name, columns, dependencies, facts, header, span: c.from(start) };
}

function parseTimer(c: Cursor): TimerMember | null {
  const start = c.start();
  c.advance();
  const name = c.declaredName('a timer');
  if (name === null || !c.expectWord('every')) return null;
  const period = parseExpression(c);
  return period === null ? null : { kind: 'timer', name, period, span: c.from(start) };
}

function parseInit(c: Cursor): InitMember | null {
  const start = c.start();
  c.advance();
  const name = c.name('a relation');
  if (name === null) return null;
  const args = parseArguments(c);
  return args === null ? null : { kind: 'init', name, args, span: c.from(start) };
}

function parsePersist(c: Cursor): PersistMember | null {
  const start = c.start();
  c.advance();
  const name = c.name('a relation');
  if (name === null) return null;
  let args: Expression[] | null = null;
  let until: Literal[] | null = [];
  // After `persist r` a head may stand: it has a clause operator behind its parenthesis.
  if (c.kind() === '(') {
    args = parseArguments(c);
    if (args === null) return null;
    if (clauseKindOf(c.kind()) !== null || !c.expectWord('until')) return null;
    until = parseBody(c);
  }
  if (until === null) return null;
  return { kind: 'persist', name, args, until, span: c.from(start) };
}
