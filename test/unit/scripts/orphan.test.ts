import process from 'node:process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { processFacts, watchStarters, type ProcessFacts } from '../../../scripts/start/orphan.ts';

const TERMINAL = 5;
const NPM = 10;
const SHELL = 20;
let running: Map<number, ProcessFacts>;
let parent: number;
let orphaned: number;
let stop: () => void;

function watch(facts: (pid: number) => ProcessFacts | undefined = (pid) => running.get(pid)): void {
  stop = watchStarters(() => (orphaned += 1), { parent: () => parent, facts, everyMs: 500 });
}

beforeEach(() => {
  vi.useFakeTimers();
  running = new Map([
    [SHELL, { name: 'sh', parent: NPM }],
    [NPM, { name: 'npm start', parent: TERMINAL }],
  ]);
  parent = SHELL;
  orphaned = 0;
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('while npm and its shell are there, nothing happens', () => {
  watch();
  vi.advanceTimersByTime(60_000);
  expect(orphaned).toBe(0);
});

test.each([
  ['npm has gone and its shell was adopted', () => running.set(SHELL, { name: 'sh', parent: 1 })],
  ['the shell has gone', () => (parent = 1)],
])('%s: told once, within one look', (_name, happen) => {
  watch();
  vi.advanceTimersByTime(5_000);
  happen();
  vi.advanceTimersByTime(500);
  expect(orphaned).toBe(1);
  vi.advanceTimersByTime(5_000);
  expect(orphaned).toBe(1);
});

test('without a shell between, the terminal that npm was started from may go', () => {
  parent = NPM;
  watch();
  running.set(NPM, { name: 'npm start', parent: 1 });
  vi.advanceTimersByTime(5_000);
  expect(orphaned).toBe(0);
  parent = 1;
  vi.advanceTimersByTime(500);
  expect(orphaned).toBe(1);
});

test('where the system does not tell of other processes, its own parent is enough', () => {
  watch(() => undefined);
  vi.advanceTimersByTime(5_000);
  expect(orphaned).toBe(0);
  parent = 1;
  vi.advanceTimersByTime(500);
  expect(orphaned).toBe(1);
});

test.skipIf(process.platform !== 'linux')('facts of this process are read (Linux only)', () => {
  stop = () => undefined;
  expect(processFacts(process.pid)?.parent).toBe(process.ppid);
  expect(processFacts(2 ** 30)).toBeUndefined();
});
