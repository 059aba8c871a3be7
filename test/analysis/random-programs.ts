/** Small random programs of one role and random runs of them, for what must hold of every program. */
import fc from 'fast-check';
import type { NodeInput } from '../../src/exec/node-state.ts';
import type { Clause } from '../../src/ir/clause.ts';
import type { Program } from '../../src/ir/program.ts';
import { loadProgram } from '../../src/syntax/load.ts';

const relations = ['r0', 'r1'] as const;
const inputs = ['in0', 'in1'] as const;

const channels = `channel in0(a: int, b: int): client -> node key (a)
channel in1(a: int, b: int): client -> node
channel out0(a: int, b: int): node -> client
channel out1(a: int): node -> client`;

const argument = fc.constantFrom('x', 'y', 'y', 'x', '_', '1');
const read = fc.constantFrom('r0', 'r0', 'r1', ...inputs);

const positive = fc.tuple(read, argument, argument).map(([name, a, b]) => `${name}(${a}, ${b})`);
const negative = fc
  .tuple(read, fc.constantFrom('x', '_', '1'), fc.constantFrom('x', '_'))
  .map(([name, a, b]) => `!${name}(${a}, ${b})`);
const condition = fc.constantFrom('x > 0', 'x == 1', 'x <= 1', 'x + 1 > 1');

/** Every body binds x and y, so that every head is bound. */
const body = fc
  .tuple(
    fc.tuple(read, fc.constantFrom('x, y', 'y, x', 'x, x')),
    fc.array(positive, { maxLength: 1 }),
    fc.option(negative, { freq: 2, nil: null }),
    fc.option(condition, { freq: 2, nil: null }),
  )
  .map(([[name, args], more, not, test]) => {
    const bound = args === 'x, x' ? ['y = x'] : [];
    const rest = [not, test].filter((each) => each !== null);
    return [`${name}(${args})`, ...bound, ...more, ...rest].join(', ');
  });

const headArguments = fc.constantFrom(
  'x, y',
  'x, y',
  'y, x',
  'x, x',
  '1, y',
  'x, min(y, 1)',
  'count<y>, x',
  'x, max<y>',
  'x, (x + y) % 3',
);

/** Something is always filled from a channel, else most clauses would never fire. */
const first = fc
  .tuple(fc.constantFrom(':-', ':-', ':+'), fc.constantFrom(...inputs))
  .map(([arrow, input]) => `  r0(x, y) ${arrow} ${input}(x, y)`);
const local = fc
  .tuple(fc.constantFrom('r1', 'r1', 'r0'), headArguments, fc.constantFrom(':-', ':-', ':+'), body)
  .map(([name, args, arrow, text]) => `  ${name}(${args}) ${arrow} ${text}`);
const sent = fc.oneof(
  fc.tuple(headArguments, body).map(([args, text]) => `  out0@c(${args}) :~ ${text}, client(c)`),
  body.map((text) => `  out1@c(x) :~ ${text}, client(c)`),
);
const persist = fc
  .tuple(
    fc.constantFrom(...relations),
    fc.constantFrom('', '(x, y) until in1(x, _)', '(x, y) until r0(y, x)'),
  )
  .map(([name, until]) => `  persist ${name}${until}`);

/** Programs that pass the checker. */
export const randomProgram: fc.Arbitrary<Program> = fc
  .tuple(
    first,
    fc.array(local, { maxLength: 3 }),
    fc.array(persist, { maxLength: 2 }),
    fc.array(sent, { minLength: 1, maxLength: 2 }),
  )
  .map(([filled, clauses, kept, sends]) => {
    const declared = relations.map((name) => `  relation ${name}(a: int, b: int)`);
    const members = [...declared, filled, ...clauses, ...kept, ...sends].join('\n');
    const text = `role client external\nrole node {\n${members}\n}\n${channels}\n`;
    const loaded = loadProgram({ name: 'random.ir', text });
    return loaded.kind === 'ok' ? loaded.value.program : null;
  })
  .filter((program) => program !== null);

const message: fc.Arbitrary<NodeInput> = fc
  .tuple(fc.constantFrom(...inputs), fc.nat(1), fc.nat(1))
  .map(([channel, a, b]) => ({
    kind: 'message',
    channel,
    // `in0` has the key `a`, so its second column is a function of the first.
    fact: channel === 'in0' ? [a, 1 - a] : [a, b],
  }));

/** The same program without the clauses that don't pass. */
export function withClauses(program: Program, passes: (clause: Clause) => boolean): Program {
  const roles = program.roles.map((role) => ({ ...role, clauses: role.clauses.filter(passes) }));
  return { ...program, roles };
}

export type Batches = readonly (readonly NodeInput[])[];

export const randomBatches: fc.Arbitrary<Batches> = fc.array(
  fc.array(message, { minLength: 1, maxLength: 4 }),
  { minLength: 2, maxLength: 5 },
);
