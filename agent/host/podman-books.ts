/**
 * Containers of podman from the books of its storage: those of users, whom no socket of the system knows, and root's
 * where there is no socket, as there is none by default. The books tell neither ports nor command; whether one runs is
 * told by the process of its pid file.
 */
import { z } from 'zod';
import { readAccounts } from './accounts.ts';
import type { Container } from './containers.ts';
import type { Host } from './host.ts';
import { exists, listFolder, namesIn, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

const BOOK_BYTES_MAX = 8 * 1_048_576;
/** One for each driver of storage, e.g. `overlay-containers`. */
const FOLDER = /^[a-z0-9]+-containers$/;

const bookSchema = z.array(
  z.object({
    id: z.string(),
    names: z.array(z.string()).nullish(),
    image: z.string().nullish(),
    metadata: z.string().nullish(),
  }),
);
const metadataSchema = z.object({ 'image-name': z.string().optional() });

/** @param ofRoot whether root's are wanted, too */
export async function readPodmanBooks(host: Host, ofRoot: boolean): Promise<Reading<Container>> {
  const found = reading<Container>();
  if (ofRoot) await addBooks(host, '/var/lib/containers/storage', '/run/containers/storage', '', found);
  if (!(await exists(host, '/etc/passwd'))) return found;
  for (const { name, uid, home } of (await readAccounts(host)).accounts.items) {
    if (uid === 0 || !home.startsWith('/') || home === '/') continue;
    const storage = `${home}/.local/share/containers/storage`;
    await addBooks(host, storage, `/run/user/${uid}/containers`, `${name}/`, found);
  }
  return found;
}

/** @param prefix of their names: whose they are */
async function addBooks(
  host: Host,
  storage: string,
  runFolder: string,
  prefix: string,
  to: Reading<Container>,
): Promise<void> {
  const listed = await listFolder(host, storage);
  if (listed.kind === 'unreadable')
    to.unread.push({ part: 'podman', reason: `${storage}: ${listed.reason}` });
  if (listed.kind !== 'names') return;
  for (const folder of listed.names.filter((name) => FOLDER.test(name))) {
    const file = `${storage}/${folder}/containers.json`;
    const book = await readText(host, file, BOOK_BYTES_MAX);
    if (book.kind === 'absent') continue;
    if (book.kind === 'unreadable') {
      to.unread.push({ part: 'podman', reason: `${file}: ${book.reason}` });
      continue;
    }
    const parsed = bookSchema.safeParse(jsonOf(book.text));
    if (!parsed.success) {
      to.unread.push({ part: 'podman', reason: `${file}: it is no list of containers` });
      continue;
    }
    for (const { id, names, image, metadata } of parsed.data) {
      const facts = metadataSchema.safeParse(jsonOf(metadata ?? '')).data;
      to.items.push({
        runtime: 'podman',
        id: id.slice(0, 12),
        name: `${prefix}${names?.[0] ?? id.slice(0, 12)}`,
        image: facts?.['image-name'] ?? '',
        imageId: (image ?? '').slice(0, 12),
        state: await stateOf(host, `${runFolder}/${folder}/${id}/userdata`),
        ports: '',
        command: '',
        privileged: undefined,
      });
    }
  }
}

async function stateOf(host: Host, folder: string): Promise<string> {
  const pid = await textOr(host, `${folder}/pidfile`);
  if (pid !== undefined && /^\d+$/.test(pid))
    return (await exists(host, `/proc/${pid}`)) ? 'running' : 'exited';
  return (await namesIn(host, folder)).length > 0 ? 'exited' : 'created';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut short, or of another kind: the schema refuses it.
    return undefined;
  }
}
