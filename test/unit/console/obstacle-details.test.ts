/** What the control plane says of changes of agencies that cannot be done: each has Vietnamese words in the console. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { obstacleDetailVi } from '../../../dashboards/console/src/administration/agencies/obstacle-details.ts';

const registry = path.join(import.meta.dirname, '../../../collector/registry');
/** Texts that are given to `refuse` and `add`, or stand in a constant before; what is put in is a word. */
const SAID =
  /(?:const (?:message|said) =\s*|refuse\([^;]*?,\s*|add\('[\w-]+',\s*)(?:`([^`]*)`|'([^'\n]* [^'\n]*)')/gsu;

/** What is refused at once and is no obstacle of a look. */
const elsewhere = /^change x is x/u;

const said = readdirSync(registry)
  .filter((name) => /^agency-change.*\.ts$/u.test(name))
  .flatMap((name) => [...readFileSync(path.join(registry, name), 'utf8').matchAll(SAID)])
  .map(([, template, plain]) => (template ?? plain ?? '').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/gu, 'x'))
  .map((text) => text.replace(/^x already/u, 'another new agency already'))
  .filter((text) => !elsewhere.test(text));

const named = (kind: string): string => kind;

test('there are as many as are known of', () => {
  expect(said.length).toBeGreaterThan(20);
});

test.each(said)('%s', (message) => {
  const vi = obstacleDetailVi(message, named);
  expect(vi).toBeDefined();
  // What is put in stands in it again.
  const count = (text: string | undefined): number => text?.match(/\bx\b/gu)?.length ?? 0;
  expect(count(vi)).toBe(count(message));
});

test('a kind is said in the words of the page, and what is not known is left to the server', () => {
  expect(obstacleDetailVi('3 agents were moved or removed since: a, b', named)).toBe(
    'đã chuyển hoặc bỏ sau đó: 3 agents (a, b)',
  );
  expect(obstacleDetailVi('something new', named)).toBeUndefined();
});
