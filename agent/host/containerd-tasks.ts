/** Containers of containerd that were started: each has a folder with what it was started as. Docker's are left to docker. */
import { z } from 'zod';
import type { Container } from './containers.ts';
import type { Host } from './host.ts';
import { exists, listFolder, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

const TASKS = '/run/containerd/io.containerd.runtime.v2.task';
const TASKS_MAX = 2_000;
/** Docker's own stand here. */
const DOCKER = 'moby';

export async function readContainerdTasks(host: Pick<Host, 'root'>): Promise<Reading<Container>> {
  const found = reading<Container>();
  const namespaces = await listFolder(host, TASKS);
  if (namespaces.kind === 'unreadable') found.unread.push({ part: 'containerd', reason: namespaces.reason });
  if (namespaces.kind !== 'names') return found;
  for (const namespace of namespaces.names.filter((name) => name !== DOCKER)) {
    const tasks = await listFolder(host, `${TASKS}/${namespace}`, TASKS_MAX);
    if (tasks.kind !== 'names') continue;
    found.truncated += tasks.truncated;
    for (const id of tasks.names) {
      const folder = `${TASKS}/${namespace}/${id}`;
      const config = await readText(host, `${folder}/config.json`, 1_048_576);
      const facts = taskFacts(config.kind === 'text' ? config.text : '');
      found.items.push({
        runtime: 'containerd',
        id: id.slice(0, 12),
        imageId: '',
        state: await stateOf(host, folder),
        ports: '',
        ...facts,
        name: facts.name === '' ? `${namespace}/${id.slice(0, 12)}` : facts.name,
      });
    }
  }
  return found;
}

/** What has ended keeps its folder until it is deleted. */
async function stateOf(host: Pick<Host, 'root'>, folder: string): Promise<string> {
  const pid = await textOr(host, `${folder}/init.pid`);
  if (pid === undefined || !/^\d+$/.test(pid)) return 'created';
  return (await exists(host, `/proc/${pid}`)) ? 'running' : 'exited';
}

const taskSchema = z.object({
  annotations: z.record(z.string(), z.string()).optional(),
  process: z
    .object({
      args: z.array(z.string()).optional(),
      capabilities: z.object({ bounding: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
});

function taskFacts(text: string): Pick<Container, 'image' | 'name' | 'command' | 'privileged'> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // It is being written: what it is called is known all the same.
    return { image: '', name: '', command: '', privileged: undefined };
  }
  const parsed = taskSchema.safeParse(json);
  const notes = parsed.data?.annotations ?? {};
  return {
    image: notes['io.kubernetes.cri.image-name'] ?? '',
    name: [
      notes['io.kubernetes.cri.sandbox-namespace'],
      notes['io.kubernetes.cri.sandbox-name'],
      notes['io.kubernetes.cri.container-name'],
    ]
      .filter(Boolean)
      .join('/'),
    command: (parsed.data?.process?.args ?? []).join(' '),
    privileged: parsed.data?.process?.capabilities?.bounding?.includes('CAP_SYS_ADMIN'),
  };
}
