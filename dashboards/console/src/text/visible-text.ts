/**
 * Hostile text made safe to look at: what is invisible or moves other text is shown as a mark, and what is long is cut.
 * Invariants: nothing is dropped silently (the number of characters left out is returned), surrogate pairs are never
 * split, and the number of segments is bounded whatever the input.
 */

/** A run of plain text, or a mark that stands for one hidden character. */
export type Segment = { kind: 'text'; text: string } | { kind: 'mark'; text: string; codePoint: string };

export type VisibleText = {
  readonly segments: readonly Segment[];
  /** UTF-16 units of the input that are not shown. */
  readonly hiddenUnits: number;
};

/** Beyond this many marks the rest are written into the text, so a line of control characters cannot flood the page. */
const marksMax = 200;

/**
 * Controls, format characters (bidi, zero width, soft hyphen, tags), separators that break lines, lone surrogates,
 * and letters that look like nothing (fillers, grapheme joiner). Tab and newline are treated by `keepLines`.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;

/** U+0000 to U+001F by their names; the picture characters for them are missing from many fonts. */
const controlNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

const names: Readonly<Record<string, string>> = {
  '\u007f': 'DEL',
  '\u0085': 'NEL',
  '\u00ad': 'SHY',
  '\u061c': 'ALM',
  '\u200b': 'ZWSP',
  '\u200c': 'ZWNJ',
  '\u200d': 'ZWJ',
  '\u200e': 'LRM',
  '\u200f': 'RLM',
  '\u2028': 'LSEP',
  '\u2029': 'PSEP',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2060': 'WJ',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
  '\ufeff': 'BOM',
};

function codePointName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function markText(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return controlNames[code] ?? names[character] ?? codePointName(character);
}

/** Cuts to at most `units` UTF-16 units without splitting a surrogate pair. */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? units - 1 : units);
}

/**
 * @param options.unitsMax UTF-16 units to look at, at most.
 * @param options.keepLines keep tab and line feed as they are (multi-line views); otherwise they become marks.
 */
export function visibleText(
  text: string,
  options: { readonly unitsMax: number; readonly keepLines?: boolean },
): VisibleText {
  const shown = cut(text, options.unitsMax);
  const segments: Segment[] = [];
  let run = '';
  let marks = 0;
  let at = 0;
  for (const found of shown.matchAll(hidden)) {
    const character = found[0];
    run += shown.slice(at, found.index);
    at = found.index + character.length;
    if (options.keepLines === true && (character === '\n' || character === '\t')) {
      run += character;
    } else if (options.keepLines === true && character === '\r' && shown[at] === '\n') {
      continue;
    } else if (marks < marksMax) {
      if (run !== '') segments.push({ kind: 'text', text: run });
      run = '';
      segments.push({ kind: 'mark', text: markText(character), codePoint: codePointName(character) });
      marks += 1;
    } else {
      run += `\u2039${markText(character)}\u203a`;
    }
  }
  run += shown.slice(at);
  if (run !== '') segments.push({ kind: 'text', text: run });
  return { segments, hiddenUnits: text.length - shown.length };
}

/** The same in one plain string, for titles and attributes. */
export function visibleString(text: string, unitsMax = 512): string {
  const { segments, hiddenUnits } = visibleText(text, { unitsMax });
  const plain = segments
    .map((segment) => (segment.kind === 'text' ? segment.text : `\u2039${segment.text}\u203a`))
    .join('');
  return hiddenUnits > 0 ? `${plain}…` : plain;
}
