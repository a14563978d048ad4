import { expect, test } from 'vitest';
import { openServicingFiles } from '../../../../../agent/sources/integrity/packages/servicing-files.ts';
import { parseFileFacts } from '../../../../../agent/sources/integrity/windows-attributes.ts';

const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
const ZONE = Buffer.from('[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://example.test/a.exe\r\n').toString(
  'hex',
);

test('each line is of the file asked for at its place', () => {
  const output = [
    `27\t${INSTALLER}\tD:PAI(A;;FA;;;SY)\t-\tcatalogue`,
    '!2\t-\t-\t-\t-',
    `20\tS-1-5-21-1-2-3-1001\tD:(A;;FA;;;WD)\tZone.Identifier*71:${ZONE}|notes*5\tunsigned`,
    '',
  ].join('\r\n');
  expect(parseFileFacts(['C:\\a.dll', 'C:\\gone', 'C:\\b.exe'], output)).toEqual(
    new Map([
      [
        'C:\\a.dll',
        {
          user: INSTALLER,
          acl: 'D:PAI(A;;FA;;;SY)',
          xattrs: 'attributes=readonly,hidden,system\nsignature=catalogue',
        },
      ],
      [
        'C:\\b.exe',
        {
          user: 'S-1-5-21-1-2-3-1001',
          acl: 'D:(A;;FA;;;WD)',
          xattrs:
            'stream:Zone.Identifier=71 bytes ZoneId=3 HostUrl=https://example.test/a.exe\nstream:notes=5 bytes\nsignature=unsigned',
        },
      ],
    ]),
  );
});

test('what could not be told, and lines of another form, say nothing', () => {
  const output = '20\t!5\t!5\t!87\t-\nnonsense\n';
  expect(parseFileFacts(['C:\\a', 'C:\\b', 'C:\\c'], output)).toEqual(
    new Map([['C:\\a', { user: '', acl: '', xattrs: '' }]]),
  );
});

test('Windows changed it only where its installer owns it and a catalogue has it', async () => {
  const signature = 'signature=catalogue';
  const found = await openServicingFiles().find([
    { path: 'C:\\a.dll', user: INSTALLER, xattrs: `attributes=system\n${signature}` },
    { path: 'C:\\b.dll', user: 'S-1-5-32-544', xattrs: signature },
    { path: 'C:\\c.dll', user: INSTALLER, xattrs: 'signature=invalid 0x80096010' },
    { path: 'C:\\d.txt', user: INSTALLER },
  ]);
  expect([...found]).toEqual([['C:\\a.dll', { name: 'Windows', verified: true }]]);
});
