/** Containers in the files of podman 4.3 and containerd 1.6, as these write them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseContainers, readContainers } from '../../../../agent/host/containers.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

const book = (id: string, name: string): string =>
  JSON.stringify([
    {
      id,
      names: [name],
      image: 'c67e2901a70314944dabcfd31317864d0f45b7e3bba7be36392c8b902a3f7aa6',
      layer: '3d9e0603b52e',
      metadata: `{"image-name":"localhost/vg:1","image-id":"c67e2901a703","name":"${name}","created-at":1795668837}`,
      created: '2026-11-26T04:53:58.110290882Z',
      flags: { MountLabel: '', ProcessLabel: '' },
    },
  ]);

let host: HostFolder;

beforeEach(() => {
  host = hostFolder();
});

afterEach(() => {
  host.remove();
});

test('of a podman without a socket are those in its books, and whether they run', async () => {
  host.put('/etc/passwd', 'root:x:0:0::/root:/bin/bash\nlan:x:1000:1000::/home/lan:/bin/bash\n');
  host.put('/etc/group', '');
  host.put('/var/lib/containers/storage/overlay-containers/containers.json', book('5aa7e55ca3f9b282', 'web'));
  host.put('/run/containers/storage/overlay-containers/5aa7e55ca3f9b282/userdata/pidfile', '4711');
  host.put('/proc/4711/stat', '');
  const lans = '/home/lan/.local/share/containers/storage/vfs-containers/containers.json';
  host.put(lans, book('068454f4da17e87c', 'mine'));
  const found = await readContainers(host);
  expect(found.items).toMatchObject([
    { runtime: 'podman', name: 'web', image: 'localhost/vg:1', imageId: 'c67e2901a703', state: 'running' },
    { runtime: 'podman', name: 'lan/mine', id: '068454f4da17', state: 'created' },
  ]);
  expect(found.unread).toEqual([]);

  host.put('/run/containers/storage/overlay-containers/5aa7e55ca3f9b282/userdata/pidfile', '4712');
  host.put(lans, '[{"id": 5}]');
  const later = await readContainers(host);
  expect(later.items).toMatchObject([{ name: 'web', state: 'exited' }]);
  expect(later.unread).toEqual([{ part: 'podman', reason: `${lans}: it is no list of containers` }]);
});

test('a port of podman without an address is open on all', () => {
  const ports = [
    { PrivatePort: 80, PublicPort: 8081, Type: 'tcp' },
    { IP: '127.0.0.1', PrivatePort: 9001, PublicPort: 9001, Type: 'tcp' },
  ];
  expect(parseContainers([{ Id: 'a', Ports: ports }], 'podman')).toMatchObject([
    { ports: '0.0.0.0:8081->80/tcp, 127.0.0.1:9001->9001/tcp' },
  ]);
});

test('of containerd run, have ended or are about to start, and some may administer the host', async () => {
  const tasks = '/run/containerd/io.containerd.runtime.v2.task';
  const config = (bounding: string[], annotations = {}): string =>
    JSON.stringify({ process: { args: ['/bin/sh', '-c'], capabilities: { bounding } }, annotations });
  const cri = {
    'io.kubernetes.cri.image-name': 'nginx:1',
    'io.kubernetes.cri.sandbox-namespace': 'prod',
    'io.kubernetes.cri.sandbox-name': 'web',
    'io.kubernetes.cri.container-name': 'nginx',
  };
  host.put(`${tasks}/k8s.io/a/config.json`, config(['CAP_CHOWN', 'CAP_SYS_ADMIN'], cri));
  host.put(`${tasks}/k8s.io/a/init.pid`, '12');
  host.put('/proc/12/stat', '');
  host.put(`${tasks}/default/b/config.json`, config(['CAP_CHOWN']));
  host.put(`${tasks}/default/b/init.pid`, '13');
  host.put(`${tasks}/default/c/config.json`, '{"proc');
  host.put(`${tasks}/moby/d/init.pid`, '12');
  expect((await readContainers(host)).items).toMatchObject([
    { name: 'default/b', state: 'exited', privileged: false, command: '/bin/sh -c' },
    { name: 'default/c', state: 'created', privileged: undefined },
    { name: 'prod/web/nginx', image: 'nginx:1', state: 'running', privileged: true },
  ]);
});
