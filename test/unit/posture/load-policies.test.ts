import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtInPolicies, loadPolicies } from '../../../rules/posture/index.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'posture-'));
  fs.mkdirSync(path.join(folder, 'shared'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  fs.writeFileSync(path.join(folder, name), text);
}

const check = (id: string, more = ''): string => `
  - id: ${id}
    title: { vi: a, en: a }
    rationale: { vi: a, en: a }
    remediation: { vi: a, en: a }
    severity: low
    controls: [CF-01]
    ${more === '' ? 'assess: { file: { paths: [/etc/x], exists: true } }' : more}
`;
const head = (name: string, more = ''): string =>
  `policy: ${name}\nversion: 1.0.0\ntitle: { vi: a, en: a }\nplatforms: [linux]\n${more}`;

function problems(): string[] {
  return loadPolicies(folder).problems.map(
    ({ file, line, field, message }) => `${path.basename(file)}:${line} ${field}: ${message}`,
  );
}

describe('policies of a folder', () => {
  test('those that come with the product are right', () => {
    const { policies } = builtInPolicies();
    expect(policies.length).toBeGreaterThan(0);
    for (const { checks } of policies)
      for (const { title, rationale, remediation } of checks)
        for (const text of [title, rationale, remediation]) expect(text.vi).not.toBe(text.en);
  });

  test('a policy has the conditions and checks of what it extends, first', () => {
    write('shared/base.yml', `shared: base\nchecks:${check('one')}`);
    write('p.yml', `${head('p', 'extends: [base]\n')}checks:${check('two')}`);
    const { policies, problems: found } = loadPolicies(folder);
    expect(found).toEqual([]);
    expect(policies[0]?.checks.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test('what is wrong is told with file, line and field', () => {
    write(
      'p.yml',
      `${head('p')}checks:${check('one', 'assess: { file: { paths: [etc/x], exists: true } }')}`,
    );
    expect(problems()).toEqual(['p.yml:12 checks[0].assess.file.paths[0]: must be an absolute path']);
  });

  test.each([
    ['an unknown test', 'assess: { shell: { run: id } }', /checks\[0\]\.assess: .*shell/],
    [
      'two tests in one',
      'assess: { file: { paths: [/a], exists: true }, module: { blocked: [x] } }',
      /exactly one test/,
    ],
    ['no test', 'assess: {}', /exactly one test/],
    [
      'a path upwards',
      'assess: { file: { paths: [/etc/../root/x], exists: true } }',
      /must not lead upwards/,
    ],
    [
      'a command that is not on the list',
      'assess: { command: { run: rm, matches: a } }',
      /assess\.command\.run/,
    ],
    ['a pattern that is none', 'assess: { file: { paths: [/a], matches: "(" } }', /missing closing \): `\(`/],
    [
      'a name that is an option',
      'assess: { service: { names: [--help], active: true } }',
      /must be a plain name/,
    ],
    [
      'an unknown condition',
      'when: [nothing]\n    assess: { module: { blocked: [x] } }',
      /no condition is called nothing/,
    ],
    ['a test that says nothing', 'assess: { file: { paths: [/a] } }', /give exists, matches or lacks/],
  ])('%s is refused', (_what, more, message) => {
    write('p.yml', `${head('p')}checks:${check('one', more)}`);
    expect(problems().join('\n')).toMatch(message);
  });

  test('expressions are bounded in depth and number', () => {
    const deep = `${'{ all: ['.repeat(40)}{ module: { blocked: [x] } }${'] }'.repeat(40)}`;
    write('p.yml', `${head('p')}checks:${check('one', `assess: ${deep}`)}`);
    expect(problems()[0]).toMatch(/nesting exceeded/);
    const seven = `${'{ all: ['.repeat(7)}{ module: { blocked: [x] } }${'] }'.repeat(7)}`;
    write('p.yml', `${head('p')}checks:${check('one', `assess: ${seven}`)}`);
    expect(problems()[0]).toMatch(/more than 6 expressions inside each other/);
    const wide = `{ all: [${Array.from({ length: 11 }, () => `{ any: [${'{ module: { blocked: [x] } },'.repeat(10)}] }`).join(',')}] }`;
    write('p.yml', `${head('p')}checks:${check('one', `assess: ${wide}`)}`);
    expect(problems()[0]).toMatch(/more than 100 tests/);
  });

  test('a control that is not in the catalogue, an id twice, a missing part are told', () => {
    write(
      'p.yml',
      `${head('p', 'extends: [gone]\n')}checks:${check('one')}${check('one')}`.replace('[CF-01]', '[CF-99]'),
    );
    expect(problems().join('\n')).toMatch(/no file of shared\/ is called gone/);
    expect(problems().join('\n')).toMatch(/one stands here twice/);
    expect(problems().join('\n')).toMatch(/p\.yml:12 checks\[0\]\.controls\[0\]: CF-99 is no control/);
    write('q.yml', `${head('q')}checks:${check('one')}`);
    expect(problems().join('\n')).toMatch(/q\.yml:\d+ checks\[0\]\.id: one stands in p\.yml too/);
  });

  test('a file that is no YAML spoils no other', () => {
    write('p.yml', 'policy: [');
    write('q.yml', `${head('q')}checks:${check('one')}`);
    const { policies, problems: found } = loadPolicies(folder);
    expect(policies.map(({ policy }) => policy)).toEqual(['q']);
    expect(found.map(({ line }) => line)).toEqual([1]);
  });
});
