/** What the doctor says about the syslog receiver, in English. */
export const syslogEn = {
  listening: (name: string): string => `${name}: listens`,
  free: (name: string): string => `${name}: the port is free, the agent can listen on it`,
  failing: (name: string, reason: string): string =>
    `${name}: cannot listen: ${reason}; another syslog daemon may hold the port, and ports below 1024 need root or CAP_NET_BIND_SERVICE`,
  certificate: (file: string, date: string): string => `${file}: the certificate can be used until ${date}`,
  expires: (file: string, date: string): string => `${file}: the certificate ends on ${date}; renew it`,
  expired: (file: string, date: string): string =>
    `${file}: the certificate ended on ${date}; renew it and start the agent again`,
  badCertificate: (file: string, reason: string): string => `${file}: cannot be used: ${reason}`,
  everybody: (name: string, network: string): string =>
    `${name}: takes messages from everybody (${network}); name the networks of your devices in "allow"`,
};
export type SyslogMessages = typeof syslogEn;
