/** Pushes recorded logs through the whole way once: reads them to the end, sends, waits for every ack. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LogChannel } from '#protocol/record-names.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { enrol } from './enrol.ts';
import type { Logger } from './log.ts';
import { runAgent } from './main.ts';
import type { AgentEnd, AgentProgress } from './agent-options.ts';
import { joinAudit } from './sources/audit/join-audit.ts';
import { createFileSource } from './sources/file/file-source.ts';
import type { ProxySettings } from './transport/proxy.ts';

const SPOOL_BYTES_MAX = 4 * 1_024 * 1_048_576;

export interface ReplayOptions {
  /** https: URL of the collector, and a join token. */
  url: string;
  token: string;
  files: readonly { path: string; channel: LogChannel | 'auto' }[];
  host: HostFacts;
  agentVersion: string;
  logger: Logger;
  proxy: ProxySettings;
  signal: AbortSignal;
  onProgress?: ((progress: AgentProgress) => void) | undefined;
}

/**
 * Enrols as an agent of its own in a temporary state folder, which is gone afterwards.
 * @throws EnrolError
 */
export async function replay(options: ReplayOptions): Promise<{ end: AgentEnd; progress: AgentProgress }> {
  const { url, token, host, agentVersion, logger, proxy, signal, onProgress } = options;
  for (const file of options.files) fs.accessSync(file.path, fs.constants.R_OK);
  const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-replay-'));
  try {
    const machineId = '';
    const identity = await enrol({
      url,
      token,
      stateDir,
      host,
      machineId,
      agentVersion,
      now: Date.now,
      proxy,
      signal,
    });
    return await runOnce({ ...options, identity, stateDir, host, agentVersion, logger, signal, onProgress });
  } finally {
    fs.rmSync(stateDir, { recursive: true, force: true });
  }
}

export interface RunOnceOptions extends Omit<ReplayOptions, 'url' | 'token'> {
  identity: Parameters<typeof runAgent>[0]['identity'];
  stateDir: string;
}

/** Reads the files to their end, sends them, and returns when everything is acknowledged or `signal` aborts. */
async function runOnce(options: RunOnceOptions): Promise<{ end: AgentEnd; progress: AgentProgress }> {
  let progress: AgentProgress = { read: 0, sent: 0, acked: 0 };
  const tails = options.files.map(({ path: file, channel }) => ({ path: path.resolve(file), channel }));
  const end = await runAgent({
    config: {
      stateDir: options.stateDir,
      proxy: options.proxy,
      spool: { bytesMax: SPOOL_BYTES_MAX, whenFull: 'hold' },
    },
    identity: options.identity,
    host: options.host,
    agentVersion: options.agentVersion,
    sources: [{ source: joinAudit(createFileSource({ tails, once: true })), canWait: true }],
    logger: options.logger,
    signal: options.signal,
    untilDelivered: true,
    onProgress: (latest) => {
      progress = latest;
      options.onProgress?.(latest);
    },
  });
  return { end, progress };
}
