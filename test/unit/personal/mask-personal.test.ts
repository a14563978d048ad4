import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskPersonal } from '../../../collector/personal/mask-personal.ts';
import { maskAnswer, maskRecord } from '../../../collector/personal/mask-record.ts';

describe('personal data in text is masked', () => {
  it.each([
    // Citizen numbers
    ['CCCD 079203001234 đã nộp', 'CCCD [cccd] đã nộp'],
    ['"cccd":"001098012345"', '"cccd":"[cccd]"'],
    ['GET /tra-cuu?cccd=079203001234&n=1 HTTP/1.1', 'GET /tra-cuu?cccd=[cccd]&n=1 HTTP/1.1'],
    ['GET /ho-so/079203001234/chi-tiet', 'GET /ho-so/[cccd]/chi-tiet'],
    ['q=so%3D079203001234', 'q=so%3D[cccd]'],
    ['curl -d id=096305009876 https://dvc.example', 'curl -d id=[cccd] https://dvc.example'],
    ['079 203 001 234', '[cccd]'],
    ['CMND số: 271234567', 'CMND số: [cccd]'],
    ['Chứng minh nhân dân 271234567', 'Chứng minh nhân dân [cccd]'],
    ['so_cmnd=271234567', 'so_cmnd=[cccd]'],
    ['căn cước công dân: 555203001234', 'căn cước công dân: [cccd]'],
    // Phones
    ['gọi 0912345678 ngay', 'gọi [phone] ngay'],
    ['0912 345 678', '[phone]'],
    ['0912.345.678', '[phone]'],
    ['(+84) 912-345-678', '(+84) [phone]'],
    ['anh_079203001234_truoc.jpg', 'anh_[cccd]_truoc.jpg'],
    ['+84912345678', '[phone]'],
    ['+84 912 345 678', '[phone]'],
    ['0084912345678', '[phone]'],
    ['sdt=84912345678', 'sdt=[phone]'],
    ['Tel: 02438251234', 'Tel: [phone]'],
    ['phone%3D0387654321', 'phone%3D[phone]'],
    ['0912345678, 0387654321', '[phone], [phone]'],
    ['0912345678 0387654321', '[phone] [phone]'],
    // Bank accounts and cards
    ['STK 19034567890123 Techcombank', 'STK [account] Techcombank'],
    ['Số tài khoản: 0071001234567', 'Số tài khoản: [account]'],
    ['account_number=1234567890', 'account_number=[account]'],
    ['thẻ 9704 0000 0000 0018', 'thẻ [account]'],
    ['4111-1111-1111-1111', '[account]'],
    // E-mail
    ['thư của an.nguyen@example.gov.vn.', 'thư của [e-mail].'],
    ['user=an%40example.vn&x', 'user=[e-mail]&x'],
    ['<binh@mail.example>', '<[e-mail]>'],
  ])('%j', (text, wanted) => {
    expect(maskPersonal(text)).toBe(wanted);
  });
});

describe('what only looks like it stays', () => {
  it.each([
    'd41d8cd98f00b204e9800998ecf8427e',
    'sha256:079203001234079203001234079203001234079203001234079203001234abcd',
    '550e8400-e29b-41d4-a716-079203001234',
    '{550E8400-E29B-41D4-A716-446655440000}',
    'EventRecordID 123456789012',
    'EventID: 4624',
    'epoch 1764123456 and 1764123456789 ms',
    'at 2026-11-26T05:47:10.123456789Z',
    '20261126054710',
    '202611260547',
    '10.9.123.45:51234',
    'port 51234',
    'pid 987654321',
    '271234567',
    '999203001234',
    '079903001234',
    '1.0912345678',
    'build 0.912.345.678',
    'S-1-5-21-3623811015-3361044348-30300820-1013',
    'getty@tty1.service failed',
    'root@10.0.0.5',
    'actions/checkout@v4',
    '0x0912345678',
    'x0912345678',
    'serial 5CG0912345678X',
    '00:50:56:c0:00:08',
    '4111111111111111',
    '84912345678',
    '/proc/1234/fd/0',
    'tài khoản an',
    '',
  ])('%j', (text) => {
    expect(maskPersonal(text)).toBe(text);
  });
});

describe('any text', () => {
  it('keeps what is not personal, and masking twice changes nothing', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('079203001234', '0912345678', ' cccd ', 'stk ', 'a@b.vn', '@', '%40', '-', '.', '+84'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const once = maskPersonal(pieces.join(''));
        expect(maskPersonal(once)).toBe(once);
      }),
    );
  });

  it.each(['9', '9 ', '0912345678', 'a@', '@', 'a.b@a.', '%40', '9-', 'stk ', 'số tài khoản 1', '-0'])(
    'of many %j takes time that grows with its length',
    (unit) => {
      const time = (chars: number): number => {
        const text = unit.repeat(Math.ceil(chars / unit.length));
        const from = process.cpuUsage().user;
        maskPersonal(text);
        return process.cpuUsage().user - from;
      };
      time(20_000);
      const small = Math.max(time(20_000), 2_000);
      expect(time(160_000) / small).toBeLessThan(40);
    },
  );
});

describe('a record', () => {
  it('is masked by the names of its fields, and their values everywhere else', () => {
    const masked = maskRecord({
      id: 'e1',
      fields: {
        'user.name': 'nguyen.an',
        TargetUserName: 'SO-YTE\\binh.tran',
        'process.command_line': 'net use \\\\srv /user:binh.tran 0912345678',
        'user.email': 'an@example.vn',
        'source.ip': '10.1.2.3',
        'event.id': 4624,
        phone: 912345678,
        nested: { owner: 'nguyen.an', list: ['nguyen.an', 'x'] },
      },
      message: 'Failed password for Nguyen.An from 10.1.2.3',
      other: 'nguyen.anh is another',
    });
    expect(masked).toEqual({
      id: 'e1',
      fields: {
        'user.name': '[user]',
        TargetUserName: '[user]',
        'process.command_line': 'net use \\\\srv /user:[user] [phone]',
        'user.email': '[e-mail]',
        'source.ip': '10.1.2.3',
        'event.id': 4624,
        phone: '[phone]',
        nested: { owner: '[user]', list: ['[user]', 'x'] },
      },
      message: 'Failed password for [user] from 10.1.2.3',
      other: 'nguyen.anh is another',
    });
  });

  it('keeps the accounts of systems, which name nobody', () => {
    for (const name of [
      'root',
      'SYSTEM',
      'NT AUTHORITY\\LOCAL SERVICE',
      'www-data',
      'PC-01$',
      '1000',
      'systemd-network',
    ]) {
      const record = { 'user.name': name, message: `for ${name} from` };
      expect(maskRecord(record)).toEqual(record);
    }
  });

  it('that counts by user does not tell the users', () => {
    const answer = { total: 3, facets: { user: [{ value: 'nguyen.an', label: 'nguyen.an', count: 3 }] } };
    expect(maskAnswer(answer)).toEqual({
      total: 3,
      facets: { user: [{ value: '[user]', label: '[user]', count: 3 }] },
    });
  });

  it('of a list does not mask the names of its neighbours', () => {
    const answer = { events: [{ user: 'binh.tran' }, { message: 'binh.tran' }], next: '0912345678' };
    expect(maskAnswer(answer)).toEqual({
      events: [{ user: '[user]' }, { message: 'binh.tran' }],
      next: '0912345678',
    });
  });
});
