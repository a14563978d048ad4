import { describe, expect, it } from 'vitest';
import { readLine } from './helpers.ts';

const HEAD = 'Jun 15 09:00:00 srv sshd[321]: ';
const read = (message: string) => readLine('sshd', HEAD + message);

describe('sshd sentences', () => {
  it('reads a failed password into fields, columns and log sources', () => {
    const event = read('Failed password for invalid user oracle from 203.0.113.7 port 4711 ssh2');
    expect(event.parsed).toBe(true);
    expect(event.fields.toRecord()).toEqual({
      'host.name': 'srv',
      'process.name': 'sshd',
      'process.pid': 321,
      'event.action': 'ssh_login_failed',
      'event.outcome': 'failure',
      'ssh.method': 'password',
      'ssh.invalid_user': true,
      'user.name': 'oracle',
      'source.address': '203.0.113.7',
      'source.ip': '203.0.113.7',
      'source.port': 4711,
      'ssh.version': 'ssh2',
    });
    expect(event.columns).toEqual({
      process_name: 'sshd',
      event_action: 'ssh_login_failed',
      event_outcome: 'failure',
      user_name: 'oracle',
      source_ip: '203.0.113.7',
    });
    expect(event.logsources).toEqual([
      { product: 'linux', service: 'sshd' },
      { product: 'linux', service: 'auth' },
    ]);
    expect(new Date(event.timeMs).toISOString()).toBe('2025-06-15T02:00:00.000Z');
  });

  it.each([
    [
      'Accepted publickey for an from 2001:db8::1 port 22 ssh2: ED25519 SHA256:abc',
      'ssh_login_succeeded',
      'an',
      '2001:db8::1',
    ],
    [
      'Accepted password for root from 198.51.100.2 port 22 ssh2',
      'ssh_login_succeeded',
      'root',
      '198.51.100.2',
    ],
    [
      'Failed keyboard-interactive/pam for root from 198.51.100.2 port 22 ssh2',
      'ssh_login_failed',
      'root',
      '198.51.100.2',
    ],
    ['Failed none for invalid user  from 198.51.100.2 port 22 ssh2', 'ssh_login_failed', '', '198.51.100.2'],
    ['Invalid user admin from 198.51.100.2', 'ssh_invalid_user', 'admin', '198.51.100.2'],
    ['Invalid user admin from 198.51.100.2 port 555', 'ssh_invalid_user', 'admin', '198.51.100.2'],
    [
      'error: maximum authentication attempts exceeded for root from 198.51.100.2 port 9 ssh2 [preauth]',
      'ssh_attempts_exceeded',
      'root',
      '198.51.100.2',
    ],
    [
      'Disconnecting authenticating user root 198.51.100.2 port 9: Too many authentication failures [preauth]',
      'ssh_attempts_exceeded',
      'root',
      '198.51.100.2',
    ],
    [
      'Connection closed by authenticating user root 198.51.100.2 port 9 [preauth]',
      'ssh_connection_closed',
      'root',
      '198.51.100.2',
    ],
    ['Connection reset by 198.51.100.2 port 9 [preauth]', 'ssh_connection_closed', undefined, '198.51.100.2'],
    [
      'Disconnected from invalid user x 198.51.100.2 port 9 [preauth]',
      'ssh_disconnected',
      'x',
      '198.51.100.2',
    ],
    ['Disconnected from user an 198.51.100.2 port 9', 'ssh_disconnected', 'an', '198.51.100.2'],
    [
      'Received disconnect from 198.51.100.2 port 9:11: disconnected by user',
      'ssh_disconnected',
      undefined,
      '198.51.100.2',
    ],
    [
      'Received disconnect from 198.51.100.2: 11: Bye Bye [preauth]',
      'ssh_disconnected',
      undefined,
      '198.51.100.2',
    ],
    [
      'Did not receive identification string from 198.51.100.2 port 9',
      'ssh_no_identification',
      undefined,
      '198.51.100.2',
    ],
    [
      'reverse mapping checking getaddrinfo for x.example [198.51.100.2] failed - POSSIBLE BREAK-IN ATTEMPT!',
      'ssh_reverse_mapping_failed',
      undefined,
      '198.51.100.2',
    ],
    [
      'User backup from 198.51.100.2 not allowed because not listed in AllowUsers',
      'ssh_user_refused',
      'backup',
      '198.51.100.2',
    ],
    [
      'Unable to negotiate with 198.51.100.2 port 9: no matching key exchange method found. [preauth]',
      'ssh_negotiation_failed',
      undefined,
      '198.51.100.2',
    ],
    [
      'banner exchange: Connection from 198.51.100.2 port 9: invalid format',
      'ssh_bad_protocol',
      undefined,
      '198.51.100.2',
    ],
    [
      'drop connection #10 from [198.51.100.2]:9 on [10.0.0.1]:22 past MaxStartups',
      'ssh_connection_dropped',
      undefined,
      '198.51.100.2',
    ],
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.2  user=root',
      'authentication_failed',
      'root',
      '198.51.100.2',
    ],
    [
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.2  user=root',
      'authentication_failed',
      'root',
      '198.51.100.2',
    ],
  ])('%s', (message, action, user, ip) => {
    const event = read(message);
    expect(event.parsed).toBe(true);
    expect(event.fields.get('event.action')).toBe(action);
    expect(event.fields.get('user.name')).toBe(user);
    expect(event.fields.get('source.ip')).toBe(ip);
  });

  it('counts a line that stands for several', () => {
    const event = read('message repeated 5 times: [ Failed password for root from 198.51.100.2 port 9 ssh2]');
    expect(event.fields.get('repeat.count')).toBe(5);
    expect(event.fields.get('event.action')).toBe('ssh_login_failed');
    expect(event.fields.get('source.ip')).toBe('198.51.100.2');
  });

  it('takes the address that sshd wrote, not the one a user name imitates', () => {
    const forged = 'root from 10.9.9.9 port 22 ssh2';
    expect(
      read(`Failed password for invalid user ${forged} from 198.51.100.2 port 9 ssh2`).fields.toRecord(),
    ).toMatchObject({
      'source.ip': '198.51.100.2',
      'user.name': forged,
    });
    expect(read(`Invalid user ${forged} from 198.51.100.2 port 9`).fields.toRecord()).toMatchObject({
      'source.ip': '198.51.100.2',
      'user.name': forged,
    });
    const wrapped = 'a from 10.9.9.9 port 1 ssh2: RSA x';
    expect(
      read(`Failed password for invalid user ${wrapped} from 198.51.100.2 port 9 ssh2`).fields.get(
        'source.ip',
      ),
    ).toBe('198.51.100.2');
  });

  it('keeps a remote host that is a name apart from addresses', () => {
    const event = read(
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=x.example.net  user=root',
    );
    expect(event.fields.get('source.domain')).toBe('x.example.net');
    expect(event.fields.get('source.ip')).toBeUndefined();
    expect(event.columns.source_ip).toBeUndefined();
  });

  it('keeps a sentence it does not know whole, with what the header says', () => {
    const event = read('Quantum handshake collapsed for 198.51.100.2');
    expect(event.parsed).toBe(false);
    expect(event.message).toContain('Quantum handshake collapsed');
    expect(event.fields.get('process.name')).toBe('sshd');
    expect(event.logsources).toContainEqual({ product: 'linux', service: 'sshd' });
  });

  it('reads the newer program name, and words without any header', () => {
    expect(
      readLine(
        'linux-syslog',
        '2025-06-15T09:00:00.1+07:00 srv sshd-session[9]: Accepted password for an from 192.0.2.1 port 2 ssh2',
      ).fields.get('event.action'),
    ).toBe('ssh_login_succeeded');
    const bare = readLine('sshd', 'Failed password for root from 192.0.2.1 port 2 ssh2');
    expect(bare.parsed).toBe(true);
    expect(bare.fields.get('source.ip')).toBe('192.0.2.1');
  });
});
