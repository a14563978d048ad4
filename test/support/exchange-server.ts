/** A centre over HTTPS with a certificate of its own: what came in, and what it answers. */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';

export interface CameIn {
  body: string;
  id: string | undefined;
  login: string | undefined;
  /** Name in the certificate of who connected. */
  client: string | undefined;
}

export type CentreAnswer = { status: number; body: string } | 'hang up' | 'silence';

export interface Centre {
  address: string;
  certificate: string;
  key: string;
  /** SHA-256 of the certificate. */
  pin: string;
  got: CameIn[];
  answer: CentreAnswer;
  /** Called when a document is there, before it is answered. */
  onGot: () => void;
  close: () => void;
}

/** @param kind RSA where something is signed with it */
export function makeCertificate(
  name: string,
  kind: 'ec' | 'rsa' = 'ec',
): { key: string; certificate: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-centre-'));
  try {
    const [key, pem] = [path.join(root, 'k.pem'), path.join(root, 'c.pem')];
    const strength = kind === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['rsa:2048'];
    const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    const out = ['-nodes', '-days', '2', '-keyout', key, '-out', pem];
    execFileSync('openssl', ['req', '-utf8', '-x509', '-newkey', ...strength, ...names, ...out], {
      stdio: 'ignore',
    });
    return { key: fs.readFileSync(key, 'utf8'), certificate: fs.readFileSync(pem, 'utf8') };
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** @param clients PEM of the authority of those who may connect; left out: anybody */
export async function startCentre(clients?: string): Promise<Centre> {
  const { key, certificate } = makeCertificate('centre');
  const asks = clients === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: clients };
  const server = https.createServer({ key, cert: certificate, ...asks }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { 'x-message-id': id, authorization: login } = request.headers;
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      centre.got.push({ body, id: id?.toString(), login, client: peer.subject?.CN?.toString() });
      centre.onGot();
      const { answer } = centre;
      if (answer === 'hang up') request.socket.destroy();
      else if (answer !== 'silence') response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const centre: Centre = {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}/AVReport`,
    certificate,
    key,
    pin: createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex'),
    got: [],
    answer: { status: 200, body: '' },
    onGot: () => undefined,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return centre;
}
