/** What can be made, and what each needs. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOTS_FILE } from '../../agent/update/pinned-roots.ts';
import { makeAgentDeb } from './agent-deb.ts';
import { fillLinuxFolder, fillWindowsFolder, SERVICE } from './agent-folder.ts';
import { bundleAgent, type Bundle } from './bundle.ts';
import { makeCollectorDeb } from './collector-deb.ts';
import { buildConsole } from './collector-folder.ts';
import type { Maintainer } from './maintainer.ts';
import { makeMsi, MSI_TOOLS } from './msi.ts';
import type { Tool } from './run-tool.ts';
import { linuxRuntime, windowsRuntime, type Runtime } from './runtimes.ts';
import { makeSbom } from './sbom.ts';
import { HOST_TOOLS, makeServiceHost } from './service-host.ts';
import { makeSea } from './sea.ts';
import { makeSeaScript } from './sea-script.ts';
import { makeTarball } from './tarball.ts';

export interface Job {
  /** Folder for what is made. */
  out: string;
  /** Folder for what is on the way. */
  scratch: string;
  /** Seconds since 1970. */
  epoch: number;
  version: string;
  maintainer: Maintainer;
  /** Text of the lists of release keys that the agent pins. */
  releaseRoots: string | undefined;
}

export interface Target {
  name: string;
  what: string;
  tools: readonly Tool[];
  /** @returns the files it made */
  make(job: Job): Promise<readonly string[]>;
}

/** Once for all targets of a run. */
const bundles = new Map<string, Promise<Bundle>>();

function agentBundle({ scratch, releaseRoots }: Job): Promise<Bundle> {
  const folder = path.join(scratch, 'bundle');
  const made = bundles.get(folder) ?? makeBundle(folder, releaseRoots);
  bundles.set(folder, made);
  return made;
}

async function makeBundle(folder: string, releaseRoots: string | undefined): Promise<Bundle> {
  const bundle = await bundleAgent(folder);
  if (releaseRoots !== undefined) fs.writeFileSync(path.join(folder, ROOTS_FILE), releaseRoots);
  return bundle;
}

async function singleExecutable(job: Job, runtime: Runtime): Promise<readonly string[]> {
  const folder = path.join(job.scratch, `sea-${runtime.platform}`);
  await makeSeaScript(folder);
  return [await makeSea({ folder, runtime, version: job.version, out: job.out })];
}

export const TARGETS: readonly Target[] = [
  {
    name: 'bundle',
    what: 'the agent as JavaScript, dist/agent/',
    tools: [],
    make: async (job) => {
      const { entry } = await agentBundle(job);
      const folder = path.join(job.out, 'agent');
      fs.rmSync(folder, { recursive: true, force: true });
      fs.cpSync(path.dirname(entry), folder, { recursive: true });
      return [path.join(folder, path.basename(entry))];
    },
  },
  {
    name: 'sbom',
    what: 'what is inside the agent, as CycloneDX',
    tools: [],
    make: async (job) => {
      const { components } = await agentBundle(job);
      const file = path.join(job.out, `vonggac-agent-${job.version}.cdx.json`);
      const { version, epoch } = job;
      fs.writeFileSync(
        file,
        makeSbom({ name: 'vonggac-agent', version, libraries: components, node: versionsOf(), epoch }),
      );
      return [file];
    },
  },
  {
    name: 'tar',
    what: 'the agent for any Linux x64 with systemd, .tar.gz with install.sh',
    tools: [],
    make: async (job) => {
      const { entry } = await agentBundle(job);
      const name = `vonggac-agent-${job.version}-linux-x64`;
      const folder = path.join(job.scratch, 'tar', name);
      fillLinuxFolder(folder, {
        bundle: path.dirname(entry),
        runtime: linuxRuntime(),
        version: job.version,
      });
      for (const file of ['install.sh', 'vonggac-agent.service', 'default'])
        fs.copyFileSync(path.join(SERVICE, 'linux', file), path.join(folder, file));
      return [makeTarball(folder, path.join(job.out, `${name}.tar.gz`), job.epoch)];
    },
  },
  {
    name: 'deb',
    what: 'the agent for Debian and Ubuntu x64',
    tools: ['dpkg-deb'],
    make: async (job) => {
      const { entry } = await agentBundle(job);
      const { version, epoch, out, maintainer } = job;
      return [
        makeAgentDeb({
          bundle: path.dirname(entry),
          runtime: linuxRuntime(),
          scratch: path.join(job.scratch, 'deb'),
          version,
          maintainer: maintainer.text,
          epoch,
          out,
        }),
      ];
    },
  },
  {
    name: 'collector-deb',
    what: 'the collector for Debian and Ubuntu x64, with its engine and console; takes minutes',
    tools: ['dpkg-deb'],
    make: async (job) => {
      const { version, epoch, out, maintainer, scratch } = job;
      return [
        makeCollectorDeb({
          console: await buildConsole(path.join(scratch, 'console')),
          runtime: linuxRuntime(),
          scratch: path.join(scratch, 'collector-deb'),
          version,
          maintainer: maintainer.text,
          epoch,
          out,
        }),
      ];
    },
  },
  {
    name: 'msi',
    what: 'the agent for Windows x64',
    tools: [...MSI_TOOLS, ...HOST_TOOLS],
    make: async (job) => {
      const { entry } = await agentBundle(job);
      const { version, epoch, out, maintainer } = job;
      const scratch = path.join(job.scratch, 'msi');
      const folder = path.join(scratch, 'folder');
      fillWindowsFolder(folder, makeServiceHost(scratch, version), {
        bundle: path.dirname(entry),
        runtime: await windowsRuntime(),
        version,
      });
      return [makeMsi({ folder, version, manufacturer: maintainer.asciiName, epoch, scratch, out })];
    },
  },
  {
    name: 'sea-linux',
    what: 'the agent as one executable for Linux x64, to try and to carry',
    tools: ['strip'],
    make: (job) => singleExecutable(job, linuxRuntime()),
  },
  {
    name: 'sea-windows',
    what: 'the agent as one executable for Windows x64, to be signed',
    tools: [],
    make: async (job) => singleExecutable(job, await windowsRuntime()),
  },
];

/** Packages are made by the Node that goes into them. */
function versionsOf(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.versions).flatMap(([name, version]) =>
      version === undefined ? [] : [[name, version]],
    ),
  );
}
