import { afterAll, beforeAll } from 'vitest';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { toValue } from '../../collector/store/stored-row.ts';
import { parseClickHouseUrl } from '../../collector/store/clickhouse-home.ts';
import { eventStoreContract, type StoreUnderTest } from './event-store.contract.ts';
import { serveOverTcp, startTestEngine, type TestEngine } from './store-engine.ts';

let running: TestEngine;
let underTest: StoreUnderTest;
let close: () => Promise<void>;

beforeAll(async () => {
  running = await startTestEngine();
  const proxy = await serveOverTcp(running.engine.socketPath);
  const home = parseClickHouseUrl(`${proxy.url.replace('http://', 'http://reader:s3cret@')}/`);
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
    await proxy.close();
    await running.close();
  };
});

afterAll(() => close());

eventStoreContract(
  'a server URL (the embedded engine behind TCP stands in for a ClickHouse server, compression on)',
  () => underTest,
);
