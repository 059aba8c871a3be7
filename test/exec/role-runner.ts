/** Runs one role of a program text tick by tick, with facts written and read as in the language. */
import { invariant } from '../../src/base/assert.ts';
import { compileRole } from '../../src/exec/compile.ts';
import type { ExternalFunctions } from '../../src/exec/functions.ts';
import { factsOfLastStep, initialState, settle, step } from '../../src/exec/node.ts';
import { defaultExecLimits, type ExecLimits, type NodeCode } from '../../src/exec/node-code.ts';
import type { NodeInput, NodeState, Outgoing } from '../../src/exec/node-state.ts';
import { compareFacts, type Fact, printValue, type Value } from '../../src/exec/value.ts';
import type { Program } from '../../src/ir/program.ts';
import { memberCount } from '../../src/sim/deployment.ts';
import { loadProgram } from '../../src/syntax/load.ts';

export function programOf(text: string): Program {
  const loaded = loadProgram({ name: 'test.ir', text });
  const reasons = loaded.kind === 'err' ? loaded.error.map((each) => each.message) : [];
  invariant(loaded.kind === 'ok', `the program of a test loads: ${reasons.join('; ')}`);
  return loaded.value.program;
}

/** A role `n` with these members, that is sent `in(x, y)` and `ping(x)` and sends `out(x, y)` and `also(x, y)`. */
export function roleOf(members: string, declarations = ''): Program {
  return programOf(`
${declarations}
role left { relation got(x: int, y: int)
  got(x, y) :- out(x, y) }
role right { relation got(x: int, y: int)
  got(x, y) :- also(x, y) }
role n {
${members}
}
channel in(x: int, y: int): left -> n
channel ping(x: int): left -> n
channel out(x: int, y: int): n -> left
channel also(x: int, y: int): n -> right
`);
}

export function codeOf(
  program: Program,
  roleName: string,
  options: { functions?: ExternalFunctions; measure?: boolean; limits?: Partial<ExecLimits> } = {},
): NodeCode {
  const role = program.roles.find((each) => each.name === roleName);
  invariant(role !== undefined, `the test names a role: ${roleName}`);
  return compileRole(program, role, {
    functions: options.functions ?? {},
    measure: options.measure ?? false,
    limits: { ...defaultExecLimits, ...options.limits },
    members: (name) => memberCount(program, name, 2),
  });
}

export interface Runner {
  readonly code: NodeCode;
  state: NodeState;
  /** One tick; what it sends, as `channel@destination(values)`. */
  readonly tick: (...inputs: readonly NodeInput[]) => readonly string[];
  /** Ticks until settled; what they send, in order. */
  readonly settle: (...inputs: readonly NodeInput[]) => readonly string[];
  /** What a relation held in the last tick, in canonical order. */
  readonly facts: (name: string) => readonly string[];
}

export function runnerOf(program: Program, role: string, code?: NodeCode): Runner {
  const compiled = code ?? codeOf(program, role);
  const runner: Runner = {
    code: compiled,
    state: initialState(compiled, 0),
    tick: (...inputs) => {
      const result = step(compiled, runner.state, inputs);
      invariant(result.kind === 'stepped', `the tick runs: ${JSON.stringify(result)}`);
      runner.state = result.state;
      return result.outbox.map(printOutgoing);
    },
    settle: (...inputs) => {
      const result = settle(compiled, runner.state, inputs);
      invariant(result.kind === 'settled', `the node settles: ${JSON.stringify(result)}`);
      runner.state = result.state;
      return result.ticks.flatMap((tick) => tick.outbox).map(printOutgoing);
    },
    facts: (name) => {
      const slot = compiled.names.indexOf(name);
      return [...factsOfLastStep(compiled, 0, slot)].sort(compareFacts).map(printFact);
    },
  };
  return runner;
}

export function message(channel: string, ...fact: readonly Value[]): NodeInput {
  return { kind: 'message', channel, fact };
}

export function printOutgoing(sent: Outgoing): string {
  return `${sent.channel}@${sent.destination}${printFact(sent.fact)}`;
}

export function printFact(fact: Fact): string {
  return `(${fact.map((value) => printValue(value)).join(', ')})`;
}
