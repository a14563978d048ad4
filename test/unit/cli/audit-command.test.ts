/** `vonggac audit` beside an idle data folder: lists, proves, exports, and what it says of what was tampered with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { writeAudit } from '../../../collector/registry/audit.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const ENTRIES = 2_500;

describe('vonggac audit', () => {
  let folder: { path: string; remove: () => void };
  let file: string;
  const at = (name: string): string => `${folder.path}/${name}`;

  async function write(count: number): Promise<void> {
    const registry = await openRegistry({ file, now: Date.now });
    await registry.db.transaction().execute(async (trx) => {
      for (let one = 1; one <= count; one += 1)
        await writeAudit(trx, one, { actor: 'user:an', action: 'alert.close', target: `alert:${one}` });
    });
    await registry.close();
  }

  beforeEach(() => {
    folder = temporaryFolder();
    const data = dataFolder(folder.path);
    prepareDataFolder(data);
    file = data.registry;
  });
  afterEach(() => folder.remove());

  async function vonggac(text: string, language: Language = 'en') {
    const printed: string[] = [];
    const complained: string[] = [];
    const code = await runProgram(text.split(' '), {
      m: messagesIn(language),
      language,
      env: { VONGGAC_DATA: folder.path },
      version: '1.2.3',
      print: (line) => printed.push(line),
      complain: (line) => complained.push(line),
    });
    return { code, out: printed.join('\n'), errors: complained.join('\n') };
  }

  function tamper(statements: string): void {
    const database = new DatabaseSync(file);
    database.exec(
      `drop trigger if exists audit_log_no_update; drop trigger if exists audit_log_no_delete; ${statements}`,
    );
    database.close();
  }

  it('lists acts by what is asked for', async () => {
    await write(3);
    const all = await vonggac('audit list --limit 2');
    expect(all.code).toBe(0);
    expect(all.out).toMatch(/3 .*user:an +alert\.close +alert:3[^]*2 .*alert:2 /m);
    expect(all.out).not.toContain('alert:1');
    expect((await vonggac('audit list --target alert:1 --json')).out).toContain('"seq": 1');
    expect((await vonggac('audit list --action agent.')).out).toBe(messagesIn('en').audit.none);
    expect((await vonggac('audit list --from yesterday')).code).toBe(2);
  });

  it('proves a trail of many pages, also from its export, beside heads in a log of whatever lines', async () => {
    await write(ENTRIES);
    const head = (await vonggac('audit head')).out;
    expect(head).toMatch(/^vonggac-audit-head trail=\S{36} seq=2500 sha256=[0-9a-f]{64} at=/);
    writeFileSync(
      at('syslog'),
      `Nov 26 soc-1 kernel: something\n<86>1 - soc-1 vonggac 1 audit-head - ${head}\n`,
    );
    const verdict = await vonggac(`audit verify --heads ${at('syslog')}`);
    expect(verdict.errors).toBe('');
    expect(verdict.code).toBe(0);
    expect(verdict.out).toContain('2500 entries, 1 to 2500');
    expect(verdict.out).toContain(
      'Kept heads that fit: 1; of before the first entry: 0; of other trails: 0.',
    );

    expect((await vonggac(`audit export --out ${at('trail.ndjson')}`)).code).toBe(0);
    const exported = readFileSync(at('trail.ndjson'), 'utf8').trimEnd().split('\n');
    expect(exported).toHaveLength(ENTRIES + 2);
    const again = await vonggac(`audit verify --file ${at('trail.ndjson')} --heads ${at('syslog')} --json`);
    expect(JSON.parse(again.out)).toMatchObject({
      ok: true,
      entries: ENTRIES,
      anchorsMatched: 1,
      faults: [],
    });

    // What was done to the file shows as well.
    exported.splice(1_000, 1);
    writeFileSync(at('cut.ndjson'), exported.join('\n'));
    const cut = await vonggac(`audit verify --file ${at('cut.ndjson')}`, 'vi');
    expect(cut.code).toBe(1);
    expect(cut.errors).toBe('Thiếu mục 1000.');
    expect(cut.out).toContain('Nhật ký KHÔNG còn như lúc ghi.');
  });

  it('shows what was changed, and what only a kept head can show', async () => {
    await write(5);
    writeFileSync(at('heads.log'), `${(await vonggac('audit head')).out}\n`);
    tamper(`update audit_log set actor = 'user:binh' where seq = 2`);
    const changed = await vonggac('audit verify');
    expect(changed.code).toBe(1);
    expect(changed.errors).toBe('Entry 2 is not as it was written, or the one before it is not.');
    expect(changed.out).toContain('No kept heads were given');
    tamper(
      `update audit_log set actor = 'user:an' where seq = 2; delete from audit_log where seq = 5;
       update audit_head set seq = 4, hash = (select hash from audit_log where seq = 4)`,
    );
    expect((await vonggac('audit verify')).code).toBe(0);
    const cut = await vonggac(`audit verify --heads ${at('heads.log')}`);
    expect(cut.code).toBe(1);
    expect(cut.errors).toMatch(/^The trail ends at entry 4; it had 5 at .*cut off/);
  });

  it.each([
    ['verify --heads {none}', /none: there is no such file/],
    ['verify --heads {empty}', /there are no heads of an audit trail in .*empty/],
    ['verify --file {none}', /none: there is no such file/],
    ['verify --file {empty}', /empty is no whole export/],
    ['verify --file {junk}', /junk:1 is no line of an exported audit trail/],
    ['verify --file {begun}', /begun:2 is no line/],
    ['export --out {none}/x', /cannot be written \(ENOENT\)/],
    ['send', /./],
  ])('%s is refused in plain words', async (text, message) => {
    await write(1);
    writeFileSync(at('empty'), '');
    writeFileSync(at('junk'), '{"seq":1}\n');
    await vonggac(`audit export --out ${at('begun')}`);
    const [start = ''] = readFileSync(at('begun'), 'utf8').split('\n');
    writeFileSync(at('begun'), `${start}\n${start}\n`);
    const refused = await vonggac(`audit ${text.replaceAll(/\{(\w+)\}/g, (_, name: string) => at(name))}`);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.errors).toMatch(message);
  });
});
