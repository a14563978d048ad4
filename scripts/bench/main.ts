/** `npm run bench -- NAME [--json] [options]`: measurements, never part of the tests. */
interface Bench {
  about: string;
  /** What may follow its name, beside --json. */
  options: string;
  run: (args: readonly string[]) => Promise<void>;
}

const BENCHES: Record<string, Bench> = {
  agent: {
    about: 'memory, CPU and line-to-acknowledgement of the bundled agent; 100,000 files watched',
    options: `
  --seconds N               time that is measured, of each phase (30)
  --eps N                   log lines a second under load (1000)
  --files N                 files of the baseline and the watch (100000)
  --without PHASE,PHASE     leave out idle, load, latency or integrity`,
    run: async (args) => (await import('./agent.ts')).run(args),
  },
  ingest: {
    about: 'events/s, CPU per event and ack latency of the collector, against the bare parse + insert floor',
    options: `
  --agents N --frame N      sessions, and events a frame (50, 100)
  --eps N                   events a second of the paced cases (20000)
  --seconds N --warm-up N   time that is measured, and before it (15, 4)
  --case NAME               paced, unpaced or tiny: only this one (may be given again)
  --tiny-agents N           sessions of the case with two events a frame (1000)
  --rules PATH              rules beside our own (may be given again; "none" for none;
                            the corpus by default, when VONGGAC_CORPUS or its folder is there)
  --stages --rounds N       instead: each stage between socket and engine by itself, in one thread (9)
  --profile FOLDER          write a processor profile of the collector into the folder`,
    run: async (args) => (await import('./ingest.ts')).run(args),
  },
  delivery: {
    about:
      "others' ack latency beside one agent that pours 150 days of events, or whose rows the store refuses",
    options: `
  --agents N --eps N        honest agents, and their events a second, all together (50, 2000)
  --seconds N --rounds N    time without and with the disturbing agent, and how often they take turns (10, 3)
  --case NAME               returning, scattered or refused: only this one (may be given again)`,
    run: async (args) => (await import('./delivery.ts')).run(args),
  },
  bytes: {
    about: 'stored bytes per event by column, against zstd -9 of the same events as NDJSON',
    options: `
  --events N                events of each set (100000)
  --set NAME                only this set of events (may be given again)`,
    run: async (args) => (await import('./bytes.ts')).run(args),
  },
  recovery: {
    about: 'after kill -9: engine, marks and last batch against the bare opening of the engine',
    options: `
  --events N                events stored before the kill (500000)
  --runs N                  openings that are measured (5)`,
    run: async (args) => (await import('./recovery.ts')).run(args),
  },
  console: {
    about:
      'first load and time to the next paint of the console in Chromium, with 100,000 alerts and 10M events',
    options: `
  --alerts N --events N     what the collector holds (100000, 10000000)
  --rounds N                how often the work on the alert list is done (8)
  --data FOLDER             keeps what was made there, and goes on with it`,
    run: async (args) => (await import('./console.ts')).run(args),
  },
  compliance: {
    about: 'systems against all controls of their level, over the real store: from nothing, and again',
    options: `
  --hosts N --systems N     how many (5000, 100); systems have levels 1 to 4 in turn`,
    run: async (args) => (await import('./compliance.ts')).run(args),
  },
  report: {
    about:
      'every kind of report in every format, of 10,000 hosts and 1,000 systems: time, stalls of the loop',
    options: `
  --hosts N --systems N     of the province (10000, 1000)`,
    run: async (args) => (await import('./reports.ts')).run(args),
  },
  'indicators-register': {
    about: 'a register of a million indicators read into the index: time, stalls of the event loop, memory',
    options: `
  --count N                 indicators (1000000)`,
    run: async (args) => (await import('./indicators-register.ts')).run(args),
  },
  hindsight: {
    about: 'new indicators looked for in stored events',
    options: `
  --events N                stored events (10000000)
  --count N                 indicators (10000)`,
    run: async (args) => (await import('./hindsight.ts')).run(args),
  },
  indicators: {
    about: 'a million indicators: nanoseconds per event, and memory',
    options: `
  --count N                 indicators (1000000)
  --rounds N                rounds over the same events (9)`,
    run: async (args) => (await import('./indicators.ts')).run(args),
  },
  vulnerabilities: {
    about:
      'a feed of 50,000 advisories taken over and matched with 5,000 hosts of 600 packages: time, stalls, memory',
    options: `
  --hosts N --packages N    hosts, and packages of each (5000, 600)
  --advisories N            advisories of the feed (50000)`,
    run: async (args) => (await import('./vulnerabilities.ts')).run(args),
  },
  connections: {
    about: 'memory per connection over TLS: our door against bare ws',
    options: `
  --agents N                connections (2000)`,
    run: async (args) => (await import('./connections.ts')).run(args),
  },
  day: {
    about:
      'the gate against noise: a working day of 8,000 hosts under our own rules, attacks among it: queue, noise of each rule, verdict',
    options: `
   --write FILE --kind KIND  instead: only write its events, of hosts of the kind (office, server, ...), as a baseline
   --public                  the public rules beside our own, over an ordinary day of 5,000 hosts
   --hosts N --agencies N    of the fleet (8000, 40)
   --seed N                  what the day is drawn with (7)
   --minutes N               events of so many minutes are one batch (10)`,
    run: async (args) => (await import('./day.ts')).runDay(args),
  },
  storm: {
    about: '8,000 hosts patched in one night while one is being ransomed: the queue, and the verdict',
    options: `
   --hosts N --agencies N    of the fleet (8000, 40)
   --seed N                  what the day is drawn with (7)
   --minutes N               events of so many minutes are one batch (10)`,
    run: async (args) => (await import('./day.ts')).runStorm(args),
  },
  backtest: {
    about: 'back-tests of typical rules over ten million stored events',
    options: `
  --events N                stored events (10000000)
  --data FOLDER             keep the events here, and take them from here the next time`,
    run: async (args) => (await import('./backtest.ts')).run(args),
  },
  triage: {
    about: 'lists of 100,000 alerts, bulk close and undo of half of them, live updates to 50 consoles',
    options: `
  --alerts N                alerts (100000)
  --runs N                  how often each list is read (10)`,
    run: async (args) => (await import('./triage.ts')).run(args),
  },
  installed: {
    about: 'GET /installed and the list of machines with 20,000 hosts of 300 agencies',
    options: `
  --hosts N                 hosts (20000)
  --runs N                  how often each is read (10)`,
    run: async (args) => (await import('./installed.ts')).run(args),
  },
  proposals: {
    about:
      'proposals of cases over 1,000 and 10,000 open alerts, an ordinary queue and a flood of alike ones',
    options: `
  --alerts N,N              open alerts (1000,10000)`,
    run: async (args) => (await import('./proposals.ts')).run(args),
  },
  'windows-events': {
    about:
      'Windows events as the event log renders them: bytes to events to fields, against decode and split',
    options: `
  --events N                events (20000)
  --rounds N                rounds over the same events (9)`,
    run: async (args) => (await import('./windows-events.ts')).run(args),
  },
  sigma: {
    about: 'rule matching against JSON.parse of the same events, lane by lane; load, memory, doubled rules',
    options: `
  --rounds N                rounds over the same events (15)
  --lane NAME               only this lane, or "doubled": with twice the rules`,
    run: async (args) => (await import('./sigma.ts')).run(args),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  const list = Object.entries(BENCHES).map(([known, { about }]) => `  ${known.padEnd(10)} ${about}`);
  process.stderr.write(
    `usage: npm run bench -- NAME [--json] [options], or NAME --help\n\n${list.join('\n')}\n`,
  );
  process.exitCode = 2;
} else if (args.includes('--help')) {
  process.stdout.write(`${name}: ${bench.about}${bench.options}\n  --json                    only JSON\n`);
} else {
  await bench.run(args);
}
