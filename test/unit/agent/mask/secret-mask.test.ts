/** One table of what is masked and what is not, whoever asks; and how long hostile texts take. */
import { array, assert, constantFrom, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyedStamp, SecretMask } from '../../../../agent/mask/secret-mask.ts';

const mask = new SecretMask();

describe('nothing is left of the secret in', () => {
  test.each<[text: string, secret: string, shown?: string]>([
    // Settings: INI, environment, properties, configuration of programs
    ['password = hunter2', 'hunter2', 'password = ***'],
    ['password = correct horse battery # of the old one', 'horse battery', 'password = *** # of the old one'],
    ['DB_PASSWORD="a b c"', 'a b c', 'DB_PASSWORD="***"'],
    ["DB_PASSWORD='it''s one'", 's one'],
    ['export PGPASSWORD=ab,cd;ef', 'cd;ef'],
    ['RESTIC_PASSWORD=abc restic backup', 'abc', 'RESTIC_PASSWORD=*** restic backup'],
    ['db.password=two words', 'two words'],
    ['PASSWORD=one OTHER=2', 'one', 'PASSWORD=*** OTHER=2'],
    ['requirepass s3cr3t', 's3cr3t', 'requirepass ***'],
    ['rocommunity public-snmp 10.0.0.0/8', 'public-snmp', 'rocommunity *** 10.0.0.0/8'],
    ['  set psksecret ENC AbCd==', 'AbCd=='],
    ['username admin password 7 0822455D0A16', '0822455D0A16'],
    ['enable secret 5 abcdef', 'abcdef'],
    ['api_key=abc; x', 'abc', 'api_key=***; x'],
    ['Server=db;User Id=sa;Password=Pa55;', 'Pa55', 'Server=db;User Id=sa;Password=***;'],
    ['Server=db;Password=Pa;55;Database=x', '55', 'Server=db;Password=***;Database=x'],
    ['storageKey: abc', 'abc'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+1', 'abc/def'],
    ['wpa_psk=abcdefgh', 'abcdefgh'],
    ['ConnectionString = Data Source=x', 'Data'],
    // Data: JSON, YAML, XML, PHP, SQL
    ['  "apiKey": "zzz-123",', 'zzz-123', '  "apiKey": "***",'],
    ['{"a":1,"password":"x\\"y","b":2}', 'y', '{"a":1,"password":"***","b":2}'],
    ['{\\"token\\":\\"abc\\",\\"n\\":1}', 'abc', '{\\"token\\":\\"***\\",\\"n\\":1}'],
    ['"secret":\n  "abc"', 'abc', '"secret":\n  "***"'],
    ['"passwords": ["one", "two"]', 'two'],
    ['mat_khau: Abc@123', 'Abc@123', 'mat_khau: ***'],
    ['a:\n  password: |\n    one\n    two\n  user: x', 'two', 'a:\n  password: |\n***\n***\n  user: x'],
    ["'password' => 'x y',", 'x y', "'password' => '***',"],
    ['<secret>top secret</secret>', 'top', '<secret>***</secret>'],
    ['<db:password type="a">x</db:password>', 'x</'],
    ['<add key="DbPassword" value="abc" />', 'abc', '<add key="DbPassword" value="***" />'],
    ['<token><![CDATA[a<b]]></token>', 'a<b'],
    ["SET PASSWORD = PASSWORD('abc')", 'abc'],
    ['login.setPassword("abc")', 'abc', 'login.setPassword("***")'],
    ["CREATE ROLE x PASSWORD 'abc'", 'abc', "CREATE ROLE x PASSWORD '***'"],
    ["ALTER USER x IDENTIFIED BY PASSWORD 'abc'", 'abc'],
    ['x?user=a&token=abc', 'abc'],
    ['body password%3Dabc', 'abc'],
    // Vietnamese
    ['Mật khẩu: Abc@123', 'Abc@123', 'Mật khẩu: ***'],
    ['mật khẩu đăng nhập = bi mat 1', 'mat 1', 'mật khẩu đăng nhập = ***'],
    ['matkhau=abc', 'abc'],
    ['Mật khẩu: Abc@123'.normalize('NFD'), 'Abc@123'],
    ['mã PIN: 1234', '1234'],
    ['Mã xác thực: 889900', '889900'],
    ['khóa bí mật: abc', 'abc'],
    ['chuỗi kết nối = Data Source=x', 'Data'],
    // Addresses
    ['postgres://app:p4ss@db/x', 'p4ss', 'postgres://app:***@db/x'],
    ['redis://:p4ss@db', 'p4ss'],
    ['mysql://a:p@ss/w:rd@db/x', 'ss/w:rd', 'mysql://a:***@db/x'],
    ['//u:geheim@host/share', 'geheim'],
    // Headers and tokens
    ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz', 'Authorization: Basic ***'],
    ['-H "X-Auth: Bearer abcDEF123"', 'abcDEF123'],
    ['Cookie: a=b', 'a=b'],
    ['JWT eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0'],
    ['key AKIAIOSFODNN7EXAMPLE here', 'AKIAIOSFODNN7EXAMPLE', 'key *** here'],
    ['glpat-abcdefghijklmnopqrst', 'abcdefghij'],
    ['bot 123456789:AAabcdefghijklmnopqrstuvwxyz-123456789', 'AAabc'],
    ['url https://x/?t=9f86d081884c7d659a2feaa0c55ad015', '9f86d081884c7d659a2feaa0c55ad015'],
    ['blob q8Zk3Lm0Pv5Xw2Rt7Yb1Nc6D', 'q8Zk3Lm0'],
    // Hashes
    ['root:$6$abcdefgh$1234567890abcdefghij:19000::', '1234567890abcdefghij'],
    ['root:$6$salt$hashhashhash:1', 'hashhash', 'root:***:1'],
    ['a:$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3', 'RdescudvJCsgt3'],
    ['a:$apr1$abcdefgh$xyzxyzxyz', 'xyzxyz'],
    ['user:abJnggxhB/yWI:19000:0:99999:7:::', 'abJnggxhB'],
    ['userPassword: {SSHA}abcd+/==', 'abcd+'],
    ['SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy', 'c3RvcmVk'],
    // Command lines
    [
      'mysqldump -psecret db; curl https://u:p@host/',
      'secret',
      'mysqldump -p*** db; curl https://u:***@host/',
    ],
    ['BORG_PASSPHRASE="two \\" words" borg create', 'words', 'BORG_PASSPHRASE="***" borg create'],
    ["dump --password='two words' -u root; x", 'words', "dump --password='***' -u root; x"],
    ['dump --password "two words', 'words', 'dump --password "***'],
    ['dump --password "two"\\ words\'x y\' z', 'x y', 'dump --password "*** z'],
    ['sshpass -p geheim ssh x; sshpass -p"a b" scp y', 'a b', 'sshpass -p *** ssh x; sshpass -p*** scp y'],
    [
      'curl -u admin:secret http://h/; curl --user=a:b h',
      'a:b',
      'curl -u admin:*** http://h/; curl --user=a:*** h',
    ],
    ['mount -o username=a,password=b,vers=3 //h/s', '=b', 'mount -o username=a,password=***,vers=3 //h/s'],
    [
      'restic --password-file /etc/pw -r rest:http://u:p@h/',
      ':p@',
      'restic --password-file /etc/pw -r rest:http://u:***@h/',
    ],
    ['tool --password abc,d --x', 'abc,d', 'tool --password *** --x'],
    ['tool --key=abc', 'abc'],
    ['tool -pass abc', 'abc'],
    ['PGPASSWORD=a;b psql', 'a;b'],
    ['sshpass -p abc ssh x', 'abc', 'sshpass -p *** ssh x'],
    ['curl -u admin:abc http://x', 'abc', 'curl -u admin:*** http://x'],
    ['smbclient //x/y -U user%abc', 'abc'],
    ['redis-cli -h x -a abc ping', 'abc', 'redis-cli -h x -a *** ping'],
    ['ldapsearch -x -D cn=a -w abc', 'abc'],
    ['snmpwalk -v2c -c private10 host', 'private10'],
    ['openssl rsa -passin pass:abc', 'abc'],
  ])('%j', (text, secret, shown) => {
    const masked = mask.text(text);
    expect(masked).not.toContain(secret);
    expect(masked).toContain('***');
    expect(shown ?? masked).toBe(masked);
  });
});

test.each([
  'PermitRootLogin no',
  'PasswordAuthentication yes',
  'password=yes',
  'auth required pam_unix.so nullok',
  'password requisite pam_pwquality.so retry=3',
  'password [success=1 default=ignore] pam_unix.so',
  'passwd: files systemd',
  'PASS_MAX_DAYS 99999',
  'password_encryption = ${METHOD}',
  '/etc/pam.d/common-password: password without pam_x.so',
  'password requisite pam_pwquality.so retry=3 (/etc/pam.d/common-password:1); auth x',
  '/etc/pam.d/common-password: password pam_pwquality.so | pam_passwdqc.so',
  'PermitRootLogin = no | prohibit-password | without-password | forced-commands-only',
  'password_encryption = scram-sha-256',
  'password-age-over 60: lan: 90',
  'empty-password: lan',
  'lan ALL=(root) NOPASSWD: ALL',
  'hostssl app app 10.0.1.0/24 password (/etc/postgresql/15/main/pg_hba.conf:6)',
  'ServerTokens = Prod | ProductOnly',
  'KexAlgorithms curve25519-sha256,diffie-hellman-group16-sha512',
  'rocommunity public',
  'Include /etc/ssh/sshd_config.d/*.conf',
  'password is required for all users',
  'author: Nguyen Van A',
  'bypass: lane one',
  '127.0.0.1 localhost localhost.localdomain',
  'http://localhost:8080/x?mail=a@b.vn',
  'PasswordFile = /run/secrets/db',
  'tool --key /etc/ssl/private/x.pem',
  'find /srv -mtime +7 -print -prune',
  'mkdir -pv /x; docker run -p 80:80',
  'iptables -A INPUT -p tcp',
  'rsync -a --port 22 /srv backup@nas::m',
  'sudo -u postgres pg_dump -U lan db',
  '*/5 * * * * root /usr/lib/sysstat/debian-sa1-collect-statistics 1 1',
  'ExecStart=/usr/local/bin/backup --to /srv/backup',
  '/var/lib/postgresql/15/main/Pg_wal/archive_status/abcdefghijklm9',
  'image@sha256:9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015',
  '550e8400-e29b-41d4-a716-446655440000',
  '',
])('%j stays as it is', (text) => {
  expect(mask.text(text)).toBe(text);
});

describe('private keys', () => {
  const pem = ['-----BEGIN OPENSSH PRIVATE KEY-----', 'AAAA', 'BBBB', '-----END OPENSSH PRIVATE KEY-----'];

  test('are masked line by line, and a text has as many lines as before', () => {
    const masked = mask.lines(['a', ...pem, 'b', 'x -----BEGIN PGP PRIVATE KEY BLOCK-----', '', 'CCCC']);
    expect(masked).toHaveLength(9);
    expect(masked.join('\n')).not.toMatch(/AAAA|BBBB|CCCC/);
    expect([masked[0], masked[5], masked[6]]).toEqual(['a', 'b', 'x -----BEGIN PRIVATE KEY-----']);
  });

  test('are masked on one line, too', () => {
    expect(mask.text(`{"k":"${pem.join('\\n')}"}`)).toBe('{"k":"-----BEGIN PRIVATE KEY-----***"}');
    expect(mask.text(`see ${pem.join(' ')} end`)).toBe('see -----BEGIN PRIVATE KEY-----*** end');
  });
});

test('a stamp with a key tells a changed secret from the same one', () => {
  const keyed = new SecretMask(keyedStamp(Buffer.alloc(32, 1)));
  expect(keyed.text('password=a')).toMatch(/^password=«masked [0-9a-f]{4}»$/);
  expect(keyed.text('password=a')).not.toBe(keyed.text('password=b'));
  expect(keyed.text('password=a')).toBe(keyed.text('password=a'));
  expect(keyed.text(keyed.text('password=a'))).toBe(keyed.text('password=a'));
});

/** A piece of a secret that is no longer met by chance. */
const PIECE_CHARS = 4;

test('no piece of a secret shows in any form of key and value, whatever signs it has', () => {
  const name = constantFrom(
    'password',
    'DB_PASSWD',
    'app.secret',
    'x-api-key',
    'clientSecret',
    'mật khẩu',
    'MAT_KHAU',
  );
  const signs = 'abXY019!@#%^&*()_+-[]{}|:./~'.split('');
  // Long enough not to be met by chance, and no number or path, which are told from secrets by their looks.
  const secret = array(constantFrom(...signs), { minLength: 6, maxLength: 19 }).map(
    (rest) => `Zq${rest.join('')}`,
  );
  const form = constantFrom<(key: string, value: string) => string>(
    (key, value) => `${key} = ${value}`,
    (key, value) => `${key}: ${value}`,
    (key, value) => `${key}=${value}`,
    (key, value) => `  "${key}": "${value}",`,
    (key, value) => `${key} = '${value}' # x`,
    (key, value) => `{"a":"b","${key}":"${value}"}`,
    (key, value) => `<${key}>${value}</${key}>`,
    (key, value) => `run --${key} ${value}`,
    (key, value) => `run --${key}=${value} --next`,
    (_key, value) => `https://user:${value}@host/path`,
  );
  assert(
    property(name, secret, form, (key, value, write) => {
      const masked = mask.text(`before\n${write(key, value)}\nafter`);
      for (let at = 0; at + PIECE_CHARS <= value.length; at += 1) {
        expect(masked).not.toContain(value.slice(at, at + PIECE_CHARS));
      }
    }),
  );
});

test('a text has as many lines as before, whatever is in it', () => {
  const piece = constantFrom(
    'password',
    '=',
    ': ',
    '"',
    "'",
    '\n',
    ' ',
    '-----BEGIN PRIVATE KEY-----',
    '//a:b@',
    'x',
    '|',
    '[',
    '>',
    '-p',
  );
  assert(
    property(array(tuple(piece, string({ maxLength: 3 })), { maxLength: 40 }), (pieces) => {
      const text = pieces.flat().join('');
      expect(mask.text(text).split('\n')).toHaveLength(text.split('\n').length);
    }),
  );
});

test('hostile texts take time in proportion to their length', () => {
  const seeds = [
    'a',
    'password',
    'password ',
    'password=',
    'password="',
    "password='x ",
    '-eyJ',
    'eyJa.',
    '//a:',
    '//a:b',
    '$a$',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    '<secret><![CDATA[\n',
    'secret: |\n ',
    'basic ',
    ' ',
    '\t',
    '\n',
    'token [',
    'passwords: ["',
    'redis-cli ',
    'a:b:',
    '\\',
    '\\"token',
    'mật khẩu ',
    'ff',
    ' -p',
    'password,',
    'x,y;',
    'mysql -u a',
    'key ',
    '--key',
  ];
  const cost = (text: string): number => {
    const began = process.cpuUsage();
    mask.text(text);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
  const slow = seeds.filter((seed) => {
    const size = 25_000;
    const small = cost(seed.repeat(Math.ceil(size / seed.length)));
    // Squared it would be sixteen times as much, and far over a tenth of a second.
    const large = cost(seed.repeat(Math.ceil((4 * size) / seed.length)));
    return large > 100 && large > 9 * small;
  });
  expect(slow).toEqual([]);
});
