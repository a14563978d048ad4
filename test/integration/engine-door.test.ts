/** The engine's process as an HTTP client sees it: what ClickHouse's interface promises and what is refused. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { brotliCompressSync, gzipSync, unzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestEngine, type TestEngine } from '../contract/store-engine.ts';

let running: TestEngine;

beforeAll(async () => {
  running = await startTestEngine();
});
afterAll(() => running.close());

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** X-ClickHouse-Exception-Code. */
  code: number | undefined;
}

interface Call {
  method?: 'GET' | 'POST';
  search?: Record<string, string>;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

function call(
  { method = 'POST', search = {}, body = '', headers = {} }: Call,
  pathname = '/',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        socketPath: running.engine.socketPath,
        method,
        path: `${pathname}?${new URLSearchParams(search).toString()}`,
        headers,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const content = Buffer.concat(chunks);
          const code = response.headers['x-clickhouse-exception-code'];
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: content,
            text: content.toString('utf8'),
            code: code === undefined ? undefined : Number(code),
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function sql(body: string, search: Record<string, string> = {}): Promise<string> {
  const answer = await call({ body, search });
  expect(answer.text).not.toContain('Exception');
  expect(answer.status).toBe(200);
  return answer.text.trimEnd();
}

let tables = 0;
async function makeTable(columns = 'a String'): Promise<string> {
  tables += 1;
  const name = `t${tables}`;
  await sql(`CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple()`);
  return name;
}

test('answers a ping and refuses other paths', async () => {
  expect((await call({ method: 'GET' }, '/ping')).text).toBe('Ok.\n');
  expect((await call({ method: 'GET' }, '/play')).status).toBe(404);
});

test('the socket and the folders are for this user alone', async () => {
  const mode = async (...parts: string[]): Promise<number> =>
    (await stat(path.join(running.dataDir, 'engine', ...parts))).mode & 0o777;
  expect(await mode('http.sock')).toBe(0o600);
  expect(await mode('db')).toBe(0o700);
  expect(await mode('insert')).toBe(0o700);
  expect(await mode('engine.xml')).toBe(0o600);
});

describe('statements', () => {
  test('as the body or as the parameter `query`, with the format asked for', async () => {
    expect(await sql('SELECT 1 AS x FORMAT JSONEachRow')).toBe('{"x":1}');
    expect((await call({ method: 'GET', search: { query: 'SELECT 2', default_format: 'CSV' } })).text).toBe(
      '2\n',
    );
    expect(await sql('/* a; b */ SELECT 3; -- the end')).toBe('3');
  });

  test.each([
    ['SELECT nope', 47, 404],
    ['SELEC 1', 62, 400],
    ['SELECT 1; SELECT 2', 62, 400],
    ["SELECT throwIf(1, 'x')", 395, 500],
    ['SELECT * FROM no_table', 60, 404],
    ['', 62, 400],
  ])('%s fails with code %d and status %d', async (body, code, status) => {
    const answer = await call({ body });
    expect([answer.code, answer.status]).toStrictEqual([code, status]);
    expect(answer.text).toMatch(/^Code: \d+\. .*Exception: .*\([A-Z_]+\)/s);
  });

  test('a failure after the first rows cuts the answer off', async () => {
    const body = 'SELECT throwIf(number = 3000000) FROM numbers(10000000) FORMAT JSONEachRow';
    await expect(call({ body })).rejects.toThrow(/aborted|reset|hang up/);
    const whole = await call({ body, search: { wait_end_of_query: '1' } });
    expect(whole.code).toBe(395);
  });

  test('a request without `query` that only reads may not write', async () => {
    const table = await makeTable();
    const search = { query: `DROP TABLE ${table}` };
    expect((await call({ method: 'GET', search })).code).toBe(164);
    expect((await call({ search: { ...search, readonly: '1' } })).code).toBe(164);
    expect(await sql(`EXISTS ${table}`)).toBe('1');
    expect(await sql(`DROP TABLE ${table}`)).toBe('');
  });
});

describe('settings and parameters', () => {
  test('hold for their request only', async () => {
    const read = "SELECT getSetting('max_threads'), getSetting('max_execution_time')";
    const before = await sql(read);
    expect(await sql(read, { max_threads: '1', max_execution_time: '7' })).toBe('1\t7');
    expect(await sql(read)).toBe(before);
    await sql('SET max_threads = 3');
    expect(await sql(read)).toBe(before);
    expect((await call({ body: 'SELECT {x:String}', search: { param_x: 'set' } })).text).toBe('set\n');
    expect((await call({ body: 'SELECT {x:String}' })).code).toBe(456);
  });

  test('a request may name its database, and the next one is in the engine’s own again', async () => {
    await sql('CREATE DATABASE beside');
    const read = 'SELECT currentDatabase()';
    for (const readonly of ['0', '1']) {
      const asked = Array.from({ length: 8 }, (_, at) =>
        sql(read, { readonly, ...(at % 2 === 0 ? { database: 'beside' } : {}) }),
      );
      const found = await Promise.all(asked);
      expect(found).toEqual(asked.map((_, at) => (at % 2 === 0 ? 'beside' : 'default')));
    }
    expect((await call({ body: read, search: { database: 'nowhere' } })).code).toBe(81);
    expect((await call({ body: read, search: { database: 'a`; DROP DATABASE beside' } })).code).toBe(36);
    await sql('DROP DATABASE beside');
    expect(await sql(read)).toBe('default');
  });

  test('unknown or malformed ones are refused', async () => {
    expect((await call({ body: 'SELECT 1', search: { no_such_setting: '1' } })).code).toBe(115);
    expect((await call({ body: 'SELECT 1', search: { 'max_threads = 1, x': '1' } })).code).toBe(36);
    expect((await call({ body: 'SELECT 1', search: { 'param_a b': '1' } })).code).toBe(36);
    expect(await sql('SELECT 1')).toBe('1');
  });

  test('parameters are values, whatever they hold', async () => {
    const value = "'; DROP TABLE x; -- \\' \\\\ {y:String}";
    const escaped = value.replaceAll('\\', '\\\\');
    expect(
      await sql('SELECT {x:String} = base64Decode({y:String})', {
        param_x: escaped,
        param_y: Buffer.from(value).toString('base64'),
      }),
    ).toBe('1');
    expect((await call({ body: 'SELECT {x:UInt8}', search: { param_x: '1 OR 1=1' } })).code).toBe(457);
  });

  test('many requests side by side never see one another’s', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        sql("SELECT {x:String}, getSetting('max_threads'), getSetting('max_block_size')", {
          param_x: `value ${at}`,
          max_threads: String((at % 4) + 1),
          ...(at % 2 === 0 ? { max_block_size: '1000' } : {}),
        }),
      ),
    );
    for (const [at, answer] of answers.entries()) {
      const [value, threads, block] = answer.split('\t');
      expect([value, threads]).toStrictEqual([`value ${at}`, String((at % 4) + 1)]);
      expect(block === '1000').toBe(at % 2 === 0);
    }
  });

  test('a query without limits of its own has the engine’s', async () => {
    expect(await sql("SELECT getSetting('max_memory_usage') BETWEEN 1 AND 1000000000")).toBe('1');
    expect(await sql("SELECT getSetting('max_execution_time')")).toBe('60');
    const heavy = 'SELECT count() FROM (SELECT groupArray(number) FROM numbers(1000000000))';
    expect((await call({ body: heavy })).code).toBe(241);
    const endless = 'SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1';
    expect((await call({ body: endless, search: { max_execution_time: '0.3' } })).code).toBe(159);
  });
});

describe('inserts', () => {
  const poison = 'x\n\nDROP TABLE victim;\n\nSELECT 1';

  test('a body with a blank line followed by SQL is data', async () => {
    await sql('CREATE TABLE victim (a String) ENGINE = MergeTree ORDER BY a');
    const table = await makeTable();
    const body = `${JSON.stringify({ a: poison })}\n\n\nDROP TABLE victim\n`;
    const query = `INSERT INTO ${table} (a) FORMAT JSONEachRow`;
    const answer = await call({ search: { query }, body });
    // What is no JSON is refused; it is never run.
    expect(answer.code).toBeGreaterThan(0);
    expect(await sql('EXISTS victim')).toBe('1');
    const good = await call({ search: { query }, body: `${JSON.stringify({ a: poison })}\n\n` });
    expect(good.status).toBe(200);
    expect(JSON.parse(String(good.headers['x-clickhouse-summary']))).toMatchObject({ written_rows: '1' });
    expect(await sql(`SELECT a FROM ${table} FORMAT JSONEachRow`)).toBe(JSON.stringify({ a: poison }));
    expect(await sql('EXISTS victim')).toBe('1');
  });

  test.each([
    ['data inside the SQL text', 'INSERT INTO TABLE FORMAT JSONEachRow {"a":"1"}', {}, 48],
    ['data after a blank line in the SQL text', 'INSERT INTO TABLE FORMAT JSONEachRow\n\n{"a":"1"}', {}, 48],
    ['VALUES', "INSERT INTO TABLE VALUES ('1')", {}, 48],
    ['a table function as the target', "INSERT INTO FUNCTION file('/tmp/x', 'CSV') SELECT 1", {}, 48],
  ])('%s is refused', async (_what, statement, search, code) => {
    const table = await makeTable();
    const answer = await call({ body: statement.replace('TABLE', table), search });
    expect(answer.code).toBe(code);
    expect(await sql(`SELECT count() FROM ${table}`)).toBe('0');
  });

  test('other formats are refused by name', async () => {
    const table = await makeTable();
    const answer = await call({ search: { query: `INSERT INTO ${table} FORMAT RowBinary` }, body: 'x' });
    expect(answer.code).toBe(73);
    expect(answer.text).toContain('RowBinary');
  });

  test('a body with a statement that takes none is refused', async () => {
    expect((await call({ search: { query: 'SELECT 1' }, body: 'SELECT 2' })).code).toBe(36);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['br', brotliCompressSync],
  ])('a body compressed with %s is taken', async (encoding, compress) => {
    const table = await makeTable();
    const rows = Array.from({ length: 1_000 }, (_, at) => JSON.stringify({ a: `row ${at}` })).join('\n');
    const search = { query: `INSERT INTO ${table} FORMAT JSONEachRow` };
    const answer = await call({ search, body: compress(rows), headers: { 'Content-Encoding': encoding } });
    expect(answer.status).toBe(200);
    expect(await sql(`SELECT count() FROM ${table}`)).toBe('1000');
  });

  test('a broken or unknown encoding is refused', async () => {
    const table = await makeTable();
    const search = { query: `INSERT INTO ${table} FORMAT JSONEachRow` };
    expect((await call({ search, body: 'x', headers: { 'Content-Encoding': 'lzma' } })).status).toBe(415);
    const broken = await call({ search, body: 'no gzip', headers: { 'Content-Encoding': 'gzip' } });
    expect(broken.code).toBeGreaterThan(0);
    expect(await sql(`SELECT count() FROM ${table}`)).toBe('0');
  });

  test('leave no file behind, whether they succeed or fail', async () => {
    const table = await makeTable('a UInt8');
    const search = { query: `INSERT INTO ${table} FORMAT JSONEachRow` };
    expect((await call({ search, body: '{"a":1}' })).status).toBe(200);
    expect((await call({ search, body: '{"a":"x"}' })).code).toBeGreaterThan(0);
    expect(
      (await call({ search: { query: `INSERT INTO ${table} FORMAT ArrowStream` }, body: 'junk' })).code,
    ).toBeGreaterThan(0);
    expect(await readdir(path.join(running.dataDir, 'engine', 'insert'))).toStrictEqual([]);
    const tag = createHash('sha256').update(path.join(running.dataDir, 'engine')).digest('hex').slice(0, 16);
    const folders = (await readdir('/dev/shm').catch(() => [])).filter((name) =>
      name.startsWith(`vonggac-${tag}-`),
    );
    for (const name of folders) expect(await readdir(path.join('/dev/shm', name))).toStrictEqual([]);
  });
});

test('an answer is compressed as the client accepts', async () => {
  const body = "SELECT repeat('x', 100) FROM numbers(1000)";
  const plain = await sql(body);
  const search = { enable_http_compression: '1' };
  const gzip = await call({ body, search, headers: { 'Accept-Encoding': 'gzip' } });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(unzipSync(gzip.body).toString().trimEnd()).toBe(plain);
  const zstd = await call({ body, search, headers: { 'Accept-Encoding': 'zstd' } });
  expect(zstd.headers['content-encoding']).toBe('zstd');
  expect(zstdDecompressSync(zstd.body).toString().trimEnd()).toBe(plain);
  expect(
    (await call({ body, headers: { 'Accept-Encoding': 'zstd' } })).headers['content-encoding'],
  ).toBeUndefined();
});

test('a client that goes away takes its statement with it, and the others go on meanwhile', async () => {
  const running1 =
    "SELECT count() FROM system.processes WHERE query LIKE '%cityHash64(number) = 77%' AND query NOT LIKE '%processes%'";
  const request = http.request({
    socketPath: running.engine.socketPath,
    method: 'POST',
    path: '/',
    agent: false,
  });
  request.on('error', () => undefined);
  request.end('SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 77');
  await expect.poll(() => sql(running1), { timeout: 60_000 }).toBe('1');
  request.destroy();
  await expect.poll(() => sql(running1), { timeout: 60_000 }).toBe('0');
});

test('a result that must be held whole has a limit', async () => {
  const body = "SELECT repeat('x', 1000 + number % 2) FROM numbers(300000)";
  expect((await call({ body, search: { wait_end_of_query: '1' } })).code).toBe(396);
});

test('a large streamed result arrives whole', async () => {
  const answer = await call({ body: 'SELECT number FROM numbers(3000000) FORMAT TSV' });
  expect(answer.text.split('\n')).toHaveLength(3_000_001);
});

test('more statements than run at once wait their turn', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => sql(`SELECT sleep(0.02), ${at}`)));
  expect(answers.map((answer) => answer.split('\t')[1])).toStrictEqual(
    Array.from({ length: 40 }, (_, at) => String(at)),
  );
});

test('inserts and pings do not wait for long queries', async () => {
  const table = await makeTable();
  let busy = 0;
  const queries = Array.from({ length: 8 }, async () => {
    busy += 1;
    await sql('SELECT sleepEachRow(0.5) FROM numbers(4) SETTINGS max_block_size = 1');
    busy -= 1;
  });
  const search = { query: `INSERT INTO ${table} FORMAT JSONEachRow` };
  expect((await call({ search, body: '{"a":"x"}' })).status).toBe(200);
  expect((await call({ method: 'GET' }, '/ping')).status).toBe(200);
  expect(busy).toBe(8);
  await Promise.all(queries);
  expect(await sql(`SELECT count() FROM ${table}`)).toBe('1');
});

test('a table is backed up to the backup folder and restored from it, and to no other folder', async () => {
  const table = await makeTable();
  await sql(`INSERT INTO ${table} SELECT toString(number) FROM numbers(1000)`);
  const folder = path.join(running.dataDir, 'backup', 'one');
  expect(await sql(`BACKUP TABLE ${table} TO File('${folder}')`)).toContain('BACKUP_CREATED');
  await sql(`RESTORE TABLE ${table} AS ${table}_restored FROM File('${folder}')`);
  expect(await sql(`SELECT count() FROM ${table}_restored`)).toBe('1000');
  const elsewhere = path.join(running.dataDir, 'elsewhere');
  expect((await call({ body: `BACKUP TABLE ${table} TO File('${elsewhere}')` })).code).toBeGreaterThan(0);
});
