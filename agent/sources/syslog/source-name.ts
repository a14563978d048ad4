/** What a syslog listener is called in status, log and positions. */
export function syslogSourceName({
  protocol,
  address,
  port,
}: {
  protocol: string;
  address?: string | undefined;
  port: number;
}): string {
  return ['syslog', protocol, ...(address === undefined ? [] : [address]), port].join(' ');
}
