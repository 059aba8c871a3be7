/**
 * Answers of the solver, remembered by the hash of engine and question. What is kept is the solver's own
 * text, so an answer from the file goes through the same strict reading as a fresh one.
 */

import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { compareStrings, sha256 } from '../base/order.ts';
import type { Job, Reply } from './z3-thread.ts';

export interface Memo {
  /** The remembered reply, or the one that `ask` gets. Equal questions at one time are asked once. */
  readonly recall: (job: Job, ask: () => Promise<Reply>) => Promise<Reply>;
  /** Writes the file, if there is one and something was learned. */
  readonly save: () => Promise<void>;
}

const fileShape = z.object({
  engine: z.string(),
  replies: z.record(z.string(), z.object({ answer: z.string(), details: z.string() })),
});

export function createMemo(engine: string, file: string | null): Memo {
  const known = new Map<string, Reply>(file === null ? [] : readReplies(engine, file));
  const open = new Map<string, Promise<Reply>>();
  let learned = false;

  const recall: Memo['recall'] = async (job, ask) => {
    const key = hash(engine, job);
    const shared = known.get(key) ?? (await open.get(key));
    // Somebody else's question may have been interrupted; this one wasn't.
    if (shared?.kind === 'answered') return shared;
    const asked = ask();
    open.set(key, asked);
    const reply = await asked;
    if (open.get(key) === asked) open.delete(key);
    if (reply.kind === 'answered') {
      known.set(key, reply);
      learned = true;
    }
    return reply;
  };

  const save = async (): Promise<void> => {
    if (file === null || !learned) return;
    const sorted = [...known].sort(([left], [right]) => compareStrings(left, right));
    const replies = Object.fromEntries(
      sorted.flatMap(([key, reply]) =>
        reply.kind === 'answered'
          ? [[key, { answer: reply.answer, details: reply.details }] as const]
          : [],
      ),
    );
    await writeFile(file, `${JSON.stringify({ engine, replies }, null, 1)}\n`);
    learned = false;
  };

  return { recall, save };
}

/** A file of another engine, or one that can't be read, is as good as none. */
function readReplies(engine: string, file: string): [string, Reply][] {
  if (!existsSync(file)) return [];
  const parsed = fileShape.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!parsed.success || parsed.data.engine !== engine) return [];
  return Object.entries(parsed.data.replies).map(([key, reply]) => [
    key,
    { kind: 'answered', ...reply },
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function hash(engine: string, { script, onSat, onUnsat }: Job): string {
  return sha256(JSON.stringify([engine, script, onSat, onUnsat]));
}
