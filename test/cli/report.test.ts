/** The text of `optimize` and of `trace`, on a plan made by hand. */
import { expect, test } from 'vitest';
import { optimizeReport } from '../../src/cli/report/optimize-report.ts';
import { traceReport, whyNotReport } from '../../src/cli/report/trace-report.ts';
import { verdictReport } from '../../src/cli/report/verdict-report.ts';
import { styleOf } from '../../src/cli/terminal.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { samplePlan } from '../support/sample-plan.ts';

const stream = (columns: number, hasColor = false) => ({
  write: () => undefined,
  style: styleOf(hasColor),
  columns,
  isTerminal: false,
  unicode: true,
});

const context = {
  file: 'sample.ir',
  isDefaultCap: false,
  reached: true,
  saved: null,
  repeat: 'compart sample.ir',
};

const whole = `sample.ir → plan 9ba464   (+ new  ~ changed  - removed  = kept)

  ~ server   ×1          keeps its address                         step 1
      gives 1 clause to worker: c
      adds  f@me(x) :~ a(x)
  + worker   ×2          split off server by decouple/functional   step 1
      key   x
      runs  c@d(x) :~ f(x)
  ~ store    ×3 → ×3·2   partition/co-hashing
      key   x   (3 members, 2 processes each)
  = log      ×1          as it was
  - old      ×1

  1 role added, 2 changed, 1 removed, 1 kept · machines 6 → 10

                     now       plan   change
  throughput    1.00 k/s   2.50 k/s    2.50×   bottleneck: server → worker
  latency        1.00 ms    1.50 ms     +50%   one command, unloaded
  machines             6         10       +4
  dollars        $1.20/h    $2.00/h     +67%
  per machine     167 /s     250 /s     +50%
  predicted by the cost model \`throughput\`; nothing here was measured

  proof   1 rewrite used, side conditions proved: 1 of 1 obligation (1 syntactic)
          decouple/functional: side conditions proved; rule: theorem: none
  search  saturated · 2 iterations · 10 e-nodes · 5 e-classes · the plan is the best of
          the searched space
  front   1.00 k/s @ 6, 2.50 k/s @ 10 *

repeat compart sample.ir
`;

test('the report of a plan', () => {
  const text = optimizeReport(samplePlan, context, stream(90));
  expect(text.replace(/ +$/gm, '')).toBe(whole);
});

test('what a role gives goes to other roles, never to itself', () => {
  const change = (
    before: readonly string[],
    after: readonly string[],
    other: readonly string[],
  ) => {
    const [server, worker, ...rest] = samplePlan.plan.roles;
    const [old, ...others] = samplePlan.original.roles;
    if (server === undefined || worker === undefined || old === undefined) return '';
    return optimizeReport(
      {
        ...samplePlan,
        original: { ...samplePlan.original, roles: [{ ...old, clauses: before }, ...others] },
        plan: {
          ...samplePlan.plan,
          roles: [{ ...server, clauses: after }, { ...worker, clauses: other }, ...rest],
        },
      },
      context,
      stream(90),
    );
  };
  const sends = ['out@c(x) :~ a(x), client(c)', 'out@c(x) :~ b(x)'];
  const cut = ['out@c(x) :~ b(x)', 'outForward@me(x) :~ a(x)'];
  const forwarded = change(sends, cut, ['out@c(x) :~ outForward(x), client(c)']);
  expect(forwarded).toContain('gives 1 clause to worker: out\n');
  expect(forwarded).toContain('adds  outForward@me(x) :~ a(x)\n');
  const relayed = change(['a(x) :- b(x)', 'z(x) :- b(x)'], ['a(x) :- bRelayed(x)'], []);
  expect(relayed).toContain('reads a(x) :- bRelayed(x)\n');
  expect(relayed).toContain('drops z(x) :- b(x)\n');
  expect(relayed).not.toContain('gives');
});

test('no line is wider than the terminal, as long as its words fit', () => {
  for (const columns of [50, 60, 80, 120]) {
    const report = optimizeReport(samplePlan, { ...context, saved: 'runs/1' }, stream(columns));
    const trace = traceReport({ document: samplePlan, original: '' }, stream(columns));
    const lines = [...report.split('\n').slice(1), ...trace.split('\n').slice(0, 4)];
    const wide = lines.filter((line) => line.length > Math.max(columns, 68));
    expect(wide).toEqual([]);
    const prose = lines.filter((line) =>
      /^ {10}\S|^ {2}[+~=-] |^ {2}(proof|search|front)/.test(line),
    );
    expect(prose.length).toBeGreaterThan(6);
    expect(prose.filter((line) => line.length > columns)).toEqual([]);
  }
});

test('where there is no room for it, the headline goes without its legend', () => {
  const [headline] = optimizeReport(samplePlan, context, stream(40)).split('\n');
  expect(headline).toBe('sample.ir → plan 9ba464');
});

test('colours change nothing but colours', () => {
  const code = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  const colored = optimizeReport(samplePlan, context, stream(90, true));
  expect(colored).not.toBe(optimizeReport(samplePlan, context, stream(90)));
  expect(colored.replace(code, '')).toBe(optimizeReport(samplePlan, context, stream(90)));
});

test('a target that was missed, and a search that was cut short, are said first', () => {
  const { original, cost } = samplePlan;
  const plan = { ...original, channels: [] };
  const same = { ...samplePlan, plan, trace: [], cost: { ...cost, target: 9000 } };
  const missed = optimizeReport(same, { ...context, reached: false }, stream(90));
  expect(missed).toMatch(
    /^sample\.ir: no plan reaches 9\.00 k\/s with 12 machines; below is the original\n/,
  );
  const fewest = { ...same, cost: { objective: 'throughput', model: 'm', target: 9000 } as const };
  expect(
    optimizeReport(fewest, { ...context, reached: false, isDefaultCap: true }, stream(90)),
  ).toMatch(/^sample\.ir: no plan reaches 9\.00 k\/s; below/);
  const cut = { ...same, search: { ...same.search, stop: 'interrupted' as const } };
  expect(optimizeReport(cut, context, stream(90))).toMatch(
    /^sample\.ir: no cheaper plan was found, but the search was cut short \(interrupted\)\n/,
  );
});

test('a program that cannot be improved comes back with the reasons, those of the bottleneck first', () => {
  const decline = (at: string) => ({
    rule: 'partition/co-hashing',
    at,
    condition: 'keyed-inputs',
    reason: `\`${at}\` counts everything`,
    verdict: 'not-applicable' as const,
    counterexample: [],
  });
  const plan = { ...samplePlan.original, channels: [] };
  const declined = [decline('store'), decline('server')];
  const text = optimizeReport({ ...samplePlan, plan, trace: [], declined }, context, stream(120));
  const [server, store] = ['server', 'store'].map((at) =>
    text.indexOf(`partition/co-hashing on ${at}: keyed-inputs`),
  );
  expect(server).toBeGreaterThan(0);
  expect(store).toBeGreaterThan(server ?? 0);
});

test('the trace is a table, then each step with its diff', () => {
  const text = traceReport({ document: samplePlan, original: 'role server {\n}\n' }, stream(110));
  expect(
    text.replace(/ +$/gm, ''),
  ).toBe(`      rewrite               at       predicted                     machines   proof
  1   decouple/functional   server   1.00 k/s → 2.50 k/s (+150%)   10         1/1 proved (1 syntactic)
  declined: 0 refuted, 0 unknown, 0 not applicable (--declined shows them)

step 1  decouple/functional  on server   1.00 k/s → 2.50 k/s (+150%)
  moves the sending of \`c\`
  --- original
  +++ after step 1
  @@ -1,2 +1,5 @@
   role server {
   }
  +
  +role worker of server {
  +}
`);
});

test('what was never refused is not called refused', () => {
  const text = whyNotReport(samplePlan, 'relay', 'store', stream(90));
  expect(text).toMatch(/^not refused: relay on store isn't in the plan\./);
});

test('what the judge concluded without running it is said', () => {
  const exhaustive = {
    nodes: 4,
    commands: 2,
    faults: 1,
    states: 2044,
    histories: 906,
    completions: 30,
    quietCompletions: 0,
    openCompletions: 0,
    complete: true,
    searches: 40,
    searchesPlanned: 40,
    composed: 0,
    invariants: [],
    scope: defaultScope,
  };
  const result = {
    schema: 'compart/verdict@1',
    verdict: 'refines',
    exhaustive,
    random: null,
    invariants: [],
    counterexample: null,
  } as const;
  const text = (more: Partial<typeof exhaustive>, verdict: 'refines' | 'no-violation-found') =>
    verdictReport(
      'p.json',
      { ...result, verdict, exhaustive: { ...exhaustive, ...more } },
      stream(100),
    );
  expect(
    text({}, 'refines'),
  ).toBe(`p.json: refines: every run of the scope is one of the original, and random runs found nothing
  exhaustive  4 processes, 2 commands, one of them sent again, one loss, duplicate or crash: 2 044
              states, 906 histories, searched to its end
`);
  const more = text(
    { composed: 15, quietCompletions: 1, openCompletions: 2 },
    'no-violation-found',
  );
  expect(
    more,
  ).toBe(`p.json: no-violation-found: nothing was found; of some endings it is open whether the original has
  them
  exhaustive  4 processes, 2 commands, one of them sent again, one loss, duplicate or crash: 2 044
              states, 906 histories, searched to its end
              15 of the 40 searches are composed: commands that never meet there were searched
              apart, and their runs interleave freely
              1 ending is only judged quiet: timers fire for ever, and 8 rounds of them gave no
              output
              2 endings are open: whether the original may end there is not known
`);
});

test('a diagram of a run is drawn where it fits, and told as a list where not', () => {
  const found = {
    kind: 'violated',
    claim: 'The plan says no.',
    history: ['client:0 receives no()'],
    events: ['0.1 ms leader -> client:0: no()'],
    diagram: ['client:0  leader', '*<-----------o  0.1 ms client:0 receives no()'],
    replay: { commands: ['ask(0)'], faults: 'none' },
  } as const;
  const result = {
    schema: 'compart/verdict@1',
    exhaustive: null,
    random: null,
    invariants: [],
    counterexample: found,
  } as const;
  const text = (columns: number) =>
    verdictReport(
      'p.json',
      { ...result, verdict: 'violated' },
      { ...stream(columns), isTerminal: true },
    );
  expect(text(80)).toContain('    *<-----------o  0.1 ms client:0 receives no()\n');
  expect(text(40)).toContain('  what happened\n    0.1 ms leader -> client:0: no()\n');
});
