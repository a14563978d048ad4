/** Whether what runs is what is installed: the kernel, and programs whose file was replaced. */
import os from 'node:os';
import type { Host } from './host.ts';
import { exists, linkAt, listFolder, namesIn, textOr } from './read-text.ts';

export interface KernelState {
  running: string;
  /** Newest that is installed; empty where it cannot be told. */
  installed: string;
  rebootNeeded: boolean;
  /** Why, e.g. packages that ask for it. */
  reason: string;
}

export async function readKernelState(
  host: Pick<Host, 'root'>,
  running: string = os.release(),
): Promise<KernelState> {
  const folders = await namesIn(host, '/lib/modules');
  // What was not built with this kernel's flavour is not its successor.
  const flavour = flavourOf(running);
  const installed =
    folders
      .filter((name) => flavourOf(name) === flavour)
      .sort(byNumbers)
      .at(-1) ?? '';
  const newer = installed !== '' && byNumbers(running, installed) < 0;
  const asked = await exists(host, '/run/reboot-required');
  const packages = ((await textOr(host, '/run/reboot-required.pkgs')) ?? '').split('\n').filter(Boolean);
  const reasons = [
    ...(newer ? [`kernel ${installed} is installed`] : []),
    ...(asked ? [`packages ask for it: ${[...new Set(packages)].sort().join(' ')}`] : []),
  ];
  return { running, installed, rebootNeeded: reasons.length > 0, reason: reasons.join('; ') };
}

function flavourOf(release: string): string {
  return /[a-z]+$/i.exec(release.replace(/\.(x86_64|aarch64|el\d+.*)$/, ''))?.[0] ?? '';
}

/** Numbers inside compare as numbers. Not by a collator of `Intl`, which costs a running agent 8 MB for good. */
function byNumbers(left: string, right: string): number {
  const [ours, theirs] = [partsOf(left), partsOf(right)];
  for (const [at, our] of ours.entries()) {
    const their = theirs[at];
    if (their === undefined) return 1;
    if (our === their) continue;
    if (typeof our === 'number' && typeof their === 'number') return our - their;
    return String(our) < String(their) ? -1 : 1;
  }
  return ours.length - theirs.length;
}

const partsOf = (release: string): (number | string)[] =>
  (release.match(/\d+|\D+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));

/** Programs that run although their file was replaced or deleted: the update has not reached them. */
export async function readReplacedPrograms(
  host: Pick<Host, 'root'>,
  turn: () => Promise<void>,
): Promise<string[]> {
  const programs = new Set<string>();
  const listed = await listFolder(host, '/proc', 200_000);
  for (const pid of listed.kind === 'names' ? listed.names : []) {
    if (!/^\d+$/.test(pid)) continue;
    await turn();
    const target = await linkAt(host, `/proc/${pid}/exe`);
    if (target?.endsWith(' (deleted)') === true && /^\/(usr|s?bin|opt|lib)/.test(target))
      programs.add(target.slice(0, -' (deleted)'.length));
  }
  return [...programs].sort();
}
