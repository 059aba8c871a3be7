/** Send clauses: what is sent when, and what is remembered so that it isn't sent again. */
import { printClause } from '../../ir/print-clause.ts';
import type { ClausePlan } from './clause-plan.ts';
import {
  type ClauseText,
  clauseText,
  deltaFunctions,
  functionName,
  rowsFunction,
} from './clause-text.ts';
import { type ModuleContext, sendText } from './module-context.ts';
import { solutionsDiffer } from './solutions.ts';
import type { Table } from './table.ts';
import { block, comment, type Lines, list, literal, range } from './text.ts';

export function sendParts(context: ModuleContext): readonly ClauseText[] {
  const sends = context.plan.clauses.filter(({ clause }) => clause.kind === 'send');
  return sends.map((plan) => {
    const held = context.held.get(plan.index);
    if (held !== undefined && isKnownFromState(context, plan))
      return knownSend(context, plan, held);
    const text = clauseText(context, plan);
    if (held === undefined) return text;
    // What becomes true is sent; what still is true was sent before.
    const send = sendText(context, plan, true, held.columnsOf('e'));
    const fresh = `${held.eachChange('e')} if (e.n === 1) ${send}`;
    return {
      ...text,
      run: [
        ...text.run,
        held.settleText,
        `if (${held.isChanged}) { CHANGED = true; F_${held.id} = T; AT = ${plan.index}; ${fresh} }`,
      ],
    };
  });
}

/**
 * Nothing needs to be remembered of what was sent: it is what the body says of the facts that held. One relation alone can
 * change, so a solution that comes doesn't go again in the same tick, and no two solutions send the same.
 */
function isKnownFromState({ plan: { layout } }: ModuleContext, plan: ClausePlan): boolean {
  const rigid = new Set([...layout.statics, ...layout.members].map(({ slot }) => slot));
  const varying = plan.goals.filter((goal) => goal.kind === 'match' && !rigid.has(goal.slot));
  return (
    plan.strategy === 'delta' &&
    plan.head.shape === 'plain' &&
    varying.length === 1 &&
    plan.goals.every((goal) => goal.kind !== 'absent') &&
    solutionsDiffer(plan)
  );
}

/** The name of the function that lists what the clause would have sent in the last tick. */
export function heldRows(context: ModuleContext, plan: ClausePlan): string | null {
  return isKnownFromState(context, plan) ? `${functionName(plan, 'rows')}()` : null;
}

/** What a machine that was filled from a state has sent before is in the table `held`, for its first tick alone. */
function knownSend(context: ModuleContext, plan: ClausePlan, held: Table): ClauseText {
  const { index } = plan;
  const variants = deltaFunctions(context, plan, (writer) => {
    const texts = plan.head.row.map((expression) => writer.expression(expression));
    const values = texts.map((_, at) => `d${at}`);
    const meter = context.measure ? [`METER.row(${index}, sg, ${list(values)});`] : [];
    return writer.text([
      `const ${texts.map((text, at) => `d${at} = ${text}`).join(', ')};`,
      ...meter,
      `CHANGED = true; F_${held.id} = T;`,
      `if (sg === 1 && (!FIRST || ${held.seek}(${values.join(', ')}) === null)) ${sendText(context, plan, true, values)}`,
    ]);
  });
  return {
    declared: [
      ...comment(`${plan.clause.id}  ${printClause(plan.clause)}`),
      ...variants.declared,
      ...rowsFunction(context, plan, 'o'),
    ],
    // What was sent before and isn't said any more is no change of the body's facts, which nobody has loaded.
    run: [
      ...variants.run,
      `if (FIRST && N_${held.id} !== 0) { CHANGED = true; F_${held.id} = T; wipe_${held.id}(); }`,
    ],
    wipe: [],
  };
}

/**
 * A message is sent once, whoever derives it. While one clause alone sends on a channel, and no fact twice, nothing is looked
 * up (`post`); the table is filled when another one sends in the same tick.
 */
export function outFunctions(context: ModuleContext): Lines {
  return Array.from(context.out).flatMap(([channel, table]) => {
    const { id, parameters } = table;
    const columns = range(table.arity - 1).map((column) => `c${column + 1}`);
    const message = `{ channel: ${literal(channel)}, destination: c0, fact, clause: CLAUSES[by] }`;
    const same = ['last !== null', ...columns.map((column, at) => `last[${at}] === ${column}`)];
    const again = ['m.destination', ...columns.map((_, at) => `m.fact[${at}]`)].join(', ');
    const address = "if (typeof c0 !== 'number') noAddress();";
    return [
      `let B_${id} = -1, O_${id} = null;`,
      // What goes to several members is one fact.
      ...block(`function fact_${id}(${columns.join(', ')})`, [
        `const last = O_${id};`,
        `if (${same.join(' && ')}) return last;`,
        `return (O_${id} = ${list(columns)});`,
      ]),
      ...block(`function send_${id}(by, ${parameters})`, [
        address,
        ...block(`if (B_${id} !== -2)`, [
          `if (B_${id} !== -1) for (const m of OUT) if (m.channel === ${literal(channel)}) put_${id}(${again});`,
          `B_${id} = -2;`,
        ]),
        `const before = N_${id};`,
        `put_${id}(${parameters});`,
        `if (N_${id} !== before) { const fact = fact_${id}(${columns.join(', ')}); OUT.push(${message}); }`,
      ]),
      ...block(`function post_${id}(by, ${parameters})`, [
        address,
        `if (B_${id} === -1) B_${id} = by;`,
        `if (B_${id} === by) { const fact = fact_${id}(${columns.join(', ')}); OUT.push(${message}); } else send_${id}(by, ${parameters});`,
      ]),
    ];
  });
}
