/**
 * Which of two versions is the newer, as the package managers order them: dpkg (deb-version(7)) and rpm (rpm-version(7)).
 * Others are ordered as dpkg does, which fits numbers with dots.
 */
export type VersionOrder = 'dpkg' | 'rpm';

/** @returns below, at or above 0 as the first is older, the same or newer */
export function compareVersions(left: string, right: string, order: VersionOrder): number {
  const [one, other] = [split(left), split(right)];
  const part = order === 'rpm' ? compareRpmPart : compareDpkgPart;
  return (
    Math.sign(one.epoch - other.epoch) ||
    part(one.upstream, other.upstream) ||
    // A bound without a release is below none of its releases.
    (order === 'rpm' && (one.revision === '' || other.revision === '')
      ? 0
      : part(one.revision, other.revision))
  );
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const match = /^(?:(\d{1,9}):)?(.*?)(?:-([^-]*))?$/s.exec(version.trim());
  return { epoch: Number(match?.[1] ?? 0), upstream: match?.[2] ?? version, revision: match?.[3] ?? '' };
}

/** A tilde is below the end, letters are below what is neither letter nor digit. */
function weight(char: string | undefined): number {
  if (char === '~') return -1;
  if (char === undefined || /\d/.test(char)) return 0;
  const code = char.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(char) ? code : code + 256;
}

function compareDpkgPart(left: string, right: string): number {
  let [at, to] = [0, 0];
  while (at < left.length || to < right.length) {
    while ((at < left.length && !isDigit(left[at])) || (to < right.length && !isDigit(right[to]))) {
      const difference = weight(left[at]) - weight(right[to]);
      if (difference !== 0) return Math.sign(difference);
      at += 1;
      to += 1;
    }
    const [one, other] = [digitsAt(left, at), digitsAt(right, to)];
    const difference = compareDigits(one, other);
    if (difference !== 0) return difference;
    at += one.length;
    to += other.length;
  }
  return 0;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function digitsAt(text: string, at: number): string {
  let end = at;
  while (isDigit(text[end])) end += 1;
  return text.slice(at, end);
}

/** As numbers of any length. */
function compareDigits(left: string, right: string): number {
  const [one, other] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  if (one.length !== other.length) return Math.sign(one.length - other.length);
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Runs of letters and of digits; a tilde is below the end, a caret above it and below everything else. */
function compareRpmPart(left: string, right: string): number {
  const parts = (text: string): string[] => text.match(/[a-zA-Z]+|\d+|~|\^/g) ?? [];
  const [one, other] = [parts(left), parts(right)];
  for (let at = 0; ; at += 1) {
    const [a, b] = [one[at], other[at]];
    if (a === b) {
      if (a === undefined) return 0;
      continue;
    }
    if (a === '~' || b === '~') return a === '~' ? -1 : 1;
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    if (a === '^' || b === '^') return a === '^' ? -1 : 1;
    const [digitsLeft, digitsRight] = [isDigit(a[0]), isDigit(b[0])];
    if (digitsLeft !== digitsRight) return digitsLeft ? 1 : -1;
    const difference = digitsLeft ? compareDigits(a, b) : a < b ? -1 : 1;
    if (difference !== 0) return difference;
  }
}
