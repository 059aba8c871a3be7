import { expect, test } from 'vitest';
import { forgettings } from '../../src/analysis/forgetting.ts';
import type { Program } from '../../src/ir/program.ts';
import { node, part, protocol, told, whole } from './support.ts';

const channels = `channel put(k: int, v: int): client -> node key (k)
  channel more(k: int, v: int): client -> node
  channel q(k: int): client -> node
  channel gc(k: int): client -> node
  channel out(k: int, v: int): node -> client
  channel counted(k: int, v: int): node -> client bag`;

function judge(program: Program): readonly string[] {
  return forgettings(whole(program)).flatMap((each) => told(each.finding));
}

/** Facts are kept until they are answered. */
function answered(members: string, from: string = 'put'): readonly string[] {
  return judge(
    node(
      `relation r(k: int, v: int)\nrelation done(k: int, v: int)
       r(k, v) :- ${from}(k, v)\npersist r(k, v) until done(k, _)
       done(k, v) :- r(k, v), q(k)\n${members}`,
      channels,
    ),
  );
}

test('votes may be forgotten once their only consequence holds', () => {
  expect(judgeRole('voting', 'leader')).toEqual(['holds']);
  expect(answered('out@c(k, v) :~ done(k, v), client(c)')).toEqual(['holds']);
});

function judgeRole(name: string, role: string): readonly string[] {
  return forgettings(whole(protocol(name), role)).flatMap((each) => told(each.finding));
}

test('not if the consequence could be another one the next time', () => {
  expect(answered('out@c(k, v) :~ done(k, v), client(c)', 'more')).toEqual(['forgetting? r']);
});

test('not if something else reads what is forgotten', () => {
  expect(answered('out@c(k, v) :~ r(k, v), q(k), client(c)')).toEqual(['forgetting? r']);
  expect(answered('relation s(k: int)\ns(k) :+ r(k, _)')).toEqual(['forgetting? r']);
});

test('not if somebody can tell whether the consequence still holds', () => {
  expect(answered('out@c(k, v) :~ q(k), done(k, v), client(c)')).toEqual(['forgetting? r']);
  expect(answered('out@c(k, 0) :~ q(k), !done(k, _), client(c)')).toEqual(['forgetting? r']);
  expect(answered('counted@c(k, v) :~ done(k, v), client(c)')).toEqual(['forgetting? r']);
});

test('a consequence that is kept may be read in any way', () => {
  expect(answered('persist done\nout@c(k, v) :~ q(k), done(k, v), client(c)')).toEqual(['holds']);
});

test('not if facts of one key bring about the consequence of another', () => {
  const program = node(
    `relation r(k: int, v: int)\nrelation done(k: int)
     r(k, v) :- put(k, v)\npersist r(k, v) until done(k)
     done(k) :- r(k, v), r(v, _)\nout@c(k, 0) :~ done(k), client(c)`,
    channels,
  );
  expect(judge(program)).toEqual(['forgetting? r']);
});

test('a query after the forgetting would have been answered', () => {
  const program = node(
    `relation acc(k: int)\nrelation old(k: int)\nacc(k) :- put(k, _)\nold(k) :- gc(k)
     persist acc(k) until old(k)\nout@c(k, 0) :~ q(k), acc(k), client(c)\nout@c(k, 1) :~ old(k), client(c)`,
    channels,
  );
  expect(judge(program)).toEqual(['forgetting? acc']);
  const split = forgettings(part(program, 'node', ['acc', 'out']));
  expect(split.flatMap((each) => told(each.finding))).toEqual(['forgets-elsewhere: acc old']);
});

test('what is below a maximum that is all that counts may go', () => {
  const below = (readers: string, condition: string): readonly string[] =>
    judge(
      node(
        `relation low(k: int)\nrelation top(k: int)\nlow(k) :- q(k)\ntop(max<k>) :- low(k)
         persist low(k) until top(t), ${condition}\n${readers}`,
        channels,
      ),
    );
  expect(below('out@c(t, 0) :~ top(t), client(c)', 'k < t')).toEqual(['holds']);
  expect(below('out@c(t, 0) :~ top(t), client(c)', 'k > t')).toEqual(['forgetting? low']);
  expect(below('out@c(t, 0) :~ top(t), client(c)', 'k <= t')).toEqual(['forgetting? low']);
  expect(below('out@c(k, 0) :~ q(k), low(k), client(c)', 'k < t')).toEqual(['forgetting? low']);
});
