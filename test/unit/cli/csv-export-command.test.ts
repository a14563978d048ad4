/** `vonggac alert export` beside an idle data folder: the whole file or none, in the language of who asks. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry, now: Date.now });
  await putAlerts({ registry }, alertOf('a1', { message: '=1+1' }), alertOf('a2', { state: 'closed' }));
  await registry.close();
});
afterEach(() => folder.remove());

async function vonggac(language: Language, ...words: string[]) {
  const said: string[] = [];
  const code = await runProgram(words, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => said.push(line),
    complain: (line) => said.push(line),
  });
  return { code, said: said.join('\n') };
}

describe('vonggac alert export', () => {
  it('writes what the filter finds, with headings in the language of who asks', async () => {
    const out = `${folder.path}/alerts.csv`;
    const english = await vonggac('en', 'alert', 'export', '--out', out);
    expect(english).toEqual({ code: 0, said: `1 rows are in ${out}.` });
    const text = readFileSync(out, 'utf8');
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text).toMatch(/^\ufeffId;Severity;Risk;Title;/);
    expect(text).toContain(`;'=1+1;`);
    expect((statSync(out).mode & 0o007).toString(8)).toBe('0');
    await vonggac('vi', 'alert', 'export', '--state', 'all', '--limit', '1', '--out', out);
    expect(readFileSync(out, 'utf8')).toMatch(/^\ufeffMã;Mức độ;[^]*\r\na\d;[^\n]*\r\n$/);
  });

  it('leaves no file where it fails', async () => {
    const refused = await vonggac(
      'en',
      'alert',
      'export',
      '--severity',
      'worst',
      '--out',
      `${folder.path}/x.csv`,
    );
    expect(refused.code).not.toBe(0);
    expect([existsSync(`${folder.path}/x.csv`), existsSync(`${folder.path}/x.csv.partial`)]).toEqual([
      false,
      false,
    ]);
    const nowhere = await vonggac('en', 'alert', 'export', '--out', `${folder.path}/none/x.csv`);
    expect(nowhere).toMatchObject({ code: 2, said: expect.stringContaining('ENOENT') });
  });
});
