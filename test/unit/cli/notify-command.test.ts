/** `vonggac notify` beside an idle data folder: lists, removes, tries again, and keeps secrets to itself. */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { rootAgencyId } from '../../../collector/registry/agencies.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { createChannel } from '../../../collector/registry/notify-channels.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

describe('vonggac notify', () => {
  let folder: { path: string; remove: () => void };

  beforeEach(async () => {
    folder = temporaryFolder();
    const data = dataFolder(folder.path);
    prepareDataFolder(data);
    const registry = await openRegistry({ file: data.registry });
    await createChannel(
      registry,
      Buffer.alloc(32, 1),
      {
        name: 'siem',
        settings: { kind: 'syslog', target: 'syslog+tls://siem.example.vn' },
        secrets: { authorization: 'kept-to-itself' },
        agencyId: await rootAgencyId(registry.db),
        severityMin: 'high',
        windowMs: 0,
        messagesPerHourMax: 1,
      },
      { actor: 'cli:test', scope: { kind: 'all' } },
    );
    await registry.db
      .insertInto('notify_message')
      .values({
        id: 'm1',
        channel_id: 1,
        state: 'dead',
        created_ms: 1,
        items: 3,
        attempts: 12,
        next_ms: 1,
        sent_ms: null,
        answer: null,
        refused: null,
        problem: 'ECONNREFUSED',
      })
      .execute();
    await registry.close();
  });
  afterEach(() => folder.remove());

  async function vonggac(text: string, language: Language = 'en') {
    const lines: string[] = [];
    const code = await runProgram(text.split(' '), {
      m: messagesIn(language),
      language,
      env: { VONGGAC_DATA: folder.path },
      version: '1.2.3',
      print: (line) => lines.push(line),
      complain: (line) => lines.push(line),
    });
    return { code, out: lines.join('\n') };
  }

  it('lists channels and messages, and tells no secret', async () => {
    const channels = await vonggac('notify channels');
    expect(channels).toMatchObject({ code: 0, out: expect.stringMatching(/1 +siem +syslog +high +- +-/) });
    const json = await vonggac('notify channels --json');
    expect(JSON.parse(json.out)).toMatchObject([{ name: 'siem', hasSecrets: true }]);
    expect(channels.out + json.out).not.toContain('kept-to-itself');
    const dead = await vonggac('notify messages --state dead', 'vi');
    expect(dead.out).toMatch(/KÊNH[^]*m1 +siem +dead .* 3 +12 +ECONNREFUSED/);
    expect((await vonggac('notify messages --state sent')).out).toBe(messagesIn('en').notify.noMessages);
  });

  it('tries again what was given up, once', async () => {
    expect((await vonggac('notify retry m1')).code).toBe(0);
    expect((await vonggac('notify messages --state waiting')).out).toMatch(/m1 +siem +waiting/);
    expect(await vonggac('notify retry m1')).toMatchObject({
      code: 1,
      out: expect.stringContaining('given up'),
    });
  });

  it('removes a channel with its messages', async () => {
    expect((await vonggac('notify remove 1')).code).toBe(0);
    expect((await vonggac('notify channels')).out).toBe(messagesIn('en').notify.noChannels);
    expect((await vonggac('notify messages')).out).toBe(messagesIn('en').notify.noMessages);
    expect((await vonggac('notify remove 1')).code).toBe(1);
  });

  it('says what is wrong with a file, without quoting it', async () => {
    const file = `${folder.path}/channel.json`;
    for (const [text, why] of [
      ['{"secrets": {"password": "geheim"', 'JSON'],
      [
        '{"name": "x", "agencyId": 1, "settings": {"kind": "pigeon"}, "secrets": {"password": "geheim"}}',
        'settings',
      ],
    ] as const) {
      writeFileSync(file, text);
      const { code, out } = await vonggac(`notify add ${file}`);
      expect([code, out]).toEqual([2, expect.stringContaining(why)]);
      expect(out).not.toContain('geheim');
    }
    expect((await vonggac('notify add /none/channel.json')).code).toBe(2);
    expect((await vonggac('notify test 1')).code).not.toBe(0);
  });
});
