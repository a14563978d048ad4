/** `npm run bench -- NAME [--json] [options]`: measurements, never part of the tests. */
const BENCHES: Record<string, { about: string; run: (args: readonly string[]) => Promise<void> }> = {
  agent: {
    about: 'memory, CPU and line-to-acknowledgement of the bundled agent; 100,000 files watched',
    run: async (args) => (await import('./agent.ts')).run(args),
  },
  ingest: {
    about: 'events/s, CPU per event and ack latency of the collector, against the bare parse + insert floor',
    run: async (args) => (await import('./ingest.ts')).run(args),
  },
  delivery: {
    about:
      "others' ack latency beside one agent that pours 150 days of events, or whose rows the store refuses",
    run: async (args) => (await import('./delivery.ts')).run(args),
  },
  bytes: {
    about: 'stored bytes per event by column, against zstd -9 of the same events as NDJSON',
    run: async (args) => (await import('./bytes.ts')).run(args),
  },
  recovery: {
    about: 'after kill -9: engine, marks and last batch against the bare opening of the engine',
    run: async (args) => (await import('./recovery.ts')).run(args),
  },
  indicators: {
    about: 'a million indicators: nanoseconds per event, and memory',
    run: async (args) => (await import('./indicators.ts')).run(args),
  },
  connections: {
    about: 'memory per connection over TLS: our door against bare ws',
    run: async (args) => (await import('./connections.ts')).run(args),
  },
  day: {
    about:
      'a scripted day of 5,000 hosts with ten recorded attacks: the queue an analyst sees, and the verdict',
    run: async (args) => (await import('./day.ts')).run(args),
  },
  triage: {
    about: 'lists of 100,000 alerts, bulk close and undo of half of them, live updates to 50 consoles',
    run: async (args) => (await import('./triage.ts')).run(args),
  },
  sigma: {
    about: 'rule matching against JSON.parse of the same events, lane by lane; load, memory, doubled rules',
    run: async (args) => (await import('./sigma.ts')).run(args),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  const list = Object.entries(BENCHES).map(([known, { about }]) => `  ${known.padEnd(10)} ${about}`);
  process.stderr.write(`usage: npm run bench -- NAME [--json]\n\n${list.join('\n')}\n`);
  process.exitCode = 2;
} else {
  await bench.run(args);
}
