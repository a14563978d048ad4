/** The collector's log as whoever breaks in, or reads it later, finds it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLogFile } from '../../../collector/telemetry/log.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

it('is one line of JSON for each thing, with its time in UTC, whatever a text holds', async () => {
  const { log, close } = await openLogFile(folder.path, 'info');
  const evil = 'x\n{"level":60,"msg":"forged"}\r\n\u001b[2J';
  log.warn({ host: evil }, evil);
  log.info('second');
  await close();
  const [name = ''] = readdirSync(folder.path);
  const file = path.join(folder.path, name);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 40,
      host: evil,
      msg: evil,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
    { level: 30, msg: 'second' },
  ]);
  expect(lines[0]).not.toContain('\u001b');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

it('leaves secrets out by their names', async () => {
  const { log, close } = await openLogFile(folder.path, 'info');
  log.info(
    { password: 'p4ss', user: { token: 't0ken', privateKey: 'k3y' }, headers: { cookie: 'c00kie' } },
    'x',
  );
  await close();
  const [name = ''] = readdirSync(folder.path);
  expect(readFileSync(path.join(folder.path, name), 'utf8')).not.toMatch(/p4ss|t0ken|k3y|c00kie/);
});
