/** Whatever a server sends, it is read and judged: no page stops a probe, and nothing kept of it is without bounds. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from '../../../agent/sources/probe/decode-text.ts';
import type { Page } from '../../../agent/sources/probe/fetch-page.ts';
import { FINDINGS } from '../../../agent/sources/probe/finding.ts';
import { lookAtPage } from '../../../agent/sources/probe/look-at-page.ts';
import { readPage } from '../../../agent/sources/probe/page-facts.ts';
import { signatureAlgorithm } from '../../../agent/sources/probe/signature-algorithm.ts';
import { parsePageMemory } from '../../../agent/sources/probe/target-state.ts';
import type { PageMemory } from '../../../agent/sources/probe/target-state.ts';
import { probeSchema } from '../../../agent/probe-config.ts';

const runs = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 150);
const url = 'https://portal.example.gov.vn/';
const rules = probeSchema().parse({ target: url, page: { learnLooks: 2 } }).page;

const piece = fc.oneof(
  fc.constantFrom(
    '<',
    '>',
    '</',
    '/>',
    '"',
    "'",
    '=',
    '<a href="https://x.example/',
    '<script>',
    '</script>',
    '<iframe src=',
    '<div style="display:none">',
    '</div>',
    '<!--',
    '-->',
    '<![CDATA[',
    '<base href=',
    '&#x0;',
    '&amp',
    '<title>',
    '<meta http-equiv=refresh content="0;url=',
    '<svg>',
    '<template>',
    'nhà cái',
    'hacked by',
    '\u0000',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const html = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

function fetched(text: string): Page {
  const common = { address: undefined, contentType: 'text/html', server: '', cut: false, unreadable: false };
  const times = { firstByteMs: 1, totalMs: 2, bytes: text.length };
  return { ...common, ...times, status: 200, url, redirects: [], text, tls: undefined };
}

test('any pages, one after the other, are judged, remembered and remembered again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(html, { minLength: 1, maxLength: 5 }), async (pages) => {
      let memory: PageMemory = { url, accepted: false };
      for (const text of pages) {
        const facts = await readPage(text, url);
        const looked = lookAtPage(fetched(text), facts, memory, rules, undefined);
        ({ memory } = looked);
        expect(looked.look.findings.filter((finding) => !FINDINGS.includes(finding))).toEqual([]);
        for (const value of Object.values(looked.look.facts)) expect(String(value).isWellFormed()).toBe(true);
        expect(parsePageMemory(JSON.stringify(memory), url)).toEqual(JSON.parse(JSON.stringify(memory)));
      }
    }),
    { numRuns: runs },
  );
});

test('any bytes under any header are some text, and some certificate or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ maxLength: 40 }), (bytes, header) => {
      expect(decodeText(bytes, header).isWellFormed()).toBe(true);
      expect(typeof signatureAlgorithm(bytes)).toBe('string');
    }),
    { numRuns: runs },
  );
});
