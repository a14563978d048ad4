import { describe, expect, test } from 'vitest';
import { TYPED_COLUMNS, TYPED_FIELDS } from '../../../collector/store/event-columns.ts';
import { PatternBook, readMessage, type MessageSource } from '../../../collector/store/message-pattern.ts';
import { readMigrations } from '../../../collector/store/migrate.ts';
import { StoredFields } from '../../../collector/store/stored-fields.ts';
import { event, row } from '../../contract/event-store.contract.ts';

function source(fields: Readonly<Record<string, string>>, columns: readonly string[] = []): MessageSource {
  return { columns, field: (name) => fields[name], names: () => Object.keys(fields) };
}

describe('a message', () => {
  const book = new PatternBook();
  const logins = [
    [{ user: 'root', port: '22' }, 'Failed password for root from 10.0.0.1 port 22 ssh2'],
    [{ user: 'le.hoang', port: '50122' }, 'Failed password for le.hoang from 10.9.0.77 port 50122 ssh2'],
  ] as const;

  test('keeps what changes apart from what stands still, and needs no words of its own', () => {
    const stored = logins.map(([fields, message]) => book.store('ssh', message, source(fields)));
    expect(stored[0]?.pattern).toBe(stored[1]?.pattern);
    expect(stored.map(({ text }) => text)).toStrictEqual(['10.0.0.1\0ssh2', '10.9.0.77\0ssh2']);
    for (const [at, [fields, message]] of logins.entries())
      expect(readMessage(stored[at] ?? { pattern: '', text: '' }, [], fields)).toBe(message);
  });

  test('refers to a typed column by its number', () => {
    const made = book.store('x', 'srv-1 says hello', source({}, ['srv-1']));
    expect(made).toStrictEqual({ pattern: '\u00031\0 says hello', text: '' });
    expect(readMessage(made, ['srv-1'], {})).toBe('srv-1 says hello');
  });

  test.each([
    ['a mark of the patterns', 'a \u0001b 1'],
    ['no digit and no value of a field', 'nothing changes here'],
    ['very much text', 'x1 '.repeat(10_000)],
    ['nothing', ''],
  ])('with %s stands whole', (_, message) => {
    expect(book.store('whole', message, source({}))).toStrictEqual({ pattern: '', text: message });
  });

  test('is never cut within a word', () => {
    const made = book.store('seam', 'port22 and 22nd', source({ port: '22' }));
    expect(made.text).toBe('port22\x0022nd');
    expect(made.pattern).not.toContain('port');
  });

  test('of a hostile kind costs a batch a bounded number of patterns', () => {
    const busy = new PatternBook();
    const patterns = new Set<string>();
    for (let at = 0; at < 3_000; at += 1) {
      const words = String(at).replaceAll(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)));
      patterns.add(busy.store(`kind ${at}`, `${words} 1`, source({})).pattern);
    }
    expect(patterns.size).toBeLessThanOrEqual(1_001);
    busy.begin();
    expect(busy.store('next batch', 'once more 1', source({})).pattern).not.toBe('');
  });
});

describe('the fields of a row', () => {
  test('stand in a column or in the map, never in both, and a column says only what the event or its fields say', () => {
    const stored = new StoredFields();
    stored.fill(
      row({
        agentId: 'a',
        seq: 1,
        event: event({
          columns: { user_name: 'root', event_code: '4688' },
          fields: { User: 'root', TargetUserName: 'other', EventID: 4688, Image: 'C:\\a.exe', 'c-ip': '' },
        }),
      }),
    );
    const column = (name: string): string | undefined =>
      stored.columns[TYPED_COLUMNS.findIndex((one) => one.name === name)];
    expect(stored.typedFields).toBe(',EventID,User,Image,');
    expect(Object.fromEntries([...stored.names()].map((name) => [name, stored.field(name)]))).toStrictEqual({
      TargetUserName: 'other',
      'c-ip': '',
    });
    expect(stored.json.map((place) => stored.shape.names[place])).toStrictEqual(['EventID']);
    expect([column('user_name'), column('process_executable'), column('source_ip')]).toStrictEqual([
      'root',
      'C:\\a.exe',
      '',
    ]);
  });
});

test('the table’s columns are those of the code, in its order', async () => {
  const [events] = await readMigrations();
  const sql = (events?.statements[0] ?? '').replaceAll(/\s+/g, ' ');
  for (const { name, repeats } of TYPED_COLUMNS)
    expect(sql).toContain(` ${name} ${repeats ? 'LowCardinality(String)' : 'String'} CODEC`);
  const columns = TYPED_COLUMNS.map(({ name }) => name).join(', ');
  expect(sql.split(`[ ${columns} ]`)).toHaveLength(3);
  const fields = [...TYPED_FIELDS.values()];
  expect(sql).toContain(`[ ${fields.map(({ name }) => `'${name}'`).join(', ')} ]`);
  expect(sql).toContain(`[ ${fields.map(({ column }) => column + 1).join(', ')} ]`);
});
