/**
 * Which certificate the running collector serves: reads the files, imports a certificate of the operator's own when it
 * changed, and lets the next one take over when its time has come. Servers ask for what is served now.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { RotationStatement } from '../../protocol/rotation.ts';
import { type CollectorCertificate, fingerprintOf } from '../../registry/certificate.ts';
import {
  type CertificatePair,
  type Certificates,
  planRotation,
  readCertificates,
  switchCertificate,
} from '../../registry/certificate-rotation.ts';
import { X509Certificate } from 'node:crypto';

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

/** Files of the operator's own certificate: PEM, the chain after the certificate. */
export interface OwnFiles {
  certificate: string;
  key: string;
  /** The authority that issued it: agents then pin the authority. */
  authority: string | undefined;
}

export interface CertificateKeeperOptions {
  dataDir: string;
  names: readonly string[];
  own: OwnFiles | undefined;
  now: () => number;
  /** Whether all agents that report here have written down that they trust it. */
  isTrustedByAll: (fingerprint: string) => Promise<boolean>;
  /** Another certificate is served, or another one is announced. */
  onChange: () => void;
  warn: (facts: object, message: string) => void;
}

export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  #certificates: Certificates;
  #ownSeen: string | undefined;
  #warnedMs = -Infinity;

  private constructor(options: CertificateKeeperOptions, certificates: Certificates) {
    this.#options = options;
    this.#certificates = certificates;
  }

  /** @throws CertificateError */
  static async open(options: CertificateKeeperOptions): Promise<CertificateKeeper> {
    const keeper = new CertificateKeeper(options, await readCertificates(options));
    await keeper.#importOwn();
    keeper.#warnOfExpiry();
    return keeper;
  }

  get current(): CollectorCertificate {
    return this.#certificates.current;
  }

  get statements(): readonly RotationStatement[] {
    return this.#certificates.statements;
  }

  /** What agents are told to trust; undefined while there was never another certificate than the one they enrolled with. */
  get announced(): readonly string[] | undefined {
    const { current, next, statements } = this.#certificates;
    if (next !== undefined) return [current.fingerprint, next.certificate.fingerprint];
    return statements.length === 0 ? undefined : [current.fingerprint];
  }

  /** SHA-256 of the authority that join tokens pin; undefined when they pin the certificate. */
  get authority(): string | undefined {
    const file = this.#options.own?.authority;
    if (file === undefined || !existsSync(file)) return undefined;
    return fingerprintOf(new X509Certificate(readFileSync(file)).raw);
  }

  /** Reads the files again after they were changed by an operation, and does what is due. */
  async reload(): Promise<void> {
    this.#take(await readCertificates(this.#options));
    await this.tick();
  }

  /** To be called every few seconds. */
  async tick(): Promise<void> {
    await this.#importOwn();
    const { next } = this.#certificates;
    const { dataDir, now, isTrustedByAll } = this.#options;
    if (next !== undefined) {
      const due = next.atMs <= now();
      if (due || (next.whenKnown && (await isTrustedByAll(next.certificate.fingerprint)))) {
        this.#take(await switchCertificate(dataDir, now));
      }
    }
    this.#warnOfExpiry();
  }

  #take(certificates: Certificates): void {
    const before = JSON.stringify([this.#certificates.current.fingerprint, this.announced]);
    this.#certificates = certificates;
    if (JSON.stringify([certificates.current.fingerprint, this.announced]) !== before) {
      this.#options.onChange();
    }
  }

  /** The operator's own pair takes over at once: whoever pinned the one before follows what its key states. */
  async #importOwn(): Promise<void> {
    const { own, dataDir, names, now } = this.#options;
    if (own === undefined) return;
    const seen = [own.certificate, own.key].map((file) => `${statSync(file).mtimeMs}`).join(' ');
    if (seen === this.#ownSeen) return;
    const pair = readOwn(own);
    if (fingerprintOf(new X509Certificate(pair.cert).raw) !== this.current.fingerprint) {
      await planRotation({ dataDir, names, pair, inDays: 0, whenKnown: false, now });
      this.#take(await switchCertificate(dataDir, now));
    }
    this.#ownSeen = seen;
  }

  #warnOfExpiry(): void {
    const { now, warn } = this.#options;
    const { expiresMs } = this.current;
    const days = Math.floor((expiresMs - now()) / DAY_MS);
    if (days > WARN_DAYS || now() - this.#warnedMs < DAY_MS) return;
    this.#warnedMs = now();
    warn({ days }, 'the certificate expires soon: vonggac certificate rotate makes the next one');
  }
}

/** The chain with its authority at the end, so that agents that know it by its fingerprint can see it. */
function readOwn({ certificate, key, authority }: OwnFiles): CertificatePair {
  const chain = readFileSync(certificate, 'utf8').trim();
  const root = authority === undefined ? '' : readFileSync(authority, 'utf8').trim();
  const cert = root === '' || chain.includes(root) ? chain : `${chain}\n${root}`;
  return { cert: `${cert}\n`, key: readFileSync(key, 'utf8') };
}
