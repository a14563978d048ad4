/**
 * Containers of docker and podman, asked over their sockets with GET only; of a podman without one, and of containerd,
 * from what they keep in files. Environment and labels, where secrets lie, are not read.
 */
import http from 'node:http';
import { z } from 'zod';
import { at, type Host } from './host.ts';
import { readContainerdTasks } from './containerd-tasks.ts';
import { readPodmanBooks } from './podman-books.ts';
import { exists } from './read-text.ts';
import { addReading, reading, type Reading } from './reading.ts';

export interface Container {
  runtime: 'docker' | 'podman' | 'containerd';
  id: string;
  name: string;
  image: string;
  imageId: string;
  state: string;
  /** e.g. `0.0.0.0:80->80/tcp` */
  ports: string;
  command: string;
  /** It may do what administers the host; undefined: its runtime does not tell. */
  privileged: boolean | undefined;
}

const SOCKETS = [
  { runtime: 'docker', file: '/run/docker.sock' },
  { runtime: 'docker', file: '/var/run/docker.sock' },
  { runtime: 'podman', file: '/run/podman/podman.sock' },
] as const;
const CONTAINERS_MAX = 2_000;
const ANSWER_BYTES_MAX = 16 * 1_048_576;
const ANSWER_MS_MAX = 10_000;

const listSchema = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    Image: z.string().nullish(),
    ImageID: z.string().nullish(),
    State: z.string().nullish(),
    Command: z.union([z.string(), z.array(z.string())]).nullish(),
    Ports: z
      .array(
        z.object({
          IP: z.string().nullish(),
          PrivatePort: z.number().nullish(),
          PublicPort: z.number().nullish(),
          Type: z.string().nullish(),
        }),
      )
      .nullish(),
  }),
);

/** @param json of `GET /containers/json?all=1` (Docker Engine API). @throws ZodError */
export function parseContainers(json: unknown, runtime: Container['runtime']): Container[] {
  return listSchema.parse(json).map((one) => ({
    runtime,
    id: one.Id.slice(0, 12),
    name: (one.Names?.[0] ?? '').replace(/^\//, ''),
    image: one.Image ?? '',
    imageId: (one.ImageID ?? '').replace(/^sha256:/, '').slice(0, 12),
    state: one.State ?? '',
    ports: [
      ...new Set(
        (one.Ports ?? []).map(({ IP, PublicPort, PrivatePort, Type }) =>
          PublicPort === null || PublicPort === undefined || PublicPort === 0
            ? `${PrivatePort ?? ''}/${Type ?? ''}`
            : // podman names no address where it means all.
              `${IP === undefined || IP === null || IP === '' ? '0.0.0.0' : IP}:${PublicPort}->${PrivatePort ?? ''}/${Type ?? ''}`,
        ),
      ),
    ]
      .sort()
      .join(', '),
    command: Array.isArray(one.Command) ? one.Command.join(' ') : (one.Command ?? ''),
    privileged: undefined,
  }));
}

export async function readContainers(host: Host, signal?: AbortSignal): Promise<Reading<Container>> {
  const found = reading<Container>();
  const asked = new Set<string>();
  for (const { runtime, file } of SOCKETS) {
    if (asked.has(runtime) || !(await exists(host, file))) continue;
    try {
      const answer = await get(at(host, file), '/containers/json?all=1', signal);
      found.items.push(...parseContainers(JSON.parse(answer), runtime));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // Nobody listens on a socket that was left behind.
      if (code === 'ECONNREFUSED' || code === 'ENOENT') continue;
      const reason =
        code === 'EACCES' ? 'permission denied: the agent needs root to ask it' : String(error).slice(0, 300);
      found.unread.push({ part: runtime, reason });
    }
    asked.add(runtime);
  }
  addReading(found, await readPodmanBooks(host, !asked.has('podman')));
  addReading(found, await readContainerdTasks(host));
  if (found.items.length > CONTAINERS_MAX) {
    found.truncated += found.items.length - CONTAINERS_MAX;
    found.items.length = CONTAINERS_MAX;
  }
  return found;
}

function get(socketPath: string, path: string, signal: AbortSignal | undefined): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = http.get(
    { socketPath, path, headers: { host: 'localhost' }, ...(signal === undefined ? {} : { signal }) },
    (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) request.destroy(new Error('its answer is too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new Error(`it answered ${response.statusCode ?? 0}`));
      });
    },
  );
  // In all, also when something comes again and again.
  const timer = setTimeout(() => request.destroy(new Error('it did not answer in time')), ANSWER_MS_MAX);
  request.on('close', () => clearTimeout(timer));
  request.on('error', reject);
  return promise;
}
