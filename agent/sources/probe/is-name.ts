/** A host that the name system can be asked about: no address, and no name of this machine or network alone. */
import net from 'node:net';

export function isName(host: string): boolean {
  return (
    net.isIP(host) === 0 && host.includes('.') && !/\.(?:localhost|local|internal|lan|home\.arpa)$/.test(host)
  );
}
