/** The library is a folder that works by itself: with js-yaml and re2js and nothing else. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const library = resolve(import.meta.dirname, '../../../rules/sigma');
const modules = resolve(import.meta.dirname, '../../../node_modules');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-sigma-alone-'));
  cpSync(library, join(folder, 'sigma'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['js-yaml', 're2js'])
    symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('imports nothing from outside its folder but its two libraries', () => {
  const files = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const imports = files.flatMap((file) =>
    [...readFileSync(join(library, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from = '']) =>
      from.startsWith('.') ? relative(library, resolve(library, dirname(file), from)) : from,
    ),
  );
  expect(imports.length).toBeGreaterThan(files.length);
  const outside = new Set(imports.filter((from) => from.startsWith('..') || !from.endsWith('.ts')));
  expect([...outside].toSorted()).toEqual(['js-yaml', 're2js']);
});

test('the example of its README runs', { timeout: 60_000 }, () => {
  const readme = readFileSync(join(library, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  writeFileSync(join(folder, 'example.ts'), example.replace("'vonggac/sigma'", "'./sigma/index.ts'"));
  const printed = execFileSync(process.execPath, [join(folder, 'example.ts')], { encoding: 'utf8' });
  expect(printed.split('\n')[0]).toBe(
    "alert: Many failed sign-ins from one address { src_ip: '10.0.0.9' } 3",
  );
  expect(printed).toContain('SELECT `seq` FROM `events`');
  expect(printed).not.toContain('sshd.yml');
});
