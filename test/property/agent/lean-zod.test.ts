/** What stands in for zod in the shipped agent answers as zod does, by every schema that agent and protocol export. */
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { z as lean } from '../../../agent/lean-zod/zod.ts';
import { valuesOf } from '../../support/agent/schema-values.ts';

const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 20);
const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Modules whose schemas are held to each other. */
const files = ['agent', 'collector/protocol'].flatMap((folder) =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(ROOT, folder, name))
    .filter((file) => file.endsWith('.ts') && !file.includes('lean-zod'))
    .filter((file) => /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(fs.readFileSync(file, 'utf8'))),
);

interface Reader {
  safeParse: (value: unknown, options?: { reportInput?: boolean }) => z.ZodSafeParseResult<unknown>;
}

/** Exported schemas by file and name; schemas of settings are functions without arguments. */
async function readersOf(): Promise<Map<string, Reader>> {
  const found = new Map<string, Reader>();
  for (const file of files) {
    const module: Readonly<Record<string, unknown>> = await import(file);
    for (const [name, exported] of Object.entries(module)) {
      const isMaker = typeof exported === 'function' && exported.length === 0 && name.endsWith('Schema');
      const value: unknown = isMaker ? Reflect.apply(exported, undefined, []) : exported;
      if (typeof value === 'object' && value !== null && 'safeParse' in value)
        found.set(`${path.relative(ROOT, file)} ${name}`, value as Reader);
    }
  }
  return found;
}

function answerOf(reader: Reader, value: unknown): unknown {
  const { success, data, error } = reader.safeParse(value, { reportInput: true });
  return success ? { data } : { issues: error.issues, text: z.prettifyError(error) };
}

const theirs = await readersOf();
vi.resetModules();
vi.doMock('zod', () => ({ z: lean }));
const ours = await readersOf();

afterAll(() => vi.doUnmock('zod'));

test('every schema is there', () => {
  expect([...ours.keys()]).toEqual([...theirs.keys()]);
  expect(ours.size).toBeGreaterThan(60);
});

test.each([...theirs.keys()])('%s answers alike', (name) => {
  const [zod, own] = [theirs.get(name), ours.get(name)];
  expect(own).toBeDefined();
  if (zod === undefined || own === undefined) return;
  expect(own).not.toBe(zod);
  fc.assert(
    fc.property(valuesOf(zod as unknown as z.ZodType), (value) => {
      expect(answerOf(own, structuredClone(value))).toEqual(answerOf(zod, structuredClone(value)));
    }),
    { numRuns: RUNS },
  );
});

test('both say the same in both languages, and throw alike', () => {
  for (const of of ['en', 'vi'] as const) {
    const issue = {
      code: 'too_big',
      origin: 'string',
      maximum: 3,
      inclusive: true,
      input: 'abcd',
      path: [],
    } as const;
    expect(lean.locales[of]().localeError(issue as never)).toEqual(
      z.locales[of]().localeError(issue as never),
    );
  }
  const thrown = (parse: () => unknown): unknown => {
    try {
      return parse();
    } catch (error) {
      return error;
    }
  };
  const one = thrown(() => lean.int().parse('1'));
  const other = thrown(() => z.int().parse('1'));
  expect(one).toBeInstanceOf(lean.ZodError);
  expect([(one as Error).name, (one as Error).message]).toEqual(['ZodError', (other as Error).message]);
});
