import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine, RECEIVED_MS } from './helpers.ts';

const HEAD = '<134>Jun 15 09:00:00 gw01 ';
const read = (line: string) => {
  const event = readLine('linux-syslog', line);
  return {
    fields: event.fields.toRecord(),
    parsed: event.parsed,
    time: new Date(event.timeMs).toISOString(),
    sources: event.logsources,
    columns: event.columns,
  };
};
const cef = (extension: string, header = 'Vendor|Product|1.0|100|Name|5') =>
  read(`${HEAD}CEF:0|${header}|${extension}`);

describe('CEF', () => {
  it.each([
    ['a syslog header', `${HEAD}CEF:0|`],
    ['a header and a tag', `${HEAD}forwarder[12]: CEF:0|`],
    ['RFC 5424', '<134>1 2025-06-15T02:00:00Z gw01 app - - - CEF:0|'],
    ['a priority alone', '<134>CEF:0|'],
    ['nothing', 'CEF:0|'],
    ['a blank version', 'CEF: 1|'],
  ])('behind %s', (_name, start) => {
    const { fields, parsed, columns } = read(
      `${start}Acme|Gate|2.1|4711|Login failed|7|src=203.0.113.9 spt=50122 dst=10.0.0.5 dpt=443 duser=lan act=blocked`,
    );
    expect(parsed).toBe(true);
    expect(fields).toMatchObject({
      'observer.vendor': 'Acme',
      'observer.product': 'Gate',
      'observer.version': '2.1',
      'event.code': '4711',
      'event.severity': 7,
      'cef.name': 'Login failed',
      'source.ip': '203.0.113.9',
      'source.port': 50122,
      'destination.ip': '10.0.0.5',
      'destination.port': 443,
      'user.name': 'lan',
      'event.action': 'blocked',
    });
    expect(columns).toMatchObject({ event_code: '4711', source_ip: '203.0.113.9', user_name: 'lan' });
  });

  it('undoes the escapes of header and extension, and leaves what is none', () => {
    const { fields } = cef(
      String.raw`msg=a\=b \\ c\nd filePath=C:\\tmp\\x.exe reason=50\% request=http://h/?a=1&b=2 cs6=last`,
      String.raw`Ac\|me|Ga\\te|1|1|x\|y|High`,
    );
    expect(fields).toMatchObject({
      'observer.vendor': 'Ac|me',
      'observer.product': String.raw`Ga\te`,
      'cef.name': 'x|y',
      'event.severity': 8,
      'cef.msg': 'a=b \\ c\nd',
      'file.path': String.raw`C:\tmp\x.exe`,
      'event.reason': String.raw`50\%`,
      'url.original': 'http://h/?a=1&b=2',
      'cef.cs6': 'last',
    });
  });

  it('gives labelled values the name of their label, and keeps unknown keys and labels', () => {
    const { fields } = cef(
      'cs1=Eicar Test cs1Label=Found thing cs4=Trojan.X cs4Label=Virus name cn1=7 cn1Label=Count cs2Label=Alone ad.custom[0]=x cs3= cs3Label=Empty c6a2=::1 c6a2Label=IPv6',
    );
    expect(fields).toMatchObject({
      'cef.Found_thing': 'Eicar Test',
      'threat.name': 'Trojan.X',
      'cef.Count': 7,
      'cef.cs2Label': 'Alone',
      'cef.ad.custom[0]': 'x',
      'cef.IPv6': '::1',
    });
    expect(fields).not.toHaveProperty(['cef.cs1']);
    expect(fields).not.toHaveProperty(['cef.Empty']);
  });

  it('tells who acts from whom it is about', () => {
    expect(cef('suser=admin duser=lan').fields).toMatchObject({
      'user.actor.name': 'admin',
      'user.name': 'lan',
    });
    expect(cef('suser=admin').fields).toMatchObject({ 'user.name': 'admin' });
  });

  it('reads digests by their length and outcomes by their word', () => {
    const sha256 = 'AB'.repeat(32);
    expect(cef(`fileHash=${sha256} outcome=Failed`)).toMatchObject({
      fields: { 'file.hash.sha256': sha256.toLowerCase(), 'event.outcome': 'failure' },
      columns: { file_hash_sha256: sha256.toLowerCase() },
    });
    expect(cef('fileHash=none outcome=maybe').fields).toMatchObject({
      'cef.fileHash': 'none',
      'cef.outcome': 'maybe',
    });
  });

  it.each([
    ['milliseconds', 'rt=1749952800123', '2025-06-15T02:00:00.123Z'],
    ['seconds', 'rt=1749952800', '2025-06-15T02:00:00.000Z'],
    ['a name of a month without a year', 'rt=Jun 15 09:00:00', '2025-06-15T02:00:00.000Z'],
    ['fraction and year', 'rt=Jun 15 2025 09:00:00.250', '2025-06-15T02:00:00.250Z'],
    ['a zone by its letters', 'rt=Jun 15 2025 02:00:00 UTC', '2025-06-15T02:00:00.000Z'],
    ['a zone by its place', 'rt=Jun 15 2025 11:00:00 Asia/Tokyo', '2025-06-15T02:00:00.000Z'],
    ['a zone of its own key', 'rt=Jun 15 2025 02:00:00 dtz=+00:00', '2025-06-15T02:00:00.000Z'],
    ['ISO 8601', 'rt=2025-06-15T02:00:00.5Z', '2025-06-15T02:00:00.500Z'],
    ['no time: the header', 'rt=soon', '2025-06-15T02:00:00.000Z'],
  ])('time: %s', (_name, extension, time) => {
    expect(cef(extension).time).toBe(time);
  });

  it("names a firewall's decisions alike, and keeps its own word", () => {
    const { fields, sources } = cef(
      'src=10.0.0.1 dst=10.0.0.2 act=Drop',
      'Check Point|VPN-1 & FireWall-1|1|Drop|Drop|5',
    );
    expect(fields).toMatchObject({
      'event.action': 'firewall_blocked',
      'event.outcome': 'failure',
      'cef.act': 'Drop',
    });
    expect(sources).toContainEqual({ category: 'firewall' });
    expect(sources).toContainEqual({ product: 'checkpoint', service: 'vpn1firewall1' });
  });

  it('keeps a line whole whose header is not complete', () => {
    const event = readLine('linux-syslog', `${HEAD}CEF:0|Acme|Gate|2.1|src=1.2.3.4`);
    expect(event.parsed).toBe(false);
    expect(event.message).toContain('CEF:0|Acme');
    expect(event.logsources).toEqual([{ product: 'linux', service: 'syslog' }]);
  });

  it('bounds keys and says how many it left', () => {
    const { fields } = cef(Array.from({ length: 300 }, (_, index) => `k${String(index)}=v`).join(' '));
    expect(fields['cef.keys_left']).toBe(300 - 256);
    expect(fields['cef.k255']).toBe('v');
    expect(fields).not.toHaveProperty(['cef.k256']);
  });

  it('a key may be called anything', () => {
    expect(Object.keys(cef('__proto__=x constructor=y').fields)).toEqual(
      expect.arrayContaining(['cef.__proto__', 'cef.constructor']),
    );
  });

  it('says of any value what was escaped into it', () => {
    const escape = (value: string): string =>
      value.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b1', ' ', '=', '\\', '|', '\n', '\r', 'é') }),
        (value) => {
          const text = value.trim();
          const { fields } = cef(`flag=1 note=${escape(text)} after=2`);
          expect(fields['cef.after']).toBe(2);
          expect(String(fields['cef.note'] ?? '')).toBe(text);
        },
      ),
      { seed: 20_250_615, numRuns: 500 },
    );
  });
});

describe('LEEF', () => {
  const facts = {
    'observer.vendor': 'Acme',
    'observer.product': 'Gate',
    'event.code': '7',
    'source.ip': '203.0.113.9',
    'destination.port': 22,
    'user.name': 'lan anh',
    'leef.cat': 'auth',
    'leef.own key': 'x=y',
  };
  const pairs = ['src=203.0.113.9', 'dstPort=22', 'usrName=lan anh', 'cat=auth', 'own key=x=y'];

  it.each([
    ['1.0', `LEEF:1.0|Acme|Gate|2|7|${pairs.join('\t')}`],
    ['1.0 through a relay that escapes tabs', `LEEF:1.0|Acme|Gate|2|7|${pairs.join('#011')}`],
    ['2.0 with a delimiter', `LEEF:2.0|Acme|Gate|2|7|^|${pairs.join('^')}`],
    ['2.0 with the delimiter as a code', `LEEF:2.0|Acme|Gate|2|7|x5E|${pairs.join('^')}`],
    ['2.0 with a bar', `LEEF:2.0|Acme|Gate|2|7|||${pairs.join('|')}`],
    ['2.0 with an empty delimiter', `LEEF:2.0|Acme|Gate|2|7||${pairs.join('\t')}`],
    ['2.0 without the part', `LEEF:2.0|Acme|Gate|2|7|${pairs.join('\t')}`],
  ])('%s', (_name, line) => {
    const { fields, parsed } = read(HEAD + line);
    expect(parsed).toBe(true);
    expect(fields).toMatchObject(facts);
  });

  it('reads spaces where a relay made them of tabs', () => {
    expect(
      read(`${HEAD}LEEF:1.0|Acme|Gate|2|7|src=203.0.113.9 usrName=lan anh dstPort=22`).fields,
    ).toMatchObject({
      'source.ip': '203.0.113.9',
      'user.name': 'lan anh',
      'destination.port': 22,
    });
  });

  it.each([
    ['2025-06-15 09:00:00.123 +0700', 'yyyy-MM-dd HH:mm:ss.SSS Z', '2025-06-15T02:00:00.123Z'],
    ['15/06/2025 09:00:00', 'dd/MM/yyyy HH:mm:ss', '2025-06-15T02:00:00.000Z'],
    ['Jun 15 2025 02:00:00 UTC', 'MMM dd yyyy HH:mm:ss z', '2025-06-15T02:00:00.000Z'],
    ['06/15/25 9:00:00 AM', 'MM/dd/yy h:mm:ss a', '2025-06-15T02:00:00.000Z'],
    ['2025-06-15T09:00:00', "yyyy-MM-dd'T'HH:mm:ss", '2025-06-15T02:00:00.000Z'],
  ])('time %s by %s', (text, form, time) => {
    expect(read(`LEEF:1.0|A|B|1|1|devTime=${text}\tdevTimeFormat=${form}`).time).toBe(time);
  });

  it('takes a usual time without a form, and when the form does not fit', () => {
    expect(read('LEEF:1.0|A|B|1|1|devTime=1749952800123').time).toBe('2025-06-15T02:00:00.123Z');
    expect(read('LEEF:1.0|A|B|1|1|devTime=Jun 15 2025 09:00:00\tdevTimeFormat=yyyy').time).toBe(
      '2025-06-15T02:00:00.000Z',
    );
    expect(read('LEEF:1.0|A|B|1|1|devTime=never').time).toBe(new Date(RECEIVED_MS - 1_000).toISOString());
  });
});
