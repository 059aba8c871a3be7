/**
 * Bugs that this runtime could have had, and did have in some cases: each an edit of its source text, and the test that
 * must fail because of it. They are planted in a copy of the project, never in what is shipped.
 */

export interface Edit {
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly edits: readonly Edit[];
  /** The test that catches it, as part of its full name. */
  readonly test: string;
  readonly testFile: string;
}

const unit = (name: string): string => `test/runtime/${name}.test.ts`;
const faults = (name: string): string => `test/runtime/faults/${name}.test.ts`;

const edit = (from: string, to: string): readonly Edit[] => [{ from, to }];

/** What is promised about the disk. */
const disk: readonly PlantedBug[] = [
  {
    name: 'answers leave before the flush',
    file: 'src/runtime/node.ts',
    edits: edit('const needed = log?.appended ?? 0;', 'const needed = 0;'),
    test: 'what depends on the disk leaves after the flush',
    testFile: unit('node'),
  },
  {
    name: 'no flush, only a write',
    file: 'src/runtime/log/durable-log.ts',
    edits: edit('          await this.#file.sync();\n', ''),
    test: 'a power cut leaves a state that was there',
    testFile: unit('durable-log'),
  },
  {
    name: 'a snapshot gets its name before it is flushed',
    file: 'src/runtime/log/durable-log.ts',
    edits: edit(
      '    await file.append(bytes);\n    await file.sync();\n',
      '    await file.append(bytes);\n',
    ),
    test: 'a power cut leaves a state that was there',
    testFile: unit('durable-log'),
  },
  {
    name: 'the old log goes before its snapshot is there',
    file: 'src/runtime/log/durable-log.ts',
    edits: edit(
      '    this.#pending.reset();\n    this.#pendingTicks = 0;\n    const { disk }',
      '    this.#removeOld(tick);\n    this.#pending.reset();\n    this.#pendingTicks = 0;\n    const { disk }',
    ),
    test: 'a power cut leaves a state that was there',
    testFile: unit('durable-log'),
  },
  {
    name: 'the checksum of a record is not looked at',
    file: 'src/runtime/log/record.ts',
    edits: edit(
      "return isGood ? { kind: 'record', end }",
      "return isGood || end > 0 ? { kind: 'record', end }",
    ),
    test: 'one flipped bit anywhere is refused',
    testFile: unit('durable-log'),
  },
  {
    name: 'a damaged middle is taken for a torn end',
    file: 'src/runtime/log/record.ts',
    edits: edit("if (behind !== null) return { kind: 'corrupt', at, reason: behind };", ''),
    test: 'sectors that were never written are the end',
    testFile: unit('durable-log'),
  },
  {
    name: 'the log of another plan is read',
    file: 'src/runtime/log/recovery.ts',
    edits: edit(
      'if (header.toString() !== JSON.stringify(recovery.owner)) {',
      "if (header.toString() === '') {",
    ),
    test: 'a file of another plan or node',
    testFile: unit('durable-log'),
  },
  {
    name: 'a failed flush counts as one',
    file: 'src/runtime/log/durable-log.ts',
    edits: edit(
      'this.#events?.onFailed(thrown instanceof Error ? thrown.message : String(thrown));',
      'if (thrown instanceof Error) this.#events?.onFlushed(this.#appended);',
    ),
    test: 'nothing is acknowledged, and the node stops',
    testFile: unit('node'),
  },
  {
    name: 'a lost disk counts as a new one',
    file: 'src/runtime/node-process.ts',
    edits: edit('if (order.kept && opened.value.image === null)', "if (order.plan === '')"),
    test: 'a torn write is cut off; a damaged log',
    testFile: faults('disks'),
  },
  {
    name: 'a full disk is tried again',
    file: 'src/runtime/restart-policy.ts',
    edits: edit("failure === 'disk' || ", ''),
    test: 'happens again: give up',
    testFile: unit('restart-policy'),
  },
];

/** What is promised about messages. */
const wire: readonly PlantedBug[] = [
  {
    name: 'the length of a frame is not bounded',
    file: 'src/runtime/wire/frame-reader.ts',
    edits: edit('length < 2 || length > this.bytesMax', 'length < 2'),
    test: 'ends that connection only',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'a bound of the codec is one too high',
    file: 'src/runtime/wire/byte-reader.ts',
    edits: edit(
      'if (this.at + count > this.end) throw',
      'if (this.at + count > this.end + 1) throw',
    ),
    test: 'are never taken from a part of their bytes',
    testFile: unit('fact-codec'),
  },
  {
    name: 'bytes behind a fact are passed over',
    file: 'src/runtime/wire/byte-reader.ts',
    edits: edit('if (this.at !== this.end) throw', 'if (this.at > this.end) throw'),
    test: 'are never taken from a part of their bytes',
    testFile: unit('fact-codec'),
  },
  {
    name: 'numbers of members are not checked',
    file: 'src/runtime/wire/value-codec.ts',
    edits: edit('if (value >= members) throw', 'if (value > members) throw'),
    test: 'values that no sender writes',
    testFile: unit('fact-codec'),
  },
  {
    name: 'the hash of the plan is not checked',
    file: 'src/runtime/intake.ts',
    edits: edit('if (hello.plan !== plan) {', "if (hello.plan === '') {"),
    test: 'another plan is refused with a reason',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'the version is not checked',
    file: 'src/runtime/intake.ts',
    edits: edit('if (hello.compart !== PROTOCOL) {', 'if (hello.compart > PROTOCOL + 1) {'),
    test: 'another version is refused with a reason',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'an older incarnation is heard',
    file: 'src/runtime/intake.ts',
    edits: edit('if (from.incarnation < oldest || (', 'if (from.incarnation < 0 || ('),
    test: 'an older incarnation of a node',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'the late word of a dead process is heard',
    file: 'src/runtime/intake.ts',
    edits: edit('from.life < before.life', 'from.life < 0'),
    test: 'the late word of a dead process',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'a new connection counts from one',
    file: 'src/runtime/intake.ts',
    edits: edit(
      'before !== undefined && before.life === from.life\n        ? before',
      'before?.life === -1\n        ? before',
    ),
    test: 'reliable messages arrive once each',
    testFile: unit('connections'),
  },
  {
    name: 'everything is sent again, whatever had arrived',
    file: 'src/runtime/link.ts',
    edits: [
      {
        from: '      this.#retained.forget(this.#upToGiven(received));\n    } else {',
        to: '      this.#upToGiven(received);\n    } else {',
      },
    ],
    test: 'reliable messages arrive once each',
    testFile: unit('connections'),
  },
  {
    name: 'the queue that drops also drops what is reliable',
    file: 'src/runtime/link.ts',
    edits: edit('if (!sequenced && (!isOpen || isSlow)) {', 'if (!isOpen || isSlow) {'),
    test: 'reliable messages arrive once each',
    testFile: unit('connections'),
  },
  {
    name: 'a new process gets what the dead one had',
    file: 'src/runtime/link.ts',
    edits: edit('counters.lostWithPeer += this.#retained.forget(this.#given);', ''),
    test: 'what a dead process may have done',
    testFile: unit('connections'),
  },
];

/** What is promised about time and room. */
const bounds: readonly PlantedBug[] = [
  {
    name: 'back-pressure is off',
    file: 'src/runtime/node.ts',
    edits: edit(
      "if (waiting > 4) this.#intake.hold('everybody');\n    else if (waiting > 1",
      "if (waiting > 1e9) this.#intake.hold('everybody');\n    else if (waiting > 1e9",
    ),
    test: 'more than a node can take waits at the clients',
    testFile: unit('node'),
  },
  {
    name: 'a client that never reads fills the process',
    file: 'src/runtime/client-port.ts',
    edits: edit('this.#stream.queued() > this.#options.queueMax', 'this.#stream.queued() > 1e12'),
    test: 'a client that reads nothing is cut off',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'a peer that never reads fills the process',
    file: 'src/runtime/link.ts',
    edits: edit('clock.now() - this.#takenAt > limits.frameMs', 'clock.now() < this.#takenAt'),
    test: 'a node that reads nothing is cut off',
    testFile: unit('connections'),
  },
  {
    name: 'who says nothing stays connected',
    file: 'src/runtime/intake.ts',
    edits: edit(
      'connection.cancel = clock.after(limits.handshakeMs, () => {',
      'connection.cancel = clock.after(1e9, () => {',
    ),
    test: 'who says nothing, or half of a hello',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'a frame that never ends stays',
    file: 'src/runtime/intake.ts',
    edits: edit('now - connection.since > limits.frameMs', 'now < connection.since'),
    test: 'who never ends a frame is gone',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'connections are not counted',
    file: 'src/runtime/intake.ts',
    edits: edit('this.#connections.size > limits.connectionsMax', 'this.#connections.size < 0'),
    test: 'more connections than allowed are refused',
    testFile: unit('hostile-peers'),
  },
  {
    name: 'a fact that is gone expires',
    file: 'src/runtime/node.ts',
    edits: edit(
      'group.filter(({ site, fact }) => this.#machine.isArmed(site, fact))',
      'group.filter(() => true)',
    ),
    test: 'timers go off again and again',
    testFile: unit('node'),
  },
  {
    name: 'nothing is finished when it stops',
    file: 'src/runtime/node.ts',
    edits: edit('if (!wasRunning) this.#end();', 'if (wasRunning || !wasRunning) this.#end();'),
    test: 'stopping answers what came before',
    testFile: unit('node'),
  },
];

/** What is promised about members and their parts, and what a protocol promises with them. */
const members: readonly PlantedBug[] = [
  {
    name: 'a part that forgot something starts again alone',
    file: 'src/runtime/restart-policy.ts',
    edits: edit('ended.restartsAlone && !ended.isWholeMember', '!ended.isWholeMember'),
    test: 'a part that remembers',
    testFile: unit('restart-policy'),
  },
  {
    name: 'a member that starts again keeps its incarnation',
    file: 'src/runtime/supervisor.ts',
    edits: edit('member.incarnation += 1;', ''),
    test: 'a part that keeps nothing starts again alone',
    testFile: unit('processes'),
  },
  {
    name: 'processes outlive their supervisor',
    file: 'src/runtime/node-process.ts',
    edits: edit("process.on('disconnect', () => process.exit(0));", ''),
    test: 'the end of the supervisor is the end of all',
    testFile: unit('processes'),
  },
  {
    name: 'votes are not kept on disk',
    file: 'protocols/paxos.ir',
    edits: [
      { from: 'durable relation log(', to: 'relation log(' },
      {
        from: 'p2b@i(me, x, s, i, n, i, n) :~ stable log(x, s, n, i)\n  p2b@i(me, x, s, i, n, i, n) :~ p2a(i, x, s, n), stable log(x, s, n, i)',
        to: 'p2b@i(me, x, s, i, n, i, n) :~ log(x, s, n, i)\n  p2b@i(me, x, s, i, n, i, n) :~ p2a(i, x, s, n), log(x, s, n, i)',
      },
      { from: '=> stable log@a(x, s, n, i)', to: '=> log@a(x, s, n, i)' },
    ],
    test: 'no vote counts before it is on disk',
    testFile: faults('disks'),
  },
  {
    name: 'one vote is enough',
    file: 'protocols/paxos.ir',
    edits: edit(
      'commit(x, s) :- p2b(_, x, s, i, n, i, n), tally(k, x, s, i, n), k > f',
      'commit(x, s) :- p2b(_, x, s, i, n, i, n), tally(k, x, s, i, n), k > 0',
    ),
    test: ' paxos is right on a bad network',
    testFile: faults('partitions'),
  },
  {
    name: 'a request that comes again is done again',
    file: 'protocols/paxos.ir',
    edits: edit('session(c, last, _), id <= last', 'session(c, last, _), id < last'),
    test: 'a request is done once',
    testFile: faults('hostile'),
  },
  {
    name: 'a participant forgets what it has voted for',
    file: 'protocols/2pc-recovery.ir',
    edits: [
      { from: 'durable relation prepared(', to: 'relation prepared(' },
      {
        from: 'vote@l(me, c, id, true) :~ stable prepared(c, id, _), coordinator(l)',
        to: 'vote@l(me, c, id, true) :~ prepared(c, id, _), coordinator(l)',
      },
      {
        from: 'voteReq(c, id, _, _), stable prepared(c, id, _), coordinator(l)',
        to: 'voteReq(c, id, _, _), prepared(c, id, _), coordinator(l)',
      },
      { from: 'outcome(c, id, ok), stable prepared(', to: 'outcome(c, id, ok), prepared(' },
      { from: '=> stable prepared@p(c, id, _)', to: '=> prepared@p(c, id, _)' },
    ],
    test: 'two-phase commit, all processes killed at the same moment',
    testFile: faults('commits'),
  },
  {
    name: 'a commit without one of the votes',
    file: 'protocols/2pc-recovery.ir',
    edits: edit(
      'commits(c, id, x) :- tally(n, c, id), n == participants',
      'commits(c, id, x) :- tally(n, c, id), n + 1 == participants',
    ),
    test: 'two-phase commit, every process killed in turn',
    testFile: faults('commits'),
  },
];

export const plantedBugs: readonly PlantedBug[] = [...disk, ...wire, ...bounds, ...members];
