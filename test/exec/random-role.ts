/** Random stratified programs of one role over small integers, as texts, with inputs for their ticks. */
import fc from 'fast-check';

export interface RandomRole {
  readonly text: string;
  /** Inputs of each tick: a channel, a timer, or a number that picks an armed expiry. */
  readonly ticks: readonly (readonly RandomInput[])[];
  /** By tick: a crash before it. */
  readonly crashes: readonly ('kept' | 'lost' | null)[];
}

export type RandomInput =
  | { readonly kind: 'one'; readonly x: number }
  | { readonly kind: 'two'; readonly x: number; readonly y: number }
  | { readonly kind: 'timer' }
  | { readonly kind: 'expiry'; readonly pick: number };

/** Relations in the order of their strata: a `:-` clause reads earlier ones freely, itself only positively. */
const relations = [
  { name: 'a', arity: 1, declared: 'relation a(x: int)' },
  { name: 'b', arity: 2, declared: 'relation b(x: int, y: int)' },
  { name: 'c', arity: 2, declared: 'durable relation c(x: int, y: int)' },
  { name: 'm', arity: 2, declared: 'relation m(x: int, y: max<int>)' },
  { name: 'd', arity: 2, declared: 'relation d(x: int, y: int)' },
  { name: 'e', arity: 1, declared: 'durable relation e(x: int)' },
] as const;

/** Only negated: no machine need keep it (src/exec/generate/views.ts). */
const view = { name: 'v', arity: 2 } as const;

const inputs = [
  { name: 'one', arity: 1 },
  { name: 'two', arity: 2 },
  { name: 'table', arity: 2 },
] as const;

interface Source {
  readonly name: string;
  readonly arity: number;
}

const small = fc.integer({ min: 0, max: 3 });
const variables = ['x', 'y', 'z'];

function argument(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...variables) },
    { weight: 1, arbitrary: fc.constant('_') },
    { weight: 1, arbitrary: small.map(String) },
  );
}

function atom(sources: readonly Source[]): fc.Arbitrary<string> {
  return fc
    .constantFrom(...sources)
    .chain(({ name, arity }) =>
      fc
        .array(argument(), { minLength: arity, maxLength: arity })
        .map((args) => `${name}(${args.join(', ')})`),
    );
}

interface BodyOptions {
  readonly positive: readonly Source[];
  readonly negative: readonly Source[];
}

function body(options: BodyOptions): fc.Arbitrary<{ text: string; bound: readonly string[] }> {
  const special = fc.constantFrom(
    'tick()',
    'stable c(x, y)',
    'stable e(z)',
    'after 5 since b(x, y)',
  );
  const positive = fc.oneof(
    { weight: 8, arbitrary: atom(options.positive) },
    { weight: 1, arbitrary: special },
  );
  return fc
    .tuple(
      fc.array(positive, { minLength: 1, maxLength: 3 }),
      fc.option(atom(options.negative)),
      fc.option(fc.constantFrom('<', '!=', '==', '<=')),
      fc.boolean(),
    )
    .map(([atoms, negated, comparison, computes]) => {
      const bound = [...new Set(atoms.join(' ').match(/\b[xyz]\b/g) ?? [])];
      const [first = '0', second = '2'] = bound;
      const literals = [...atoms];
      if (negated !== null) literals.push(`!${bindOnly(negated, bound)}`);
      if (comparison !== null) literals.push(`${first} ${comparison} ${second}`);
      if (computes && bound.length > 0) {
        literals.push(`w = (${first} + 1) % 4`);
        bound.push('w');
      }
      return { text: literals.join(', '), bound };
    });
}

/** Variables that nothing binds become `_`. */
function bindOnly(text: string, bound: readonly string[]): string {
  return text.replace(/\b[xyz]\b/g, (name) => (bound.includes(name) ? name : '_'));
}

function headArgument(bound: readonly string[]): fc.Arbitrary<string> {
  return bound.length === 0
    ? small.map(String)
    : fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...bound) },
        { weight: 1, arbitrary: small.map(String) },
      );
}

function head(
  name: string,
  arity: number,
  bound: readonly string[],
  lattice: boolean,
): fc.Arbitrary<string> {
  const plain = fc.array(headArgument(bound), { minLength: arity, maxLength: arity });
  if (lattice) return plain.map((args) => `${name}(${args.join(', ')})`);
  const expression = bound[0] ?? '1';
  const last = bound.at(-1) ?? '1';
  const aggregate = fc.constantFrom(
    `count<${expression}>`,
    `sum<${expression}, ${last}>`,
    `min<${last}>`,
    `max<${expression}>`,
    `choose<${last}>`,
    `count<${expression}> default 9 over one(${arity === 2 ? expression : '_'})`,
  );
  const pair = fc.constantFrom(`max<${expression}, ${last}>`, `min<${last}, ${expression}>`);
  const grouped =
    arity === 2
      ? fc.oneof(fc.tuple(aggregate, fc.constant(expression)), fc.tuple(pair))
      : fc.tuple(aggregate);
  return fc
    .oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: grouped })
    .map((args) => `${name}(${args.join(', ')})`);
}

function clause(at: number): fc.Arbitrary<string> {
  const own = relations[at];
  if (own === undefined) throw new RangeError(`no relation ${at}`);
  const earlier = relations.slice(0, at);
  const plain = fc.oneof(
    // `:-`: itself and what is earlier; aggregates would need an earlier stratum only, so they go by `:+`.
    body({ positive: [...inputs, ...earlier, own], negative: [...inputs, ...earlier] }).chain(
      ({ text, bound }) => head(own.name, own.arity, bound, true).map((h) => `${h} :- ${text}`),
    ),
    body({ positive: [...inputs, ...earlier], negative: [...inputs, ...earlier] }).chain(
      ({ text, bound }) =>
        head(own.name, own.arity, bound, own.name === 'm').map((h) => `${h} :- ${text}`),
    ),
    body({
      positive: [...inputs, ...relations],
      negative: [...inputs, ...relations],
    }).chain(({ text, bound }) =>
      head(own.name, own.arity, bound, own.name === 'm').map((h) => `${h} :+ ${text}`),
    ),
  );
  return plain;
}

const send = body({
  positive: [...inputs, ...relations],
  negative: [...inputs, ...relations],
}).chain(({ text, bound }) =>
  fc
    .tuple(headArgument(bound), headArgument(bound))
    .map(([x, y]) => `out@p(${x}, ${y}) :~ ${text}, other(p)`),
);

/** The relations that it reads. */
const viewAfter = 3;

const viewClauses = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'b(x, y), a(z), z < x, x != y',
        'b(x, y), m(x, z), z <= y',
        'b(x, y), !c(x, y)',
        'a(x), b(_, y)',
        'a(x), b(x, y), c(y, _)',
        'c(x, y), table(y, _)',
      ),
      fc.constantFrom(
        'd(x, y) :+ b(x, y), !v(x, y)',
        'd(x, x) :- a(x), !v(x, _)',
        'd(x, 1) :- a(x), c(x, _), !v(x, 1)',
        'd(x, y) :- a(x), b(x, y), !v(x, y), one(y)',
        'd(count<y>, x) :- b(x, y), !v(x, y)',
        'out@p(x, y) :~ b(x, y), !v(x, y), other(p)',
        'out@p(x, y) :~ a(x), c(x, y), !v(y, x), other(p)',
        'persist c(x, y) until v(x, y)',
      ),
    )
    .map(([said, reader]) => [`v(x, y) :- ${said}`, reader]),
  body({
    positive: relations.slice(0, viewAfter),
    negative: relations.slice(0, viewAfter),
  }).chain(({ text, bound }) =>
    head(view.name, view.arity, bound, true).map((h) => [`${h} :- ${text}`]),
  ),
);

const numbering = fc.constant('d(x, index<x>) :+ a(x), one(_)');

const persist = fc.constantFrom(
  'persist a',
  'persist b(x, y) until one(x)',
  'persist c',
  'persist e',
  'persist m',
  'persist d(x, y) until a(y), one(x)',
  'persist b(x, _) until a(y), x < y',
  'persist d(x, y) until v(x, y)',
  'persist d(x, _) until c(x, z), e(z)',
  'persist c(x, y) until e(z), y <= z',
);

export const randomRole: fc.Arbitrary<RandomRole> = fc
  .tuple(
    fc.array(
      fc.integer({ min: 0, max: relations.length - 1 }).chain((at) => clause(at)),
      { minLength: 3, maxLength: 9 },
    ),
    fc.array(fc.oneof({ weight: 5, arbitrary: send }, { weight: 1, arbitrary: numbering }), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.uniqueArray(persist, { maxLength: 5 }),
    viewClauses,
    fc.array(fc.array(input(), { maxLength: 4 }), { minLength: 3, maxLength: 12 }),
    fc.array(
      fc.oneof(
        { weight: 7, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom('kept' as const, 'lost' as const) },
      ),
      {
        maxLength: 12,
      },
    ),
  )
  .map(([clauses, sends, persists, defined, ticks, crashes]) => ({
    crashes,
    text: `
role other[3] {
  got() :- out(_, _)
  relation got()
}
role n {
  ${relations.map((relation) => relation.declared).join('\n  ')}
  static table(x: int, y: int) { (0, 1), (1, 2), (2, 2) }
  timer tick every 10
  init a(0)
  relation v(x: int, y: int)
  ${[...clauses, ...defined, ...sends, ...persists].join('\n  ')}
}
channel one(x: int): other -> n
channel two(x: int, y: int): other -> n
channel out(x: int, y: int): n -> other
`,
    ticks,
  }));

function input(): fc.Arbitrary<RandomInput> {
  return fc.oneof(
    small.map((x): RandomInput => ({ kind: 'one', x })),
    fc.tuple(small, small).map(([x, y]): RandomInput => ({ kind: 'two', x, y })),
    fc.constant<RandomInput>({ kind: 'timer' }),
    fc.nat(5).map((pick): RandomInput => ({ kind: 'expiry', pick })),
  );
}
