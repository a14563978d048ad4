/** `vonggac notify roster | escalation` beside an idle data folder: written, shown as written, asked for who is on duty, removed. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { notifyChange } from '../../../collector/cli/operations/notify.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { createChannel, readSecrets } from '../../../collector/registry/notify-channels.ts';
import { memoryRegistry, temporaryFolder } from '../registry/registry-fixture.ts';

const KEY = Buffer.alloc(32, 1);
const BY = { actor: 'cli:test', scope: { kind: 'all' as const } };
const CHANNEL = {
  name: 'siem',
  settings: { kind: 'syslog' as const, target: 'syslog+tls://siem.example.vn' },
  secrets: { authorization: 'kept-to-itself' },
  agencyId: 1,
  severityMin: 'high' as const,
  windowMs: 0,
  messagesPerHourMax: 1,
};
const ROSTER = {
  name: 'truc-dem',
  agencyId: 1,
  settings: {
    layers: [
      {
        startOn: '2026-01-05',
        people: [
          { name: 'Lan', phone: '+84 912 345 678' },
          { name: 'An', phone: '+84 912 345 679' },
        ],
      },
    ],
  },
};
const ESCALATION = {
  name: 'dem',
  agencyId: 1,
  settings: { severityMin: 'critical', steps: [{ afterMinutes: 0, channelId: 1, rosterId: 1 }] },
};
let folder: { path: string; remove: () => void };

beforeEach(async () => {
  folder = temporaryFolder();
  const data = dataFolder(folder.path);
  prepareDataFolder(data);
  const registry = await openRegistry({ file: data.registry });
  await createChannel(registry, KEY, CHANNEL, BY);
  await registry.close();
});
afterEach(() => folder.remove());

function file(content: unknown): string {
  const place = path.join(folder.path, 'plan.json');
  writeFileSync(place, JSON.stringify(content));
  return place;
}

async function notify(args: string[], language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram(['notify', ...args], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
    print: (line) => void lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n') };
}

it('a roster is written, listed, asked, written anew by its name, and removed', async () => {
  expect((await notify(['roster', 'list'])).out).toBe(messagesIn('en').notify.oncall.noRosters);
  expect((await notify(['roster', 'set', file(ROSTER)])).out).toBe('1 (truc-dem) was written.');
  expect((await notify(['roster', 'list'], 'vi')).out).toMatch(/NGƯỜI TRỰC[^]*1 +truc-dem +1 +1 +Lan, An/);
  const duty = (at: string) => notify(['roster', 'on-duty', 'truc-dem', '--at', at]);
  expect((await duty('2026-01-06T12:00:00+07:00')).out).toMatch(/ {2}Lan {2}\+84 912 345 678$/);
  expect((await duty('2026-01-13T12:00:00+07:00')).out).toContain('  An  ');
  expect((await duty('2026-01-01T12:00:00+07:00')).out).toContain('nobody');
  expect((await duty('hôm qua')).code).toBe(2);
  expect(await notify(['roster', 'on-duty', '1', '--json'])).toMatchObject({ code: 0 });
  const shown = JSON.parse((await notify(['roster', 'show', '1'])).out);
  expect(shown).toMatchObject(ROSTER);
  shown.settings.layers[0].people.pop();
  expect(shown.version).toBe(1);
  expect((await notify(['roster', 'set', file(shown)])).out).toContain('1 (truc-dem)');
  expect((await duty('2026-01-13T12:00:00+07:00')).out).toContain('  Lan  ');
  // Shown before that change: set again it would take the change back.
  const stale = await notify(['roster', 'set', file({ ...ROSTER, version: 1 })], 'vi');
  expect(stale).toEqual({ code: 1, out: expect.stringContaining('đã có người sửa trước') });
  expect((await notify(['roster', 'set', file(ROSTER)])).code).toBe(0);
  expect((await notify(['roster', 'remove', 'truc-dem'])).code).toBe(0);
  expect((await notify(['roster', 'remove', 'truc-dem'], 'vi')).out).toContain('không có lịch trực');
});

it('an escalation is written with what it goes by, which then stays', async () => {
  expect((await notify(['escalation', 'set', file(ESCALATION)])).code).toBe(1);
  await notify(['roster', 'set', file(ROSTER)]);
  expect((await notify(['escalation', 'set', file(ESCALATION)])).code).toBe(0);
  expect((await notify(['escalation', 'list'])).out).toMatch(
    /dem +1 +critical +yes +\+0 min channel 1 roster 1/,
  );
  expect(JSON.parse((await notify(['escalation', 'show', 'dem'])).out)).toMatchObject(ESCALATION);
  expect((await notify(['roster', 'remove', 'truc-dem'], 'vi')).out).toContain('đang dùng lịch trực này');
  expect((await notify(['escalation', 'remove', 'dem'])).code).toBe(0);
  expect((await notify(['roster', 'remove', 'truc-dem'])).code).toBe(0);
  expect((await notify(['escalation', 'list'])).out).toBe(messagesIn('en').notify.oncall.noEscalations);
});

it('says what is wrong with a file', async () => {
  const wrong = { ...ROSTER, settings: { layers: [] } };
  expect(await notify(['roster', 'set', file(wrong)])).toMatchObject({
    code: 2,
    out: expect.stringContaining('settings.layers'),
  });
  expect(await notify(['change', '1', file({ settings: { kind: 'pigeon' } })])).toMatchObject({ code: 2 });
  // Secrets are sealed with the key of the collector that runs.
  expect((await notify(['change', '1', file({ severityMin: 'low' })])).code).toBe(3);
});

it('a channel is changed in what the file names, and keeps its secrets', async () => {
  const { registry } = await memoryRegistry();
  const { id } = await createChannel(registry, KEY, CHANNEL, BY);
  // Of a running collector this operation looks at the key alone.
  const live = { notifications: { key: KEY } } as unknown as LiveCollector;
  const context = { registry, dataDir: '', actor: 'cli:root', live };
  const changed = await notifyChange.run(context, { id, change: { severityMin: 'low', enabled: false } });
  expect(changed).toMatchObject({ name: 'siem', severityMin: 'low', enabled: false, hasSecrets: true });
  expect(await readSecrets(registry.db, id, KEY)).toEqual(CHANNEL.secrets);
  const stale = notifyChange.run(context, { id, change: { version: 1, enabled: true } });
  await expect(stale).rejects.toMatchObject({ code: 'version-conflict' });
  await registry.close();
});
