/** What is inside a package, as CycloneDX 1.6: each library with its licence and purl, and Node with what it is made of. */
import { createHash } from 'node:crypto';
import type { Library } from './licences.ts';

export interface SbomOptions {
  /** Of what it is said. */
  name: string;
  version: string;
  libraries: readonly Library[];
  /** `process.versions` of the Node inside. */
  node: Readonly<Record<string, string>>;
  epoch: number;
}

/** Parts of `process.versions` that are no software. */
const NOT_SOFTWARE = new Set(['node', 'modules', 'napi', 'tz', 'unicode', 'cldr']);
/** One licence of the SPDX list; anything else with blanks is an expression of several. */
const SPDX_ID = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/;
const SPDX_EXPRESSION = /^[A-Za-z0-9.+() -]+$/;

interface Component {
  type: 'application' | 'library' | 'platform';
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  licenses?: readonly unknown[];
  components?: readonly Component[];
}

export function makeSbom({ name, version, libraries, node, epoch }: SbomOptions): string {
  const main: Component = {
    ...component('application', name, version, `pkg:generic/${name}@${version}`),
    licenses: licences('Apache-2.0'),
  };
  const components = [
    ...libraries.map((library): Component => ({
      ...component('library', library.name, library.version, npmPurl(library)),
      licenses: licences(library.licence),
    })),
    runtime(node),
  ].toSorted((one, other) => (one.purl < other.purl ? -1 : 1));
  const refs = components.map((each) => each['bom-ref']);
  const body = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([main, components]))}`,
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1_000).toISOString(),
      tools: { components: [{ type: 'application', name: 'vonggac package', version }] },
      component: main,
    },
    components,
    dependencies: [{ ref: main['bom-ref'], dependsOn: refs }, ...refs.map((ref) => ({ ref, dependsOn: [] }))],
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

function component(type: Component['type'], name: string, version: string, purl: string): Component {
  return { type, 'bom-ref': purl, name, version, purl };
}

function runtime(node: Readonly<Record<string, string>>): Component {
  const { node: version = '' } = node;
  return {
    ...component('platform', 'node', version, `pkg:generic/node@${version}`),
    licenses: licences('MIT'),
    components: Object.entries(node)
      .filter(([name]) => !NOT_SOFTWARE.has(name))
      .map(([name, of]) => component('library', name, of, `pkg:generic/${name}@${encodeURIComponent(of)}`)),
  };
}

function npmPurl({ name, version }: Library): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function licences(text: string): readonly unknown[] {
  if (SPDX_ID.test(text)) return [{ license: { id: text } }];
  return SPDX_EXPRESSION.test(text) && / (AND|OR|WITH) /.test(text)
    ? [{ expression: text }]
    : [{ license: { name: text } }];
}

/** Of version 8 (RFC 9562): the same for the same contents. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
