/** Certificates that signatures of leaders are traced to: what an administrator laid into a folder of the data folder. */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const FILES_MAX = 200;
const PEM = /-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----/g;

/** Files `*.pem` and `*.crt`, each of one or several certificates. @throws Error naming a file that has none */
export async function readTrusted(folder: string): Promise<X509Certificate[]> {
  const found: X509Certificate[] = [];
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const bytes = await readFile(file);
    const texts = bytes.toString('latin1').match(PEM);
    try {
      for (const certificate of texts ?? [bytes]) found.push(new X509Certificate(certificate));
    } catch (error) {
      throw new Error(`${file} is no certificate: mend it or take it away`, { cause: error });
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => /\.(?:pem|crt|cer)$/i.test(name));
    return names.toSorted().slice(0, FILES_MAX);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
