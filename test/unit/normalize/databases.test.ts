import { describe } from 'vitest';
import { lineRows } from './line-rows.ts';

const HEAD = 'Jun 15 09:00:00 db1 ';

describe('PostgreSQL', () => {
  lineRows({ product: 'postgresql', category: 'database' }, `${HEAD}postgres[1234]: `, [
    [
      'a client',
      '[1-1] LOG:  connection received: host=203.0.113.9 port=50123',
      {
        'event.action': 'db_client_connected',
        'source.ip': '203.0.113.9',
        'source.port': 50123,
        'log.level': 'log',
      },
    ],
    [
      'a login',
      '[2-1] 2025-06-15 09:00:00.123 +07 [1234] lan@app LOG:  connection authorized: user=lan database=app application_name=psql SSL enabled (protocol=TLSv1.3, cipher=X, bits=256)',
      {
        'event.action': 'db_login_succeeded',
        'event.outcome': 'success',
        'user.name': 'lan',
        'db.name': 'app',
        'db.application': 'psql',
      },
    ],
    [
      'a wrong password',
      '[3-1] user=lan,db=app,app=[unknown],client=203.0.113.9 FATAL:  password authentication failed for user "lan"',
      {
        'event.action': 'db_login_failed',
        'event.outcome': 'failure',
        'user.name': 'lan',
        'db.name': 'app',
        'source.ip': '203.0.113.9',
        'db.auth_method': 'password',
      },
    ],
    [
      'no entry',
      'FATAL:  no pg_hba.conf entry for host "203.0.113.9", user "postgres", database "app", no encryption',
      {
        'event.action': 'db_login_failed',
        'source.ip': '203.0.113.9',
        'user.name': 'postgres',
        'db.name': 'app',
      },
    ],
    [
      'a role that is not',
      'lan@app FATAL:  role "lan" does not exist',
      { 'event.action': 'db_login_failed', 'event.reason': 'does not exist' },
    ],
    [
      'DDL',
      'lan@app LOG:  statement: drop table secret;',
      {
        'event.action': 'db_ddl',
        'db.statement': 'drop table secret;',
        'db.operation': 'DROP',
        'user.name': 'lan',
      },
    ],
    [
      'a slow statement',
      'lan@app LOG:  duration: 5123.45 ms  statement: SELECT pg_sleep(5)',
      { 'event.action': 'db_statement', 'db.duration_ms': 5123.45, 'db.operation': 'SELECT' },
    ],
    [
      'a prepared one',
      'LOG:  execute s1: SELECT * FROM a WHERE b = $1',
      { 'db.statement': 'SELECT * FROM a WHERE b = $1' },
    ],
    [
      'an error',
      'lan@app ERROR:  permission denied for table secret',
      { 'event.action': 'db_permission_denied', 'event.outcome': 'failure', 'event.reason': 'table secret' },
    ],
    [
      'another error',
      'lan@app ERROR:  relation "x" does not exist at character 15',
      { 'event.action': 'db_error', 'event.reason': 'relation "x" does not exist at character 15' },
    ],
    [
      'its statement',
      'lan@app STATEMENT:  select * from x',
      { 'event.action': 'db_failed_statement', 'db.statement': 'select * from x' },
    ],
    [
      'an audited statement',
      'lan@app LOG:  AUDIT: SESSION,1,1,DDL,CREATE TABLE,TABLE,public.x,"create table x (a text default "",b"")",<not logged>',
      {
        'event.action': 'db_ddl',
        'db.object': 'public.x',
        'db.operation': 'CREATE TABLE',
        'db.statement': 'create table x (a text default ",b")',
      },
    ],
    [
      'an end',
      'LOG:  disconnection: session time: 0:00:05.123 user=lan database=app host=[local]',
      { 'event.action': 'db_client_disconnected', 'user.name': 'lan' },
    ],
    [
      'the server',
      'LOG:  database system is ready to accept connections',
      { 'event.action': 'db_server_state' },
    ],
  ]);
});

describe('MySQL and MariaDB', () => {
  lineRows({ product: 'mysql', category: 'database' }, HEAD, [
    [
      'a refused login',
      "mysqld[12]: 2025-06-15T02:00:00.123456Z 12 [Note] [MY-010926] [Server] Access denied for user 'root'@'203.0.113.9' (using password: YES)",
      {
        'event.action': 'db_login_failed',
        'event.outcome': 'failure',
        'user.name': 'root',
        'source.ip': '203.0.113.9',
        'event.code': 'MY-010926',
        'mysql.using_password': 'YES',
      },
    ],
    [
      "MariaDB's form",
      "mariadbd[12]: 2025-06-15  9:00:00 34 [Warning] Access denied for user 'lan'@'localhost' to database 'app'",
      {
        'event.action': 'db_login_failed',
        'db.name': 'app',
        'source.domain': 'localhost',
        'log.level': 'warning',
      },
    ],
    [
      'an aborted connection',
      "mariadbd[12]: 2025-06-15  9:00:00 34 [Warning] Aborted connection 34 to db: 'app' user: 'lan' host: '10.0.0.7' (Got an error reading communication packets)",
      { 'event.action': 'db_connection_aborted', 'user.name': 'lan', 'source.ip': '10.0.0.7' },
    ],
    [
      'an error',
      'mysqld[12]: 2025-06-15T02:00:00Z 0 [ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1',
      { 'event.action': 'db_error', 'mysql.subsystem': 'InnoDB' },
    ],
    [
      'an audited statement',
      "mysql-server_auditing: db1,lan,10.0.0.7,34,99,QUERY,app,'DROP TABLE \\'x\\', y',0",
      {
        'event.action': 'db_ddl',
        'user.name': 'lan',
        'source.ip': '10.0.0.7',
        'db.name': 'app',
        'db.statement': "DROP TABLE 'x', y",
        'mysql.return_code': 0,
      },
    ],
    [
      'an audited refusal',
      'mysql-server_auditing: db1,root,203.0.113.9,35,0,FAILED_CONNECT,,,1045',
      {
        'event.action': 'db_login_failed',
        'event.outcome': 'failure',
        'user.name': 'root',
        'mysql.return_code': 1045,
      },
    ],
  ]);
});
