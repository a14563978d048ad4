/** Lists as people and feeds hand them in. */
import { describe, expect, it } from 'vitest';
import { IndicatorFileError } from '../../../collector/indicator/indicator.ts';
import { readCsv, timeOf } from '../../../collector/indicator/read-csv.ts';

const DEFAULTS = { source: 'tay', confidence: 50, validUntilMs: null };

const short = (text: string): string[] =>
  readCsv(text, DEFAULTS).indicators.map(({ kind, value }) => `${kind} ${value}`);

describe('readCsv', () => {
  it('takes all that English columns say', () => {
    const text =
      'type,value,confidence,source,valid_until,tlp,tags,description\r\n' +
      'domain,EVIL[.]example,80,NCSC,2026-12-31T00:00:00Z,TLP:AMBER,"apt, phishing","Máy chủ ""điều khiển"""\r\n';
    expect(readCsv(text, DEFAULTS)).toEqual({
      indicators: [
        {
          kind: 'domain',
          value: 'evil.example',
          confidence: 80,
          source: 'NCSC',
          validUntilMs: Date.UTC(2026, 11, 31),
          tlp: 'amber',
          tags: ['apt', 'phishing'],
          description: 'Máy chủ "điều khiển"',
        },
      ],
      refusals: [],
      refusedCount: 0,
      warnings: [],
      warnedCount: 0,
      skipped: {},
    });
  });

  it('takes Vietnamese columns with semicolons and a byte order mark, kinds by name or by the value', () => {
    const text =
      '\uFEFFLoại;Giá trị;Độ tin cậy;Nguồn;Hết hạn;Nhãn\n' +
      'Địa chỉ IP;203.0.113.7;90%;Bộ;31/12/2026;a|b\n' +
      'Tên miền;evil.example;;;;\n' +
      ';phish@evil.example;;;;\n';
    const { indicators, refusedCount } = readCsv(text, DEFAULTS);
    expect(refusedCount).toBe(0);
    expect(indicators).toMatchObject([
      {
        kind: 'ip',
        confidence: 90,
        source: 'Bộ',
        validUntilMs: Date.parse('2026-12-31T17:00:00Z'),
        tags: ['a', 'b'],
      },
      { kind: 'domain', confidence: 50, source: 'tay', validUntilMs: null },
      { kind: 'email', value: 'phish@evil.example' },
    ]);
  });

  it('takes a plain list with comments', () => {
    expect(short('# feed of today\n203.0.113.7\n\n*.evil.example\nhxxp://evil.example/a,b\n')).toEqual([
      'ip 203.0.113.7',
      'domain evil.example',
      'url http://evil.example/a,b',
    ]);
  });

  it('refuses rows at fault by their line and takes the others', () => {
    const text =
      'value;type;confidence;valid until;tlp\n' +
      '"203.0.113.8\n";;;;\n' +
      'nothing at all;;;;\n' +
      '203.0.113.9;banana;;;\n' +
      '203.0.113.9;;101;;\n' +
      '203.0.113.9;;;31/02/2026;\n' +
      '203.0.113.9;;;;purple\n' +
      '10.0.0.1;;;;\n' +
      ';ip;;;\n' +
      `${';'.repeat(70)}x\n` +
      '203.0.113.10;;;;\n' +
      '"203.0.113.9;;;;\n';
    const { indicators, refusals, refusedCount } = readCsv(text, DEFAULTS);
    expect(indicators.map(({ value }) => value)).toEqual(['203.0.113.8', '203.0.113.10']);
    expect(refusals.map(({ place, fault }) => `${place}: ${fault}`)).toEqual([
      'line 4: unknown-kind',
      'line 5: unknown-kind',
      'line 6: bad-confidence',
      'line 7: bad-date',
      'line 8: bad-tlp',
      'line 9: local-address',
      'line 10: empty',
      'line 11: bad-row',
      'line 13: bad-row',
    ]);
    expect(refusedCount).toBe(9);
  });

  it('keeps of two rows that say the same the surer, for as long as either holds', () => {
    const text = 'value,confidence,expires\na.example,20,2027-01-01\nA.example,70,2026-01-01\n';
    const { indicators, skipped } = readCsv(text, DEFAULTS);
    expect(indicators).toMatchObject([{ confidence: 70, validUntilMs: timeOf('2027-01-01') }]);
    expect(skipped).toEqual({ duplicate: 1 });
  });

  it('lists the first refusals and counts all', () => {
    const { refusals, refusedCount } = readCsv(`value\n${'10.0.0.1\n'.repeat(1_000)}`, DEFAULTS);
    expect(refusals).toHaveLength(200);
    expect(refusedCount).toBe(1_000);
  });

  it('refuses a file whose columns name no value', () => {
    expect(() => readCsv('type;comment\nip;x\n', DEFAULTS)).toThrow(IndicatorFileError);
  });

  it('is linear in a hostile file', () => {
    const { refusedCount } = readCsv(`value\n${'"x"\n'.repeat(50_000)}${'"'.repeat(200_001)}`, DEFAULTS);
    expect(refusedCount).toBe(50_001);
  });
});
