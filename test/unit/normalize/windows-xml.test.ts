import { describe, expect, it } from 'vitest';
import { windowsPlace } from '../../../collector/normalize/windows-logsource.ts';
import { readLine } from './helpers.ts';

const system = (id: number, channel: string, provider = 'P', more = ''): string =>
  `<System><Provider Name="${provider}" Guid="{1}"/><EventID Qualifiers="16384">${id}</EventID><Level>4</Level>` +
  `<TimeCreated SystemTime="2025-06-15T02:00:00.1234567Z"/><EventRecordID>77</EventRecordID>` +
  `<Execution ProcessID="3" ThreadID="4"/><Channel>${channel}</Channel><Computer>pc-9.ubnd.vn</Computer>${more}</System>`;
const xml = (id: number, channel: string, body: string, more = ''): string =>
  `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${system(id, channel, 'P', more)}${body}</Event>`;
const read = (text: string) => readLine('windows-xml', text);
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

describe('Windows event XML', () => {
  it('flattens System and EventData', () => {
    const event = read(
      xml(
        1,
        SYSMON,
        `<EventData><Data Name='Image'>C:\\a\\b.exe</Data><Data Name='CommandLine'>b "x" &amp; y &lt;z&gt; &#233;</Data><Data Name='User'>D\\u</Data><Data Name='Hashes'>MD5=1,SHA256=${'A'.repeat(64)}</Data></EventData>`,
      ),
    );
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toMatchObject({
      Provider_Name: 'P',
      Provider_Guid: '{1}',
      EventID: 1,
      EventID_Qualifiers: 16384,
      EventRecordID: 77,
      Execution_ProcessID: 3,
      Channel: SYSMON,
      Computer: 'pc-9.ubnd.vn',
      Image: 'C:\\a\\b.exe',
      CommandLine: 'b "x" & y <z> é',
      'host.name': 'pc-9.ubnd.vn',
    });
    expect(event.columns).toEqual({
      event_code: '1',
      event_action: 'process_creation',
      process_name: 'b.exe',
      process_command_line: 'b "x" & y <z> é',
      user_name: 'D\\u',
      file_hash_sha256: 'a'.repeat(64),
    });
    expect(event.logsources).toEqual([
      { product: 'windows', service: 'sysmon' },
      { product: 'windows', category: 'process_creation' },
    ]);
    expect(new Date(event.timeMs).toISOString()).toBe('2025-06-15T02:00:00.123Z');
    expect(String(event.message)).toBe(
      `P 1: Image=C:\\a\\b.exe CommandLine=b "x" & y <z> é User=D\\u Hashes=MD5=1,SHA256=${'A'.repeat(64)}`,
    );
  });

  it('gives 4688 the names of process creation, and reads the outcome of an audit', () => {
    const event = read(
      xml(
        4688,
        'Security',
        "<EventData><Data Name='NewProcessName'>C:\\x.exe</Data><Data Name='ParentProcessName'>C:\\p.exe</Data><Data Name='TargetUserName'>-</Data><Data Name='SubjectUserName'>an</Data></EventData>",
        '<Keywords>0x8020000000000000</Keywords>',
      ),
    );
    expect(event.fields.toRecord()).toMatchObject({
      Image: 'C:\\x.exe',
      ParentImage: 'C:\\p.exe',
      'event.outcome': 'success',
    });
    expect(event.columns).toMatchObject({ user_name: 'an', process_name: 'x.exe' });
    expect(event.logsources).toContainEqual({ product: 'windows', category: 'process_creation' });
  });

  it('strips spaces from names, keeps a repeated name as a list, and collects unnamed data', () => {
    const event = read(
      xml(
        1116,
        'Microsoft-Windows-Windows Defender/Operational',
        "<EventData><Data Name='Threat Name'>T</Data><Data>a</Data><Data>b</Data><Binary>00</Binary></EventData>",
      ),
    );
    expect(event.fields.toRecord()).toMatchObject({
      ThreatName: 'T',
      Signature: 'T',
      Data: ['a', 'b'],
      Binary: '00',
    });
    expect(event.logsources).toContainEqual({ category: 'antivirus' });
  });

  it('flattens UserData by the names of its leaves', () => {
    const event = read(
      xml(
        1102,
        'Security',
        "<UserData><LogFileCleared xmlns='http://x'><SubjectUserName>an</SubjectUserName><Deep><Er>1</Er></Deep></LogFileCleared></UserData>",
      ),
    );
    expect(event.fields.toRecord()).toMatchObject({
      SubjectUserName: 'an',
      Er: '1',
      'event.action': 'log_cleared',
    });
    expect(event.fields.get('LogFileCleared')).toBeUndefined();
  });

  it('prefers the rendered message', () => {
    const event = read(
      xml(
        7045,
        'System',
        '<EventData/><RenderingInfo Culture="en-US"><Message>A service was installed.</Message></RenderingInfo>',
      ),
    );
    expect(String(event.message)).toBe('P 7045: A service was installed.');
    expect(event.fields.get('Message')).toBe('A service was installed.');
  });

  it('keeps a name that EventData shares with System as a second value, and routes by the first', () => {
    const event = read(xml(1, SYSMON, "<EventData><Data Name='Channel'>fake</Data></EventData>"));
    expect(event.fields.get('Channel')).toEqual([SYSMON, 'fake']);
    expect(event.logsources).toContainEqual({ product: 'windows', service: 'sysmon' });
  });

  it('is not blinded by characters that XML forbids', () => {
    const event = read(
      xml(1, SYSMON, "<EventData><Data Name='CommandLine'>evil\u{1}&#2;&#xD800;.exe</Data></EventData>"),
    );
    expect(event.parsed).toBe(true);
    expect(event.fields.get('CommandLine')).toBe('evil\u{1}\u{2}\u{FFFD}.exe');
  });

  it('accepts names that objects have of themselves', () => {
    const event = read(
      xml(
        1,
        SYSMON,
        "<EventData><Data Name='__proto__'>p</Data><Data Name='constructor'>c</Data></EventData>",
      ),
    );
    expect(event.parsed).toBe(true);
    expect(event.fields.get('__proto__')).toBe('p');
    expect(event.fields.get('constructor')).toBe('c');
  });

  const whole = xml(1, SYSMON, "<EventData><Data Name='Image'>C:\\a.exe</Data></EventData>");
  it.each([
    ['cut off', whole.slice(0, -20)],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "aaaa">]>${whole}`],
    ['an entity of its own', whole.replace('C:', '&a;')],
    ['two events', whole + whole],
    ['no event', '<x/>'],
    ['text only', 'hello'],
    ['nothing', ''],
    ['too deep', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['too many elements', `<Event>${'<a/>'.repeat(30_000)}</Event>`],
    [
      'too many fields',
      xml(
        1,
        SYSMON,
        `<EventData>${Array.from({ length: 2_000 }, (_, i) => `<Data Name='f${i}'>x</Data>`).join('')}</EventData>`,
      ),
    ],
    ['crossed tags', '<Event><System></Event></System>'],
    ['a bare ampersand', whole.replace('C:', '& ')],
  ])('keeps %s whole and says why', (_name, text) => {
    const event = read(text);
    expect(event.parsed).toBe(false);
    expect(event.message).toBe(text);
    expect(event.fields.get('normalize.error')).toBeTypeOf('string');
    expect(event.logsources.every((source) => source.product === 'windows')).toBe(true);
  });

  it('still knows what a cut-off event said before the cut', () => {
    const event = read(whole.slice(0, -20));
    expect(event.fields.get('EventID')).toBe(1);
    expect(event.logsources).toContainEqual({ product: 'windows', category: 'process_creation' });
  });
});

describe('Windows log sources', () => {
  it.each([
    [SYSMON, 12, 'CreateKey', 'registry_add'],
    [SYSMON, 12, 'DeleteValue', 'registry_delete'],
    [SYSMON, 13, '', 'registry_set'],
    ['MICROSOFT-WINDOWS-SYSMON/operational', 11, '', 'file_event'],
    ['Microsoft-Windows-PowerShell/Operational', 4104, '', 'ps_script'],
    ['Windows PowerShell', 400, '', 'ps_classic_start'],
  ])('%s %i %s', (channel, id, type, category) => {
    expect(windowsPlace(channel, id, type).logsources).toContainEqual({ product: 'windows', category });
  });

  it('knows an unknown channel as Windows only', () => {
    expect(windowsPlace('Somewhere/Else', 1, '').logsources).toEqual([{ product: 'windows' }]);
  });
});
