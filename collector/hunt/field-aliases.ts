/**
 * Names by which people ask, and all that events call it: Windows, Linux, web and device logs name the same thing
 * differently, and one question should find it in all of them.
 */
import type { FieldAliases } from './to-sigma.ts';

export const FIELD_ALIASES: FieldAliases = new Map(
  Object.entries({
    'event.code': ['event.code', 'EventID'],
    'user.name': ['user.name', 'User', 'TargetUserName', 'SubjectUserName', 'cs-username'],
    'source.ip': ['source.ip', 'source.address', 'c-ip', 'SourceIp', 'IpAddress'],
    'destination.ip': ['destination.ip', 'DestinationIp', 'DestAddress'],
    'destination.port': ['destination.port', 'DestinationPort', 'DestPort'],
    'process.command_line': ['process.command_line', 'CommandLine', 'ProcessCommandLine', 'HostApplication'],
    'process.executable': ['process.executable', 'Image', 'NewProcessName'],
    'process.parent.executable': ['process.parent.executable', 'ParentImage', 'ParentProcessName'],
    'process.parent.command_line': ['process.parent.command_line', 'ParentCommandLine'],
    'file.path': ['file.path', 'TargetFilename', 'ImageLoaded', 'ObjectName'],
    'registry.path': ['registry.path', 'TargetObject'],
    'dns.question.name': ['dns.question.name', 'QueryName', 'query'],
    'url.original': ['url.original', 'cs-uri', 'cs-uri-stem'],
    'http.request.method': ['http.request.method', 'cs-method'],
    'http.response.status_code': ['http.response.status_code', 'sc-status'],
    'user_agent.original': ['user_agent.original', 'cs-user-agent'],
  }),
);
