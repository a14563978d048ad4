/**
 * Joining audit events: however records of events are mixed with each other, wherever the agent is killed and the log
 * rotated, the events that come out are the same, each once, each whole.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '#protocol/record.ts';
import { createAuditSource } from '../../../agent/sources/audit/audit-source.ts';
import { EventJoiner } from '../../../agent/sources/audit/event-joiner.ts';
import { MemoryPositions } from '../../unit/agent/sources/memory-positions.ts';
import { start, texts } from '../../unit/agent/sources/source-harness.ts';

const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 200);
const TYPES = ['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'PATH', 'SOCKADDR', 'AVC', 'UNKNOWN[1399]'] as const;

interface Written {
  events: string[];
  lines: string[];
}

/** Events of a few records each, whose lines are mixed: each keeps its own order. */
const written: fc.Arbitrary<Written> = fc
  .record({
    events: fc.array(
      fc.record({
        single: fc.boolean(),
        types: fc.array(fc.constantFrom(...TYPES), { minLength: 0, maxLength: 5 }),
        body: fc.stringMatching(/^[ -~]{0,30}$/),
        ms: fc.integer({ min: 0, max: 999 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    order: fc.array(fc.nat(), { minLength: 100, maxLength: 100 }),
  })
  .map(({ events, order }) => {
    const open = events.map(({ single, types, body, ms }, serial) => {
      const at = (type: string): string =>
        `type=${type} msg=audit(1750000000.${String(ms).padStart(3, '0')}:${serial}): ${body}`;
      return single ? [at('USER_LOGIN')] : [...types.map(at), at('PROCTITLE')];
    });
    const texts = open.map((lines) => lines.join('\n'));
    const lines: string[] = [];
    // Mixed only with near ones, as on a machine of some cores.
    for (let step = 0; open.some((rest) => rest.length > 0); step += 1) {
      const waiting = open.filter((rest) => rest.length > 0).slice(0, 4);
      const next = waiting[(order[step % order.length] ?? 0) % waiting.length]?.shift();
      if (next !== undefined) lines.push(next);
    }
    return { events: texts, lines };
  });

const line = (text: string): LogRecord => ({ kind: 'log', at: 1, channel: 'linux-audit', origin: 'x', text });

test('any order, written down and restored anywhere', () => {
  fc.assert(
    fc.property(
      written,
      fc.array(fc.boolean(), { minLength: 100, maxLength: 100 }),
      ({ events, lines }, deaths) => {
        let joiner = new EventJoiner();
        const over: string[] = [];
        for (const [index, text] of lines.entries()) {
          over.push(...joiner.add(line(text), 'security').map(({ record }) => record.text));
          if (deaths[index % deaths.length] !== true) continue;
          const { state } = joiner;
          joiner = new EventJoiner();
          if (state !== undefined) joiner.restore(state, 'linux-audit');
        }
        expect(joiner.openEvents).toBe(0);
        expect(over.toSorted()).toEqual(events.toSorted());
      },
    ),
    { numRuns: RUNS },
  );
});

test('whatever comes, every line comes out once, and what is open is bounded', () => {
  const anyLine = fc.oneof(
    fc.stringMatching(/^[ -~]{0,40}$/).filter((text) => text !== ''),
    fc
      .record({
        type: fc.constantFrom('SYSCALL', 'EXECVE', 'PROCTITLE', 'USER_CMD', 'BPF', 'EOE'),
        second: fc.integer({ min: 0, max: 20 }),
        serial: fc.integer({ min: 0, max: 5 }),
        body: fc.stringMatching(/^[ -~]{0,60}$/),
      })
      .map(({ type, second, serial, body }) => `type=${type} msg=audit(${second}.000:${serial}): ${body}`),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(anyLine, fc.constant(undefined)), { maxLength: 60 }), (steps) => {
      const joiner = new EventJoiner({ openEventsMax: 3, openCharsMax: 200 });
      const over: string[] = [];
      for (const step of steps) {
        const events = step === undefined ? joiner.tick() : joiner.add(line(step), 'security');
        over.push(...events.map(({ record }) => record.text));
        expect(joiner.openEvents).toBeLessThanOrEqual(3);
      }
      over.push(...joiner.flush().map(({ record }) => record.text));
      const byText = (one: string, other: string): number => (one < other ? -1 : 1);
      const given = steps
        .filter((step) => step !== undefined)
        .filter((step) => !step.startsWith('type=EOE msg=audit('));
      expect(over.flatMap((text) => text.split('\n')).toSorted(byText)).toEqual(given.toSorted(byText));
    }),
    { numRuns: RUNS },
  );
});

test('over a real log that rotates, with the agent killed in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      written,
      fc.array(fc.constantFrom('rotate', 'kill', 'kill-uncommitted', 'none', 'none'), {
        minLength: 30,
        maxLength: 30,
      }),
      async ({ events, lines }, fates) => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-audit-'));
        const file = path.join(folder, 'audit.log');
        // Changes at least a second apart: the disk's own clock is too coarse for what happens here in a millisecond.
        let seconds = 1_750_000_000;
        const touch = (): void => {
          seconds += 1;
          fs.utimesSync(file, seconds, seconds);
        };
        fs.writeFileSync(file, '');
        touch();
        try {
          const positions = new MemoryPositions();
          const create = (): ReturnType<typeof createAuditSource> =>
            createAuditSource({
              tails: [{ path: file, channel: 'linux-audit' }],
              pollMs: 2,
              settleMs: 0,
              rotateWaitMs: 10,
              tickMs: 60_000,
            });
          let run = start(create(), { positions, silenceMsMax: 10_000 });
          let rotations = 0;
          const told: string[] = [];
          const restart = async (): Promise<void> => {
            await run.stop();
            run = start(create(), { positions, silenceMsMax: 10_000 });
          };
          // What was rotated away before the first look is history, which is not read.
          await run.step();
          for (const [index, text] of lines.entries()) {
            fs.appendFileSync(file, `${text}\n`);
            touch();
            const fate = fates[index % fates.length];
            if (fate === 'rotate') {
              // As auditd does it: the numbers move up.
              for (let number = rotations; number >= 1; number -= 1)
                fs.renameSync(`${file}.${number}`, `${file}.${number + 1}`);
              fs.renameSync(file, `${file}.1`);
              fs.writeFileSync(file, '');
              touch();
              rotations += 1;
            }
            if (fate === 'kill') {
              told.push(...texts(await run.step()));
              await restart();
            }
            if (fate === 'kill-uncommitted') {
              await run.pull();
              await restart();
            }
          }
          told.push(...texts(await run.until((all) => told.length + all.length >= events.length)));
          await run.stop();
          expect(told.toSorted()).toEqual(events.toSorted());
        } finally {
          fs.rmSync(folder, { recursive: true });
        }
      },
    ),
    { numRuns: Math.ceil(RUNS / 20) },
  );
}, 60_000);
