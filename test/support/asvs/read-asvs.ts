/**
 * docs/asvs.md as data: a line for an item or a range of a section, what stands of it, how; below it the proofs.
 * `- **6.2.1** met: …` and `  - \`test/…test.ts\`: describe > test`, or `  - \`docs/….md\`: its heading`.
 */

export const STANDINGS = ['met', 'documented', 'operator', 'not met', 'not applicable'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface Proof {
  file: string;
  /** Of a test or a heading. */
  title: string;
}

export interface AsvsEntry {
  items: string[];
  standing: Standing;
  how: string;
  proofs: Proof[];
}

/** Sections of OWASP ASVS 5.0.0 with the number of their items of levels 1 and 2; in each these are numbered from one. */
const SECTIONS =
  '1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 ' +
  '4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 ' +
  '7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 ' +
  '10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 ' +
  '13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 ' +
  '16.5:3 17.1:1 17.2:4 17.3:2';

export const ITEMS: readonly string[] = SECTIONS.split(' ').flatMap((text) => {
  const [section = '', count] = text.split(':');
  return Array.from({ length: Number(count) }, (_none, n) => `${section}.${n + 1}`);
});

const ENTRY = /^- \*\*([^*]+)\*\* ([a-z ]+): (.+)$/;
const PROOF = /^ {2}- `([^`]+)`: (.+)$/;

/** `6.2.1`, `6.2.1, 6.2.3`, `10.4.1-10.4.11` */
function itemsOf(text: string): string[] {
  return text.split(', ').flatMap((part) => {
    const [from = '', to = from] = part.split('-');
    const [first, last] = [ITEMS.indexOf(from), ITEMS.indexOf(to)];
    if (first === -1 || last < first) throw new Error(`"${part}" names no items of levels 1 and 2`);
    return ITEMS.slice(first, last + 1);
  });
}

/** @throws Error for a list line that is neither an item nor a proof of one */
export function readAsvs(page: string): AsvsEntry[] {
  const entries: AsvsEntry[] = [];
  for (const line of page.split('\n')) {
    const [, items, standing, how = ''] = ENTRY.exec(line) ?? [];
    const [, file, title] = PROOF.exec(line) ?? [];
    if (items !== undefined) {
      const known = STANDINGS.find((one) => one === standing);
      if (known === undefined) throw new Error(`"${standing ?? ''}" is none of: ${STANDINGS.join(', ')}`);
      entries.push({ items: itemsOf(items), standing: known, how, proofs: [] });
    } else if (file !== undefined && title !== undefined) {
      // Markdown escapes what would be its own.
      entries.at(-1)?.proofs.push({ file, title: title.replaceAll(/\\([_*<[])/g, '$1') });
    } else if (/^\s*- /.test(line)) throw new Error(`neither an item nor a proof: ${line}`);
  }
  return entries;
}
