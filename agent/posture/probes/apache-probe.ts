/** `apache`: a directive as it is in force for the server, for every virtual host, or for a folder. */
import type { z } from 'zod';
import type { apacheTestSchema } from '#protocol/posture-tests.ts';
import { NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { readApacheConfig } from '../readers/apache-config.ts';
import { blocksOf, said, type Directive, type InForce } from '../readers/directives.ts';
import { judgePlaces, type Place } from './judge-places.ts';

type ApacheTest = z.infer<typeof apacheTestSchema>;

/** Every line of these counts; of others the last. */
const MANY: ReadonlySet<string> = new Set([
  'header',
  'loadmodule',
  'require',
  'listen',
  'alias',
  'scriptalias',
  'sslopensslconfcmd',
]);

export async function probeApache(test: ApacheTest, view: HostView): Promise<Finding> {
  const config = await readApacheConfig(view);
  if (config === undefined) throw new NotAssessedError('not-tellable', 'there is no configuration of Apache');
  return judgePlaces(placesOf(config.tree, test), test);
}

function placesOf(tree: Directive[], test: ApacheTest): Place[] {
  const name = test.directive.toLowerCase();
  const inForce = (directives: readonly Directive[]): InForce[] => {
    const found = said(directives, name, test.about);
    return MANY.has(name) ? found : found.slice(-1);
  };
  if (test.in === 'directory') {
    const folder = plain(test.folder ?? '/');
    const sections = [...blocksOf(tree, 'directory')].filter(
      ({ block }) => plain(block.args.at(-1) ?? '') === folder,
    );
    const inside = sections.flatMap(({ block }) => block.inside ?? []);
    return [{ label: `Directory ${folder}`, found: inForce(inside) }];
  }
  const server: Place = { label: 'server', found: inForce(tree) };
  if (test.in === 'server') return [server];
  const hosts = [...blocksOf(tree, 'virtualhost')].filter(
    ({ block }) =>
      test.tls !== true ||
      said(block.inside ?? [], 'sslengine', undefined)
        .at(-1)
        ?.args[0]?.toLowerCase() === 'on',
  );
  if (hosts.length === 0) return test.tls === true ? [] : [server];
  return hosts.map(({ block }) => {
    const own = inForce(block.inside ?? []);
    const names = said(block.inside ?? [], 'servername', undefined)[0]?.args[0];
    return {
      label: `VirtualHost ${names ?? block.args.join(' ')} (${block.place})`,
      // Headers of the server and of the host add up; of other directives the host's own replaces the server's.
      found: MANY.has(name) ? [...server.found, ...own] : own.length > 0 ? own : server.found,
    };
  });
}

function plain(folder: string): string {
  return folder === '/' ? folder : folder.replace(/\/+$/, '');
}
