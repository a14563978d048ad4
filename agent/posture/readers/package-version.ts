/** Order of versions, as dpkg (deb-version(7)) and rpm (rpm-version(7)) have it. */
import type { PackageManager } from '../../host/packages.ts';

/** @returns below zero, zero, above zero */
export function compareVersions(manager: PackageManager, left: string, right: string): number {
  const [leftEpoch, leftRest] = splitEpoch(left);
  const [rightEpoch, rightRest] = splitEpoch(right);
  if (leftEpoch !== rightEpoch) return leftEpoch - rightEpoch;
  const [leftMain, leftRevision] = splitRevision(leftRest);
  const [rightMain, rightRevision] = splitRevision(rightRest);
  const compare = manager === 'rpm' ? compareRpm : compareDpkg;
  // A version without a revision means any revision of it to rpm, and revision 0 to dpkg.
  const main = compare(leftMain, rightMain);
  if (main !== 0) return main;
  if (manager === 'rpm' && (leftRevision === '' || rightRevision === '')) return 0;
  return compare(leftRevision === '' ? '0' : leftRevision, rightRevision === '' ? '0' : rightRevision);
}

function splitEpoch(version: string): [epoch: number, rest: string] {
  const found = /^(\d+):(.*)$/s.exec(version);
  return found === null ? [0, version] : [Number(found[1]), found[2] ?? ''];
}

function splitRevision(version: string): [main: string, revision: string] {
  const dash = version.lastIndexOf('-');
  return dash < 0 ? [version, ''] : [version.slice(0, dash), version.slice(dash + 1)];
}

/** Texts and numbers in turn; `~` before everything, even the end; letters before other signs. */
function compareDpkg(left: string, right: string): number {
  const rank = (character: string | undefined): number => {
    if (character === undefined) return 0;
    if (character === '~') return -1;
    return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
  };
  let [a, b] = [left, right];
  while (a !== '' || b !== '') {
    const [aText = ''] = /^\D*/.exec(a) ?? [];
    const [bText = ''] = /^\D*/.exec(b) ?? [];
    for (let index = 0; index < Math.max(aText.length, bText.length); index += 1) {
      const difference = rank(aText[index]) - rank(bText[index]);
      if (difference !== 0) return difference;
    }
    [a, b] = [a.slice(aText.length), b.slice(bText.length)];
    const [aNumber = ''] = /^\d*/.exec(a) ?? [];
    const [bNumber = ''] = /^\d*/.exec(b) ?? [];
    const difference = compareNumbers(aNumber, bNumber);
    if (difference !== 0) return difference;
    [a, b] = [a.slice(aNumber.length), b.slice(bNumber.length)];
  }
  return 0;
}

/** Runs of letters and of digits; other signs only separate, but `~` is before and `^` behind the end. */
function compareRpm(left: string, right: string): number {
  const parts = (text: string): string[] => text.match(/~|\^|\d+|[A-Za-z]+/g) ?? [];
  const a = parts(left);
  const b = parts(right);
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [one, other] = [a[index], b[index]];
    if (one === other) continue;
    if (one === '~' || other === '~') return one === '~' ? -1 : 1;
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    if (one === '^' || other === '^') return one === '^' ? -1 : 1;
    const [isNumber, isOtherNumber] = [/^\d/.test(one), /^\d/.test(other)];
    if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
    const difference = isNumber ? compareNumbers(one, other) : one < other ? -1 : 1;
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareNumbers(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
}
