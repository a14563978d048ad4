/** Keys in SQL on the real engine: whatever the index finds in a value, the value has that indicator's key. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonical } from '../../../collector/indicator/canonical.ts';
import { IndicatorIndex } from '../../../collector/indicator/indicator-index.ts';
import { INDICATOR_KINDS } from '../../../collector/indicator/indicator.ts';
import { lookKey, ODD_KEY } from '../../../collector/indicator/look-key.ts';
import {
  fieldReader,
  LOOKED_AT_FIELDS,
  type FieldReader,
} from '../../../collector/indicator/looked-at-fields.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import { toFieldText } from '../../../collector/store/field-text.ts';
import { keysSql } from '../../../collector/store/look-keys-sql.ts';
import { ShapedEvent } from '../../../rules/sigma/index.ts';

const VALUES = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 1) * 3_000;
const seed = Number(process.env['VONGGAC_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

let folder: string;
let session: Session;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vonggac-look-keys-'));
  session = new Session(join(folder, 'data'));
  session.query('CREATE DATABASE k ENGINE = Atomic');
  session.query('CREATE TABLE k.said (n UInt32, text String) ENGINE = MergeTree ORDER BY n');
});
afterAll(() => {
  session.cleanup();
  rmSync(folder, { recursive: true, force: true });
});

const octet = fc.constantFrom('0', '1', '7', '45', '113', '203', '255');
const v4 = fc.tuple(fc.constantFrom('203', '45'), octet, octet, octet).map((parts) => parts.join('.'));
const group = fc.constantFrom('0', '1', 'db8', 'ffff', 'AbCd', '0db8');
const v6 = fc.oneof(
  fc.tuple(group, group).map(([a, b]) => `2001:db8:${a}::${b}`),
  fc.array(group, { minLength: 6, maxLength: 6 }).map((groups) => `2001:db8:${groups.join(':')}`),
  v4.map((address) => `::ffff:${address}`),
  v4.map((address) => `0:0:0:0:0:FFFF:${address}`),
);
const label = fc.constantFrom('evil', 'a', 'www', 'x-1', 'tk', 'Bad', 'mật', '_dmarc', '9');
const top = fc.constantFrom('example', 'com.vn', 'net', 'CO');
const name = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), top)
  .map(([labels, last]) => [...labels, last].join('.'));
const hash = fc.constantFrom('0a'.repeat(16), '1B'.repeat(20), 'c3'.repeat(32));
const host = fc.oneof(
  name,
  v4,
  v6.map((address) => `[${address}]`),
);
const url = fc
  .tuple(
    fc.constantFrom(
      'http://',
      'HTTPS://',
      'ftp://',
      'http:\\\\',
      ' http://',
      'ht\ttp://',
      'http:/',
      'http://u:p@',
    ),
    fc.oneof(
      host,
      host,
      fc.constantFrom('%65vil.example', '0x7f.1', '3405803783', '010.1.1.1', 'evil.example。', 'localhost'),
    ),
    fc.constantFrom('', '.', ':80', ':8080', ':443'),
    fc.constantFrom('', '/', '/a/../b', '/x?a=1#b', '\\x', '?', '/ü', '/a b'),
  )
  .map((parts) => parts.join(''));
const email = fc.tuple(fc.constantFrom('u', 'U.v', ''), name).map(([local, domain]) => `${local}@${domain}`);
const any = fc.oneof(v4, v6, name, url, hash, email);
const written = fc.oneof(
  any,
  any.map((text) => `[${text}]`),
  any.map((text) => `<${text}>`),
  any.map((text) => `${text}.`),
  any.map((text) => `${text}%eth0`),
  fc.array(any, { maxLength: 3 }).map((all) => all.map((one) => `${one};`).join(' ')),
  fc.array(fc.oneof(hash, any), { maxLength: 3 }).map((all) => all.map((one) => `SHA1=${one}`).join(', ')),
);
const value = fc.oneof(
  { weight: 4, arbitrary: written },
  { weight: 1, arbitrary: fc.array(fc.oneof(written, fc.constantFrom(null, 1)), { maxLength: 3 }) },
);
const network = fc.oneof(
  v4,
  v6,
  fc.tuple(v4, fc.integer({ min: 16, max: 32 })).map(([address, bits]) => `${address}/${String(bits)}`),
  fc.tuple(v6, fc.integer({ min: 32, max: 128 })).map(([address, bits]) => `${address}/${String(bits)}`),
);
const wanted = { ip: network, domain: name, url, hash, email };

function indexed() {
  const index = new IndicatorIndex(1);
  const keys = new Map<string, string>();
  for (const kind of INDICATOR_KINDS) {
    for (const text of fc.sample(wanted[kind], { seed, numRuns: 150 })) {
      const one = canonical(kind, text);
      if (!('value' in one)) continue;
      index.put({ kind, value: one.value, source: 's', confidence: 1, validUntilMs: null });
      keys.set(`${kind} ${one.value}`, lookKey({ kind, value: one.value }));
    }
  }
  return { index, keys };
}

const READERS = [...new Map(LOOKED_AT_FIELDS.map((field) => [fieldReader(field), field] as const))].flatMap(
  ([reader, field]): [FieldReader, string][] => (reader === undefined ? [] : [[reader, field]]),
);

test.each(READERS)('values read as %s have the keys of all that the index finds', async (reader, field) => {
  const { index, keys } = indexed();
  const values: FieldValue[] = fc.sample(value, { seed: seed + 1, numRuns: VALUES });
  const texts = values.map((one) => (typeof one === 'string' ? one : toFieldText(one)));
  session.query('TRUNCATE TABLE k.said');
  await session.insert({ table: 'k.said', values: texts.map((text, n) => ({ n, text })) });
  const answer = session.query(
    `SELECT n, ${keysSql(reader, 'text')} AS keys FROM k.said ORDER BY n`,
    'JSONEachRow',
  );
  const rows = answer.split('\n').filter((line) => line !== '');
  expect(rows).toHaveLength(values.length);
  let found = 0;
  const missed: unknown[] = [];
  for (const line of rows) {
    const { n, keys: has } = JSON.parse(line) as { n: number; keys: string[] };
    const said = values[n] ?? '';
    for (const hit of index.match(ShapedEvent.from<FieldValue>({ [field]: said }), 0)) {
      found += 1;
      const key = keys.get(`${hit.kind} ${hit.value}`) ?? '';
      if (!has.includes(key) && !has.includes(ODD_KEY)) missed.push({ said, hit: hit.value, key, has });
    }
  }
  expect({ seed, missed: missed.slice(0, 5) }).toEqual({ seed, missed: [] });
  expect(found).toBeGreaterThan(20);
});
