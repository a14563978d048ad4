/**
 * Looks at systems from outside, each at its own pace, a few at a time. What it knows of a target commits with what it
 * tells: killed at any moment, it goes on from what was committed, and tells nothing twice.
 */
import type { ProbeConfig } from '../../probe-config.ts';
import { probeName } from '../../probe-config.ts';
import type { ProxySettings } from '../../transport/proxy.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { readAccepted } from './accepted-pages.ts';
import { lookAt } from './look.ts';
import { ProbeBoard } from './probe-board.ts';
import { report } from './reporter.ts';
import { Schedule } from './schedule.ts';
import { newTargetState, parsePageMemory, parseTargetState } from './target-state.ts';
import type { PageMemory, TargetState } from './target-state.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface ProbeSourceOptions {
  probes: readonly ProbeConfig[];
  proxy: ProxySettings;
  /** Where accepted pages are read from, and what is known shown; left out: nowhere. */
  stateDir?: string | undefined;
  /** Uniform in [0, 1). */
  random?: (() => number) | undefined;
  monotonicMs?: (() => number) | undefined;
  /** Where RDAP servers are listed; default IANA's. */
  bootstrapUrl?: string | undefined;
}

const AT_ONCE_MAX = 4;
const NAME = 'probe';

/** What is remembered of a target, and what of that is committed or on its way there. */
interface Watched {
  config: ProbeConfig;
  name: string;
  state: TargetState;
  page: PageMemory;
  /** As text, so that an unchanged one is not written again. */
  pageText: string;
  /** At the start; undefined: never looked at. */
  dueInMs: number | undefined;
}

export function createProbeSource(options: ProbeSourceOptions): Source {
  const { random = Math.random, monotonicMs = monotonicNow } = options;
  return {
    name: NAME,
    async *open(context) {
      const { signal } = context;
      if (signal.aborted) return;
      const watched = options.probes.map((config) => recall(config, context));
      const forgotten = forget(watched, context);
      if (forgotten !== undefined) yield forgotten;
      // It tells how things are from time to time; there is nothing to wait for.
      context.caughtUp?.();
      const board =
        options.stateDir === undefined ? undefined : new ProbeBoard(options.stateDir, monotonicMs);
      const schedule = new Schedule(watched, { random, monotonicMs });
      const troubled = new Set<Watched>();
      const running = new Map<Watched, Promise<{ target: Watched; item: SourceItem; unsure: boolean }>>();
      try {
        while (!signal.aborted) {
          for (const target of schedule.due(AT_ONCE_MAX - running.size)) {
            running.set(target, lookSafely(target));
          }
          const waited = schedule.wait(signal, running.size >= AT_ONCE_MAX);
          const done = await Promise.race([...running.values(), waited]);
          if (done === undefined || signal.aborted) continue;
          const { target, item, unsure } = done;
          running.delete(target);
          schedule.again(target, unsure ? target.config.retryMs : target.config.intervalMs);
          show(board, watched, context);
          yield item;
        }
      } finally {
        // What is under way hears the signal too; nobody waits for it.
        for (const promise of running.values()) void promise.catch(() => undefined);
        schedule.stop();
      }

      /** A defect that one target finds must not stop the others. */
      async function lookSafely(
        target: Watched,
      ): Promise<{ target: Watched; item: SourceItem; unsure: boolean }> {
        try {
          const looked = await look(target);
          if (troubled.delete(target)) context.resolved?.(target.name);
          return looked;
        } catch (cause) {
          troubled.add(target);
          const message = `the look failed; it is tried again: ${cause instanceof Error ? cause.message : String(cause)}`;
          if (!signal.aborted) context.report({ subject: target.name, message, cause });
          return { target, item: { lane: 'standard', records: [], positions: [] }, unsure: false };
        }
      }

      async function look(target: Watched): Promise<{ target: Watched; item: SourceItem; unsure: boolean }> {
        const outcome = await lookAt(
          {
            config: target.config,
            proxy: options.proxy,
            now: context.now,
            monotonicMs,
            signal,
            accepted: acceptedFor(target.name, context),
            bootstrapUrl: options.bootstrapUrl,
            turn: context.pace && (async () => context.pace?.turn()),
          },
          target.state,
          target.page,
        );
        const told = report(target.config, outcome, context.now(), othersOf(target, watched));
        target.state = told.state;
        target.page = outcome.page;
        return { target, item: itemOf(target, told.records), unsure: told.unsure };
      }
    },
  };

  /** The agent's work does not depend on what it shows: the disk may be full. */
  function show(board: ProbeBoard | undefined, watched: readonly Watched[], context: SourceContext): void {
    try {
      board?.show(watched);
    } catch (cause) {
      context.report({
        subject: 'probes.json',
        message: 'what the probes know cannot be written down',
        cause,
      });
    }
  }

  function acceptedFor(name: string, context: SourceContext): string | undefined {
    if (options.stateDir === undefined) return undefined;
    try {
      return readAccepted(options.stateDir)[name];
    } catch (cause) {
      const message = 'the pages that were accepted cannot be read';
      context.report({ subject: 'accepted-pages.json', message, cause });
      return undefined;
    }
  }
}

function recall(config: ProbeConfig, { positions, now }: SourceContext): Watched {
  const name = probeName(config);
  const { target: url } = config;
  const state = parseTargetState(positions.get(`target:${name}`), url) ?? newTargetState(url, now());
  const pageText = positions.get(`page:${name}`) ?? '';
  const page = parsePageMemory(pageText === '' ? undefined : pageText, url) ?? { url, accepted: false };
  const dueInMs = state.lookedAtMs === undefined ? undefined : state.lookedAtMs + config.intervalMs - now();
  return { config, name, state, page, pageText, dueInMs };
}

/** Positions of targets that the settings do not name any more. */
function forget(watched: readonly Watched[], { positions }: SourceContext): SourceItem | undefined {
  const names = new Set(watched.map(({ name }) => name));
  const gone = [...positions.entries()]
    .map(([key]) => key)
    .filter((key) => !names.has(key.replace(/^(?:target|page):/, '')))
    .map((key) => ({ key, value: undefined }));
  return gone.length === 0 ? undefined : { lane: 'standard', records: [], positions: gone };
}

function itemOf(target: Watched, records: SourceItem['records']): SourceItem {
  const positions = [{ key: `target:${target.name}`, value: JSON.stringify(target.state) }];
  const pageText = JSON.stringify(target.page);
  if (pageText !== target.pageText) positions.push({ key: `page:${target.name}`, value: pageText });
  target.pageText = pageText;
  return { lane: 'standard', records, positions };
}

function othersOf(target: Watched, watched: readonly Watched[]): { all: number; down: number } {
  const others = watched.filter((one) => one !== target && one.state.answered.length > 0);
  return { all: others.length, down: others.filter(({ state }) => state.answered.at(-1) === false).length };
}
