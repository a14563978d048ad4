/** `vonggac calendar` and `vonggac group`: days as people type them, and what is shown of a year. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { parseWeekDays, weekDaysText } from '../../../collector/cli/week-days.ts';
import { ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

describe('days of the week', () => {
  const EN = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  test.each([
    ['mon-fri', [1, 2, 3, 4, 5], 'mon-fri'],
    ['t2-t6,t7', [1, 2, 3, 4, 5, 6], 'mon-sat'],
    ['CN', [7], 'sun'],
    ['sat-mon', [1, 6, 7], 'mon, sat-sun'],
    ['wed, mon', [1, 3], 'mon, wed'],
  ])('%s', (text, days, shown) => {
    expect(parseWeekDays(text)).toEqual(days);
    expect(weekDaysText(days, EN)).toBe(shown);
  });
  test.each(['', 'mon-', '-fri', 'mon-tue-wed', '1-5', 'thứ hai'])('"%s" names none', (text) => {
    expect(parseWeekDays(text)).toBeUndefined();
  });
});

describe('the commands', () => {
  let folder: { path: string; remove: () => void };
  beforeEach(async () => {
    folder = temporaryFolder();
    const data = dataFolder(folder.path);
    prepareDataFolder(data);
    const registry = await openRegistry({ file: data.registry, now: Date.now });
    await ensureAgentGroup(registry.db, 'servers', 0);
    await registry.close();
  });
  afterEach(() => folder.remove());

  async function vonggac(text: string, language: Language = 'en') {
    const out: string[] = [];
    const err: string[] = [];
    const exitCode = await runProgram(text.split(' '), {
      m: messagesIn(language),
      language,
      env: { VONGGAC_DATA: folder.path },
      version: '1.2.3',
      print: (line) => out.push(...line.split('\n')),
      complain: (line) => err.push(...line.split('\n')),
    });
    return { exitCode, out, err };
  }

  test('show public holidays, and what an agency does otherwise', async () => {
    const usual = await vonggac('calendar show 1 --year 2027');
    expect(usual.out[0]).toBe('Agency 1 goes by the usual Vietnamese week.');
    expect(usual.out.join('\n')).toContain('2027-02-04 2027-02-05 2027-02-08');
    expect(usual.out.at(-1)).toContain('as announced');
    const set = await vonggac('calendar set 1 --days mon-sat --hours 06:30-17:00 --working 2027-02-05');
    expect(set).toEqual({
      exitCode: 0,
      err: [],
      out: ['Agency 1 has a calendar of its own.', 'At work mon-sat, 06:30-17:00 (Asia/Ho_Chi_Minh).'],
    });
    const { out } = await vonggac('calendar show 1 --year 2027 --json');
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      ofAgencyId: 1,
      year: 2027,
      daysOff: expect.not.arrayContaining(['2027-02-05']),
      workDays: ['2027-02-05'],
      isAnnounced: true,
    });
    expect((await vonggac('calendar show 1 --year 2040', 'vi')).out.at(-1)).toContain('Chưa biết ngày lễ');
    expect((await vonggac('calendar list', 'vi')).out.join('\n')).toMatch(/t2-t7 +06:30-17:00/);
    expect((await vonggac('calendar clear 1')).out[0]).toContain('usual Vietnamese week');
    const again = await vonggac('calendar clear 1');
    expect([again.exitCode, again.err[0]]).toEqual([1, expect.stringContaining('no calendar of its own')]);
  });

  test('say when hosts of a group are expected', async () => {
    expect((await vonggac('group list')).out.join('\n')).toMatch(/servers +0 +by its kind/);
    expect((await vonggac('group profile servers always')).out).toEqual([
      'Hosts of group servers are expected: always on.',
    ]);
    expect((await vonggac('group list', 'vi')).out.join('\n')).toMatch(/servers +0 +luôn bật/);
    expect((await vonggac('group profile nobody always')).exitCode).toBe(1);
  });
});
