/**
 * Runs the agent with the settings that hold: the host's own, and the collector's policy over them. When another policy
 * is to be tried or taken back, sources and spool end in order and begin again in the same process, from their positions.
 */
import type { AgentEnd, AgentOptions } from '../agent-options.ts';
import { runAgent } from '../main.ts';
import { agentItem } from '../agent-record.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import type { AgentConfig, ConfigOverrides } from '../config.ts';
import { ConfigError } from '../config-error.ts';
import type { Logger } from '../log.ts';
import { makeLogger } from '../log.ts';
import { Outbox } from '../outbox.ts';
import { CommandBook } from '../response/command-book.ts';
import { CommandDesk } from '../response/command-desk.ts';
import { PinnedKeys } from '../signing-keys.ts';
import { createSources } from '../sources/registry.ts';
import { thisHost } from '../host/host.ts';
import { joinDesks } from '../transport/signed-desk.ts';
import { PolicyDesk } from './policy-desk.ts';
import { PolicyStore } from './policy-store.ts';

export interface UnderPolicyOptions extends Omit<
  AgentOptions,
  'config' | 'sources' | 'signed' | 'outbox' | 'reconfigure' | 'isContinued'
> {
  /** Of the host's own settings. */
  overrides: ConfigOverrides;
  /** What they say without a policy. */
  own: AgentConfig;
  logger: Logger;
}

/** @throws ConfigError when the host's own settings cannot be used any more */
export async function runUnderPolicy(options: UnderPolicyOptions): Promise<AgentEnd> {
  const { overrides, own, logger, identity, signal } = options;
  const clock = systemClock;
  const store = new PolicyStore(own.stateDir);
  const outbox = new Outbox();
  const keys = new PinnedKeys(own.stateDir);
  let change = new AbortController();
  const desk = new PolicyDesk({
    store,
    keys,
    agentId: identity.agentId,
    settings: own.policy,
    faultOf: (policy) => faultOf({ ...overrides, policy }),
    clock,
    logger,
    tell: (action, subject, detail) => outbox.put(agentItem(clock.now(), action, subject, detail)),
    onChange: () => change.abort(),
  });
  desk.begin();
  const commands = new CommandDesk({
    book: new CommandBook(own.stateDir),
    keys,
    agentId: identity.agentId,
    logger,
    stateDir: own.stateDir,
    settings: own.response,
    host: thisHost,
    clock,
    signal,
    put: (item) => outbox.put(item),
  });
  await commands.begin();
  const signed = joinDesks([desk, commands]);
  for (let isContinued = false; ; isContinued = true) {
    const { config, sources } = await chosen(overrides, store, desk, identity);
    change = new AbortController();
    const over = new AbortController();
    const watching = desk.watch(AbortSignal.any([over.signal, signal]));
    const end = await runAgent({
      ...options,
      config,
      sources,
      logger: config.log.level === own.log.level ? logger : makeLogger(config.log.level),
      signed,
      outbox,
      reconfigure: change.signal,
      isContinued,
    }).finally(() => over.abort());
    await watching;
    if (end.kind !== 'reconfigure') return end;
  }
}

/** What is wrong with the settings; undefined when nothing is. */
function faultOf(overrides: ConfigOverrides): string | undefined {
  try {
    loadConfig(overrides);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

type Chosen = { config: AgentConfig; sources: AgentOptions['sources'] };

/** The settings under what holds, and their sources. What cannot be used is given up, down to the own settings alone. */
async function chosen(
  overrides: ConfigOverrides,
  store: PolicyStore,
  desk: PolicyDesk,
  identity: AgentOptions['identity'],
): Promise<Chosen> {
  for (;;) {
    const { running } = store;
    const policy: Record<string, unknown> | undefined =
      running === undefined ? undefined : JSON.parse(running.text);
    try {
      const config = loadConfig({ ...overrides, policy });
      return { config, sources: await createSources(config, { identity }) };
    } catch (error) {
      if (running === undefined) throw error;
      desk.giveUp(error instanceof Error ? error.message : String(error));
    }
  }
}
