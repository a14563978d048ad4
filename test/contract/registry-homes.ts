/** The homes that the control plane's contract runs on: a SQLite file, and PostgreSQL where it is installed. */
import path from 'node:path';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';

export interface Home {
  /** Opens the same control plane again. */
  open: (migrations?: Parameters<typeof openRegistry>[0]['migrations']) => Promise<Registry>;
  remove: () => void;
}

export interface HomeKind {
  name: string;
  installed: boolean;
  make: () => Promise<Home>;
  close: () => Promise<void>;
}

function sqliteFile(): HomeKind {
  return {
    name: 'SQLite file',
    installed: true,
    make: async () => {
      const folder = temporaryFolder();
      const file = path.join(folder.path, 'registry.sqlite');
      return {
        open: (migrations) =>
          openRegistry({ file, now: () => 7, ...(migrations === undefined ? {} : { migrations }) }),
        remove: folder.remove,
      };
    },
    close: async () => undefined,
  };
}

function postgresServer(): HomeKind {
  let server: Promise<TestPostgres> | undefined;
  return {
    name: 'PostgreSQL server',
    installed: postgresPrograms() !== undefined,
    make: async () => {
      server ??= startPostgres();
      const running = await server;
      const postgres = running.home(await running.createDatabase());
      return {
        open: (migrations) =>
          openRegistry({ postgres, now: () => 7, ...(migrations === undefined ? {} : { migrations }) }),
        remove: () => undefined,
      };
    },
    close: async () => (await server)?.close(),
  };
}

export const HOMES: readonly HomeKind[] = [sqliteFile(), postgresServer()];
