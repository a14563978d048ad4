/** `nginx`: a directive as it is in force in every block of a kind, with what the block inherits. */
import type { z } from 'zod';
import type { nginxTestSchema } from '#protocol/posture-tests.ts';
import { NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { blocksOf, said, type Directive } from '../readers/directives.ts';
import { readNginxConfig } from '../readers/nginx-config.ts';
import { judgePlaces, type Place } from './judge-places.ts';

type NginxTest = z.infer<typeof nginxTestSchema>;

export async function probeNginx(test: NginxTest, view: HostView): Promise<Finding> {
  const tree = await readNginxConfig(view);
  if (tree === undefined) throw new NotAssessedError('not-tellable', 'there is no /etc/nginx/nginx.conf');
  return judgePlaces(placesOf(tree, test), test);
}

function placesOf(tree: Directive[], test: NginxTest): Place[] {
  const name = test.directive.toLowerCase();
  if (test.in === 'main') return [{ label: 'main', found: said(tree, name, test.about) }];
  const blocks = [...blocksOf(tree, test.in)].filter(
    // Blocks of the mail and stream modules have other directives.
    ({ around }) => test.in === 'http' || around.some((block) => block.name === 'http'),
  );
  return blocks
    .filter(({ block }) => test.tls !== true || listensWithTls(block))
    .map(({ block, around }) => {
      const levels = [block, ...around.toReversed()];
      // Whatever a level says of a directive replaces what it would inherit, as with add_header.
      const level = levels.find(({ inside = [] }) => inside.some((directive) => directive.name === name));
      return { label: label(block, around), found: said(level?.inside ?? tree, name, test.about) };
    });
}

function listensWithTls({ inside = [] }: Directive): boolean {
  return inside.some(
    ({ name, args }) => (name === 'listen' && args.includes('ssl')) || (name === 'ssl' && args[0] === 'on'),
  );
}

function label(block: Directive, around: readonly Directive[]): string {
  const server = block.name === 'server' ? block : around.findLast(({ name }) => name === 'server');
  const names = server?.inside?.find(({ name }) => name === 'server_name')?.args.join(' ');
  const args = block.name === 'location' ? ` ${block.args.join(' ')}` : '';
  return `${block.name}${args}${names === undefined ? '' : ` ${names}`} (${block.place})`;
}
