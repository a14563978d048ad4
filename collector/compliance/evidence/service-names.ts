/** Services that say something about how a host is kept, by the names that their makers give them. Of all others nothing is read. */
import type { Look } from './host-pictures.ts';

/** They ask a directory for accounts. */
export const DIRECTORY_SERVICE: RegExp =
  /^(sssd|winbind|winbindd|nslcd|realmd|vasd|centrifydc|pbis|lwsmd)(\.service)?$/i;
/** By which the centre of an antivirus product manages it (Kaspersky, ESET, Trellix, Trend Micro, Sophos, Bitdefender). */
export const ANTIVIRUS_MANAGER: RegExp =
  /^(klnagent\d*|eraagent|cma|ma|masvc|ds_agent|sophos-spl|mcsagent|bdsec|epsecurityservice)(\.service)?$/i;
/** Of Zabbix, Prometheus, Telegraf, Netdata, collectd, Nagios, Check MK, Datadog, Elastic, net-snmp, PRTG, sysstat. */
export const PERFORMANCE_MONITOR: RegExp =
  /^(zabbix[-_ ]agent\d?|(prometheus-)?node[-_]exporter|windows_exporter|telegraf|netdata|collectd|nrpe|nagios-nrpe-server|nsclient\+*|check[-_]mk[-_]agent|checkmkservice|datadog-agent|metricbeat|elastic-agent|snmpd?|prtgprobeservice|sysstat|pmcd|monit|munin-node|glances)(\.service|\.socket)?$/i;

const TELLING = [DIRECTORY_SERVICE, ANTIVIRUS_MANAGER, PERFORMANCE_MONITOR];

/** Those of them that run; taken once for all kinds that ask. */
export const SERVICE_LOOK: Look = {
  category: 'service',
  facts: ['running'],
  where: [{ fact: 'running', in: ['true'] }],
  pick: (key) => TELLING.some((names) => names.test(key)),
};
