/** The agent's program folder as it lies on a host (docs/packages.md): launcher, runtime, and one version. */
import fs from 'node:fs';
import path from 'node:path';
import { AGENT_VERSION } from '../../agent/version.ts';
import { makeFileFacts } from './file-facts.ts';
import { AGENT_NODE_FLAGS } from './agent-node-flags.ts';
import type { Runtime } from './runtimes.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const SERVICE = path.join(ROOT, 'agent/service');

export interface AgentFolderOptions {
  /** Made by bundleAgent(). */
  bundle: string;
  runtime: Runtime;
  /** The version it is said to be; default: this one. */
  version?: string | undefined;
}

/** Fills `folder` with runtimes and versions; the launcher is the platform's own affair. */
export function fillAgentFolder(
  folder: string,
  { bundle, runtime, version = AGENT_VERSION }: AgentFolderOptions,
): void {
  const own = path.join(folder, 'versions', version);
  fs.mkdirSync(own, { recursive: true });
  fs.cpSync(bundle, own, { recursive: true });
  fs.writeFileSync(path.join(own, 'runtime'), `${runtime.version}\n`);
  fs.writeFileSync(path.join(own, 'node-flags'), `${AGENT_NODE_FLAGS.join('\n')}\n`);
  fs.writeFileSync(path.join(folder, 'versions/packaged'), `${version}\n`);
  const there = path.join(folder, 'runtimes', runtime.version);
  fs.mkdirSync(there, { recursive: true });
  fs.copyFileSync(runtime.program, path.join(there, path.basename(runtime.program)));
  fs.chmodSync(path.join(there, path.basename(runtime.program)), 0o755);
  fs.copyFileSync(runtime.licence, path.join(there, 'LICENSE'));
}

/** With the launcher of Linux. */
export function fillLinuxFolder(folder: string, options: AgentFolderOptions): void {
  fillAgentFolder(folder, options);
  const launcher = path.join(folder, 'vonggac-agent');
  fs.copyFileSync(path.join(SERVICE, 'linux/vonggac-agent'), launcher);
  fs.chmodSync(launcher, 0o755);
  fs.copyFileSync(path.join(SERVICE, 'linux/respond.conf'), path.join(folder, 'respond.conf'));
}

/** With the service host of Windows, and beside the agent what reads files' owners and signatures for it. */
export function fillWindowsFolder(folder: string, host: string, options: AgentFolderOptions): void {
  fillAgentFolder(folder, options);
  makeFileFacts(path.join(folder, 'versions', options.version ?? AGENT_VERSION));
  fs.copyFileSync(host, path.join(folder, 'vonggac-agent.exe'));
}
