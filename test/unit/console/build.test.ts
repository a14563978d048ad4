/** The built console: what a strict Content-Security-Policy and a thin line ask of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { build, type Rolldown } from 'vite';

const console_ = join(import.meta.dirname, '../../../dashboards/console');
const firstLoadBytesMax = 300_000;

let chunks: ReadonlyMap<string, Rolldown.OutputChunk>;
let page: string;
let styles: readonly string[];

function textOf(asset: Rolldown.OutputAsset): string {
  return typeof asset.source === 'string' ? asset.source : new TextDecoder().decode(asset.source);
}

beforeAll(async () => {
  // The runner says "test", and React would be built for developers.
  vi.stubEnv('NODE_ENV', 'production');
  const result = await build({
    configFile: join(console_, 'vite.config.ts'),
    logLevel: 'silent',
    build: { write: false },
  });
  vi.unstubAllEnvs();
  if (Array.isArray(result) || !('output' in result)) throw new Error('expected one build');
  chunks = new Map(
    result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])),
  );
  const assets = result.output.flatMap((file) => (file.type === 'asset' ? [file] : []));
  page = assets.filter((file) => file.fileName === 'index.html').map(textOf)[0] ?? '';
  styles = assets.filter((file) => file.fileName.endsWith('.css')).map(textOf);
});

/** A chunk and all it imports at once. */
function withImports(fileName: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(fileName)) return found;
  found.add(fileName);
  for (const imported of chunks.get(fileName)?.imports ?? []) withImports(imported, found);
  return found;
}

function chunkOf(sourceName: string): string {
  const chunk = [...chunks.values()].find((one) => one.facadeModuleId?.endsWith(sourceName) === true);
  if (chunk === undefined) throw new Error(`no chunk is made of ${sourceName}`);
  return chunk.fileName;
}

describe('the page', () => {
  test('has no script text and no inline handler', () => {
    expect(page).toContain('<div id="root">');
    expect([...page.matchAll(/<script\b[^>]*>([^]*?)<\/script>/gu)].map((found) => found[1])).toEqual(['']);
    expect(page).not.toMatch(/\son\w+=/u);
    expect(page).not.toContain('<style');
  });

  test('asks for nothing but hashed files of its own server', () => {
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/gu)].map((found) => found[1] ?? '');
    expect(addresses.length).toBeGreaterThan(2);
    expect(addresses.filter((address) => !/^\/assets\/[\w-]+-[\w-]{8}\.\w+$/u.test(address))).toEqual([]);
    const outside = styles.flatMap((style) => style.match(/url\((?!["']?\/assets\/)[^)]*\)/gu) ?? []);
    expect(outside).toEqual([]);
  });
});

describe('the scripts', () => {
  test('make no code of text', () => {
    const making = [...chunks.values()].filter(({ code }) => /\beval\(|\bnew Function\(/u.test(code));
    expect(making.map((chunk) => chunk.fileName)).toEqual([]);
  });

  test('are those of production, without maps of the source', () => {
    const telling = [...chunks.values()].filter(
      ({ code, map }) =>
        map !== null || /sourceMappingURL=|\bjsxDEV\b|react-dom-client\.development/u.test(code),
    );
    expect(telling.map((chunk) => chunk.fileName)).toEqual([]);
  });

  test('make no HTML of text, and talk with no other window', () => {
    const source = join(console_, 'src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.tsx?$/u.test(name),
    );
    expect(files.length).toBeGreaterThan(50);
    const making =
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|postMessage/u;
    expect(files.filter((name) => making.test(readFileSync(join(source, name), 'utf8')))).toEqual([]);
  });

  test(`of the first page are at most ${firstLoadBytesMax / 1_000} kB compressed`, () => {
    const entry = [...chunks.values()].find((chunk) => chunk.isEntry)?.fileName ?? '';
    const first = new Set(
      [entry, chunkOf('shell/shell.tsx'), chunkOf('overview/overview-page.tsx')].flatMap((name) => [
        ...withImports(name),
      ]),
    );
    const bytes = [...first].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(firstLoadBytesMax);
  });

  test('come page by page: the alerts page does not bring the date picker', () => {
    const first = withImports(chunkOf('alerts/alerts-page.tsx'));
    expect(first.has(chunkOf('events/search-form.tsx'))).toBe(false);
    expect(first.has(chunkOf('events/events-page.tsx'))).toBe(false);
  });
});
