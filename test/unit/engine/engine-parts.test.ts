import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toEngineError } from '../../../collector/engine/chdb-engine.ts';
import {
  defaultKeepFreeBytes,
  defaultMemoryBytesMax,
  serverConfiguration,
  statementDefaults,
  withEngineDefaults,
} from '../../../collector/engine/engine-options.ts';
import { readParameters } from '../../../collector/engine/request-parameters.ts';
import { Slots, SlotsFullError } from '../../../collector/engine/slots.ts';
import { SpoolFolder } from '../../../collector/engine/spool-folder.ts';
import { isSqlName, sqlString } from '../../../collector/engine/sql-literal.ts';

const GIB = 1_073_741_824;

describe('options', () => {
  const options = withEngineDefaults({
    folder: '/d/engine',
    socketPath: '/d/s',
    backupFolder: '/b & <c>',
    keepFreeBytes: 7,
  });

  test('the engine’s memory is a share of the machine’s, within bounds', () => {
    expect(defaultMemoryBytesMax(GIB)).toBe(GIB);
    expect(defaultMemoryBytesMax(10 * GIB)).toBe(4 * GIB);
    expect(defaultMemoryBytesMax(512 * GIB)).toBe(8 * GIB);
  });

  test('the room kept free is a share of the disk, within bounds', () => {
    expect(defaultKeepFreeBytes(100 * 1_048_576)).toBe(5 * 1_048_576);
    expect(defaultKeepFreeBytes(1_000 * GIB)).toBe(GIB / 2);
    expect(serverConfiguration(options)).toContain('<keep_free_space_bytes>7</keep_free_space_bytes>');
  });

  test('every statement has bounds, below the engine’s', () => {
    const defaults = statementDefaults({ ...options, memoryBytesMax: 4 * GIB, queryMemoryBytesMax: 2 * GIB });
    expect(defaults).toStrictEqual({
      max_memory_usage: String(2 * GIB),
      max_bytes_before_external_sort: String(GIB),
      max_bytes_before_external_group_by: String(GIB),
      max_execution_time: '60',
    });
  });

  test('the configuration is well-formed whatever the folders are called', () => {
    const xml = serverConfiguration({ ...options, memoryBytesMax: 123_456 });
    expect(xml).toContain('<max_server_memory_usage>123456</max_server_memory_usage>');
    expect(xml).toContain('<allowed_path>/b &amp; &lt;c&gt;</allowed_path>');
  });
});

describe('the URL’s parameters', () => {
  test('are sorted into query, parameters, transport and settings', () => {
    const search = new URLSearchParams(
      'query=SELECT+1&query_id=q&default_format=CSV&wait_end_of_query=1&enable_http_compression=true' +
        '&param_a=1&param_=2&max_threads=3&database=x&session_id=s&user=u&password=p',
    );
    expect(readParameters(search)).toStrictEqual({
      query: 'SELECT 1',
      queryId: 'q',
      format: 'CSV',
      database: 'x',
      waitEndOfQuery: true,
      compress: true,
      settings: new Map([['max_threads', '3']]),
      params: new Map([
        ['a', '1'],
        ['', '2'],
      ]),
    });
  });
});

describe('SQL literals', () => {
  test('what would end or change a literal is escaped', () => {
    expect(sqlString("a'b\\c\n\0\u{1f600}")).toBe("'a\\'b\\\\c\\n\\0\u{1f600}'");
  });

  test('names are letters, digits and underscores', () => {
    expect(['max_threads', '_x', 'A9'].every(isSqlName)).toBe(true);
    expect(['', '9a', 'a b', 'a=1', 'a-b', "a'", 'é', 'a'.repeat(129)].some(isSqlName)).toBe(false);
  });
});

describe('engine errors', () => {
  test('carry the code that the message starts with', () => {
    expect(toEngineError(new Error('Code: 243. DB::Exception: Code: 75. x')).code).toBe(243);
    expect(toEngineError(new Error('Query failed: Code: 115. DB::Exception: x')).code).toBe(115);
    expect(toEngineError(new Error('the binding broke')).code).toBe(1001);
    const once = toEngineError('x');
    expect(toEngineError(once)).toBe(once);
  });
});

describe('slots', () => {
  test('so many at once, the rest in order', async () => {
    const slots = new Slots(2, 10);
    const order: number[] = [];
    const releases: (() => void)[] = [];
    const take = async (number: number): Promise<void> => {
      releases.push(await slots.take());
      order.push(number);
    };
    const all = Promise.all([1, 2, 3, 4].map((number) => take(number)));
    await Promise.resolve();
    await Promise.resolve();
    expect(order).toStrictEqual([1, 2]);
    releases[0]?.();
    releases[0]?.();
    await expect.poll(() => order).toStrictEqual([1, 2, 3]);
    releases[1]?.();
    await all;
    expect(order).toStrictEqual([1, 2, 3, 4]);
  });

  test('more than may wait are refused', async () => {
    const slots = new Slots(1, 1);
    const release = await slots.take();
    const waiting = slots.take();
    await expect(slots.take()).rejects.toBeInstanceOf(SlotsFullError);
    release();
    (await waiting)();
  });
});

describe('the folder of inserts', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const body = [Buffer.from('one '), Buffer.from('two')];

  test('a body is a private file while it is used, and gone afterwards, after a failure too', async () => {
    const spool = await SpoolFolder.open(folder, path.join(folder, 'no-tmpfs'));
    let used = '';
    const result = await spool.withFile(body, async (file) => {
      used = file;
      expect(await readFile(file, 'utf8')).toBe('one two');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
      return 42;
    });
    expect(result).toBe(42);
    expect(path.dirname(used)).toBe(path.join(folder, 'insert'));
    await expect(spool.withFile(body, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await readdir(path.join(folder, 'insert'))).toStrictEqual([]);
    spool.close();
    expect(await readdir(folder)).toStrictEqual([]);
  });

  test('what an earlier process left is removed; others’ folders stay', async () => {
    const tmpfs = path.join(folder, 'tmpfs');
    await mkdir(tmpfs);
    const data = path.join(folder, 'data');
    await mkdir(data);
    const first = await SpoolFolder.open(data, tmpfs);
    expect(path.dirname(first.preferred)).toBe(tmpfs);
    await writeFile(path.join(first.preferred, 'left'), 'x');
    await mkdir(path.join(tmpfs, 'vonggac-another'));
    const second = await SpoolFolder.open(data, tmpfs);
    expect((await readdir(tmpfs)).sort()).toStrictEqual(
      [path.basename(second.preferred), 'vonggac-another'].sort(),
    );
    expect(await readdir(second.preferred)).toStrictEqual([]);
  });

  test('a body goes to the data folder when the folder in memory is gone', async () => {
    const tmpfs = path.join(folder, 'tmpfs');
    await mkdir(tmpfs);
    const data = path.join(folder, 'data');
    await mkdir(data);
    const spool = await SpoolFolder.open(data, tmpfs);
    await rm(tmpfs, { recursive: true });
    const where = await spool.withFile(body, (file) => Promise.resolve(path.dirname(file)));
    expect(where).toBe(path.join(data, 'insert'));
  });
});
