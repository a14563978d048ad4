/** Records that are facts, not lines: integrity, inventory, agent. */
import { describe, expect, it } from 'vitest';
import { normalize } from '../../../collector/normalize/normalize.ts';
import type { FileState, IntegrityRecord, SourceRecord } from '../../../collector/protocol/record.ts';
import { CONTEXT, RECEIVED_MS } from './helpers.ts';

const read = (record: SourceRecord) => normalize(record, CONTEXT);
const at = RECEIVED_MS - 5_000;
const state = (more: Partial<FileState> = {}): FileState => ({
  type: 'file',
  size: 10,
  mode: 0o100644,
  uid: 0,
  gid: 0,
  mtimeMs: 1_750_000_000_000,
  sha256: 'a'.repeat(64),
  ...more,
});
const change = (more: Partial<IntegrityRecord>): IntegrityRecord => ({
  kind: 'integrity',
  at,
  change: 'modified',
  path: '/etc/passwd',
  ...more,
});

describe('integrity', () => {
  it('says what changed, in fields and in a sentence', () => {
    const event = read(
      change({ before: state(), after: state({ size: 12, sha256: 'b'.repeat(64), mode: 0o100600 }) }),
    );
    expect(event.fields.toRecord()).toMatchObject({
      'event.action': 'file_modified',
      'file.path': '/etc/passwd',
      'file.name': 'passwd',
      'file.directory': '/etc',
      'file.hash.sha256': 'b'.repeat(64),
      'file.previous.hash.sha256': 'a'.repeat(64),
      'file.mode': '0600',
      'file.previous.mode': '0644',
      'file.changes': ['content', 'size', 'mode'],
      'host.name': 'may-01',
      TargetFilename: '/etc/passwd',
    });
    expect(event.message).toBe('/etc/passwd was modified (content, size, mode)');
    expect(event.timeMs).toBe(at);
    expect(event.parsed).toBe(true);
    expect(event.columns).toMatchObject({ file_path: '/etc/passwd', file_hash_sha256: 'b'.repeat(64) });
  });

  it('tells a file that gained set-user-id from one that had it', () => {
    const suid = state({ mode: 0o104755 });
    expect(read(change({ change: 'created', after: suid })).fields.get('file.gained_setuid')).toBe(true);
    expect(read(change({ before: state(), after: suid })).fields.get('file.gained_setuid')).toBe(true);
    expect(read(change({ before: suid, after: suid })).fields.get('file.gained_setuid')).toBeUndefined();
    expect(read(change({ before: suid, after: suid })).fields.get('file.setuid')).toBe(true);
    expect(
      read(change({ change: 'created', after: state({ type: 'directory', mode: 0o44755 }) })).fields.get(
        'file.gained_setuid',
      ),
    ).toBeUndefined();
  });

  it.each([
    [
      'created',
      '/etc/x',
      [
        { product: 'vonggac', service: 'integrity' },
        { product: 'linux', category: 'file_event' },
      ],
    ],
    [
      'modified',
      'C:\\Windows\\x.dll',
      [
        { product: 'vonggac', service: 'integrity' },
        { product: 'windows', category: 'file_event' },
      ],
    ],
    [
      'deleted',
      '/etc/x',
      [
        { product: 'vonggac', service: 'integrity' },
        { product: 'linux', category: 'file_delete' },
      ],
    ],
    ['attributes', '/etc/x', [{ product: 'vonggac', service: 'integrity' }]],
  ] as const)('%s %s belongs to its log sources', (kind, path, want) => {
    expect(read(change({ change: kind, path })).logsources).toEqual(want);
  });

  it('splits paths of both kinds', () => {
    expect(read(change({ path: 'C:\\Windows\\System32\\a.DLL' })).fields.toRecord()).toMatchObject({
      'file.name': 'a.DLL',
      'file.directory': 'C:\\Windows\\System32',
      'file.extension': 'dll',
    });
    expect(read(change({ path: '/x' })).fields.toRecord()).toMatchObject({
      'file.name': 'x',
      'file.directory': '/',
    });
  });

  it('says when the change was made while nobody looked', () => {
    const event = read(change({ offline: true }));
    expect(event.fields.get('integrity.offline')).toBe(true);
    expect(event.message).toContain('while the agent was not running');
  });
});

describe('inventory', () => {
  it('keeps the facts of an item, before and after', () => {
    const event = read({
      kind: 'inventory',
      at,
      change: 'changed',
      category: 'user',
      key: 'an',
      before: { uid: 1000, shell: '/bin/sh' },
      after: { uid: 0, shell: '/bin/sh' },
    });
    expect(event.fields.toRecord()).toMatchObject({
      'event.action': 'user_changed',
      'user.name': 'an',
      'inventory.uid': 0,
      'inventory.previous.uid': 1000,
      'inventory.changes': ['uid'],
    });
    expect(event.logsources).toEqual([{ product: 'vonggac', service: 'inventory' }]);
    expect(event.message).toBe('user changed: an (uid=0 shell=/bin/sh)');
  });

  it('keeps facts apart from what the record itself says', () => {
    const event = read({
      kind: 'inventory',
      at,
      change: 'added',
      category: 'package',
      key: 'x',
      after: { key: 'other', category: 'user', 'previous.uid': 5 },
    });
    expect(event.fields.toRecord()).toMatchObject({
      'inventory.key': 'x',
      'inventory.category': 'package',
      'inventory.item.key': 'other',
      'inventory.item.category': 'user',
      'inventory.item.previous.uid': 5,
    });
  });

  it('is not confused by names that objects have of themselves', () => {
    const event = read({
      kind: 'inventory',
      at,
      change: 'added',
      category: 'package',
      key: 'x',
      after: JSON.parse('{"__proto__": "p", "constructor": "c", "toString": null}') as Record<string, string>,
    });
    expect(event.fields.get('inventory.__proto__')).toBe('p');
    expect(event.fields.get('inventory.constructor')).toBe('c');
    expect(event.fields.get('inventory.toString')).toBeNull();
  });
});

it('reads what the agent says about itself', () => {
  const event = read({
    kind: 'agent',
    at,
    action: 'spool-dropped',
    subject: 'spool',
    detail: { events: 12 },
  });
  expect(event.fields.toRecord()).toMatchObject({
    'event.action': 'agent_spool_dropped',
    'event.outcome': 'failure',
    'agent.subject': 'spool',
    'agent.detail.events': 12,
  });
  expect(event.message).toBe('agent spool dropped: spool (events=12)');
  expect(event.logsources).toEqual([{ product: 'vonggac', service: 'agent' }]);
});
