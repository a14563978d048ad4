/** Log files of PostgreSQL and MySQL, each record with all its lines. */
import { describe, expect, test } from 'vitest';
import { readLine } from './helpers.ts';

function csv(severity: string, state: string, message: string, statement = ''): string {
  return `2025-06-15 09:00:00.123 +07,"lan","app",4242,"203.0.113.9:50123",684e1b7a.1092,3,"SELECT",2025-06-15 08:59:00 +07,3/15,0,${severity},${state},"${message.replaceAll('"', '""')}","a detail",,,,,"${statement.replaceAll('"', '""')}",,,"psql","client backend",,0`;
}

function json(more: object): string {
  return JSON.stringify({
    timestamp: '2025-06-15 02:00:00.123 UTC',
    user: 'lan',
    dbname: 'app',
    pid: 4242,
    remote_host: '203.0.113.9',
    remote_port: 50123,
    error_severity: 'LOG',
    application_name: 'psql',
    ...more,
  });
}

describe('PostgreSQL', () => {
  test.each<[string, string, Record<string, unknown>]>([
    [
      'the prefix of Debian',
      '2025-06-15 09:00:00.123 +07 [4242] lan@app FATAL:  password authentication failed for user "lan"',
      {
        'event.action': 'db_login_failed',
        'event.outcome': 'failure',
        'user.name': 'lan',
        'db.name': 'app',
        'process.pid': 4242,
        'log.level': 'fatal',
      },
    ],
    [
      'the default prefix, in the host’s zone',
      '2025-06-15 09:00:00.123 ICT [4242] LOG:  database system is ready to accept connections',
      { 'event.action': 'db_server_state', 'process.pid': 4242 },
    ],
    [
      'a prefix with the remote host and the line of the session',
      '2025-06-15 02:00:00.123 UTC [4242-7] lan@app,203.0.113.9(50123) ERROR:  relation "x" does not exist at character 15',
      {
        'event.action': 'db_error',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
        'process.pid': 4242,
        'event.sequence': 7,
      },
    ],
    [
      'a prefix of names, with seconds since 1970',
      '1749952800.123 pid=4242 user=lan,db=app,app=psql,client=203.0.113.9 LOG:  connection authorized: user=lan database=app',
      { 'event.action': 'db_login_succeeded', 'source.ip': '203.0.113.9', 'process.pid': 4242 },
    ],
    [
      'a statement of several lines',
      '2025-06-15 09:00:00.123 +07 [4242] lan@app LOG:  statement: DROP TABLE\n\tsecret\n\t  CASCADE;',
      { 'event.action': 'db_ddl', 'db.statement': 'DROP TABLE\nsecret\n  CASCADE;', 'db.operation': 'DROP' },
    ],
    [
      'what has no form of its own',
      '2025-06-15 09:00:00.123 +07 [4242] LOG:  checkpoint starting: time',
      { 'log.level': 'log', 'event.reason': 'checkpoint starting: time' },
    ],
    [
      'CSV',
      csv('ERROR', '42P01', 'relation "x" does not exist', 'select *\nfrom x where a = "b, c"'),
      {
        'event.action': 'db_error',
        'event.code': '42P01',
        'user.name': 'lan',
        'db.name': 'app',
        'db.application': 'psql',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
        'process.pid': 4242,
        'db.detail': 'a detail',
        'db.statement': 'select *\nfrom x where a = "b, c"',
        'event.reason': 'relation "x" does not exist',
      },
    ],
    [
      'CSV: a refused login',
      csv('FATAL', '28P01', 'password authentication failed for user "lan"'),
      { 'event.action': 'db_login_failed', 'event.outcome': 'failure' },
    ],
    [
      'JSON',
      json({
        error_severity: 'ERROR',
        state_code: '22012',
        message: 'division by zero',
        statement: 'select 1/0',
      }),
      {
        'event.action': 'db_error',
        'event.code': '22012',
        'db.statement': 'select 1/0',
        'source.port': 50123,
        'user.name': 'lan',
      },
    ],
    [
      'JSON: a statement',
      json({ message: 'duration: 2001.5 ms  statement: select pg_sleep(2)' }),
      { 'event.action': 'db_statement', 'db.duration_ms': 2001.5 },
    ],
  ])('%s', (_, record, want) => {
    const event = readLine('postgresql', record);
    expect(event.fields.toRecord()).toMatchObject(want);
    expect(event.parsed).toBe(true);
    expect(new Date(event.timeMs).toISOString()).toMatch(/^2025-06-15T02:00:00/);
    expect(event.logsources).toEqual([{ product: 'postgresql', category: 'database' }]);
  });

  test.each(['no log at all', '{"a":', '1,2,3', '"unfinished', ''])('%j is kept whole', (text) => {
    const event = readLine('postgresql', text);
    expect([event.parsed, event.message]).toEqual([false, text]);
  });
});

describe('MySQL', () => {
  test.each<[string, string, Record<string, unknown>]>([
    [
      'the error log of 8.x',
      "2025-06-15T02:00:00.123456Z 17 [Note] [MY-010926] [Server] Access denied for user 'lan'@'203.0.113.9' (using password: YES)",
      {
        'event.action': 'db_login_failed',
        'user.name': 'lan',
        'source.ip': '203.0.113.9',
        'event.code': 'MY-010926',
        'mysql.thread_id': 17,
      },
    ],
    [
      'the error log of MariaDB',
      "2025-06-15  9:00:00 17 [Warning] Access denied for user 'lan'@'203.0.113.9' (using password: YES)",
      { 'event.action': 'db_login_failed', 'source.ip': '203.0.113.9' },
    ],
    [
      'the error log of 5.5',
      "250615  9:00:00 [Warning] Access denied for user 'lan'@'203.0.113.9' (using password: NO)",
      { 'event.action': 'db_login_failed', 'source.ip': '203.0.113.9' },
    ],
    [
      'what has no form of its own',
      '2025-06-15T02:00:00.123456Z 0 [System] [MY-013169] [Server] /usr/sbin/mysqld (mysqld 8.0.36) initializing',
      { 'log.level': 'system', 'event.code': 'MY-013169' },
    ],
    [
      'a slow query of 8.x',
      '# Time: 2025-06-15T02:00:00.123456Z\n# User@Host: lan[lan] @ web1 [203.0.113.9]  Id:    42\n# Query_time: 12.345678  Lock_time: 0.000012 Rows_sent: 3  Rows_examined: 4000000\nuse shop;\nSET timestamp=1749952800;\nSELECT *\nFROM orders;',
      {
        'event.action': 'db_slow_query',
        'user.name': 'lan',
        'source.ip': '203.0.113.9',
        'mysql.connection_id': 42,
        'db.duration_ms': 12_345.678,
        'db.lock_ms': 0.012,
        'db.rows_sent': 3,
        'db.rows_examined': 4_000_000,
        'db.name': 'shop',
        'db.statement': 'SELECT *\nFROM orders;',
        'db.operation': 'SELECT',
      },
    ],
    [
      'a slow query of MariaDB, in the same second as the one before it',
      '# User@Host: lan[lan] @ localhost []\n# Thread_id: 9  Schema: shop  QC_hit: No\n# Query_time: 2.000100  Lock_time: 0.000000  Rows_sent: 1  Rows_examined: 0\n# Rows_affected: 0  Bytes_sent: 64\nSET timestamp=1749952800;\nSELECT SLEEP(2);',
      {
        'event.action': 'db_slow_query',
        'mysql.connection_id': 9,
        'db.name': 'shop',
        'db.duration_ms': 2000.1,
      },
    ],
    [
      'the general log: a client',
      '2025-06-15T02:00:00.123456Z\t   42 Connect\tlan@203.0.113.9 on shop using TCP/IP',
      {
        'event.action': 'db_client_connected',
        'user.name': 'lan',
        'source.ip': '203.0.113.9',
        'db.name': 'shop',
        'mysql.connection_id': 42,
      },
    ],
    [
      'the general log: a refused client',
      "250615  9:00:00\t   42 Connect\tAccess denied for user 'lan'@'203.0.113.9' (using password: YES)",
      { 'event.action': 'db_login_failed', 'user.name': 'lan' },
    ],
    [
      'the general log: a statement of several lines',
      '2025-06-15T02:00:00.123456Z\t   42 Query\tDROP TABLE\n  secret',
      { 'event.action': 'db_ddl', 'db.statement': 'DROP TABLE\n  secret' },
    ],
  ])('%s', (_, record, want) => {
    const event = readLine('mysql', record);
    expect(event.fields.toRecord()).toMatchObject(want);
    expect(event.parsed).toBe(true);
    expect(new Date(event.timeMs).toISOString()).toMatch(/^2025-06-15T02:00:00/);
    expect(event.logsources).toEqual([{ product: 'mysql', category: 'database' }]);
  });

  test.each(['# nothing', 'no log at all', '2025-06-15T02:00:00.1Z\t', ''])('%j is kept whole', (text) => {
    const event = readLine('mysql', text);
    expect([event.parsed, event.message]).toEqual([false, text]);
  });
});
