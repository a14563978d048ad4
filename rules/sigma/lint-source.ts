/**
 * Log sources that public rules use, and what files with rules for them are called. A log source that is not here may
 * be right all the same: hence only findings, never errors.
 */
import type { Report } from './lint-metadata.ts';
import type { LogSource } from './types.ts';

/** `product: names`; a category as `name`, a service as `/name`, both as `category/service`, nothing more as `-`. */
const KNOWN_TEXT = `
windows: - process_creation process_access process_tampering process_termination registry_set registry_event
windows: registry_add registry_delete registry_rename file_event file_access file_change file_delete file_rename
windows: file_block file_executable_detected image_load driver_load pipe_created network_connection dns_query
windows: create_remote_thread create_stream_hash raw_access_thread clipboard_capture wmi_event sysmon_error
windows: sysmon_status ps_script ps_module ps_classic_start ps_classic_provider_start ps_classic_script
windows: /security /system /application /sysmon /powershell /powershell-classic /windefend /applocker /bits-client
windows: /appmodel-runtime /appxdeployment-server /appxpackaging-om /capi2 /codeintegrity-operational /dhcp
windows: /certificateservicesclient-lifecycle-system /diagnosis-scripted /dns-client /dns-server /dns-server-audit
windows: /dns-server-analytic /driver-framework /firewall-as /hyper-v-worker /iis-configuration /kernel-event-tracing
windows: /kernel-shimengine /ldap /ldap_debug /lsa-server /microsoft-servicebus-client /msexchange-management /ntfs
windows: /ntlm /openssh /printservice-admin /printservice-operational /security-mitigations /sense /shell-core
windows: /smbclient-connectivity /smbclient-security /smbserver-connectivity /sysmon /taskscheduler
windows: /terminalservices-localsessionmanager /vhdmp /wmi
linux: - process_creation file_event file_delete network_connection /auditd /auth /clamav /cron /guacamole /sshd
linux: /sudo /syslog /vsftpd /pam /modsecurity
macos: - process_creation file_event network_connection
aws: /cloudtrail
azure: /activitylogs /auditlogs /pim /riskdetection /signinlogs
gcp: /gcp.audit /google_workspace.admin /google_workspace.login
m365: /audit /exchange /threat_detection /threat_management
github: /audit
bitbucket: /audit
kubernetes: /audit application/audit
okta: /okta
onelogin: /onelogin.events
cisco: /aaa /accounting /bgp /duo /ldp /syslog
huawei: /bgp
juniper: /bgp
fortigate: /event
fortios: /sslvpnd
paloalto: file_event/globalprotect appliance/globalprotect
zeek: /dce_rpc /dns /http /kerberos /rdp /smb_files /x509
opencanary: application
rpc_firewall: application
django: application
jvm: application
nodejs: application
python: application
ruby_on_rails: application
spring: application
sql: application
velocity: application
modsecurity: -
: antivirus database dns firewall proxy webserver /apache /nginx /netflow
`;

/** Log sources known without any pipeline, as `product/category/service`. */
export const KNOWN_LOG_SOURCES: ReadonlySet<string> = new Set(
  KNOWN_TEXT.trim()
    .split('\n')
    .flatMap((line) => {
      const [product = '', names = ''] = line.split(':').map((part) => part.trim());
      return names.split(' ').map((name) => {
        const [category = '', service = ''] = name === '-' ? [] : name.split('/');
        return `${product}/${category}/${service}`;
      });
    }),
);

/** `product/category/service`, in lower case, parts that are not there left empty. */
export function logSourceKey({ product = '', category = '', service = '' }: LogSource): string {
  return `${product}/${category}/${service}`.toLowerCase();
}

const SYSTEMS = new Map([
  ['windows', 'win'],
  ['linux', 'lnx'],
  ['macos', 'macos'],
]);

/** File name's beginning by category; `OS` is the short name of the product. */
const CATEGORY_PREFIXES = new Map([
  ['process_creation', 'proc_creation_OS_'],
  ['process_access', 'proc_access_OS_'],
  ['network_connection', 'net_connection_OS_'],
  ['file_access', 'file_access_OS_'],
  ['file_change', 'file_change_OS_'],
  ['file_delete', 'file_delete_OS_'],
  ['file_event', 'file_event_OS_'],
  ['file_rename', 'file_rename_OS_'],
  ['dns_query', 'dns_query_OS_'],
  ['driver_load', 'driver_load_OS_'],
  ['image_load', 'image_load_'],
  ['pipe_created', 'pipe_created_'],
  ['create_remote_thread', 'create_remote_thread_OS_'],
  ['create_stream_hash', 'create_stream_hash_'],
  ['ps_classic_start', 'posh_pc_'],
  ['ps_module', 'posh_pm_'],
  ['ps_script', 'posh_ps_'],
  ['registry_event', 'registry_event_'],
  ['registry_add', 'registry_add_'],
  ['registry_delete', 'registry_delete_'],
  ['registry_set', 'registry_set_'],
]);
const BARE_CATEGORY_PREFIXES = new Map([
  ['dns', 'net_dns_'],
  ['firewall', 'net_firewall_'],
  ['webserver', 'web_'],
  ['proxy', 'proxy_'],
  ['antivirus', 'av_'],
]);
const PRODUCT_PREFIXES = new Map(
  [
    'aws',
    'azure',
    'gcp',
    'okta',
    'onelogin',
    'zeek',
    'cisco',
    'kubernetes',
    'bitbucket',
    'github',
    'opencanary',
  ].map((name): [string, string] => [name, `${name}_`]),
);
const SERVICE_PREFIXES = new Map([
  ['windows/security', 'win_security_'],
  ['windows/system', 'win_system_'],
  ['windows/bits-client', 'win_bits_client_'],
  ['windows/windefend', 'win_defender_'],
  ['windows/firewall-as', 'win_firewall_as_'],
  ['windows/applocker', 'win_applocker_'],
  ['windows/taskscheduler', 'win_taskscheduler_'],
  ['windows/wmi', 'win_wmi_'],
  ['linux/auditd', 'lnx_auditd_'],
  ['linux/auth', 'lnx_auth_'],
  ['linux/clamav', 'lnx_clamav_'],
  ['linux/cron', 'lnx_cron_'],
  ['linux/sshd', 'lnx_sshd_'],
  ['linux/sudo', 'lnx_sudo_'],
  ['linux/syslog', 'lnx_syslog_'],
]);

/** How the file of a rule for this log source should begin; undefined where the convention says nothing. */
function filePrefix({ product = '', category = '', service = '' }: LogSource): string | undefined {
  if (category !== '' && product === '') return BARE_CATEGORY_PREFIXES.get(category);
  const system = SYSTEMS.get(product);
  if (category !== '' && system !== undefined) return CATEGORY_PREFIXES.get(category)?.replace('OS', system);
  if (category === '' && service !== '' && system !== undefined)
    return SERVICE_PREFIXES.get(`${product}/${service}`);
  return PRODUCT_PREFIXES.get(product);
}

/** Categories whose events are made of fields, so that a keyword is a wrong turn. */
const FIELD_CATEGORIES = /^(?:process|file|registry|network|image|driver|dns|pipe|create|ps|wmi)_/;

export function hasFields({ category = '' }: LogSource): boolean {
  return FIELD_CATEGORIES.test(category);
}

/** `fileName` without its folder; undefined for a text that came from no file. */
export function checkSource(
  logsource: LogSource,
  fileName: string | undefined,
  known: (key: string) => boolean,
  report: Report,
): void {
  const key = logSourceKey(logsource);
  if (key === '//') report('logsource-missing', 'logsource');
  else if (!known(key)) report('logsource-unknown', 'logsource', key);
  if (fileName === undefined) return;
  if (!/^[a-z0-9_]{6,86}\.yml$/.test(fileName)) report('filename-form', '', fileName);
  const prefix = filePrefix(logsource);
  if (prefix !== undefined && !fileName.startsWith(prefix)) report('filename-prefix', '', fileName, prefix);
}
