import { afterAll, beforeAll } from 'vitest';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { toValue } from '../../collector/store/stored-row.ts';

import { eventStoreContract, type StoreUnderTest } from './event-store.contract.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let running: TestEngine;
let underTest: StoreUnderTest;
let close: () => Promise<void>;

beforeAll(async () => {
  running = await startTestEngine();

  const home = { socketPath: running.engine.socketPath };
  const store = await ClickHouseStore.open({ home });
  const connection = new Connection(home);
  underTest = {
    store,
    countParts: async () => {
      const query = "SELECT count() AS value FROM system.parts WHERE active AND table = 'events'";
      return (await connection.rows({ query, params: {} }, toValue))[0] ?? 0;
    },
  };
  close = async () => {
    await store.close();
    await connection.close();

    await running.close();
  };
});

afterAll(() => close());

eventStoreContract('the embedded engine through its unix socket', () => underTest);
