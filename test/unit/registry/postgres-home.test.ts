import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  postgresPlace,
  PostgresSettingError,
  readPostgresHome,
} from '../../../collector/registry/postgres-home.ts';
import { chooseRegistryHome, registrySettings } from '../../../collector/registry/registry-home.ts';
import { poolConfig } from '../../../collector/registry/postgres-dialect.ts';
import { temporaryFolder } from './registry-fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const file = (name: string, text: string): string => {
  const where = path.join(folder.path, name);
  writeFileSync(where, text);
  return where;
};

describe('where a control plane on PostgreSQL is', () => {
  test('over a network it is TLS with the certificate checked, whatever else is set', () => {
    const home = readPostgresHome({ url: 'postgres://vg:p%40ss@db.example.vn/registry' });
    expect(home).toEqual({
      host: 'db.example.vn',
      port: 5432,
      user: 'vg',
      password: 'p@ss',
      database: 'registry',
      tls: { caPem: undefined },
    });
    expect(poolConfig(home).ssl).toEqual({ rejectUnauthorized: true });
    const caFile = file('ca.pem', 'PEM');
    expect(poolConfig(readPostgresHome({ url: 'postgres://vg@[2001:db8::1]:6432/r', caFile })).ssl).toEqual({
      rejectUnauthorized: true,
      ca: 'PEM',
    });
  });

  test('on this machine a socket or loopback needs none, and loopback with an authority has it', () => {
    const socket = readPostgresHome({ url: 'postgresql://vg@%2Frun%2Fpostgresql/registry' });
    expect(socket).toMatchObject({ host: '/run/postgresql', tls: undefined });
    expect(readPostgresHome({ url: 'postgres://vg@127.0.0.1/r' }).tls).toBeUndefined();
    expect(readPostgresHome({ url: 'postgres://vg@[::1]/r' })).toMatchObject({ host: '::1', tls: undefined });
    const caFile = file('ca.pem', 'PEM');
    expect(readPostgresHome({ url: 'postgres://vg@localhost/r', caFile }).tls).toEqual({ caPem: 'PEM' });
  });

  test('the password may come from a file, whose last line end is not part of it', () => {
    const passwordFile = file('password', ' with blanks \n');
    expect(readPostgresHome({ url: 'postgres://vg@h/r', passwordFile }).password).toBe(' with blanks ');
  });

  test('nothing is taken from libpq: neither a password file nor variables', () => {
    expect(poolConfig(readPostgresHome({ url: 'postgres://vg@h/r' })).password).toBe('');
  });

  test('what people are shown has no password', () => {
    expect(postgresPlace(readPostgresHome({ url: 'postgres://vg:secret@[::1]/r' }))).toBe(
      'postgres://vg@[::1]:5432/r',
    );
  });

  test.each([
    ['mysql://vg@h/r', 'must look like'],
    ['h/r', 'must look like'],
    ['postgres://h/r', 'names no user'],
    ['postgres://vg@h', 'names no user, host or database'],
    ['postgres://vg@h/a/b', 'names no user'],
    ['postgres://vg@h/r?sslmode=disable', '"sslmode" is not understood. TLS is always on'],
    ['postgres://vg%zz@h/r', '% must be written as %25'],
  ])('%s is refused: %s', (url, words) => {
    expect(() => readPostgresHome({ url })).toThrow(PostgresSettingError);
    expect(() => readPostgresHome({ url })).toThrow(words);
  });

  test('two passwords, or a file that cannot be read, are refused by the name of the setting', () => {
    const passwordFile = file('password', 'a');
    const twice = () => readPostgresHome({ url: 'postgres://vg:b@h/r', passwordFile });
    expect(twice).toThrow(/VONGGAC_REGISTRY_PASSWORD_FILE: the URL holds a password as well/);
    const absent = () => readPostgresHome({ url: 'postgres://vg@h/r', caFile: path.join(folder.path, 'no') });
    expect(absent).toThrow(/VONGGAC_REGISTRY_CA_FILE: .*cannot be read/);
  });

  test('without a URL it is the file in the data folder, and the other settings are a mistake', () => {
    expect(chooseRegistryHome('/d/r.sqlite', registrySettings({ VONGGAC_REGISTRY_URL: '' }))).toEqual({
      file: '/d/r.sqlite',
    });
    const lost = registrySettings({ VONGGAC_REGISTRY_PASSWORD_FILE: '/x' });
    expect(() => chooseRegistryHome('/d/r.sqlite', lost)).toThrow(/VONGGAC_REGISTRY_URL is missing/);
  });
});
