/**
 * `node scripts/breached-passwords.ts LIST`: makes collector/registry/breached-passwords.bin of a text file with a leaked password a
 * line, e.g. the million most frequent ones of Mark Burnett's ten million (public domain). Too short ones are left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { BREACHED_FILE, breachDigest } from '../collector/registry/breached-passwords.ts';
import { PASSWORD_LIMITS } from '../collector/registry/password-policy.ts';

const [list] = process.argv.slice(2);
if (list === undefined) throw new Error('name a text file with a password a line');
const digests = readFileSync(list, 'utf8')
  .split(/\r?\n/)
  .filter((password) => password.length >= PASSWORD_LIMITS.charsMin)
  .map((password) => breachDigest(password).toString('hex'));
const unique = [...new Set(digests)].toSorted();
writeFileSync(BREACHED_FILE, Buffer.from(unique.join(''), 'hex'));
process.stdout.write(`${unique.length} passwords\n`);
