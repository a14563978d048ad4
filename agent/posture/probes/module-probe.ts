/** `module`: that kernel modules are not loaded and do not come by themselves (modprobe.d(5)). */
import type { z } from 'zod';
import type { moduleTestSchema } from '#protocol/posture-tests.ts';
import { parseModules } from '../../host/kernel-modules.ts';
import { listed, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';

const FOLDERS = [
  '/etc/modprobe.d',
  '/run/modprobe.d',
  '/usr/local/lib/modprobe.d',
  '/usr/lib/modprobe.d',
  '/lib/modprobe.d',
];
/** Programs that stand for "do nothing" in an `install` line. */
const NOTHING = /^(?:\/usr)?\/bin\/(?:true|false)$/;

export async function probeModule(
  { blocked: names }: z.infer<typeof moduleTestSchema>,
  view: HostView,
): Promise<Finding> {
  const loaded = new Set(
    parseModules((await view.text('/proc/modules')) ?? '').map(({ name }) => fold(name)),
  );
  const blocks = await view.once('modprobe files', () => readBlocks(view));
  const release = ((await view.text('/proc/sys/kernel/osrelease')) ?? '').trim();
  const builtIn = namesIn(await view.text(`/lib/modules/${release}/modules.builtin`));
  const available = namesIn(await view.text(`/lib/modules/${release}/modules.dep`));
  const states = names.map((name) => {
    const folded = fold(name);
    const block = blocks.get(folded);
    if (loaded.has(folded)) return { name, ok: false, text: 'loaded' };
    if (builtIn?.has(folded) === true) return { name, ok: false, text: 'part of the kernel' };
    if (block !== undefined) return { name, ok: true, text: `blocked (${block})` };
    if (available !== undefined && !available.has(folded)) return { name, ok: true, text: 'not there' };
    return { name, ok: false, text: 'not loaded, but nothing blocks it' };
  });
  return {
    ok: states.every(({ ok }) => ok),
    observed: listed(states.map(({ name, text }) => `${name}: ${text}`)),
    expected: `${names.join(', ')}: blocked or not there`,
  };
}

function fold(name: string): string {
  return name.replaceAll('-', '_').toLowerCase();
}

/** By module the place that blocks it. */
async function readBlocks(view: HostView): Promise<ReadonlyMap<string, string>> {
  const blocks = new Map<string, string>();
  for (const file of await view.expand(FOLDERS.map((folder) => `${folder}/*.conf`)))
    for (const { text, place } of (await view.lines(file)) ?? []) {
      const [command, name, program] = text.trim().split(/\s+/);
      if (name === undefined) continue;
      const isBlock = command === 'blacklist' || (command === 'install' && NOTHING.test(program ?? ''));
      if (isBlock) blocks.set(fold(name), place);
    }
  return blocks;
}

/** Names of modules in modules.dep or modules.builtin; undefined where there is no such list. */
function namesIn(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const names = [...text.matchAll(/([^/\s:]+)\.ko(?:\.(?:gz|xz|zst))?(?=:|\s*$)/gm)].map(([, name = '']) =>
    fold(name),
  );
  return new Set(names);
}
