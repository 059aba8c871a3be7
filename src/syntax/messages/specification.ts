/** Texts of IR06xx (invariants, history, workload) and IR07xx (unused). */

import { match } from 'ts-pattern';
import type { MessageTable } from '../../base/diagnostic.ts';
import type { Span } from '../../base/source.ts';
import { declaredHere } from './type.ts';

export type SpecificationTable = {
  IR0601: { problem: 'time' | 'negated-ever' | 'conclusion' };
  IR0602: { name: string };
  IR0603: { name: string; nearest: string | null; declared: Span | null };
  IR0604: { name: string; first: Span | null; other: Span | null };
  IR0605: { name: string };
  IR0606: { name: string; nearest: string | null };
  IR0607: { name: string; to: string; given: string };
  IR0608: { what: string; value: number };
  IR0609: { name: string; end: 'from' | 'to'; role: string; declared: Span | null };
  IR0610: object;
  IR0611: { column: string; expected: string; known: boolean };
  IR0612: object;
  IR0613: { name: string; what: 'key' | 'value'; kind: 'read' | 'write' };
  IR0614: { what: string; value: number; most: number };
  IR0701: { name: string };
  IR0702: { name: string };
  IR0703: { name: string };
  IR0704: { name: string; kind: 'parameter' | 'function' };
  IR0705: { name: string; role: string; problem: 'sent' | 'read' };
  IR0706: { name: string };
};

export const specificationMessages: MessageTable<SpecificationTable> = {
  IR0601: {
    title: 'a literal that an invariant cannot have',
    render: ({ problem }) =>
      match(problem)
        .with('time', () => ({ message: '`after` speaks of time, and an invariant does not' }))
        .with('negated-ever', () => ({
          message: '`!` means "not now", and this invariant speaks of all times',
          help: ['write `invariant NAME now: ..`, or turn it around: `.. => false`'],
        }))
        .with('conclusion', () => ({
          message: 'a conclusion is made of facts and conditions',
          help: ['move it before `=>`; `A => !B` is `A, B => false`'],
        }))
        .exhaustive(),
  },
  IR0602: {
    title: '`@` outside of a head or an invariant',
    render: ({ name }) => ({
      message: `a clause reads \`${name}\` where it runs, so it names no node`,
      help: ['leave out `@..`; messages carry the id of their sender in a column'],
    }),
  },
  IR0603: {
    title: 'an unknown name in an invariant',
    render: ({ name, nearest, declared }) => ({
      message: `no role has a relation \`${name}\`, and there is no such channel or role`,
      labels:
        declared === null ? [] : [{ span: declared, message: `\`${nearest}\` is declared here` }],
      help: nearest === null ? [] : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0604: {
    title: 'a name that means two things in an invariant',
    render: ({ name, first, other }) => ({
      message: `\`${name}\` has other columns in another role, so this may mean either`,
      labels: [...declaredHere(first), ...declaredHere(other)],
      help: ['give one of the two relations another name'],
    }),
  },
  IR0605: {
    title: 'a node that is not known',
    render: ({ name }) => ({
      message: `\`${name}\` is known to several roles, so no type of node can hold it`,
      help: ['leave out `@..`'],
    }),
  },
  IR0606: {
    title: 'an unknown channel of a client',
    render: ({ name, nearest }) => ({
      message: `unknown channel \`${name}\``,
      help:
        nearest === null ? ['clients send and receive channels'] : [`did you mean \`${nearest}\`?`],
    }),
  },
  IR0607: {
    title: 'a channel with another end',
    render: ({ name, to, given }) => ({
      message: `\`${name}\` goes to \`${to}\`, not to \`${given}\``,
    }),
  },
  IR0608: {
    title: 'an amount that must be positive',
    render: ({ what, value }) => ({ message: `${what} must be at least 1, not ${value}` }),
  },
  IR0609: {
    title: 'a channel that is not of clients',
    render: ({ name, end, role, declared }) => ({
      message:
        end === 'from'
          ? `\`${name}\` is sent by \`${role}\`, not by an external role`
          : `\`${name}\` is received by \`${role}\`, not by an external role`,
      labels: declaredHere(declared),
      help: ['the workload and the history speak of what clients send and receive'],
    }),
  },
  IR0610: {
    title: 'a workload that sends nothing',
    render: () => ({
      message: 'the workload issues no command',
      help: ['add `issue CHANNEL(..) to ROLE until CHANNEL(..)`'],
    }),
  },
  IR0611: {
    title: 'an argument that clients cannot issue',
    render: ({ column, expected, known }) => ({
      message: known
        ? `column \`${column}\` is ${expected}, and this is not`
        : 'clients cannot issue this',
      help: [
        '`me` is the client, `id` a fresh integer, `key` one of the keys, `bytes(N)` a fresh payload, `below(N)` an integer from 0; or write a constant',
      ],
    }),
  },
  IR0612: {
    title: 'an argument that clients cannot wait for',
    render: () => ({
      message: 'a client waits for its own command, and not for this',
      help: ['`me` and `id` are those of the command, `_` is any value; or write a constant'],
    }),
  },
  IR0613: {
    title: 'a history operation without its key or value',
    render: ({ name, what, kind }) => ({
      message: `the ${what} \`${name}\` is not a variable of the ${kind === 'write' ? 'call' : what === 'key' ? 'call or the reply' : 'reply'}`,
      help: [`a \`${kind}\` takes its ${what} from there`],
    }),
  },
  IR0614: {
    title: 'an amount that is too large',
    render: ({ what, value, most }) => ({
      message: `${what} must be at most ${most}, not ${value}`,
    }),
  },
  IR0701: {
    title: 'a variable that stands once',
    severity: 'warning',
    render: ({ name }) => ({
      message: `the variable \`${name}\` is used nowhere else in this clause`,
      help: ['write `_` if any value will do'],
    }),
  },
  IR0702: {
    title: 'something that is never read',
    severity: 'warning',
    render: ({ name }) => ({ message: `\`${name}\` is never read`, help: ['remove it'] }),
  },
  IR0703: {
    title: 'a relation that is never derived',
    severity: 'warning',
    render: ({ name }) => ({
      message: `\`${name}\` is read, but no clause derives it: it is always empty`,
    }),
  },
  IR0704: {
    title: 'a parameter or function that is never used',
    severity: 'warning',
    render: ({ name, kind }) => ({ message: `the ${kind} \`${name}\` is never used` }),
  },
  IR0705: {
    title: 'a channel that is used at one end only',
    severity: 'warning',
    render: ({ name, role, problem }) => ({
      message:
        problem === 'sent'
          ? `no clause of \`${role}\` sends \`${name}\``
          : `no clause of \`${role}\` reads \`${name}\``,
    }),
  },
  IR0706: {
    title: 'a value that is never used',
    severity: 'warning',
    render: ({ name }) => ({
      message: `the variable \`${name}\` is used nowhere else in this clause`,
      help: ['leave it out'],
    }),
  },
};
