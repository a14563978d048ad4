/** Scripted days of a province: what thousands of hosts do anyway, and attacks among it; and the queue that comes of it. */
import { parseArgs } from 'node:util';
import { GATE, playGate, printGate } from '../day/working-day/gate.ts';
import { HOST_KINDS, type HostKind } from '../day/estate.ts';
import { writeDay } from '../day/working-day/write-day.ts';
import { playDay, playStorm, type Played, type PlayOptions } from '../day/play.ts';
import { printQueue } from '../day/queue.ts';
import { hasRecordings } from '../day/stories.ts';
import { corpusFolder } from './sigma-lanes.ts';

/** @throws RangeError */
function unknownKind(kind: string): never {
  throw new RangeError(`no hosts of kind ${kind}: ${HOST_KINDS.join(', ')}`);
}

function optionsOf(
  args: readonly string[],
  hosts: string,
): PlayOptions & {
  json: boolean;
  public: boolean;
  write: string | undefined;
  kinds: HostKind[] | undefined;
} {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      hosts: { type: 'string', default: hosts },
      agencies: { type: 'string', default: '40' },
      seed: { type: 'string', default: '7' },
      minutes: { type: 'string', default: '10' },
      public: { type: 'boolean', default: false },
      write: { type: 'string' },
      kind: { type: 'string', multiple: true },
    },
  });
  const folder = corpusFolder();
  return {
    json: values.json,
    public: values.public,
    write: values.write,
    kinds: values.kind?.map((kind) => HOST_KINDS.find((one) => one === kind) ?? unknownKind(kind)),
    hosts: Number(values.hosts),
    agencies: Number(values.agencies),
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    corpus: hasRecordings(folder) ? folder : undefined,
  };
}

function tell(
  { judged, counted, rules, cpuSeconds }: Played,
  { json, hosts }: { json: boolean; hosts: number },
): void {
  const places = judged.places.map(({ name, place }) => ({ name, place }));
  const result = {
    hosts,
    rules,
    ...counted,
    rows: judged.rows.length,
    places,
    faults: judged.faults,
    cpuSeconds,
  };
  const figures = `${hosts} hosts, ${rules} rules, ${counted.events} events, ${counted.detections} detections, ${judged.rows.length} rows, ${cpuSeconds} s of CPU`;
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${printQueue(judged)}\n${figures}\n`);
  if (judged.faults.length > 0) process.exitCode = 1;
}

/** Our own rules over a whole working day; with `--public`, the public rules beside them over a quieter one. */
export async function runDay(args: readonly string[]): Promise<void> {
  const options = optionsOf(args, args.includes('--public') ? '5000' : String(GATE.hosts));
  if (options.write !== undefined) {
    const { events, hosts } = await writeDay(options.write, options);
    process.stdout.write(`${options.write}: ${events} events of ${hosts} hosts\n`);
    return;
  }
  if (!options.public) {
    // What is allowed grows with the hosts, but for what a small site has all the same.
    const share = Math.max(0.2, options.hosts / GATE.hosts);
    const limits = {
      falseHighsMax: Math.round(GATE.falseHighsMax * share),
      rowsMax: Math.round(GATE.rowsMax * share),
    };
    const result = await playGate({ ...options, limits });
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ hosts: options.hosts, ...result })}\n`
        : `${printGate(result, options.hosts)}\n`,
    );
    if (result.faults.length > 0) process.exitCode = 1;
    return;
  }
  const { corpus } = options;
  if (corpus === undefined) {
    process.stdout.write(`skipped: no recorded events in ${corpusFolder()} (VONGGAC_CORPUS)\n`);
    return;
  }
  tell(await playDay({ ...options, corpus }), options);
}

/** With the public rules where they are, else with the product's own alone. */
export async function runStorm(args: readonly string[]): Promise<void> {
  const options = optionsOf(args, '8000');
  tell(await playStorm(options), options);
}
