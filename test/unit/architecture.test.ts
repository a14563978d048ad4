/** ARCHITECTURE.md stays true where a machine can tell: the files it names are there, and so is a reason for each library. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (name: string): string => fs.readFileSync(path.join(ROOT, name), 'utf8');

const page = read('ARCHITECTURE.md');
const libraries = page
  .slice(page.indexOf('## Libraries'))
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .flatMap((line) => (line.split('|')[1] ?? '').replaceAll(/\([^)]*\)/g, '').split(/,| and /))
  .map((name) => name.trim())
  .filter((name) => /^[@a-z]/.test(name) && !name.startsWith('node:') && !name.startsWith('its '));

const names = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: names, devDependencies: names, optionalDependencies: names })
  .parse(JSON.parse(read('package.json')));
const fits = (listed: string, name: string): boolean =>
  listed.endsWith('/*') ? name.startsWith(listed.slice(0, -1)) : name === listed;

it('says of every library why it is there', () => {
  const silent = Object.keys(manifest.dependencies).filter(
    (name) => !libraries.some((listed) => fits(listed, name)),
  );
  expect(silent).toEqual([]);
});

it('names no library that is not there', () => {
  const known = Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  expect(libraries.filter((listed) => !known.some((name) => fits(listed, name)))).toEqual([]);
});

it('takes each library at one version, by its digest, and from nowhere but the registry', () => {
  const ranges = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  expect(Object.entries(ranges).filter(([, version]) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual([]);
  const locked = z.looseObject({
    resolved: z.string().optional(),
    integrity: z.string().optional(),
  });
  const { packages } = z
    .looseObject({ packages: z.record(z.string(), locked) })
    .parse(JSON.parse(read('package-lock.json')));
  const loose = Object.entries(packages).filter(
    ([name, { integrity = '', resolved }]) =>
      name !== '' && (!integrity.startsWith('sha512-') || resolved !== undefined),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(200);
  expect(loose).toEqual([]);
});

it('names only files and folders that are there', () => {
  const named = [...page.matchAll(/`((?:agent|collector|rules|dashboards|scripts|test|bin)\/[^`\s]+)`/g)].map(
    ([, name = '']) => name.replace(/\/\*$/, ''),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !fs.existsSync(path.join(ROOT, name)))).toEqual([]);
});
