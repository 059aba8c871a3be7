/**
 * Made-up protocols of any size, to see how the cost of optimizing grows: a chain of stages at one server. Each
 * stage keeps what it got, asks a cluster of workers, counts their answers and hands on to the next stage.
 */

/** Clauses of one stage. */
const stageClauses = 5;

/** About `clauses` clauses; at least one stage. */
export function syntheticProgram(clauses: number): string {
  const stages = Math.max(1, Math.round(clauses / stageClauses));
  const numbers = Array.from({ length: stages }, (_, index) => index);
  return `param workers = 3

role client external
role server {
${numbers.map((at) => stageRelations(at)).join('\n')}

${numbers.map((at) => stage(at, stages)).join('\n\n')}
}
role worker[workers] {
${numbers.map((at) => `  answer${at}@s(me, c, id) :~ ask${at}(c, id), server(s)`).join('\n')}
}

channel request(c: client, id: int): client -> server
channel response(id: int): server -> client
${numbers
  .map(
    (at) =>
      `channel ask${at}(c: client, id: int): server -> worker\nchannel answer${at}(w: worker, c: client, id: int): worker -> server`,
  )
  .join('\n')}

workload {
  issue request(me, id) to server until response(id)
  clients 4
}
`;
}

function stageRelations(at: number): string {
  return `  relation got${at}(w: worker, c: client, id: int)
  relation many${at}(n: int, c: client, id: int)`;
}

/** The last stage answers; a workload of one command in flight touches each stage once. */
function stage(at: number, stages: number): string {
  const input = at === 0 ? 'request(c, id)' : `many${at - 1}(n, c, id), n >= workers`;
  const last = at === stages - 1 ? `\n  response@c(id) :~ many${at}(n, c, id), n >= workers` : '';
  return (
    `  ask${at}@w(c, id) :~ ${input}, worker(w)
  got${at}(w, c, id) :- answer${at}(w, c, id)
  persist got${at}
  many${at}(count<w>, c, id) :- got${at}(_, c, id)`.replace(
      `got${at}(_, c, id)`,
      `got${at}(w, c, id)`,
    ) + last
  );
}
