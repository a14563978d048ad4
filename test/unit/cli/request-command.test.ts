/** `vonggac request` beside an idle data folder: lists, shows, sends, links, and writes the dispatch once. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { createRequest } from '../../../collector/registry/requests/create-request.ts';
import { alertOf, putAlerts, REQUEST_TEMPLATES } from '../api/api-fixture.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

describe('vonggac request', () => {
  let folder: { path: string; remove: () => void };
  let id: string;

  beforeEach(async () => {
    folder = temporaryFolder();
    const data = dataFolder(folder.path);
    prepareDataFolder(data);
    const registry = await openRegistry({ file: data.registry });
    await putAlerts({ registry }, alertOf('a1'));
    const by = { actor: 'cli:test', scope: { kind: 'all' as const }, agencyId: 1 };
    ({ id } = await createRequest(
      registry,
      REQUEST_TEMPLATES,
      { alertIds: ['a1'], title: 'Xem máy\u001b[31m' },
      by,
    ));
    await registry.close();
  });
  afterEach(() => folder.remove());

  async function vonggac(args: string[], language: Language = 'en') {
    const lines: string[] = [];
    const code = await runProgram(args, {
      m: messagesIn(language),
      language,
      env: { VONGGAC_DATA: folder.path },
      version: '1.2.3',
      print: (line) => lines.push(line),
      complain: (line) => lines.push(line),
    });
    return { code, out: lines.join('\n') };
  }

  it('goes the way of a request', async () => {
    const list = await vonggac(['request', 'list'], 'vi');
    expect(list).toMatchObject({ code: 0, out: expect.stringMatching(/MÃ +CƠ QUAN[^]*dự thảo/) });
    expect(list.out).not.toContain('\u001b');
    const short = id.slice(0, 8);
    expect((await vonggac(['request', 'show', short])).out).toContain('1. ');
    expect(await vonggac(['request', 'link', short])).toMatchObject({ code: 1 });
    expect((await vonggac(['request', 'send', short])).out).toContain('sent');
    expect((await vonggac(['request', 'link', short, '--days', '3'])).out).toMatch(
      /^\/tra-loi#[\w-]{12}\.[\w-]{43}\n/,
    );
    expect((await vonggac(['request', 'overdue', '--json'])).out).toContain('"waiting": 1');
    const file = path.join(folder.path, 'cv.html');
    expect((await vonggac(['request', 'dispatch', short, file])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('Kính gửi');
    expect((await vonggac(['request', 'dispatch', short, file])).code).not.toBe(0);
    const csv = path.join(folder.path, 'yc.csv');
    expect((await vonggac(['request', 'export', csv, '--state', 'sent'])).code).toBe(0);
    expect(existsSync(csv)).toBe(true);
    expect((await vonggac(['request', 'accept', short], 'vi')).out).toContain('trạng thái');
    expect((await vonggac(['request', 'cancel', short, '--reason', 'nhầm'])).out).toContain('cancelled');
    expect((await vonggac(['request', 'show', 'ffff'])).code).toBe(1);
    expect((await vonggac(['request', 'cancel', short])).code).toBe(2);
  });
});
