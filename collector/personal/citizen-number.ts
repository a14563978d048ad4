/**
 * The form of a citizen's number: 12 digits, of which the first three name the place where the birth was registered, the fourth
 * century and sex, the fifth and sixth the year of birth (decree 137/2015, article 13; circular 59/2021/TT-BCA, appendix).
 */

/** Codes of provinces as numbers were given out by them; numbers keep them when provinces merge. */
const PROVINCES = new Set(
  (
    '001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044 045 ' +
    '046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 ' +
    '094 095 096'
  ).split(' '),
);
/** Nobody alive was born before it. */
const OLDEST_YEAR = 10;
/** Of this century: with room for years to come. */
const NEWEST_YEAR = 60;

/** @param digits twelve of them */
export function isCitizenNumber(digits: string): boolean {
  if (!PROVINCES.has(digits.slice(0, 3))) return false;
  const century = Math.floor(Number(digits.charAt(3)) / 2);
  const year = Number(digits.slice(4, 6));
  if (century === 0) return year >= OLDEST_YEAR;
  return century === 1 && year <= NEWEST_YEAR;
}
