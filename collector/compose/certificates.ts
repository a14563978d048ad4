/** The certificate that is served, and the keys of TLS sessions, to which servers are kept. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { ApiServer } from '../api/server.ts';
import { TLS_RULES } from '../api/tls-rules.ts';
import { CertificateKeeper } from '../services/upkeep/certificate-keeper.ts';
import { ownCertificate } from '../config.ts';
import { countTrust } from '../registry/certificate-trust.ts';
import { ticketKey } from '../registry/ticket-keys.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

const CERTIFICATE_TICK_MS = 5_000;
const TICKET_CHECK_MS = 3_600_000;

export interface ServedIdentity {
  certificates: CertificateKeeper;
  ticketKeys: () => Buffer;
  /** From now on the server serves what is to be served. `onChange`: another certificate is served or announced. */
  keep: (server: ApiServer['server'], onChange: () => void) => { stop: () => void };
}

/** @throws CertificateError */
export async function openCertificates(ground: Ground, { registry }: Stores): Promise<ServedIdentity> {
  const { config, folder, log, now } = ground;
  let onChange = (): void => undefined;
  const certificates = await CertificateKeeper.open({
    dataDir: folder.path,
    names: [os.hostname()],
    own: ownCertificate(config),
    now,
    isTrustedByAll: async (fingerprint) => {
      const { trusting, agents } = await countTrust(registry, fingerprint);
      return agents > 0 && trusting === agents;
    },
    onChange: () => onChange(),
    warn: (facts, message) => log.warn(facts, message),
  });
  const ticketKeys = (): Buffer =>
    ticketKey({
      dataDir: folder.path,
      fingerprint: certificates.current.fingerprint,
      now,
      random: randomBytes,
    });
  return {
    certificates,
    ticketKeys,
    keep: (server, changed) => {
      onChange = () => {
        const { key, cert, fingerprint } = certificates.current;
        server.setSecureContext({ key, cert, ...TLS_RULES, ticketKeys: ticketKeys() });
        log.info({ fingerprint, announced: certificates.announced }, 'the certificates changed');
        changed();
      };
      const tickets = setInterval(() => server.setTicketKeys(ticketKeys()), TICKET_CHECK_MS);
      const looks = setInterval(() => {
        certificates.tick().catch(ground.fault('the certificate could not be changed'));
      }, CERTIFICATE_TICK_MS);
      return {
        stop: () => {
          clearInterval(tickets);
          clearInterval(looks);
        },
      };
    },
  };
}
