/** What people keep, by command beside an idle data folder: hunts, defaults of sources, the house's own names. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  await (await openRegistry({ file: data.registry })).close();
});
afterEach(() => folder.remove());

async function vonggac(operands: readonly string[], language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram([...operands], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => void lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n') };
}

const RULE = `title: A rule
logsource: { product: linux }
detection: { selection: { user.name: root }, condition: selection }
`;

describe('vonggac hunt keep', () => {
  const keep = (...rest: string[]) => vonggac(['hunt', 'keep', ...rest]);

  it('keeps a query or a rule, puts another in its place, and forgets it', async () => {
    expect(await keep('an', 'user.name: an')).toEqual({
      code: 0,
      out: expect.stringMatching(/^"an" is kept: [0-9a-f]{32}, version 1\.$/),
    });
    expect((await keep('an', 'user.name: an')).code).toBe(1);
    const rule = path.join(folder.path, 'rule.yml');
    writeFileSync(rule, RULE);
    const kept = JSON.parse((await keep('root', '--sigma', rule, '--hours', '48', '--json')).out);
    expect(kept).toMatchObject({ sigma: RULE, query: null, spanSeconds: 172_800, agencyId: 1 });
    expect((await keep('root', 'user.name: root', '--replaces', 'root')).out).toContain('version 2');
    const again = ['root', 'user.name: root', '--replaces', kept.id, '--json'];
    expect(JSON.parse((await keep(...again)).out)).toMatchObject({ version: 3, spanSeconds: 172_800 });
    expect((await keep(...again, '--at-version', '2')).code).toBe(1);
    expect((await vonggac(['hunt', 'forget', 'root'])).code).toBe(0);
    expect((await vonggac(['hunt', 'runs'], 'vi')).out).toMatch(/TÊN[^]*an/);
    expect((await vonggac(['hunt', 'forget', 'root'])).code).toBe(1);
  });

  it('changes a schedule only at the version that was read, where one is said', async () => {
    await keep('an', 'user.name: an');
    const schedule = (version: string, ...more: string[]) =>
      vonggac(['hunt', 'schedule', 'an', '--every', '60', '--at-version', version, ...more]);
    expect((await schedule('1')).code).toBe(1);
    expect(JSON.parse((await schedule('0', '--json')).out).schedule.version).toBe(1);
    expect((await schedule('0')).out).toContain('changed meanwhile');
    expect((await schedule('1')).code).toBe(0);
  });
});

describe('vonggac indicator source', () => {
  const source = (...rest: string[]) => vonggac(['indicator', 'source', ...rest]);

  it('sets defaults, leaves the rest, takes one away, and loses no change of others', async () => {
    expect((await source('list')).out).toBe(messagesIn('en').indicator.sources.none);
    expect((await source('set', 'NCSC')).code).toBe(2);
    expect((await source('set', 'NCSC', '--tlp', 'pink')).code).toBe(2);
    expect((await source('set', 'NCSC', '--confidence', '101')).code).not.toBe(0);
    expect((await source('set', 'NCSC', '--confidence', '85', '--days', '90', '--tlp', 'amber')).code).toBe(
      0,
    );
    const set = await source('set', 'NCSC', '--days', 'none', '--at-version', '1', '--json');
    expect(JSON.parse(set.out)).toMatchObject({ confidence: 85, validDays: null, tlp: 'amber', version: 2 });
    expect((await source('set', 'NCSC', '--days', '7', '--at-version', '1')).out).toContain(
      'changed meanwhile',
    );
    expect((await source('list')).out).toMatch(/NCSC +85 +- +amber +0 +0 +2/);
  });
});

describe('vonggac indicator own', () => {
  const own = (...rest: string[]) => vonggac(['indicator', 'own', ...rest]);

  it('puts names and networks on the list and takes them off', async () => {
    expect((await own('list')).out).toBe(messagesIn('en').indicator.sources.noneOwn);
    expect((await own('add', 'Tinh.gov[.]vn', '--reason', 'ours')).out).toContain('tinh.gov.vn');
    expect((await own('add', 'tinh.gov.vn', '--reason', 'ours')).code).toBe(1);
    expect((await own('add', 'vn', '--reason', 'ours')).code).toBe(1);
    expect((await own('add', 'tinh.gov.vn')).code).toBe(2);
    expect((await own('list')).out).toMatch(/1 +domain +tinh\.gov\.vn +ours/);
    const refused = await vonggac(['indicator', 'add', 'www.tinh.gov.vn']);
    expect(refused).toEqual({ code: 1, out: expect.stringMatching(/./) });
    expect((await own('remove', '1')).code).toBe(0);
    expect((await own('remove', '1')).code).toBe(1);
  });
});
